/**
 * Rate limiters: actors that hand out permits evenly spaced, without bursts.
 *
 *   new RateLimiter(2, 1_000):   acquire ─▶ at once │ 500 ms │ 500 ms │ …          first come, first served
 *
 * `runtime.spawn(new RateLimiter(2, 1_000))` gives the Ref to call `acquire` on.
 *
 * Source: libprocess `RateLimiter` (limiter.hpp).
 */
import { Future, Promised } from './future.ts';
import { ID } from './id.ts';
import { Process } from './process.ts';
import { Timeout } from './timeout.ts';

/** An actor that hands out permits evenly spaced: first come, first served. */
export class RateLimiter extends Process {
  readonly #intervalMs: number;
  readonly #waiting = new Set<Promised<void>>();
  #next: Timeout | null = null;

  /** @param permits - how many each `perMs` milliseconds; they need not be whole. */
  constructor(permits: number, perMs = 1_000) {
    super(ID.generate('__limiter__'));
    if (!(permits > 0 && perMs > 0)) throw new Error(`a rate of ${permits} in ${perMs} ms`);
    this.#intervalMs = perMs / permits;
  }

  /** Ready when it is the caller's turn. Discarding it gives the turn to the next. */
  acquire(): Future<void> {
    const remainingMs = this.#next?.remaining ?? 0;
    if (this.#waiting.size === 0 && remainingMs === 0) {
      this.#startInterval();
      return Future.ready(undefined);
    }
    if (this.#waiting.size === 0) this.delay(remainingMs, this.#grant);
    return this.#wait();
  }

  /** Nobody will hand out what is still waited for. */
  protected override finalize(): void {
    for (const waiter of this.#waiting) waiter.discarded();
  }

  #wait(): Future<void> {
    const waiter = new Promised<void>();
    this.#waiting.add(waiter);
    waiter.onDiscard(() => waiter.discarded());
    return waiter;
  }

  /** Serves the first waiter that still wants its permit. */
  #grant(): void {
    for (const waiter of this.#waiting) {
      this.#waiting.delete(waiter);
      if (!waiter.set()) continue;
      this.#startInterval();
      break;
    }
    if (this.#waiting.size > 0) this.delay(this.#next?.remaining ?? 0, this.#grant);
  }

  #startInterval(): void {
    this.#next = Timeout.in(this.#intervalMs, this.clock);
  }
}
