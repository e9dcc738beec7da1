/** What peers do wrong: always counted, logged once for each peer, kind and minute. No peer can fill the log. */
import type { NetworkHost } from './network.ts';

const REPORT_INTERVAL_MS = 60_000;
/** Past sites are forgotten once there are this many: somebody makes up addresses. */
const SITES_MAX = 1_000;

export class Reports {
  readonly #last = new Map<string, number>();

  constructor(private readonly host: NetworkHost) {}

  /** Counts `metric`; logs `message` unless it has been logged for `peer` within a minute. */
  report(metric: string, peer: string, message: string): void {
    const { clock, log, metrics } = this.host;
    metrics.count(metric);
    const site = `${metric} ${peer}`;
    const last = this.#last.get(site);
    if (last !== undefined && clock.now - last < REPORT_INTERVAL_MS) return;
    if (this.#last.size >= SITES_MAX) this.#last.clear();
    this.#last.set(site, clock.now);
    log.warn({ peer }, message);
  }
}
