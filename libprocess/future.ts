/**
 * Futures: results that are not there yet. They can be awaited, observed and asked to be discarded.
 *
 *                 ┌── set ─────▶ ready
 *   pending ──────┼── fail ────▶ failed
 *                 └── discard ─▶ discarded      (by the side that completes it)
 *
 * A pending future can besides have been asked to be discarded (a request, never a command), or abandoned (nobody
 * will ever complete it; only an explicit `abandon()` says so).
 *
 * Callbacks run at once when their state is already there, otherwise when it comes, in the order of registration:
 * first those for the state, then those for any. They run in whatever context completes the future; an actor that
 * wants its own turn uses `this.turn(future)` or `this.defer(…)`. One that throws hurts neither the others nor whoever
 * completes the future: the actor in whose turn it was registered has the bug, or, without one, the OS process.
 *
 * Source: libprocess `Future`, `Promise` (future.hpp), collect.hpp.
 */
import { current, currentClock } from './current.ts';
import type { Named, Run } from './envelope.ts';
import { Failure } from './failure.ts';
import type { Process } from './process.ts';

/** A future leaves `pending` once, and never changes again. */
export type FutureState = 'pending' | 'ready' | 'failed' | 'discarded';

const READY = 1;
const FAILED = 2;
const DISCARDED = 4;
const ANY = 8;
const DISCARD_REQUESTED = 16;
const ABANDONED = 32;
const OBSERVED = 64;
const ASSOCIATED = 128;
/** A watcher that takes the future itself, whatever it came to. */
const WHOLE = 256;
/** How a future can end. */
const DONE = READY | FAILED | DISCARDED;

const BIT: Record<Exclude<FutureState, 'pending'>, number> = { ready: READY, failed: FAILED, discarded: DISCARDED };

/** One callback, in a ring of them: the last of a future's watchers points to the first. */
class Watcher {
  next: Watcher = this;

  constructor(
    public on: number,
    // Each kind of callback takes another argument; `#call` knows which.
    readonly call: (argument: never) => void,
    /** Whose turn it was; null outside of any, and for what futures themselves register, which does not throw. */
    readonly owner: Process | null,
  ) {}
}

type Continuation<T, U> = (argument: T) => U | PromiseLike<U>;

/** What the futures of a list, or of a tuple, are ready with. */
type Values<F extends readonly Future<unknown>[]> = {
  -readonly [K in keyof F]: F[K] extends Future<infer T> ? T : never;
};

const CALLBACK: Named = Object.freeze({ name: 'callback of a future' });

/** A result that may not be there yet. It can be awaited, observed, combined, and asked to be discarded. */
export class Future<T> implements PromiseLike<T> {
  protected status: FutureState = 'pending';
  /** The value, or the error. */
  protected result: unknown = undefined;
  protected flags = 0;
  /** What a request to discard this one is passed on to. */
  protected upstream: Future<unknown> | null = null;
  #lastWatcher: Watcher | null = null;
  #abort: AbortController | null = null;

  static ready<T>(value: T): Future<T> {
    const promised = new Promised<T>();
    promised.set(value);
    return promised;
  }

  static failed<T = never>(error: unknown): Future<T> {
    const promised = new Promised<T>();
    promised.fail(error);
    return promised;
  }

  /**
   * Runs `work` with a signal that is aborted once the future is asked to be discarded; if `work` then fails, the future
   * is discarded.
   */
  static from<T>(work: (signal: AbortSignal) => PromiseLike<T>): Future<T> {
    const promised = new Promised<T>();
    const fail = (error: unknown): void => {
      if (promised.discardRequested) promised.discarded();
      else promised.fail(error);
    };
    try {
      work(promised.signal).then(value => promised.set(value), fail);
    } catch (error) {
      fail(error);
    }
    return promised;
  }

