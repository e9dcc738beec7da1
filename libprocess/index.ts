/**
 * libprocess: actors with addresses (id@ip:port), mailboxes, timers and futures, over TCP.
 *
 * Start at {@link Process}; everything else serves it.
 *
 * What the C++ library has under another name here, or what the language has already:
 *
 *   spawn(process, manage)          every actor is managed: the runtime holds it until it ends, and forgets it then
 *   dispatch(pid, method), wrapper  a method of a {@link Ref}; `delegate` and `install` are methods of Process
 *   defer(pid, f), delay(…, pid)    `this.defer`, `this.delay`; for another actor, `clock.timer(ms, () => ref.method())`
 *   run(f)                          {@link async}; what must run one after another on one actor, {@link Executor}
 *   Promise<T>, its set(Future)     {@link Promised}, `associate`; abandoned only by an explicit `abandon()`
 *   Future::get, Future::await      `future.value` once it is ready; `this.turn(future)` in actors, `await` outside
 *   collect, await, select          static methods of {@link Future}; undiscardable and after are methods
 *   Option, Try, Result, Error      `T | null`; a value, or a thrown {@link Failure}
 *   Owned, Shared                   the garbage collector; `this.own(disposable)` and `using` for what must be released
 *   ProcessReference                nothing: on one thread no actor ends while it is looked at
 *   Duration, Bytes, Time           numbers: milliseconds, bytes, milliseconds since the epoch; text by `parse…`, `print…`
 *   Clock::pause, advance, settle   {@link PausableClock}, {@link advance}, {@link settle}; a Simulation has them as methods
 *   Statistics, TimeSeries          the `window` of a metric
 *   initialize, finalize, address   `Runtime.start`, `runtime.stop`, `runtime.address`; for scripts `listen`, `stop`
 *
 * @packageDocumentation
 */

// Actors.
export { type Answer, Process } from './process.ts';
export type { Ref } from './ref.ts';
export { ID } from './id.ts';
export { Address, PID } from './pid.ts';
export { Runtime, type RuntimeOptions, type Seams, type SpawnOptions } from './runtime.ts';
export type { Ending } from './ending.ts';
export { isIdle } from './drain.ts';

// The same for scripts, on a default runtime.
export {
  ask,
  defaultRuntime,
  type ListenOptions,
  listen,
  send,
  spawn,
  stop,
  type Target,
  terminate,
  wait,
} from './default.ts';

// Threads: actors of one address on several cores.
export { type Joined, joinRuntime } from './threads/join.ts';
export { inlinePool, type Jobs, type Pool, type PoolOptions, threadPool } from './threads/pool.ts';
export { startThread, type ThreadOptions } from './threads/start.ts';
export type { Thread, ThreadEnd } from './threads/thread.ts';

// What they say.
export { type BodyOf, type MessageType, message, type Protocol, type ReplyOf, request } from './message.ts';
export {
  bool,
  bytes,
  defaults,
  double,
  type Enumeration,
  enumeration,
  type Infer,
  int32,
  int64,
  map,
  opt,
  renamed,
  rep,
  req,
  type Schema,
  type Struct,
  string,
  struct,
  uint32,
  uint64,
} from './schema.ts';
export { fromJson, type JsonObject, type JsonValue, toJson } from './codec/json.ts';
export { fromProtobuf, toProtobuf } from './codec/protobuf.ts';
export { type DurationUnit, inUnit, parseBytes, parseDuration, printBytes, printDuration } from './units.ts';

// Who starts them again.
export { Child, type ChildOptions, type Restart } from './supervise/child.ts';
export { type Intensity, type Strategy, Supervisor, type SupervisorOptions } from './supervise/supervisor.ts';

