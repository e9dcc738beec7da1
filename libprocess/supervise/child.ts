/**
 * What a supervisor starts: how it is made, and when it is made again.
 *
 * Source: Erlang/OTP supervisor(3), child specification.
 */

import type { Ending } from '../ending.ts';
import type { Process } from '../process.ts';
import type { Ref } from '../ref.ts';

/**
 * Whether a child that ended by itself is started again:
 *
 *                terminated   died of a bug
 *   permanent    yes          yes
 *   transient    no           yes
 *   temporary    no           no              nor when siblings take it along
 */
export type Restart = 'permanent' | 'transient' | 'temporary';

/** When a child is started again. */
export interface ChildOptions {
  /** By default permanent. */
  readonly restart?: Restart | undefined;
}

/**
 * `make` is called for each start. When what it makes has a fixed id, Refs and PIDs of a child stay good over its
 * restarts; one with a counted id gets the next number, and only {@link ref} leads to it.
 */
export class Child<P extends Process = Process> {
  readonly restart: Restart;
  #ref: Ref<P> | null = null;

  constructor(
    private readonly make: () => P,
    { restart = 'permanent' }: ChildOptions = {},
  ) {
    this.restart = restart;
  }

  /** The child as it runs, or ran last. @throws Error before its first start. */
  get ref(): Ref<P> {
    if (this.#ref === null) throw new Error('this child was not started yet: ask for it after its supervisor ran');
    return this.#ref;
  }

  /** True when a child that ended so is to be started again. */
  returnsAfter(how: Ending): boolean {
    return this.restart === 'permanent' || (this.restart === 'transient' && how === 'died');
  }

  /** @internal */
  start(spawn: (process: P) => Ref<P>): void {
    this.#ref = spawn(this.make());
  }
}
