/**
 * What is being served in this thread right now: one envelope at the most, since all runtimes of a thread share one
 * drain. The runtime sets it; futures, Refs and assertions read it.
 */
import { type Clock, PausableClock } from './clock.ts';
import type { Envelope } from './envelope.ts';

/** What causes whatever time alone brings about: nothing that anybody did. */
export const TIME = -1;

let envelope: Envelope | null = null;
/** What causes whatever is posted while nothing is being served. */
let outsideCause = 0;
let clock: Clock | null = null;
let fallback: Clock | null = null;

/** The envelope whose turn it is. */
export function current(): Envelope | null {
  return envelope;
}

/** @internal */
export function setCurrent(next: Envelope | null): void {
  envelope = next;
}

/** The id of what causes the envelope that is posted now; 0 for nothing, TIME for a timer alone. */
export function causeNow(): number {
  return envelope === null ? outsideCause : envelope.id;
}

/**
 * Begins a piece of work that nobody's turn does, as when a socket or a file has something: what it posts was caused by
 * `cause`, unless something is being served or a cause is known already. @returns what `endWork` wants.
 */
export function beginWork(cause: number): number {
  const before = outsideCause;
  if (before === 0) outsideCause = cause;
  return before;
}

/** Ends what `beginWork` began. */
export function endWork(before: number): void {
  outsideCause = before;
}

/** The clock of the runtime that was served last, or the machine's where none has been. */
export function currentClock(): Clock {
  fallback ??= clock === null ? new PausableClock() : null;
  return clock ?? (fallback as Clock);
}

/** @internal */
export function setCurrentClock(next: Clock): void {
  clock = next;
}
