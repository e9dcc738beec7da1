/**
 * The actors that every libprocess serves besides one's own: help, metrics, logging, profiler, memory-profiler (where it
 * is asked for), system, __processes__; and ours, __trace__ and __debugger__.
 *
 * Source: libprocess process.cpp (`process::initialize`).
 */
import type { Verbosity } from '../log.ts';
import type { Ref } from '../ref.ts';
import type { Runtime } from '../runtime.ts';
import { DEBUGGER_DEFAULT, type DebuggerMode, parseDebugger, parseTraceSize } from '../trace/access.ts';
import { Debugger } from '../trace/debugger.ts';
import { TraceEndpoint } from '../trace/trace-endpoint.ts';
import { HelpEndpoint } from './help.ts';
import { LoggingEndpoint } from './logging.ts';
import { MemoryProfilerEndpoint } from './memory-profiler.ts';
import { MetricsEndpoint } from './metrics.ts';
import { ProcessesEndpoint } from './processes.ts';
import { ProfilerEndpoint } from './profiler.ts';
import { type Machine, SystemEndpoint } from './system.ts';

/** Who may see the endpoints that every runtime has, and how they behave. */
export interface EndpointOptions {
  /** Who may look: the realm of `/metrics`. */
  readonly readonlyRealm?: string | undefined;
  /** Who may change: the realm of `/logging/toggle` and the profilers. */
  readonly readwriteRealm?: string | undefined;
  /** `<requests>/<duration>` for `/metrics`; empty for no limit. */
  readonly metricsRateLimit?: string | undefined;
  /** Without it `/profiler/start` refuses. */
  readonly profiler?: boolean | undefined;
  /** Whether there is a `/memory-profiler`. */
  readonly memoryProfiler?: boolean | undefined;
  /** What `/logging/toggle` turns; without one it turns a number that no log follows. */
  readonly verbosity?: Verbosity | undefined;
  /** Simulations say what machine this is. */
  readonly machine?: (() => Machine) | undefined;
  /** Who may look at messages; by default whoever is on this machine. */
  readonly debugger?: DebuggerMode | undefined;
  /** Traces from the start, and keeps so many events. */
  readonly trace?: number | undefined;
}

/** Those that others call. */
export interface Endpoints {
  readonly logging: Ref<LoggingEndpoint>;
}

/**
 * What the environment says, in the original's variables and in two of ours: LIBPROCESS_DEBUGGER (`off`, `remote`,
 * `control`) and LIBPROCESS_TRACE, the number of events to keep of a trace from the start.
 *
 * @throws Failure BAD_DEBUGGER, or BAD_TRACE.
 */
export function endpointOptions({
  LIBPROCESS_METRICS_SNAPSHOT_ENDPOINT_RATE_LIMIT: metricsRateLimit,
  LIBPROCESS_ENABLE_PROFILER: profiler,
  LIBPROCESS_MEMORY_PROFILING: memoryProfiler,
  LIBPROCESS_DEBUGGER: mode,
  LIBPROCESS_TRACE: trace,
}: Readonly<Record<string, string | undefined>>): EndpointOptions {
  return {
    metricsRateLimit,
    profiler: profiler === '1',
    memoryProfiler: memoryProfiler === 'true',
    ...(mode === undefined ? {} : { debugger: parseDebugger(mode) }),
    ...(trace === undefined ? {} : { trace: parseTraceSize(trace) }),
  };
}

/** Spawns them all, in the original's order. */
export function spawnEndpoints(runtime: Runtime, options: EndpointOptions = {}): Endpoints {
  const { readonlyRealm, readwriteRealm, metricsRateLimit, verbosity = { level: 0 }, machine } = options;
  const { profiler = false, memoryProfiler = false, debugger: mode = DEBUGGER_DEFAULT, trace } = options;
  runtime.spawn(new HelpEndpoint());
  runtime.spawn(new MetricsEndpoint(metricsRateLimit, readonlyRealm));
  const logging = runtime.spawn(new LoggingEndpoint(verbosity, readwriteRealm));
  runtime.spawn(new ProfilerEndpoint(profiler, readwriteRealm));
  if (memoryProfiler) runtime.spawn(new MemoryProfilerEndpoint(readwriteRealm));
  runtime.spawn(new SystemEndpoint(machine));
  runtime.spawn(new ProcessesEndpoint());
  if (mode.on) {
    runtime.spawn(new TraceEndpoint(runtime.tracing, mode, { readonlyRealm, readwriteRealm }));
    runtime.spawn(new Debugger({ mode, realm: mode.control ? readwriteRealm : readonlyRealm }));
  }
  if (trace !== undefined) runtime.tracing.start({ size: trace });
  return { logging };
}
