/**
 * How long the agent waits before it (re-)registers, and before it does so again.
 *
 *   new master ─ wait [0, factor] ─ register ─ wait [0, 2·factor] ─ register ─ wait [0, 4·factor] ─ … [0, 1 min]
 *
 * Every wait is drawn at random, so that the agents of a cluster do not all call a new master at once.
 *
 * Source: Mesos Slave::detected, Slave::doReliableRegistration (slave.cpp), constants.hpp.
 */

/** The longest a wait between two attempts can be. */
export const REGISTER_RETRY_INTERVAL_MAX_MS = 60_000;

/** No ping for this long: the master is looked for again, unless it named another time when it registered the agent. */
export const PING_TIMEOUT_MS = 75_000;

/** The bound of the first retry; the one before it is `factorMs` itself. */
export function firstBackoffMs(factorMs: number): number {
  return Math.min(factorMs * 2, REGISTER_RETRY_INTERVAL_MAX_MS);
}

export function nextBackoffMs(backoffMs: number): number {
  return Math.min(backoffMs * 2, REGISTER_RETRY_INTERVAL_MAX_MS);
}
