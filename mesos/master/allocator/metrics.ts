/**
 * What the allocator tells about itself: `allocator/mesos/…`.
 *
 * Source: Mesos src/master/allocator/mesos/metrics.cpp.
 */
import type { Counter, Metric, Metrics, MetricTimer } from '../../../libprocess/index.ts';
import { fromThousandths } from '../../common/values.ts';
import type { HierarchicalAllocator } from './hierarchical.ts';

const WINDOW_MS = 3_600_000;
const RESOURCES = ['cpus', 'mem', 'disk'];

export class AllocatorMetrics implements Disposable {
  readonly runs: Counter;
  readonly run: MetricTimer;
  /** From the request of a run to its start. */
  readonly runLatency: MetricTimer;
  readonly #fixed: readonly Metric[];
  readonly #byRole = new Map<string, Metric>();

  constructor(
    private readonly metrics: Metrics,
    private readonly core: HierarchicalAllocator,
  ) {
    this.runs = metrics.counter('allocator/mesos/allocation_runs');
    this.run = metrics.timer('allocator/mesos/allocation_run', 'ms', { windowMs: WINDOW_MS });
    this.runLatency = metrics.timer('allocator/mesos/allocation_run_latency', 'ms', { windowMs: WINDOW_MS });
    this.#fixed = [this.runs, this.run, this.runLatency, ...RESOURCES.flatMap(name => this.#amounts(name))];
  }

  #amounts(name: string): Metric[] {
    const prefix = `allocator/mesos/resources/${name}`;
    return [
      this.metrics.pullGauge(`${prefix}/total`, () => fromThousandths(this.core.total(name))),
      this.metrics.pullGauge(`${prefix}/offered_or_allocated`, () => fromThousandths(this.core.used(name))),
    ];
  }

  /** After frameworks came, went or changed their roles. */
  updateRoles(): void {
    const roles = new Set(this.core.roleNames());
    for (const [role, metric] of this.#byRole) {
      if (roles.has(role)) continue;
      this.metrics.remove(metric);
      this.#byRole.delete(role);
    }
    for (const role of roles) if (!this.#byRole.has(role)) this.#byRole.set(role, this.#refusals(role));
  }

  #refusals(role: string): Metric {
    return this.metrics.pullGauge(`allocator/mesos/offer_filters/roles/${role}/active`, () =>
      this.core.refusalCount(role),
    );
  }

  [Symbol.dispose](): void {
    for (const metric of [...this.#fixed, ...this.#byRole.values()]) this.metrics.remove(metric);
  }
}
