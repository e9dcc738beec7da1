/**
 * State machines: one of a few named states, moved by those who know where it must stand, awaited by others.
 *
 *   const life = new StateMachine<'starting' | 'running' | 'stopped'>('starting');
 *   life.transition('starting', 'running');      // true; false, and nothing moved, had it been elsewhere
 *   await this.turn(life.wait('stopped'));
 *
 * Source: libprocess state_machine.hpp.
 */
import { Future, Promised } from './future.ts';

interface Waiter<S> {
  readonly states: readonly S[];
  readonly arrived: Promised<S>;
}

/** A state that others can wait for. */
export class StateMachine<S extends string> {
  readonly #waiting = new Set<Waiter<S>>();
  #state: S;

  constructor(initial: S) {
    this.#state = initial;
  }

  get state(): S {
    return this.#state;
  }

  is(...states: readonly S[]): boolean {
    return states.includes(this.#state);
  }

  /** Moves to `to` from `from`, or from any of a list; false, and nothing moves, when the machine is elsewhere. */
  transition(from: S | readonly S[], to: S): boolean {
    if (!(typeof from === 'string' ? this.is(from) : this.is(...from))) return false;
    this.#state = to;
    for (const waiter of this.#waiting) if (waiter.states.includes(to)) waiter.arrived.set(to);
    return true;
  }

  /** Ready with the state once it is one of `states`, even if it has left that again by then. Discarding it gives up. */
  wait(...states: readonly S[]): Future<S> {
    if (this.is(...states)) return Future.ready(this.#state);
    const waiter: Waiter<S> = { states, arrived: new Promised<S>() };
    this.#waiting.add(waiter);
    waiter.arrived.onDiscard(() => waiter.arrived.discarded());
    waiter.arrived.onAny(() => this.#waiting.delete(waiter));
    return waiter.arrived;
  }
}
