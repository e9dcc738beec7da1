/**
 * What clients and lock servers say to one another.
 *
 *   client ──Acquire──▶ each server       may I have the lock, with this token?
 *          ◀──Vote─────                   yes; or no, and the highest token that I know
 *   client ──Release──▶ each server       I am done with it, or did not get enough votes
 *
 * Whoever has the votes of a majority holds the lock for a lease. A token is the number of a tenure: every server grants
 * each one once, and a higher one later, so tokens grow, and what the lock protects can refuse whoever comes with an old
 * one (it is a fencing token).
 */
import { bool, int32, message, req, request, struct } from '../../libprocess/index.ts';

export const Vote = struct('lock.Vote', {
  granted: req(1, bool),
  token: req(2, int32), // The highest that was granted, this one counted.
});

export const Acquire = request('lock.Acquire', { token: req(1, int32) }, Vote);
export const Release = message('lock.Release', { token: req(1, int32) });

/** What a lock server must answer. */
export const LockProtocol = { Acquire, Release } as const;
