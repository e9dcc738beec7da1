/**
 * The actors that every libprocess serves besides one's own: help, metrics, logging, profiler, system, __processes__.
 *
 * Source: libprocess process.cpp (`process::initialize`).
 */
import type { Verbosity } from '../log.ts';
import type { Ref } from '../ref.ts';
import type { Runtime } from '../runtime.ts';
import { HelpEndpoint } from './help.ts';
import { LoggingEndpoint } from './logging.ts';
import { MetricsEndpoint } from './metrics.ts';
import { ProcessesEndpoint } from './processes.ts';
import { ProfilerEndpoint } from './profiler.ts';
import { type Machine, SystemEndpoint } from './system.ts';

export interface EndpointOptions {
  /** Who may look: the realm of `/metrics/snapshot`. */
  readonly readonlyRealm?: string | undefined;
  /** Who may change: the realm of `/logging/toggle` and the profiler. */
  readonly readwriteRealm?: string | undefined;
  /** `<requests>/<duration>` for `/metrics/snapshot`; empty for no limit. */
  readonly metricsRateLimit?: string | undefined;
  /** What `/logging/toggle` turns; without one it turns a number that no log follows. */
  readonly verbosity?: Verbosity | undefined;
  /** Simulations say what machine this is. */
  readonly machine?: (() => Machine) | undefined;
}

/** Those that others call. */
export interface Endpoints {
  readonly logging: Ref<LoggingEndpoint>;
}

/** Spawns them all, in the original's order. */
export function spawnEndpoints(runtime: Runtime, options: EndpointOptions = {}): Endpoints {
  const { readonlyRealm, readwriteRealm, metricsRateLimit, verbosity = { level: 0 }, machine } = options;
  runtime.spawn(new HelpEndpoint());
  runtime.spawn(new MetricsEndpoint(metricsRateLimit, readonlyRealm));
  const logging = runtime.spawn(new LoggingEndpoint(verbosity, readwriteRealm));
  runtime.spawn(new ProfilerEndpoint(readwriteRealm));
  runtime.spawn(new SystemEndpoint(machine));
  runtime.spawn(new ProcessesEndpoint());
  return { logging };
}
