/**
 * What a runtime asks the world for and gets by a future, by number: the answers of files, peers, servers and programs.
 * The runtime has a future of our own, which is completed in a batch.
 */
import { beginWork, causeNow, endWork } from '../../current.ts';
import { Failure } from '../../failure.ts';
import { type Future, Promised } from '../../future.ts';
import type { Tape } from './tape.ts';

/** How results of one kind go to the tape and come from it. */
export interface Packing<T, C> {
  readonly pack: (value: T, context: C) => unknown;
  readonly unpack: (packed: unknown, context: C, number: number) => T;
}

/** Results that are plain values. */
export const PLAIN: Packing<unknown, unknown> = { pack: value => value, unpack: packed => packed };

interface Pending<T, C> {
  readonly into: Promised<T>;
  readonly context: C;
  readonly cause: number;
}

export type PackedError = readonly [code: string, message: string];

export class Asked<T, C = undefined> {
  readonly #pending = new Map<number, Pending<T, C>>();
  #count = 0;

  constructor(
    private readonly tape: Tape,
    private readonly kind: string,
    private readonly packing: Packing<T, C>,
  ) {
    tape.on(kind, (number, [state, packed]) => this.#take(number, state, packed));
  }

  /** The number that the next question gets. */
  get next(): number {
    return this.#count + 1;
  }

  /** Completes `into` with what `world` comes to; `world` is null in a replay. */
  ask(world: Future<T> | null, context: C, into = new Promised<T>()): Future<T> {
    this.#count += 1;
    const number = this.#count;
    this.#pending.set(number, { into, context, cause: causeNow() });
    into.onDiscard(() => {
      if (this.#pending.has(number)) this.tape.output(`discard ${this.kind}`);
      world?.discard();
    });
    world?.onAny(done => this.tape.enter([this.kind, number, done.state, this.#packed(done, context)]));
    world?.onAbandoned(() => this.tape.enter([this.kind, number, 'abandoned', null]));
    return into;
  }

  #packed(done: Future<T>, context: C): unknown {
    if (done.state === 'ready') return this.packing.pack(done.value, context);
    return done.state === 'failed' ? packError(done.error) : null;
  }

  #take(number: number, state: unknown, packed: unknown): boolean {
    const pending = this.#pending.get(number);
    if (pending === undefined) return false;
    this.#pending.delete(number);
    const { into, context, cause } = pending;
    const before = beginWork(cause);
    if (state === 'ready') into.set(this.packing.unpack(packed, context, number));
    else if (state === 'failed') into.fail(unpackError(packed as PackedError));
    else if (state === 'discarded') into.discarded();
    else into.abandon();
    endWork(before);
    return true;
  }
}

export function packError(error: unknown): PackedError {
  return [error instanceof Failure ? error.code : '', error instanceof Error ? error.message : String(error)];
}

/** What it was caused by is not kept. */
export function unpackError([code, message]: PackedError): Error {
  return code === '' ? new Error(message) : new Failure(message, code);
}
