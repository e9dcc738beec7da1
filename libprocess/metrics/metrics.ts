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
import { numberOf, printSnapshot, type Row, rowsOf } from './snapshot.ts';
import type { Statistics } from './statistics.ts';

/** Names and values, in the order of the names. */
export type Snapshot = Readonly<Record<string, number>>;

/** One metric at one moment. */
export interface Reading {
  readonly metric: Metric;
  /** Null where there is none: a gauge that failed, a timer that has not measured. */
  readonly value: number | null;
  readonly statistics: Statistics | null;
}

/** The metrics of a runtime, by name. */
export class Metrics {
  readonly #metrics = new Map<string, Metric>();
  /** All metrics in the order of their names, and all that a snapshot may show, until one comes or goes. */
  #order: Order | null = null;
  /** The counters that `count` made. */
  readonly #counts = new Map<string, Counter>();

  /** Brings up to date what shows others' metrics here, before they are read; null where nothing does. @internal */
  refresh: (() => Future<unknown>) | null = null;

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
    this.#order = null;
    return metric;
  }

  remove(metric: Metric): void {
    if (this.#metrics.get(metric.name) !== metric) return;
    this.#metrics.delete(metric.name);
    this.#order = null;
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
    return this.#read(timeoutMs).then(({ rows, readings }) => {
      const snapshot: Record<string, number> = {};
      for (const row of rows) {
        const number = numberOf(row, readings);
        if (number !== null) snapshot[row.name] = number;
      }
      return snapshot;
    });
  }

  /** What `snapshot` gives, as JSON in which all numbers are doubles. */
  print(timeoutMs = Infinity): Future<string> {
    return this.#read(timeoutMs).then(({ rows, readings }) => printSnapshot(rows, readings));
  }

  /** All metrics in the order of their names, read as `snapshot` does. */
  read(timeoutMs = Infinity): Future<readonly Reading[]> {
    return this.#read(timeoutMs).then(({ readings }) => readings);
  }

  #read(timeoutMs: number): Future<Read> {
    if (this.refresh === null) return this.#readAll(timeoutMs);
    return this.#within(this.refresh(), timeoutMs).then(() => this.#readAll(timeoutMs));
  }

  #readAll(timeoutMs: number): Future<Read> {
    this.#order ??= orderOf([...this.#metrics.values()]);
    const { metrics, rows } = this.#order;
    const values = metrics.map(readingOf);
    const asked = values.filter(value => value instanceof Future);
    const take = () => ({ rows, readings: metrics.map((metric, index) => readingAs(metric, soFar(values[index]))) });
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

interface Read {
  readonly rows: readonly Row[];
  readonly readings: readonly Reading[];
}

interface Order {
  readonly metrics: readonly Metric[];
  readonly rows: readonly Row[];
}

function orderOf(metrics: Metric[]): Order {
  const sorted = metrics.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { metrics: sorted, rows: rowsOf(sorted) };
}

function readingAs(metric: Metric, value: number | null): Reading {
  return { metric, value, statistics: metric.statistics() };
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
