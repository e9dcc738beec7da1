/**
 * Metrics of one runtime, by name.
 *
 * Source: libprocess metrics/metrics.hpp (`metrics::add`, `metrics::remove`, `MetricsProcess::snapshot`).
 */
import type { Clock } from '../clock.ts';
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
import type { DurationUnit } from '../units.ts';
import { Counter, type Metric, type MetricOptions, MetricTimer, type Pull, PullGauge, PushGauge } from './metric.ts';
import { SHOWN, type Statistics } from './statistics.ts';

/** Names and values, in the order of the names. */
export type Snapshot = Readonly<Record<string, number>>;

/** One metric at one moment. */
export interface Reading {
  readonly metric: Metric;
  /** Null where there is none: a gauge that failed, a timer that has not measured. */
  readonly value: number | null;
  readonly statistics: Statistics | null;
}

export class Metrics {
  readonly #metrics = new Map<string, Metric>();
  /** The counters that `count` made. */
  readonly #counts = new Map<string, Counter>();

  constructor(private readonly clock: Clock) {}

  counter(name: string, options?: MetricOptions): Counter {
    return this.add(new Counter(name, this.clock, options));
  }

  /** @param pull - asked at each snapshot; a Failure, thrown or in its future, leaves the gauge out. */
  pullGauge(name: string, pull: Pull): PullGauge {
    return this.add(new PullGauge(name, this.clock, pull));
  }

  pushGauge(name: string, options?: MetricOptions): PushGauge {
    return this.add(new PushGauge(name, this.clock, options));
  }

  /** A timer, shown as `<name>_<unit>`. */
  timer(name: string, unit: DurationUnit, options?: MetricOptions): MetricTimer {
    return this.add(new MetricTimer(name, unit, this.clock, options));
  }

  /** @throws Failure DUPLICATE_METRIC. */
  add<M extends Metric>(metric: M): M {
    if (this.#metrics.has(metric.name)) {
      throw new Failure(`Metric '${metric.name}' was already added`, 'DUPLICATE_METRIC');
    }
    this.#metrics.set(metric.name, metric);
    return metric;
  }

  remove(metric: Metric): void {
    if (this.#metrics.get(metric.name) !== metric) return;
    this.#metrics.delete(metric.name);
    this.#counts.delete(metric.name);
  }

  /** Adds to the counter `name`, which this makes when it is not there. */
  count(name: string, by = 1): void {
    let counter = this.#counts.get(name);
    if (counter === undefined) {
      counter = this.counter(name);
      this.#counts.set(name, counter);
    }
    counter.increment(by);
  }

  /** All values; of gauges that have not answered, within `timeoutMs` if given, or have failed, none. */
  snapshot(timeoutMs = Infinity): Future<Snapshot> {
    return this.read(timeoutMs).then(readings => Object.fromEntries(readings.flatMap(rows)));
  }

  /** All metrics in the order of their names, read as `snapshot` does. */
  read(timeoutMs = Infinity): Future<readonly Reading[]> {
    const metrics = [...this.#metrics.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const values = metrics.map(readingOf);
    const asked = values.filter(value => value instanceof Future);
    const take = (): Reading[] =>
      metrics.map((metric, index) => ({ metric, value: soFar(values[index]), statistics: metric.statistics() }));
    return this.#within(Future.await(asked), timeoutMs).then(take);
  }

  /** Ready when `answered` is, or after `timeoutMs`. */
  #within(answered: Future<unknown>, timeoutMs: number): Future<unknown> {
    if (timeoutMs === Infinity || !answered.isPending) return answered;
    const first = new Promised<unknown>();
    const timer = this.clock.timer(timeoutMs, () => first.set(null));
    answered.onAny(() => {
      timer.cancel();
      first.set(null);
    });
    first.onDiscard(() => answered.discard());
    return first;
  }
}

type Value = number | null | Future<number>;

/** A gauge that fails, or never answers, has no number. */
function readingOf(metric: Metric): Value {
  try {
    const value = metric.read();
    return value instanceof Future ? value.recover(() => Number.NaN) : value;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function soFar(value: Value = null): number | null {
  const number = value instanceof Future ? (value.isPending ? null : value.value) : value;
  return number === null || !Number.isFinite(number) ? null : number;
}

function rows({ metric: { name }, value, statistics }: Reading): [string, number][] {
  const history =
    statistics === null ? [] : SHOWN.map((what): [string, number] => [`${name}/${what}`, statistics[what]]);
  return value === null ? history : [[name, value], ...history];
}