// What they wait for.
export { Future, type FutureState, Promised } from './future.ts';
export { Break, type ControlFlow, Continue, loop } from './loop.ts';
export { async } from './async.ts';
export { Executor } from './executor.ts';
export { Sequence } from './sequence.ts';
export { Mutex, ReadWriteLock } from './mutex.ts';
export { Queue } from './queue.ts';
export { CountDownLatch, Latch, Once } from './latch.ts';
export { StateMachine } from './state-machine.ts';
export { RateLimiter } from './limiter.ts';
export { Timeout } from './timeout.ts';
export { type Clock, PausableClock, type Timer } from './clock.ts';
export { advance, settle } from './settle.ts';
export { Failure, MALFORMED } from './failure.ts';

// HTTP.
export * as http from './http/http.ts';
export type { Headers, Request, Response } from './http/http.ts';
export { Pipe, PipeReader, PipeWriter } from './http/pipe.ts';
export { encodeRecord, RecordDecoder } from './http/recordio.ts';
export type { RouteHandler, RouteOptions } from './http/routes.ts';
export type { WebSocketClosing, WebSocketConnection, WebSocketHandler, WebSocketOptions } from './http/websocket.ts';
export {
  type AuthenticationResult,
  type Authenticator,
  BasicAuthenticator,
  type Principal,
} from './http/authentication.ts';
export { CombinedAuthenticator } from './http/authentication-combined.ts';
export { JwtAuthenticator } from './http/authentication-jwt.ts';
export { DisabledEndpointsFirewallRule, type FirewallRule } from './http/firewall.ts';
export type { Admission, Authorization, HttpPolicy } from './http/policy.ts';

// Child processes, and reading and writing.
export { type Subprocess, type SubprocessOptions, subprocess } from './subprocess/subprocess.ts';
export { reap } from './subprocess/reap.ts';
export { killTree } from './subprocess/kill-tree.ts';
export * as io from './io/io.ts';
export type { RedirectOptions } from './io/io.ts';

// What ties a runtime to the world.
export type { Network, NetworkHost } from './transport/network.ts';
export { ownAddress, resolveHost } from './transport/resolve.ts';
export { TcpNetwork } from './transport/tcp.ts';
export type { Disk, FileStat } from './disk/disk.ts';
export { type AppendOptions, Journal, type JournalOptions } from './journal/journal.ts';
export type { JournalRecord } from './journal/record.ts';
export { RealDisk, realDisk } from './disk/real.ts';
export {
  type Child as ChildProcess,
  type Launcher,
  type LaunchSpec,
  PIPE,
  rawStatus,
  type SignalScope,
  type Stdio,
  type WaitStatus,
} from './subprocess/launcher.ts';
export { realLauncher } from './subprocess/real.ts';
export { findUser, lookupUser, type User } from './subprocess/users.ts';
export { type Random, SeededRandom, systemRandom } from './random.ts';

// What watches them.
export { type Logger, type LogLevel, logger, printFields, stderrLogger, type Verbosity } from './log.ts';
export { type Logging, type LoggingLevel, type LoggingOptions, startLogging } from './logging.ts';
export { Counter, Metric, type MetricOptions, MetricTimer, PullGauge, PushGauge } from './metrics/metric.ts';
export { Metrics, type Reading, type Snapshot } from './metrics/metrics.ts';
export { PROMETHEUS_TYPE, printPrometheus } from './metrics/prometheus.ts';
export type { Envelope, EnvelopeKind, Named, Tracer } from './envelope.ts';
export { type EndpointOptions, type Endpoints, endpointOptions, spawnEndpoints } from './endpoints/endpoints.ts';
export type { Machine } from './endpoints/system.ts';
export { type DebuggerMode, parseDebugger, parseTraceSize, printDebugger } from './trace/access.ts';
export { NODE_HEADER } from './trace/visitors.ts';

// Recordings.
export { Recording, type RecordingOptions } from './trace/record/recording.ts';
export { decodeRecording, type Recorded, type RecordedProgram } from './trace/record/batch.ts';
export type { Difference } from './trace/record/differences.ts';
export { Playback } from './trace/record/playback.ts';
export { type Change, changesOf } from './trace/record/changes.ts';
export { type Start, type Step, type StepDetails, Stepper } from './trace/record/stepper.ts';
export type { Tape } from './trace/record/tape.ts';
