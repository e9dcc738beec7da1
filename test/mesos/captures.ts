/**
 * Answers of Apache Mesos: their shapes, which are part of this repository, and the whole of them where a folder of
 * captures lies beside the checkout. `npx tsx test/mesos/make-shapes.ts FOLDER` makes the former from the latter.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shapeOf, shapesByType } from './shape.ts';

export const SHAPES = join(import.meta.dirname, '../fixtures/shapes');
const FOLDER = join(import.meta.dirname, '../../../shared/captures');
const STREAM = '.recordio';

/** Why whole captures cannot be compared with; null when they can. */
export const noCaptures = existsSync(FOLDER) ? null : `there is no folder ${FOLDER}`;

/** The shape of the answer `name`. */
export function shape(name: string): unknown {
  return JSON.parse(readFileSync(join(SHAPES, name), 'utf8'));
}

/** The shapes of the events of the stream `name`, by their type. */
export function eventShapes(name: string): Readonly<Record<string, unknown[]>> {
  return shape(name) as Record<string, unknown[]>;
}

export function shapeNames(): string[] {
  return readdirSync(SHAPES);
}

export function capture(name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
}

/** The shape of what was captured under `name`, an answer or a stream. */
export function shapeOfCapture(name: string, folder = FOLDER): unknown {
  const bytes = readFileSync(join(folder, name));
  return name.endsWith(STREAM) ? shapesByType(wholeRecords(bytes)) : shapeOf(JSON.parse(bytes.toString()));
}

/** The last record of a captured stream may be cut. */
function wholeRecords(bytes: Buffer): { type: string }[] {
  const events: { type: string }[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const end = rest.indexOf('\n');
    const length = Number(rest.subarray(0, end).toString());
    if (!Number.isInteger(length) || rest.length < end + 1 + length) return events;
    events.push(JSON.parse(rest.subarray(end + 1, end + 1 + length).toString()));
    rest = rest.subarray(end + 1 + length);
  }
  return events;
}
