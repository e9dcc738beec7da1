/**
 * Slots: small numbers that stand for actors on one link, so that neither side writes and looks up ids again and again.
 *
 *   receiver [0, 'slave(1)']   message [3, 0, …]   message [5, 0, …]
 *
 * There are so many on each side of a link and no more: a new actor takes the slot that was given away longest ago,
 * which is then said anew.
 */
import { Failure, MALFORMED } from '../failure.ts';
import type { PID } from '../pid.ts';

export const SLOTS_MAX = 1_024;

/** Those that we have given away. */
export class SentSlots {
  readonly #slots = new Map<PID, number>();
  readonly #holders: PID[] = [];
  #next = 0;

  /** The slot of `pid`; -1 when it has none. */
  of(pid: PID): number {
    return this.#slots.get(pid) ?? -1;
  }

  /** Gives `pid` a slot, which the other side has to be told. */
  give(pid: PID): number {
    const slot = this.#next;
    this.#next = (slot + 1) % SLOTS_MAX;
    const before = this.#holders[slot];
    if (before !== undefined) this.#slots.delete(before);
    this.#holders[slot] = pid;
    this.#slots.set(pid, slot);
    return slot;
  }
}

/** Those that a peer has given away. */
export class HeardSlots {
  readonly #pids: PID[] = [];

  /** @throws Failure MALFORMED. */
  set(slot: unknown, pid: PID): void {
    // They come one after the other, so that no peer can ask for a slot far off.
    if (typeof slot !== 'number' || slot >= SLOTS_MAX || !(slot <= this.#pids.length) || slot < 0 || slot % 1 !== 0) {
      throw new Failure(`the slot ${String(slot)}`, MALFORMED);
    }
    this.#pids[slot] = pid;
  }

  /** @throws Failure MALFORMED for one that the peer has not told. */
  at(slot: number | undefined): PID {
    const pid = slot === undefined ? undefined : this.#pids[slot];
    if (pid === undefined) throw new Failure(`a message by the untold slot ${slot}`, MALFORMED);
    return pid;
  }
}
