/**
 * Pools: pure, CPU-heavy work outside of the thread where the actors are.
 *
 *   actor ──run('hash', bytes)──▶ queue, bounded ──▶ the next free thread ──▶ Future of what `hash` returns
 *                                     └── discard() ──▶ out of the queue; or its thread is ended, and a new one begins
 *
 * A pool has no actors, no clock and no order: what it runs are functions of a module. What is to keep state, or to speak,
 * is an actor in a thread (start.ts).
 *
 * Threads and queue: piscina.
 */
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import type { Piscina } from 'piscina';
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
import { execArgvFor } from './typescript.ts';

/** Jobs that may wait, unless it is said otherwise. */
const QUEUE_MAX = 1_000;
/** How long a thread without work is kept. */
const IDLE_MS = 60_000;

/** How large a pool is. */
export interface PoolOptions {
  /** One less than the machine has cores, and at least one, unless given. */
  readonly threadsMax?: number | undefined;
  /** Jobs that may wait besides those that run; 1,000 unless given. */
  readonly queueMax?: number | undefined;
}

/** The functions of a module that a pool can run: of one argument, which is cloned, as is what they return. */
export type Jobs<M> = { readonly [K in keyof M as M[K] extends (argument: never) => unknown ? K : never]: M[K] };

type Argument<F> = F extends (argument: infer A) => unknown ? A : never;
type Result<F> = F extends (argument: never) => infer R ? Awaited<R> : never;

/** Runs the functions of the module `M`. An actor that `own`s it ends it with itself. */
export interface Pool<M> extends Disposable {
  /** Jobs that run or wait. */
  readonly pending: number;

  /**
   * What the function `name` of the module makes of `argument`. Discarding it gives the job up, even in its midst.
   *
   * Fails POOL_FULL when too many wait, JOB with the words of what the function threw, POOL_CLOSED.
   */
  run<K extends keyof Jobs<M> & string>(name: K, argument: Argument<M[K]>): Future<Result<M[K]>>;

  /** Gives up all jobs and ends the threads. */
  close(): Promise<void>;
}

/**
 * A pool of threads for the functions that `file` exports. They start when there is work, and end when there is none.
 *
 *   const pool = threadPool<typeof import('./jobs.ts')>(new URL('./jobs.ts', import.meta.url));
 *   const hash = await this.turn(pool.run('hash', bytes));
 *
 * @param file - of TypeScript from sources, which needs tsx, or of JavaScript.
 */
export function threadPool<M>(file: URL | string, options: PoolOptions = {}): Pool<M> {
  return new ThreadPool<M>(file instanceof URL ? file : pathToFileURL(file), options);
}

/** The same for simulations and tests: the functions of `module` run in this thread, in order, each after this turn. */
export function inlinePool<M>(module: M): Pool<M> {
  return new InlinePool(module);
}

class ThreadPool<M> implements Pool<M> {
  readonly #file: URL;
  readonly #threadsMax: number;
  readonly #pendingMax: number;
  /** Loaded at the first job. */
  #threads: Promise<Piscina> | null = null;
  #pending = 0;
  #closed = false;

  constructor(file: URL, { threadsMax = Math.max(1, availableParallelism() - 1), queueMax = QUEUE_MAX }: PoolOptions) {
    this.#file = file;
    this.#threadsMax = threadsMax;
    this.#pendingMax = threadsMax + queueMax;
  }

  get pending(): number {
    return this.#pending;
  }

  run<K extends keyof Jobs<M> & string>(name: K, argument: Argument<M[K]>): Future<Result<M[K]>> {
    if (this.#closed) return Future.failed(closed());
    if (this.#pending >= this.#pendingMax) {
      return Future.failed(new Failure(`${this.#pending} jobs run or wait: no room for '${name}'`, 'POOL_FULL'));
    }
    this.#pending += 1;
    const done = (): void => {
      this.#pending -= 1;
    };
    return Future.from(signal => this.#run(name, argument, signal)).onAny(done) as Future<Result<M[K]>>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#threads)?.destroy();
  }

  [Symbol.dispose](): void {
    // What it rejects with would be a bug of piscina: unhandled, it is seen.
    void this.close();
  }

  async #run(name: string, argument: unknown, signal: AbortSignal): Promise<unknown> {
    this.#threads ??= this.#start();
    const threads = await this.#threads;
    try {
      return await threads.run(argument, { name, signal });
    } catch (error) {
      if (this.#closed) throw closed();
      throw new Failure(`the job '${name}' failed: ${wordsOf(error)}`, 'JOB', { cause: error });
    }
  }

  async #start(): Promise<Piscina> {
    const { Piscina } = await import('piscina');
    return new Piscina({
      filename: this.#file.href,
      minThreads: 0,
      maxThreads: this.#threadsMax,
      idleTimeout: IDLE_MS,
      execArgv: execArgvFor(this.#file),
    });
  }
}

class InlinePool<M> implements Pool<M> {
  #pending = 0;
  #closed = false;

  constructor(private readonly module: M) {}

  get pending(): number {
    return this.#pending;
  }

  run<K extends keyof Jobs<M> & string>(name: K, argument: Argument<M[K]>): Future<Result<M[K]>> {
    const result = new Promised<Result<M[K]>>();
    const job = this.module[name] as (argument: unknown) => Result<M[K]>; // K names a function of M.
    this.#pending += 1;
    result.onDiscard(() => result.discarded());
    result.onAny(() => {
      this.#pending -= 1;
    });
    queueMicrotask(() => {
      if (this.#closed) result.fail(closed());
      else if (result.isPending) result.become(() => job(structuredClone(argument)), undefined);
    });
    return result.repair<Result<M[K]>>(({ error }) => {
      throw this.#closed
        ? closed()
        : new Failure(`the job '${name}' failed: ${wordsOf(error)}`, 'JOB', { cause: error });
    }) as Future<Result<M[K]>>;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
  }
}

function closed(): Failure {
  return new Failure('the pool is closed', 'POOL_CLOSED');
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
