/**
 * The drain: serves the actors that have mail, one envelope at a time, for all runtimes of this thread.
 *
 * A turn lasts until every microtask that it started has run. Therefore, after an envelope whose handler is
 * asynchronous, the drain stops and comes back by a microtask and then `process.nextTick`, which puts it behind every
 * continuation that is already pending. It has a budget, in turns and in time, that only `setImmediate` refills, so that
 * sockets and timers always get theirs.
 */

import { current, setCurrent, setCurrentClock } from './current.ts';
import type { Mailbox } from './mailbox.ts';
import { Ring } from './ring.ts';
import { serveEnvelope } from './serving.ts';

/** Turns between two looks at sockets, files and timers. */
const TURNS_MAX = 4_096;
/** The longest the drain goes on before it looks at them, in milliseconds. */
const SLICE_MAX_MS = 5;
/** Turns between two looks at the time. */
const TURNS_PER_TIME_CHECK = 64;

/** A continuation of this one is a microtask as that of `queueMicrotask` is, made at a fraction of its cost. */
const settled = Promise.resolve();

const ready = new Ring<Mailbox>();
let scheduled = false;
let refilling = false;
/** Stopped for want of budget: the refill will go on. */
let paused = false;
let budget = TURNS_MAX;
let sliceEndsAt = 0;
let byTheClock = true;
/** Nothing but `pace` refills the budget. */
let paced = false;
let slices = 0;
/** The turn that was left open, of an actor that somebody traces. */
let traced: Mailbox | null = null;

/** True when no actor has mail and no turn is open. */
export function isIdle(): boolean {
  return !scheduled;
}

/** Counts up with each slice of the drain: within one, time stands still for those who do not need it better. */
export function sliceNow(): number {
  return slices;
}

/** From now on slices are as long as their turns alone make them: a simulation must not depend on how fast this machine is. */
export function countTurnsOnly(): void {
  byTheClock = false;
}

/**
 * From now on the drain serves `turns` turns, whatever they take, and then waits to be told again; null: it paces itself
 * once more. For replays, in which what comes from outside must come between the same turns as it did.
 */
export function pace(turns: number | null): void {
  paced = turns !== null;
  budget = turns ?? TURNS_MAX;
  if (paced) sliceEndsAt = Infinity;
  if (!paused || budget === 0) return;
  paused = false;
  drain();
}

/** Puts an actor that has mail, by its `mailbox`, into the run queue. */
export function schedule(mailbox: Mailbox): void {
  mailbox.scheduled = true;
  ready.push(mailbox);
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
  settled.then(afterContinuations);
}

function afterContinuations(): void {
  process.nextTick(drain);
}

function refill(): void {
  refilling = false;
  if (paced) return;
  budget = TURNS_MAX;
  if (paused) {
    paused = false;
    drain();
  }
}

/** Begins with the first drain after a refill, as the budget of turns does. */
function startSlice(): void {
  sliceEndsAt = byTheClock ? performance.now() + SLICE_MAX_MS : Infinity;
  refilling = true;
  setImmediate(refill);
}

function drain(): void {
  slices += 1;
  if (traced !== null) closeTraced(traced);
  if (!refilling && !paced) startSlice();
  let open = false;
  while (!open && budget > 0) {
    const mailbox = ready.shift();
    if (mailbox === undefined) break;
    open = serveAll(mailbox);
    if (mailbox.length > 0) ready.push(mailbox);
    else mailbox.scheduled = false;
  }
  if (!open) setCurrent(null);
  if (ready.length === 0 && !open) scheduled = false;
  else if (budget <= 0 && !open) paused = true;
  else soon();
}

/** Serves the mail of one actor until there is none, the budget is spent, or, true, a turn stays open. */
function serveAll(mailbox: Mailbox): boolean {
  setCurrentClock(mailbox.runtime.clock);
  while (budget > 0) {
    const envelope = mailbox.shift();
    if (envelope === undefined) return false;
    budget -= 1;
    mailbox.runtime.$served += 1;
    if (budget % TURNS_PER_TIME_CHECK === 0 && performance.now() >= sliceEndsAt) budget = 0;
    setCurrent(envelope);
    if (!serveEnvelope(mailbox, envelope)) continue;
    if (mailbox.runtime.tracer !== null) traced = mailbox;
    return true;
  }
  return false;
}

/** What the open turn started has run by now. */
function closeTraced({ runtime }: Mailbox): void {
  traced = null;
  const envelope = current();
  if (envelope !== null) runtime.tracer?.done(envelope);
}
