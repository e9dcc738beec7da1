/**
 * Loops over futures: `iterate` gives a value, `body` takes it and says whether to go on.
 *
 *   loop(() => socket.read(), bytes => (bytes.length === 0 ? Break(total) : Continue()))
 *
 *   iterate() ──value──▶ body(value) ──Continue()──▶ iterate() …        ──Break(result)──▶ ready with result
 *
 * It needs no stack, however many futures are ready at once. A request to discard the loop reaches the future that
 * it waits for, and each one that it would wait for afterwards; a discarded future ends it as discarded, a failed one
 * as failed.
 *
 * Inside an actor, `for (;;)` with `await this.turn(…)` says the same; this is for what is no actor, and for loops that
 * can be discarded.
 *
 * Source: libprocess loop.hpp. The original makes a process of its own where none is given; on one thread nothing
 * depends on that, so here the loop then runs in the context that completes what it waits for.
 */
import type { Named, Run } from './envelope.ts';
import { Failure } from './failure.ts';
import { type Future, Promised } from './future.ts';
import type { PID } from './pid.ts';

/** What the body of a `loop` says: go on, or end with a value. */
export type ControlFlow<R> = { readonly statement: 'continue' } | { readonly statement: 'break'; readonly value: R };

type Eventually<T> = T | Future<T> | Promise<T>;

const CONTINUE: ControlFlow<never> = Object.freeze({ statement: 'continue' });
const LOOP: Named = Object.freeze({ name: 'loop' });

/** Says that a `loop` goes on. */
export function Continue(): ControlFlow<never> {
  return CONTINUE;
}

/** Says that a `loop` ends, with nothing or with a value. */
export function Break(): ControlFlow<void>;
export function Break<R>(value: R): ControlFlow<R>;
export function Break<R>(value?: R): ControlFlow<R | undefined> {
  return { statement: 'break', value };
}

/**
 * Runs until `body` says Break, and is ready with its value.
 *
 * @param on - a local actor whose turns the steps are to be; the loop fails NO_PROCESS or TERMINATED when it is gone.
 */
export function loop<T, R>(
  iterate: () => Eventually<T>,
  body: (value: T) => Eventually<ControlFlow<R>>,
  on: PID | null = null,
): Future<R> {
  return new Loop(iterate, body, on).start();
}

class Loop<T, R> {
  readonly #result = new Promised<R>();
  /** What the loop waits for. */
  #inner: Future<unknown> | null = null;

  constructor(
    private readonly iterate: () => Eventually<T>,
    private readonly body: (value: T) => Eventually<ControlFlow<R>>,
    private readonly on: PID | null,
  ) {
    this.#result.onDiscard(() => this.#inner?.discard());
  }

  start(): Future<R> {
    this.#hop(() => this.#go());
    return this.#result;
  }

  /** Goes round for as long as nothing has to be waited for. */
  #go(): void {
    for (;;) {
      const next = this.#now(this.#call(this.iterate), value => this.#goIf(this.#take(value)));
      if (next === null || !this.#take(next.value)) return;
    }
  }

  #goIf(on: boolean): void {
    if (on) this.#go();
  }

  /** Hands `value` to the body; true when it says at once to go on. */
  #take(value: T): boolean {
    const flow = this.#now(
      this.#call(() => this.body(value)),
      said => this.#goIf(this.#obey(said)),
    );
    return flow !== null && this.#obey(flow.value);
  }

  #obey(flow: ControlFlow<R>): boolean {
    if (flow.statement === 'continue') return true;
    this.#result.set(flow.value);
    return false;
  }

  /** The value of `future` if it is ready, otherwise null: `go` then goes on with it later, or the loop ends. */
  #now<V>(future: Future<V>, go: (value: V) => void): { readonly value: V } | null {
    if (future.state === 'ready') return future;
    this.#inner = future;
    future.onAny(done => this.#hop(() => this.#resume(done, go)));
    future.onAbandoned(() => this.#result.abandon());
    if (this.#result.discardRequested) future.discard();
    return null;
  }

  #resume<V>(done: Future<V>, go: (value: V) => void): void {
    this.#inner = null;
    if (done.state === 'ready') go(done.value);
    else if (done.state === 'failed') this.#result.fail(done.error);
    else this.#result.discarded();
  }

  /** What `call` returns, as a future; what it throws fails it. */
  #call<V>(call: () => Eventually<V>): Future<V> {
    const outcome = new Promised<V>();
    outcome.become(call, undefined);
    return outcome;
  }

  /** Runs `step` as a turn of the actor, or at once where there is none. */
  #hop(step: () => void): void {
    const { on } = this;
    if (on === null) {
      step();
      return;
    }
    const runtime = on.process?.runtime;
    if (runtime === undefined) {
      this.#result.fail(new Failure(`there is no process ${on}`, 'NO_PROCESS'));
      return;
    }
    const turn = new Promised<unknown>();
    turn.onFailed(error => this.#result.fail(error));
    runtime.post('dispatch', LOOP, on, on, null, step as Run, turn);
  }
}
