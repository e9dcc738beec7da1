/**
 * A thread's metrics as those of the main thread show them: `threads/<thread>/<metric>`. They are asked for whenever
 * somebody reads; a thread that computes and does not answer in time shows what it last said.
 */
import { Future } from '../future.ts';
import { Counter, Metric } from '../metrics/metric.ts';
import type { Metrics, Reading } from '../metrics/metrics.ts';
import type { Statistics } from '../metrics/statistics.ts';

/** A metric as it crosses: its name, whether it is a counter, what it reads. */
type Row = readonly [name: string, isCounter: boolean, value: number | null, statistics: Statistics | null];

/** What a thread says of `readings`. */
export function rowsOf(readings: readonly Reading[]): readonly Row[] {
  return readings.map(({ metric, value, statistics }) => [metric.name, metric instanceof Counter, value, statistics]);
}

export class Mirror {
  readonly #mirrored = new Map<string, MirroredCounter | MirroredGauge>();

  constructor(
    private readonly thread: string,
    private readonly metrics: Metrics,
    /** What the thread answers. */
    private readonly ask: () => Future<unknown>,
  ) {}

  /** Ready once the metrics are as the thread's, or it has not answered. */
  refresh(): Future<unknown> {
    return Future.await([this.ask().onReady(rows => this.#show(rows as readonly Row[]))]);
  }

  /** The thread is gone. */
  clear(): void {
    this.#show([]);
  }

  #show(rows: readonly Row[]): void {
    const names = new Set(rows.map(([name]) => name));
    for (const [name, metric] of [...this.#mirrored]) {
      if (names.has(name)) continue;
      this.#mirrored.delete(name);
      this.metrics.remove(metric);
    }
    for (const row of rows) this.#of(row).latest = row;
  }

  #of([name, isCounter]: Row): MirroredCounter | MirroredGauge {
    const known = this.#mirrored.get(name);
    if (known !== undefined) return known;
    const shown = `threads/${this.thread}/${name}`;
    const metric = isCounter
      ? this.metrics.add(new MirroredCounter(shown))
      : this.metrics.add(new MirroredGauge(shown));
    this.#mirrored.set(name, metric);
    return metric;
  }
}

const NONE: Row = ['', false, null, null];
const NO_CLOCK = { now: 0, wall: 0, timer: () => ({ cancel: () => false }) };

/** Remembers nothing itself: its thread does. */
class MirroredGauge extends Metric {
  latest = NONE;

  constructor(name: string) {
    super(name, NO_CLOCK);
  }

  read(): number | null {
    return this.latest[2];
  }

  override statistics(): Statistics | null {
    return this.latest[3];
  }
}

class MirroredCounter extends Counter {
  latest = NONE;

  constructor(name: string) {
    super(name, NO_CLOCK);
  }

  override read(): number {
    return this.latest[2] ?? 0;
  }

  override statistics(): Statistics | null {
    return this.latest[3];
  }
}
