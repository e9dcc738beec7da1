/**
 * `/system/stats.json` and the `system/…` gauges: load, processors and memory of the machine.
 *
 * Source: libprocess system.hpp (`System`), stout os::loadavg, os::cpus, os::memory.
 */
import * as os from 'node:os';
import { jsonText, type Request, type Response } from '../http/http.ts';
import type { Metric } from '../metrics/metric.ts';
import { printDouble } from '../metrics/snapshot.ts';
import { Process } from '../process.ts';

/** What `/system/stats.json` tells of the machine. */
export interface Machine {
  /** Processes that want to run, on average over 1, 5 and 15 minutes. */
  readonly load: readonly [number, number, number];
  readonly cpus: number;
  readonly memTotal: number;
  readonly memFree: number;
}

/** This machine, now. */
export function thisMachine(): Machine {
  const [one = 0, five = 0, fifteen = 0] = os.loadavg();
  return { load: [one, five, fifteen], cpus: os.cpus().length, memTotal: os.totalmem(), memFree: os.freemem() };
}

const HELP = `Shows local system metrics.

>        cpus_total          Total number of available CPUs
>        avg_load_1min       Average system load for last minute in uptime(1) style
>        avg_load_5min       Average system load for last 5 minutes in uptime(1) style
>        avg_load_15min      Average system load for last 15 minutes in uptime(1) style
>        mem_total_bytes     Total available memory in bytes
>        mem_free_bytes      Free memory in bytes`;

const GAUGES: Readonly<Record<string, (machine: Machine) => number>> = {
  'system/load_1min': ({ load }) => load[0],
  'system/load_5min': ({ load }) => load[1],
  'system/load_15min': ({ load }) => load[2],
  'system/cpus_total': ({ cpus }) => cpus,
  'system/mem_total_bytes': ({ memTotal }) => memTotal,
  'system/mem_free_bytes': ({ memFree }) => memFree,
};

export class SystemEndpoint extends Process {
  #gauges: readonly Metric[] = [];

  constructor(private readonly machine: () => Machine = thisMachine) {
    super('system');
  }

  protected override initialize(): void {
    const { metrics } = this.runtime;
    this.#gauges = Object.entries(GAUGES).map(([name, of]) => metrics.pullGauge(name, () => of(this.#look())));
    this.route('/stats.json', { help: HELP }, this.#stats);
  }

  protected override finalize(): void {
    for (const gauge of this.#gauges) this.runtime.metrics.remove(gauge);
  }

  #look(): Machine {
    return this.runtime.observe('machine', this.machine);
  }

  #stats(request: Request): Response {
    const { load, cpus, memTotal, memFree } = this.#look();
    const fields = [
      `"avg_load_15min":${printDouble(load[2])}`,
      `"avg_load_1min":${printDouble(load[0])}`,
      `"avg_load_5min":${printDouble(load[1])}`,
      `"cpus_total":${cpus}`,
      `"mem_free_bytes":${memFree}`,
      `"mem_total_bytes":${memTotal}`,
    ];
    return jsonText(`{${fields.join(',')}}`, request);
  }
}
