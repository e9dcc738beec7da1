/**
 * Locks between asynchronous steps: one holder, or many readers and one writer.
 *
 *   Mutex:          free ──lock──▶ held ──unlock──▶ the longest waiter holds it, or free
 *   ReadWriteLock:  readers share; whoever comes after a waiting writer waits too, so that no writer starves;
 *                   when a writer leaves, all readers up to the next waiting writer enter together
 *
 * A waiter that was asked to be discarded is not skipped, as in the original: its future becomes ready all the same,
 * and the lock must be given back.
 *
 * Source: libprocess `Mutex` (mutex.hpp), `ReadWriteLock` (rwlock.hpp).
 */
import { Future, Promised } from './future.ts';
import { Ring } from './ring.ts';

/** A lock for one holder at a time; waiters get it in the order in which they asked. */
export class Mutex {
  readonly #waiting = new Ring<Promised<void>>();
  #held = false;

  /** Ready once the caller holds the mutex; waiters get it in the order in which they asked. */
  lock(): Future<void> {
    if (!this.#held) {
      this.#held = true;
      return Future.ready(undefined);
    }
    const waiter = new Promised<void>();
    this.#waiting.push(waiter);
    return waiter;
  }

  /** @throws Error when nobody holds it: a bug in the caller. */
  unlock(): void {
    if (!this.#held) throw new Error('unlock of a mutex that nobody holds');
    const next = this.#waiting.shift();
    if (next === undefined) this.#held = false;
    else next.set();
  }
}

interface Waiter {
  readonly mode: 'read' | 'write';
  readonly entered: Promised<void>;
}

/** A lock for many readers or one writer; neither starves the other. */
export class ReadWriteLock {
  readonly #waiting: Waiter[] = [];
  #readers = 0;
  #writing = false;

  readLock(): Future<void> {
    if (this.#writing || this.#waiting.length > 0) return this.#wait('read');
    this.#readers += 1;
    return Future.ready(undefined);
  }

  /** @throws Error when nobody reads: a bug in the caller. */
  readUnlock(): void {
    if (this.#readers === 0) throw new Error('readUnlock of a lock that nobody reads under');
    this.#readers -= 1;
    if (this.#readers === 0) this.#admit();
  }

  writeLock(): Future<void> {
    if (this.#writing || this.#readers > 0) return this.#wait('write');
    this.#writing = true;
    return Future.ready(undefined);
  }

  /** @throws Error when nobody writes: a bug in the caller. */
  writeUnlock(): void {
    if (!this.#writing) throw new Error('writeUnlock of a lock that nobody writes under');
    this.#writing = false;
    this.#admit();
  }

  #wait(mode: Waiter['mode']): Future<void> {
    const entered = new Promised<void>();
    this.#waiting.push({ mode, entered });
    return entered;
  }

  /** Lets in the writer that waits longest, or all readers before the first writer; callbacks run when all is set. */
  #admit(): void {
    const writer = this.#waiting.findIndex(waiter => waiter.mode === 'write');
    const readers = writer === -1 ? this.#waiting.length : writer;
    const admitted = this.#waiting.splice(0, Math.max(readers, writer === 0 ? 1 : 0));
    if (writer === 0) this.#writing = true;
    else this.#readers = admitted.length;
    for (const { entered } of admitted) entered.set();
  }
}
