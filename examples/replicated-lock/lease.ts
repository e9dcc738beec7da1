/**
 * How long a grant is good for, when no clock can be trusted further than `DRIFT_MAX`.
 *
 *   server   granted ├────────── LEASE_MS, by its own clock ───────────┤ free for others
 *   client   asked ├──────── HOLD_MS, by its own clock ────────┤ holds no more
 *
 * The client counts from before it asked, so it begins earlier. It also ends earlier, even when its clock is as slow,
 * and the server's as fast, as clocks can be.
 */

/** By how much a clock may run too fast or too slow. */
export const DRIFT_MAX = 0.1;
/** For which time a server gives the lock to nobody else. */
export const LEASE_MS = 1_000;
/** For which time, counted from its question, a client may believe that it has the lock. */
export const HOLD_MS = (LEASE_MS * (1 - DRIFT_MAX)) / (1 + DRIFT_MAX);

/** True when no other client can have as many of `servers` votes. */
export function isMajority(votes: number, servers: number): boolean {
  return votes > servers / 2;
}
