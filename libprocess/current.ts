/**
 * What is being served in this thread right now: one envelope at the most, since all runtimes of a thread share one
 * drain. The runtime sets it; futures, Refs and assertions read it.
 */
import { type Clock, PausableClock } from './clock.ts';
import type { Envelope } from './envelope.ts';

let envelope: Envelope | null = null;
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

/** The clock of the runtime that was served last, or the machine's where none has been. */
export function currentClock(): Clock {
  fallback ??= clock === null ? new PausableClock() : null;
  return clock ?? (fallback as Clock);
}

/** @internal */
export function setCurrentClock(next: Clock): void {
  clock = next;
}
