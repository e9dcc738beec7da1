/**
 * How long a refusal of an offer holds.
 *
 * Source: Mesos src/master/allocator/mesos/hierarchical.cpp (recoverResources).
 */
import type { Filters } from '../../protocol/offers.ts';

const DEFAULT_SECONDS = 5;
const SECONDS_MAX = 365 * 24 * 60 * 60;

/** Milliseconds; 0 when nothing is refused. A time that makes no sense counts as the default. */
export function refusalMs(filters: Filters | undefined): number {
  if (filters === undefined) return 0;
  const { refuse_seconds: seconds = DEFAULT_SECONDS } = filters;
  const sensible = seconds >= 0 ? Math.min(seconds, SECONDS_MAX) : DEFAULT_SECONDS;
  return sensible * 1000;
}
