/**
 * What a snapshot tells of a metric's recent values.
 *
 * Source: libprocess statistics.hpp (`Statistics::from`, `Statistics::percentile`).
 */
export interface Statistics {
  readonly count: number;
  readonly max: number;
  readonly min: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly p9999: number;
}

/** The ones that a snapshot shows. */
export const SHOWN = ['count', 'max', 'min', 'p50', 'p90', 'p95', 'p99', 'p999', 'p9999'] as const;

/** Null for fewer than two values, of which there is nothing to tell. */
export function statistics(values: readonly number[]): Statistics | null {
  if (values.length < 2) return null;
  const sorted = Float64Array.from(values).sort();
  const at = (part: number): number => percentile(sorted, part);
  return {
    count: sorted.length,
    max: at(1),
    min: at(0),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    p9999: at(0.9999),
  };
}

/** The value below which `part` of the sorted values lie, in a straight line between the two nearest. */
export function percentile(sorted: ArrayLike<number>, part: number): number {
  const position = part * (sorted.length - 1);
  const index = Math.floor(position);
  const below = sorted[index] ?? Number.NaN;
  const above = sorted[index + 1] ?? below;
  return below + (position - index) * (above - below);
}
