/**
 * What each actor did while it was watched: turns, and the time they took, in all and for each handler.
 */
import type { Named } from '../envelope.ts';
import type { PID } from '../pid.ts';

/** Handlers that are told apart for one actor; the rest is counted together. */
const HANDLERS_MAX = 200;
/** Actors that are told apart; those that came later are not counted. */
const ACTORS_MAX = 100_000;

export interface Handled {
  turns: number;
  /** Milliseconds; 0 unless times are taken at each turn. */
  busy: number;
  slowest: number;
}

export class Activity implements Handled {
  turns = 0;
  busy = 0;
  slowest = 0;
  readonly handlers = new Map<string, Handled>();

  add(name: string, ms: number): void {
    count(this, ms);
    let handled = this.handlers.get(name);
    if (handled === undefined) {
      const known = this.handlers.size < HANDLERS_MAX ? name : 'others';
      handled = this.handlers.get(known) ?? { turns: 0, busy: 0, slowest: 0 };
      this.handlers.set(known, handled);
    }
    count(handled, ms);
  }
}

export class Activities {
  readonly #byActor = new Map<PID, Activity>();

  add(actor: PID, { name }: Named, ms: number): void {
    let activity = this.#byActor.get(actor);
    if (activity === undefined) {
      if (this.#byActor.size >= ACTORS_MAX) return;
      activity = new Activity();
      this.#byActor.set(actor, activity);
    }
    activity.add(name, ms);
  }

  of(actor: PID): Activity | undefined {
    return this.#byActor.get(actor);
  }

  /** Actors that have ended are forgotten. */
  sweep(): void {
    for (const actor of this.#byActor.keys()) if (actor.process === null) this.#byActor.delete(actor);
  }
}

function count(handled: Handled, ms: number): void {
  handled.turns += 1;
  handled.busy += ms;
  if (ms > handled.slowest) handled.slowest = ms;
}