  /** Ready with its reason once `signal` is aborted. Discarding it stops to listen. */
  static aborted(signal: AbortSignal): Future<unknown> {
    const aborted = new Promised<unknown>();
    const abort = (): boolean => aborted.set(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    aborted.onDiscard(() => {
      signal.removeEventListener('abort', abort);
      aborted.discarded();
    });
    return aborted;
  }

  /**
   * Ready with all values in the order of `futures`; fails as soon as one fails or is discarded. Discarding it
   * discards them all.
   */
  static collect<const F extends readonly Future<unknown>[]>(futures: F): Future<Values<F>> {
    const all = new Promised<unknown[]>();
    const values: unknown[] = new Array(futures.length);
    let missing = futures.length;
    if (missing === 0) all.set([]);
    futures.forEach((future, index) => {
      future.onAny(() => {
        if (!all.isPending || all.discardRequested) return;
        if (future.state !== 'ready') {
          all.fail(notCollected(future));
          return;
        }
        values[index] = future.value;
        missing -= 1;
        if (missing === 0) all.set(values);
      });
      future.onAbandoned(() => all.abandon());
    });
    return all.discardWith(futures) as Promised<unknown> as Future<Values<F>>;
  }

  /** Ready with `futures` themselves once none of them is pending any more; never fails. Discarding it discards them. */
  static await<T>(futures: readonly Future<T>[]): Future<readonly Future<T>[]> {
    const all = new Promised<readonly Future<T>[]>();
    let missing = futures.length;
    if (missing === 0) all.set(futures);
    for (const future of futures) {
      future.onAny(() => {
        missing -= 1;
        if (missing === 0 && !all.discardRequested) all.set(futures);
      });
      future.onAbandoned(() => all.abandon());
    }
    return all.discardWith(futures);
  }

  /** The first of `futures` to be ready; failed and discarded ones are passed over. Discarding it discards them. */
  static select<T>(futures: readonly Future<T>[]): Future<Future<T>> {
    const first = new Promised<Future<T>>();
    for (const future of futures) {
      future.ignore().onReady(() => {
        if (!first.discardRequested) first.set(future);
      });
    }
    return first.discardWith(futures);
  }

  get state(): FutureState {
    return this.status;
  }

  get isPending(): boolean {
    return this.status === 'pending';
  }

  /** @throws Error unless ready. */
  get value(): T {
    if (this.status !== 'ready') throw new Error(`future is ${this.toString()}, not READY`);
    return this.result as T;
  }

  /** Why it failed; undefined unless failed. */
  get error(): unknown {
    return this.status === 'failed' ? this.result : undefined;
  }

  get discardRequested(): boolean {
    return (this.flags & DISCARD_REQUESTED) !== 0;
  }

  get isAbandoned(): boolean {
    return this.status === 'pending' && (this.flags & ABANDONED) !== 0;
  }

  /** Somebody looks at the outcome, or said that nobody has to. @internal */
  get isObserved(): boolean {
    return (this.flags & OBSERVED) !== 0;
  }

  /** Aborted when this future is asked to be discarded. */
  get signal(): AbortSignal {
    if (this.#abort === null) {
      const abort = new AbortController();
      this.#abort = abort;
      this.onDiscard(() => abort.abort());
    }
    return this.#abort.signal;
  }

  /** Asks for the work to be given up. True for the first request on a pending future. */
  discard(): boolean {
    if (this.status !== 'pending' || this.discardRequested) return false;
    this.flags |= DISCARD_REQUESTED;
    const last = this.#lastWatcher;
    this.upstream?.discard();
    this.#run(DISCARD_REQUESTED, last);
    return true;
  }

  /** Asks for this future to be discarded once `signal` is aborted. */
  discardOn(signal: AbortSignal): this {
    if (this.status !== 'pending') return this;
    const discard = (): boolean => this.discard();
    signal.addEventListener('abort', discard, { once: true });
    // Appended, not watched: to tidy up is not to look at the outcome.
    this.#append(new Watcher(DONE, () => signal.removeEventListener('abort', discard), null));
    if (signal.aborted) discard();
    return this;
  }

  /** Says that a failure of this future needs no report. */
  ignore(): this {
    this.flags |= OBSERVED;
    return this;
  }

  onReady(call: (value: T) => void): this {
    return this.#watch(READY, call, ownTurn());
  }

  onFailed(call: (error: unknown) => void): this {
    return this.#watch(FAILED, call, ownTurn());
  }

  onDiscarded(call: () => void): this {
    return this.#watch(DISCARDED, call, ownTurn());
  }

  onAny(call: (future: Future<T>) => void): this {
    return this.#watch(ANY, call, ownTurn());
  }

  onDiscard(call: () => void): this {
    return this.#watch(DISCARD_REQUESTED, call, ownTurn());
  }

  onAbandoned(call: () => void): this {
    return this.#watch(ABANDONED, call, ownTurn());
  }

  /**
   * What `onReady` makes of the value; failures and discards pass through unless `onFailed` is given (a discard
   * reaches it as a Failure DISCARDED). This is also what `await` calls.
   *
   * When this future or the result has been asked to be discarded before the value comes, `onReady` is not called, and
   * the result is discarded.
   */
  // biome-ignore lint/suspicious/noThenProperty: a Future is meant to be awaited.
  then<A = T, B = never>(
    onReady?: Continuation<T, A> | null,
    onFailed?: Continuation<unknown, B> | null,
  ): Future<A | B> {
    const derived = new Promised<A | B>();
    if (this.status !== 'pending') {
      this.flags |= OBSERVED;
      this.#continue(derived, onReady, onFailed);
      return derived;
    }
    derived.upstream = this;
    this.#watch(ANY | ABANDONED, () => this.#continue(derived, onReady, onFailed));
    return derived;
  }

  /** What `mend` makes of a failed future; all else passes through. */
  repair<U = T>(mend: Continuation<Future<T>, U>): Future<T | U> {
    return this.#derive<T | U>(derived => {
      if (this.status === 'failed') derived.become(mend, this);
      else this.#passTo(derived);
    });
  }

  /** What `mend` makes of a failed, discarded or abandoned future. A request to discard does not reach the mending. */
  recover<U = T>(mend: Continuation<Future<T>, U>): Future<T | U> {
    let mending = false;
    const mendOnce = (result: Promised<T | U>): void => {
      if (mending) return;
      mending = true;
      result.revive().become(mend, this);
    };
    const derived = this.#derive<T | U>(result => {
      if (this.status === 'ready') result.set(this.result as T);
      else mendOnce(result);
    }, false);
    this.onAbandoned(() => mendOnce(derived));
    return derived;
  }

  /** This future if it is done within `ms`, otherwise what `late` makes of it. */
  after<U = T>(ms: number, late: Continuation<Future<T>, U>): Future<T | U> {
    const timer = currentClock().timer(ms, () => {
      if (this.status === 'pending' && derived.isPending) derived.become(late, this);
    });
    const derived = this.#derive<T | U>(result => {
      timer.cancel();
      if (result.isPending) this.#passTo(result);
    });
    return derived;
  }

  /** This future; after `ms` it is asked to be discarded and the result fails with `code`. */
  orFailAfter(ms: number, code: string): Future<T> {
    return this.after<T>(ms, () => {
      this.discard();
      return Future.failed(new Failure(`no answer within ${ms} ms`, code));
    });
  }

  /** The same outcome, but requests to discard it stop here. */
  undiscardable(): Future<T> {
    const derived = new Promised<T>();
    this.onAny(() => this.#passTo(derived));
    this.onAbandoned(() => derived.abandon());
    return derived;
  }

  toString(): string {
    const name = this.isAbandoned ? 'Abandoned' : this.status.toUpperCase();
    const why = this.status === 'failed' ? `: ${reasonOf(this.result)}` : '';
    return `${name}${why}${this.discardRequested ? ' (with discard)' : ''}`;
  }

  /** Passes the outcome of this one on to `follower`, before those who watch for any outcome are called. @internal */
  leads(follower: Promised<unknown>): void {
    if (follower.upstream === null) follower.upstream = this;
    else follower.onDiscard(() => this.discard());
    if (follower.discardRequested) this.discard();
    this.#watch(DONE | ABANDONED | WHOLE, () => {
      if (this.status === 'pending') follower.markAbandoned();
      else follower.settle(this.status, this.result);
    });
  }

  protected settle(status: Exclude<FutureState, 'pending'>, result: unknown): boolean {
    if (this.status !== 'pending') return false;
    this.status = status;
    this.result = result;
    this.upstream = null;
    if (this.#lastWatcher !== null) {
      this.#run(BIT[status]);
      this.#run(ANY);
      this.#lastWatcher = null;
    }
    return true;
  }

  protected markAbandoned(): boolean {
    if (this.status !== 'pending' || this.isAbandoned) return false;
    this.flags |= ABANDONED;
    this.#run(ABANDONED);
    return true;
  }

  /** A future that `complete` fills in once this one is done, and whose discard is passed on to this one. */
  #derive<U>(complete: (derived: Promised<U>) => void, passAbandonment = true): Promised<U> {
    const derived = new Promised<U>();
    if (this.status !== 'pending') {
      this.flags |= OBSERVED;
      complete(derived);
      return derived;
    }
    derived.upstream = this;
    this.#watch(passAbandonment ? ANY | ABANDONED : ANY, () => {
      if (this.status === 'pending') derived.abandon();
      else complete(derived);
    });
    return derived;
  }

  #continue<A, B>(
    derived: Promised<A | B>,
    onReady: Continuation<T, A> | null | undefined,
    onFailed: Continuation<unknown, B> | null | undefined,
  ): void {
    if (this.status === 'ready') {
      if (derived.discardRequested || this.discardRequested) {
        // Who awaits must hear of it.
        if (onFailed == null) derived.discarded();
        else derived.become(onFailed, discardedFailure());
      } else if (onReady == null) derived.set(this.result as A);
      else derived.become(onReady, this.result as T);
    } else if (this.status === 'pending') {
      derived.abandon();
    } else if (onFailed == null) {
      this.#passTo(derived);
    } else {
      derived.become(onFailed, this.status === 'failed' ? this.result : discardedFailure());
    }
  }

  #passTo<U>(derived: Promised<U>): void {
    if (this.status === 'ready') derived.set(this.result as U);
    else if (this.status === 'failed') derived.fail(this.result);
    else derived.discarded();
  }

  #watch(on: number, call: (argument: never) => void, owner: Process | null = null): this {
    if (on & (ANY | FAILED)) this.flags |= OBSERVED;
    const watcher = new Watcher(on, call, owner);
    if (this.status === 'pending') {
      const isHere = (on & this.flags & (DISCARD_REQUESTED | ABANDONED)) !== 0;
      if (!isHere || on !== DISCARD_REQUESTED) this.#append(watcher);
      if (isHere) this.#call(watcher);
    } else if (on & (ANY | BIT[this.status])) {
      this.#call(watcher);
    }
    return this;
  }

  #append(watcher: Watcher): void {
    const last = this.#lastWatcher;
    if (last !== null) {
      watcher.next = last.next;
      last.next = watcher;
    }
    this.#lastWatcher = watcher;
  }

  /** Calls those who watch for `on`; not those who come meanwhile, behind `last`. */
  #run(on: number, last = this.#lastWatcher): void {
    if (last === null) return;
    let watcher = last;
    do {
      watcher = watcher.next;
      if ((watcher.on & on) === 0) continue;
      if (on === DISCARD_REQUESTED) watcher.on = 0; // A recovery forgets the request; who heard of it hears of no other.
      this.#call(watcher);
    } while (watcher !== last);
  }

  #call({ on, call, owner }: Watcher): void {
    try {
      (call as (argument: unknown) => void)(on & (ANY | WHOLE) ? this : this.result);
    } catch (error) {
      blame(owner, error);
    }
  }
}

