/**
 * A metric's recent values, thinned out where they are many: of the older half every other one goes.
 *
 * Source: libprocess timeseries.hpp (`TimeSeries::truncate`, `TimeSeries::sparsify`).
 */
const TIME_SERIES_WINDOW_MS = 14 * 24 * 3_600_000;
const TIME_SERIES_CAPACITY = 1_000;
const CAPACITY_MIN = 3;

interface Sample {
  readonly at: number;
  readonly value: number;
}

export class TimeSeries {
  readonly #samples: Sample[] = [];
  readonly #capacity: number;
  /** Where the next sample goes when there are too many. */
  #thinAt = 1;

  constructor(
    private readonly windowMs = TIME_SERIES_WINDOW_MS,
    capacity = TIME_SERIES_CAPACITY,
  ) {
    this.#capacity = Math.max(CAPACITY_MIN, capacity);
  }

  /** Adds `value` as of `at`, which is not before the last one. */
  add(value: number, at: number): void {
    this.#samples.push({ at, value });
    this.#forget(at);
    if (this.#samples.length > this.#capacity) this.#thin();
  }

  /** The values within the window that ends at `now`, oldest first; the last one is always among them. */
  samples(now: number): readonly Sample[] {
    this.#forget(now);
    return this.#samples;
  }

  #forget(now: number): void {
    const expired = this.#samples.findIndex(({ at }) => at > now - this.windowMs);
    const count = expired < 0 ? this.#samples.length - 1 : expired;
    if (count <= 0) return;
    this.#samples.splice(0, count);
    this.#thinAt = Math.max(1, this.#thinAt - count);
  }

  #thin(): void {
    if (this.#thinAt > this.#samples.length / 2) this.#thinAt = 1;
    this.#samples.splice(this.#thinAt, 1);
    this.#thinAt += 1;
  }
}
