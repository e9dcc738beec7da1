/**
 * Which agents of the past the registry may forget: those gone or unreachable for too long, and the oldest when there
 * are too many.
 *
 * Source: Mesos src/master/master.cpp (Master::doRegistryGc, _doRegistryGc).
 */
import type { TimeInfo } from '../protocol/time.ts';

export interface GcRules {
  /** `--registry_max_agent_age` */
  readonly ageMaxMs: number;
  /** `--registry_max_agent_count` */
  readonly countMax: number;
}

/** @param since - when each agent went, by id, the oldest first. */
export function forgettable(
  since: ReadonlyMap<string, TimeInfo>,
  nowMs: number,
  { ageMaxMs, countMax }: GcRules,
): Set<string> {
  const surplus = since.size - countMax;
  const entries = [...since].filter(([, time], at) => at < surplus || nowMs - time.nanoseconds / 1e6 > ageMaxMs);
  return new Set(entries.map(([id]) => id));
}
