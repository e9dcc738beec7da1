/**
 * How late the event loop of this thread is, measured while somebody looks.
 */
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { LoopReport } from './protocol.ts';

const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

export class LoopDelay implements Disposable {
  #histogram: IntervalHistogram | null = null;
  #last = performance.eventLoopUtilization();

  /** Since the last report; the first one begins to measure. */
  report(): LoopReport {
    const now = performance.eventLoopUtilization();
    const share = performance.eventLoopUtilization(now, this.#last).utilization;
    this.#last = now;
    if (this.#histogram === null) {
      this.#histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      this.#histogram.enable();
      return { delayP50: 0, delayP99: 0, utilization: share };
    }
    const report = { delayP50: this.#late(50), delayP99: this.#late(99), utilization: share };
    this.#histogram.reset();
    return report;
  }

  [Symbol.dispose](): void {
    this.#histogram?.disable();
    this.#histogram = null;
  }

  /** The histogram holds whole intervals: what is over the resolution is late. */
  #late(percentile: number): number {
    const ns = this.#histogram?.percentile(percentile) ?? 0;
    return Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
  }
}
