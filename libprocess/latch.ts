/**
 * Things that happen once: a latch opens, a count reaches zero, a piece of work is done.
 *
 * Source: libprocess `Latch` (latch.hpp), `CountDownLatch` (count_down_latch.hpp), `Once` (once.hpp).
 */
import { Future, Promised } from './future.ts';

/** Opens once, for all who wait. */
export class Latch {
  readonly #triggered = new Promised<void>();

  /** True for the first call only. */
  trigger(): boolean {
    return this.#triggered.set();
  }

  /** Ready with true once triggered; with false after `timeoutMs` of the runtime's clock. */
  await(timeoutMs = Infinity): Future<boolean> {
    const triggered = this.#triggered.undiscardable().then(() => true);
    return timeoutMs === Infinity ? triggered : triggered.after(timeoutMs, () => false);
  }
}

/** Opens for all who wait when it has been counted down to zero. */
export class CountDownLatch {
  readonly #triggered = new Promised<void>();
  #count: number;

  /** @param count - how many `decrement` calls trigger it; 0 is triggered from the start. */
  constructor(count = 1) {
    this.#count = count;
    if (count === 0) this.#triggered.set();
  }

  /** True for the call that triggers it. */
  decrement(): boolean {
    if (this.#count === 0) return false;
    this.#count -= 1;
    return this.#count === 0 && this.#triggered.set();
  }

  /** Ready once the count is 0. */
  triggered(): Future<void> {
    return this.#triggered.undiscardable();
  }
}

/**
 * Work that must be done once, though many may begin it:
 *
 *   if (await this.turn(once.once())) return;   // somebody did it already
 *   …
 *   once.done();
 */
export class Once {
  readonly #done = new Promised<void>();
  #begun = false;

  /** False for the first caller, who does the work; for all others true, once it is done. */
  once(): Future<boolean> {
    if (this.#begun) return this.#done.undiscardable().then(() => true);
    this.#begun = true;
    return Future.ready(false);
  }

  done(): void {
    this.#done.set();
  }
}
