/**
 * The kinds of metrics.
 *
 *   Counter     only counts up, a plain number field      PushGauge   is told its value
 *   PullGauge   is asked for its value at a snapshot      MetricTimer  measures how long things take
 *
 * With a window a metric also remembers its recent values, and snapshots show their statistics.
 *
 * Source: libprocess metrics/{metric,counter,pull_gauge,push_gauge,timer}.hpp.
 */
import type { Clock } from '../clock.ts';
import type { Future } from '../future.ts';
import { type DurationUnit, inUnit } from '../units.ts';
import { type Statistics, statistics } from './statistics.ts';
import { TimeSeries } from './time-series.ts';

/** What a metric remembers besides its present value. */
export interface MetricOptions {
  /** How long values are remembered for statistics; absent: not at all. */
  readonly windowMs?: number | undefined;
}

/** A number with a name, which snapshots show. */
export abstract class Metric {
  readonly #history: TimeSeries | null;

  constructor(
    readonly name: string,
    protected readonly clock: Clock,
    { windowMs }: MetricOptions = {},
  ) {
    this.#history = windowMs === undefined ? null : new TimeSeries(windowMs);
  }

  /** It remembers its recent values. */
  get hasWindow(): boolean {
    return this.#history !== null;
  }

  /** The value for a snapshot; null when there is none, a failed future when it cannot be had. */
  abstract read(): number | null | Future<number>;

  /** Of the values within the window; null without a window, or for fewer than two. */
  statistics(): Statistics | null {
    if (this.#history === null) return null;
    return statistics(this.#history.samples(this.clock.now).map(({ value }) => value));
  }

  protected remember(value: number): void {
    this.#history?.add(value, this.clock.now);
  }
}

/** Counts up. */
export class Counter extends Metric {
  value = 0;

  increment(by = 1): void {
    this.value += by;
    this.remember(this.value);
  }

  reset(): void {
    this.value = 0;
    this.remember(0);
  }

  read(): number {
    return this.value;
  }
}

/** Shows what it was last told. */
export class PushGauge extends Metric {
  value = 0;

  set(value: number): void {
    this.value = value;
    this.remember(value);
  }

  add(by: number): void {
    this.set(this.value + by);
  }

  read(): number {
    return this.value;
  }
}

export type Pull = () => number | Future<number>;

/** Shows what it is told when a snapshot asks. */
export class PullGauge extends Metric {
  constructor(
    name: string,
    clock: Clock,
    private readonly pull: Pull,
  ) {
    super(name, clock);
  }

  read(): number | Future<number> {
    return this.pull();
  }
}

/** Shows how long something took the last time. */
export class MetricTimer extends Metric {
  #last: number | null = null;
  #startedAt: number | null = null;

  constructor(
    name: string,
    readonly unit: DurationUnit,
    clock: Clock,
    options?: MetricOptions,
  ) {
    super(`${name}_${unit}`, clock, options);
  }

  start(): void {
    this.#startedAt = this.clock.now;
  }

  /** Ends what `start` began. @returns milliseconds; 0 when nothing was begun. */
  stop(): number {
    if (this.#startedAt === null) return 0;
    const ms = this.clock.now - this.#startedAt;
    this.#startedAt = null;
    this.record(ms);
    return ms;
  }

  /** Measures how long `future` takes, whatever becomes of it. */
  time<T>(future: Future<T>): Future<T> {
    const startedAt = this.clock.now;
    return future.onAny(() => this.record(this.clock.now - startedAt));
  }

  record(ms: number): void {
    this.#last = inUnit(ms, this.unit);
    this.remember(this.#last);
  }

  /** The last measurement; null before the first. */
  read(): number | null {
    return this.#last;
  }
}
