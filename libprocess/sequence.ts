/**
 * Sequences: asynchronous calls, strictly one after the other.
 *
 *   add(a)  add(b)  add(c)  ──▶  a() … done │ b() … done │ c() … done       done: ready, failed or discarded
 *
 * A call whose future was asked to be discarded before its turn is skipped: its future is then discarded. Calls run
 * in the context that completes the one before, like all callbacks of futures.
 *
 * Source: libprocess `Sequence` (sequence.hpp).
 */
import { Failure } from './failure.ts';
import { type Future, Promised } from './future.ts';
import { Ring } from './ring.ts';

interface Entry {
  readonly outcome: Future<unknown>;
  readonly start: () => void;
}

/** Runs asynchronous calls strictly one after another. */
export class Sequence implements Disposable {
  readonly #waiting = new Ring<Entry>();
  #running: Entry | null = null;
  #starting = false;
  #disposed = false;

  /** Runs `call` once all that was added before is done. What it throws fails the future. */
  add<T>(call: () => T | PromiseLike<T>): Future<T> {
    const promised = new Promised<T>();
    if (this.#disposed) {
      promised.fail(new Failure('the sequence was disposed of', 'TERMINATED'));
      return promised;
    }
    const start = (): void => {
      if (promised.discardRequested) promised.discarded();
      else promised.become(call, undefined);
    };
    this.#waiting.push({ outcome: promised, start });
    this.#next();
    return promised;
  }

  /** Asks for the call that runs, and for all that wait, to be discarded. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    // The one that runs comes last: when it gives up at once, those that wait must know already.
    for (const { outcome } of this.#waiting) outcome.discard();
    this.#running?.outcome.discard();
  }

  /** A loop, not a recursion: a thousand calls that are done at once need no thousand frames. */
  #next(): void {
    if (this.#starting) return;
    this.#starting = true;
    while (this.#running === null) {
      const entry = this.#waiting.shift();
      if (entry === undefined) break;
      this.#run(entry);
    }
    this.#starting = false;
  }

  #run(entry: Entry): void {
    this.#running = entry;
    entry.start();
    entry.outcome.onAny(() => {
      this.#running = null;
      this.#next();
    });
  }
}