/** A future together with the right to complete it: libprocess' `Promise`. Hand it out as a `Future`. */
export class Promised<T> extends Future<T> {
  /** False when it was done, or follows another future, already; so for all methods here. */
  set(value: T): boolean {
    return !this.#isAssociated && this.settle('ready', value);
  }

  fail(error: unknown): boolean {
    return !this.#isAssociated && this.settle('failed', error);
  }

  discarded(): boolean {
    return !this.#isAssociated && this.settle('discarded', undefined);
  }

  /** Fails it even while it follows another future. @internal */
  cut(error: unknown): boolean {
    return this.settle('failed', error);
  }

  /** Says that nobody will complete it. */
  abandon(): boolean {
    return !this.#isAssociated && this.markAbandoned();
  }

  /** Follows `other` from now on: its outcome becomes this one's, and a discard here is passed on to it. */
  associate(other: PromiseLike<T>): boolean {
    if (!this.isPending || this.#isAssociated) return false;
    this.flags |= ASSOCIATED;
    if (!(other instanceof Future)) {
      other.then(
        value => this.settle('ready', value),
        error => this.settle('failed', error),
      );
      return true;
    }
    other.leads(this);
    return true;
  }

  /** Becomes what `make` returns for `argument`, or fails with what it throws. @internal */
  become<A>(make: Continuation<A, T>, argument: A): void {
    try {
      const made = make(argument);
      if (isThenable(made)) this.associate(made);
      else this.set(made);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Forgets a request to discard, so that it does not hit what comes next. @internal */
  revive(): this {
    this.flags &= ~DISCARD_REQUESTED;
    return this;
  }

  /** A request to discard asks all of `parts`, whatever they come to then, and discards this one. @internal */
  discardWith(parts: readonly Future<unknown>[]): this {
    this.onDiscard(() => {
      for (const part of parts) part.discard();
      this.discarded();
    });
    return this;
  }

  get #isAssociated(): boolean {
    return (this.flags & ASSOCIATED) !== 0;
  }
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function ownTurn(): Process | null {
  return current()?.to.process ?? null;
}

/** The bug of a callback goes to the actor that registered it, as a turn of its; with none, nobody else can catch it. */
function blame(owner: Process | null, error: unknown): void {
  const raise = (): never => {
    throw error;
  };
  if (owner?.$mailbox.alive === true) {
    owner.runtime.post('dispatch', CALLBACK, owner.pid, owner.pid, null, raise as Run, null);
  } else {
    queueMicrotask(raise);
  }
}

function notCollected(future: Future<unknown>): Failure {
  if (future.state === 'discarded') return new Failure('Collect failed: future discarded', 'DISCARDED');
  const { error } = future;
  return new Failure(`Collect failed: ${reasonOf(error)}`, codeOf(error), { cause: error });
}

function discardedFailure(): Failure {
  return new Failure('discarded', 'DISCARDED');
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof Failure ? error.code : 'FAILED';
}
