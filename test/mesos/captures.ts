/**
 * Answers of Apache Mesos, kept beside the checkout, and whether ours have their shape: every key, its type, what is
 * absent.
 *
 * An object's keys must be the same; of a list each element must look like some element of the other. Keys that hold
 * names (roles, attributes, metrics) are told by `maps`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../shared/captures');

/** Why captures cannot be compared with; null when they can. */
export const noCaptures = existsSync(FOLDER) ? null : `there is no folder ${FOLDER}`;

export function capture(name: string): unknown {
  return JSON.parse(captureText(name));
}

export function captureText(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** The whole records of a captured stream of events. */
export function capturedEvents(name: string): { type: string }[] {
  const events: { type: string }[] = [];
  let rest = Buffer.from(captureText(name));
  while (rest.length > 0) {
    const end = rest.indexOf('\n');
    const length = Number(rest.subarray(0, end).toString());
    if (!Number.isInteger(length) || rest.length < end + 1 + length) return events;
    events.push(JSON.parse(rest.subarray(end + 1, end + 1 + length).toString()));
    rest = rest.subarray(end + 1 + length);
  }
  return events;
}

export interface ShapeOptions {
  /** Paths, such as `slaves[].attributes`, whose keys are names: only their values are compared. */
  readonly maps?: readonly string[];
  /** Paths that may be on one side only, or may differ. */
  readonly free?: readonly string[];
}

/** How the shape of `ours` differs from that of `theirs`; empty when it does not. */
export function shapeDifferences(ours: unknown, theirs: unknown, options: ShapeOptions = {}): string[] {
  return compare(ours, theirs, '', options);
}

function compare(ours: unknown, theirs: unknown, path: string, options: ShapeOptions): string[] {
  if (options.free?.includes(path)) return [];
  if (kindOf(ours) !== kindOf(theirs)) return [`${path}: ${kindOf(ours)} where Mesos has ${kindOf(theirs)}`];
  if (Array.isArray(ours)) return compareLists(ours, theirs as unknown[], path, options);
  if (typeof ours !== 'object' || ours === null) return [];
  return compareObjects(ours as Entries, theirs as Entries, path, options);
}

type Entries = Record<string, unknown>;

function compareLists(ours: unknown[], theirs: unknown[], path: string, options: ShapeOptions): string[] {
  if (theirs.length === 0) return [];
  return ours.flatMap(each => {
    const tries = theirs.map(other => compare(each, other, `${path}[]`, options));
    return tries.reduce((best, next) => (next.length < best.length ? next : best));
  });
}

function compareObjects(ours: Entries, theirs: Entries, path: string, options: ShapeOptions): string[] {
  if (options.maps?.includes(path)) return compareLists(Object.values(ours), Object.values(theirs), path, options);
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const isFree = (key: string): boolean => options.free?.includes(at(key)) ?? false;
  const missing = Object.keys(theirs).filter(key => !(key in ours) && !isFree(key));
  const extra = Object.keys(ours).filter(key => !(key in theirs) && !isFree(key));
  return [
    ...missing.map(key => `${at(key)} is missing`),
    ...extra.map(key => `${at(key)} is not in Mesos`),
    ...Object.keys(ours)
      .filter(key => key in theirs)
      .flatMap(key => compare(ours[key], theirs[key], at(key), options)),
  ];
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
