/**
 * The drain: serves the actors that have mail, one envelope at a time, for all runtimes of this thread.
 *
 * A turn lasts until every microtask that it started has run. Therefore, after an envelope whose handler is
 * asynchronous, the drain stops and comes back by `queueMicrotask` and then `process.nextTick`, which puts it behind
 * every continuation that is already pending. It has a budget, in turns and in time, that only `setImmediate` refills,
 * so that sockets and timers always get theirs.
 */

import { setCurrent, setCurrentClock } from './current.ts';
import type { Envelope } from './envelope.ts';
import type { Process } from './process.ts';
import { Ring } from './ring.ts';

/** Turns between two looks at sockets, files and timers. */
export const TURNS_MAX = 4_096;
/** The longest the drain goes on before it looks at them, in milliseconds. */
export const SLICE_MAX_MS = 5;
/** Turns between two looks at the time. */
const TURNS_PER_TIME_CHECK = 64;

const ready = new Ring<Process>();
let scheduled = false;
let refilling = false;
/** Stopped for want of budget: the refill will go on. */
let paused = false;
let budget = TURNS_MAX;
let sliceEndsAt = 0;
let byTheClock = true;

/** True when no actor has mail and no turn is open. */
export function isIdle(): boolean {
  return !scheduled;
}

/** From now on slices are as long as their turns alone make them: a simulation must not depend on how fast this machine is. */
export function countTurnsOnly(): void {
  byTheClock = false;
}

/** Puts `process`, which has mail, into the run queue. */
export function schedule(process: Process): void {
  process.$scheduled = true;
  ready.push(process);
  if (!scheduled) {
    scheduled = true;
    soon();
  }
}

/** Runs `call` once the turns that are under way, and what they await at once, are over. */
export function afterTurns(call: () => void): void {
  setImmediate(call);
}

function soon(): void {
  queueMicrotask(afterContinuations);
}

function afterContinuations(): void {
  process.nextTick(drain);
}

function refill(): void {
  refilling = false;
  budget = TURNS_MAX;
  if (paused) {
    paused = false;
    drain();
  }
}

function startSlice(): void {
  sliceEndsAt = byTheClock ? performance.now() + SLICE_MAX_MS : Infinity;
  if (!refilling) {
    refilling = true;
    setImmediate(refill);
  }
}

function drain(): void {
  setCurrent(null);
  startSlice();
  let open = false;
  while (!open && budget > 0) {
    const actor = ready.shift();
    if (actor === undefined) break;
    setCurrentClock(actor.runtime.clock);
    open = serveAll(actor);
    if (actor.$hasMail) ready.push(actor);
    else actor.$scheduled = false;
  }
  if (!open) setCurrent(null);
  if (ready.length === 0 && !open) scheduled = false;
  else if (budget <= 0 && !open) paused = true;
  else soon();
}

/** Serves the mail of one actor until there is none, the budget is spent, or, true, a turn stays open. */
function serveAll(actor: Process): boolean {
  const { runtime } = actor;
  while (budget > 0 && actor.$hasMail) {
    const envelope = actor.$next() as Envelope;
    budget -= 1;
    if (budget % TURNS_PER_TIME_CHECK === 0 && performance.now() >= sliceEndsAt) budget = 0;
    setCurrent(envelope);
    if (runtime.serveEnvelope(actor, envelope)) return true;
  }
  return false;
}
