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
  #name: string | null = null;
  #handled: Handled | null = null;

  add(name: string, ms: number): void {
    count(this, ms);
    if (this.#handled === null || name !== this.#name) {
      this.#handled = this.#find(name);
      this.#name = name;
    }
    count(this.#handled, ms);
  }

  #find(name: string): Handled {
    const known = this.handlers.has(name) || this.handlers.size < HANDLERS_MAX ? name : 'others';
    const handled = this.handlers.get(known) ?? { turns: 0, busy: 0, slowest: 0 };
    this.handlers.set(known, handled);
    return handled;
  }
}

export class Activities {
  readonly #byActor = new Map<PID, Activity>();
  // Mostly the next turn is of the same actor, and has the same name.
  #actor: PID | null = null;
  #activity: Activity | null = null;

  add(actor: PID, { name }: Named, ms: number): void {
    if (actor !== this.#actor) {
      this.#activity = this.#find(actor);
      this.#actor = actor;
    }
    this.#activity?.add(name, ms);
  }

  #find(actor: PID): Activity | null {
    const known = this.#byActor.get(actor);
    if (known !== undefined) return known;
    if (this.#byActor.size >= ACTORS_MAX) return null;
    const activity = new Activity();
    this.#byActor.set(actor, activity);
    return activity;
  }

  of(actor: PID): Activity | undefined {
    return this.#byActor.get(actor);
  }

  /** Actors that have ended are forgotten. */
  sweep(): void {
    this.#actor = null;
    this.#activity = null;
    for (const actor of this.#byActor.keys()) if (actor.process === null) this.#byActor.delete(actor);
  }
}

function count(handled: Handled, ms: number): void {
  handled.turns += 1;
  handled.busy += ms;
  if (ms > handled.slowest) handled.slowest = ms;
}
