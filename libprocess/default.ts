/**
 * The default runtime, for scripts: `spawn(new Greeter())`, and nothing to set up.
 *
 *   nothing ──spawn, send, …──▶ local: no port; the OS process ends once no actor has anything to do
 *      └─────await listen()───▶ listening on one TCP port, until `stop()`
 *
 * With LIBPROCESS_RECORD=FILE either is recorded (trace/record/).
 *
 * Programs that run for long, tests and simulations make a `Runtime` of their own.
 *
 * Source: libprocess process.hpp, whose free functions act on the one ProcessManager there is.
 */
import { endpointOptions, spawnEndpoints } from './endpoints/endpoints.ts';
import { Failure } from './failure.ts';
import { type Future, Promised } from './future.ts';
import type { MessageType } from './message.ts';
import type { Address, PID } from './pid.ts';
import type { Process } from './process.ts';
import type { Ref } from './ref.ts';
import { Runtime, type RuntimeOptions, type SpawnOptions } from './runtime.ts';
import { recordingFrom } from './trace/record/environment.ts';
import type { Recording } from './trace/record/recording.ts';
import { TcpNetwork } from './transport/tcp.ts';

/** An actor, by its PID or anything that has one: a Ref, a Process. */
export type Target = PID | { readonly pid: PID };

/** Where the default runtime listens: by default on a port of the system's choice. */
export interface ListenOptions {
  readonly ip?: string | undefined;
  /** 0, the default, lets the system choose. */
  readonly port?: number | undefined;
}

let runtime: Runtime | null = null;
let recording: Recording | null = null;
let listening = false;

/** The runtime that the functions here act on; local, unless `listen` came first. */
export function defaultRuntime(): Runtime {
  if (runtime === null) {
    if (listening)
      throw new Failure('libprocess is about to listen: await listen() before the first spawn', 'STARTING');
    runtime = Runtime.local(recorded({}));
    recording?.follow(runtime);
  }
  return runtime;
}

/** The functions here act on `joined` from now on: this is a thread of it. @internal */
export function useRuntime(joined: Runtime): void {
  runtime = joined;
}

/**
 * Lets actors of other OS processes reach those of this one; `await` it before the first spawn.
 *
 * @throws Failure STARTED when the default runtime exists already; ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE or LISTEN.
 */
export async function listen({ ip, port }: ListenOptions = {}): Promise<Address> {
  if (runtime !== null || listening) {
    throw new Failure('listen() came too late: call it once, before the first spawn', 'STARTED');
  }
  listening = true;
  try {
    runtime = await Runtime.start(recorded({ network: new TcpNetwork(), ip, port }));
    recording?.follow(runtime);
    spawnEndpoints(runtime, endpointOptions(process.env));
  } finally {
    listening = false;
  }
  return runtime.address;
}

/** Starts an actor; its `initialize` is its first turn. @throws Failure DUPLICATE_ID. */
export function spawn<P extends Process>(process: P, options?: SpawnOptions): Ref<P> {
  return defaultRuntime().spawn(process, options);
}

/** Ends an actor, by default before anything that is queued for it. */
export function terminate(target: Target, inject = true): void {
  defaultRuntime().terminate(pidOf(target), inject);
}

/** Ready with true once the actor is gone; with false at once for an unknown one, or after `timeoutMs`. */
export function wait(target: Target, timeoutMs?: number): Future<boolean> {
  return defaultRuntime().wait(pidOf(target), timeoutMs);
}

/** Sends `body` from outside any actor: at most once, in order for each address. */
export function send<B>(to: Target, type: MessageType<B>, body: B): void {
  const from = defaultRuntime();
  from.post('message', type, pidOf(to), from.outside, body, null, null);
}

/** Sends a question from outside any actor; fails as `Process.ask` does. */
export function ask<B, R>(to: Target, type: MessageType<B, R>, body: B): Future<R> {
  const from = defaultRuntime();
  const reply = new Promised<R>();
  from.post('message', type, pidOf(to), from.outside, body, null, reply as Promised<unknown>);
  return reply;
}

/** Terminates all actors and stops to listen; the next `spawn` starts afresh. */
export async function stop(): Promise<void> {
  const [ended, written] = [runtime, recording];
  runtime = null;
  recording = null;
  await written?.close();
  await ended?.stop();
}

function recorded<O extends RuntimeOptions>(options: O): O {
  recording = recordingFrom(process.env, process.argv[1]);
  return recording?.seams(options) ?? options;
}

function pidOf(target: Target): PID {
  return 'pid' in target ? target.pid : target;
}
