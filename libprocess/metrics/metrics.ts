/**
 * Metrics of one runtime, by name.
 *
 * Source: libprocess metrics/ (counter.hpp, pull_gauge.hpp, push_gauge.hpp, timer.hpp, metrics.hpp).
 */
export class Metrics {
  readonly #counts = new Map<string, number>();

  /** Adds to the counter `name`, which begins at 0. */
  count(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }
}
