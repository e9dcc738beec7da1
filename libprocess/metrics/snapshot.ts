/**
 * What a snapshot shows of each metric, and its JSON. Pure.
 *
 *   allocator/run_ms, with window  ▶  "allocator/run_ms":1.5, "allocator/run_ms/count":2.0, "allocator/run_ms/max":…
 *
 * Names and order change seldom, so they are made once for many snapshots.
 *
 * Source: libprocess metrics/metrics.cpp (`MetricsProcess::snapshot`), stout json.hpp (doubles).
 */
import type { Metric } from './metric.ts';
import type { Reading } from './metrics.ts';
import { SHOWN } from './statistics.ts';

/** One name that a snapshot may show. */
export interface Row {
  readonly name: string;
  /** As in JSON, with the colon. */
  readonly key: string;
  /** Which of the metrics. */
  readonly of: number;
  /** What of its statistics; null for its value. */
  readonly what: (typeof SHOWN)[number] | null;
}

/** All names that there may be, in their order. */
export function rowsOf(metrics: readonly Metric[]): readonly Row[] {
  const rows = metrics.flatMap(({ name, hasWindow }, index) => {
    const value = rowOf(name, index, null);
    return hasWindow ? [value, ...SHOWN.map(what => rowOf(`${name}/${what}`, index, what))] : [value];
  });
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function rowOf(name: string, of: number, what: Row['what']): Row {
  return { name, key: `${JSON.stringify(name)}:`, of, what };
}

/** What `row` shows; null when there is no number for it now. */
export function numberOf({ of, what }: Row, readings: readonly Reading[]): number | null {
  const reading = readings[of];
  return (what === null ? reading?.value : reading?.statistics?.[what]) ?? null;
}

/** The rows that have a number, as one object. */
export function printSnapshot(rows: readonly Row[], readings: readonly Reading[]): string {
  let text = '';
  for (const row of rows) {
    const number = numberOf(row, readings);
    if (number !== null) text += `${text === '' ? '{' : ','}${row.key}${printDouble(number)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** From here on a double is printed with an exponent. */
const EXPONENT_MIN = 1e21;

/** `value` as a double of JSON: `48.0`, where `JSON.stringify` prints `48`. */
export function printDouble(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < EXPONENT_MIN ? `${value}.0` : String(value);
}
