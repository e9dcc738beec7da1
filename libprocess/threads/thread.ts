/**
 * The main thread's end of one other thread.
 *
 *   starting ──joined──▶ running ──stop(): all actors finalize──▶ ended
 *      └────── its file throws, terminate(), out of memory ────────▲
 *
 * Whichever way it ends: who linked to its actors hears of their end, questions to them fail DISCONNECTED, and the ids are
 * free again.
 */
import type { MessagePort, Worker } from 'node:worker_threads';
import { Failure } from '../failure.ts';
import { type Future, Promised } from '../future.ts';
import type { Request, Response } from '../http/http.ts';
import type { LogLevel } from '../log.ts';
import type { MessageType } from '../message.ts';
import { Address, type PID } from '../pid.ts';
import type { Runtime } from '../runtime.ts';
import type { TraceSettings } from '../trace/protocol.ts';
import { admissionAnswers, permitsOf } from './admission.ts';
import { Calls } from './calls.ts';
import { Channel, type ChannelOwner } from './channel.ts';
import { type Fields, FRAME } from './frames.ts';
import { Mirror } from './mirror.ts';
import { Requests } from './requests.ts';
import type { TracedEvents } from './thread-tracing.ts';

/** How long a thread that is to stop may take; then it is terminated. */
export const STOP_TIMEOUT_MS = 5_000;

/** How long a thread may take to say how it does. */
const ANSWER_TIMEOUT_MS = 1_000;

/** How a thread ended. */
export interface ThreadEnd {
  /** 0 when it was stopped. */
  readonly code: number;
  /** What its code threw and nobody caught; null otherwise. */
  readonly error: Error | null;
}

/** A thread that was started: its actors are reached by their PIDs, this is for the thread itself. */
export interface Thread {
  readonly name: string;
  /**
   * Records what its actors do from now on; null ends that. What crosses names its cause in the other thread, so the
   * events of both make one tree. Fails FAILED with what is wrong with the settings, or DISCONNECTED.
   */
  trace(settings: TraceSettings | null): Future<void>;
  /** What was recorded from the number `from` on; `next` asks for what follows. */
  traced(from?: number): Future<TracedEvents>;
  /** Ready once it has ended, whichever way. */
  wait(): Future<ThreadEnd>;
  /** Terminates its actors, each with its `finalize`, then the thread; one that takes too long is ended as it is. */
  stop(): Future<ThreadEnd>;
  /** Ends it at once, in the midst of whatever it does: no actor finalizes. */
  terminate(): Future<ThreadEnd>;
}

/** What all threads of a runtime share. */
export interface ThreadWorld {
  readonly runtime: Runtime;
  /** Where an id lives; undefined for the main thread, or nowhere. */
  homeOf(id: string): LiveThread | undefined;
  actorSpawned(thread: LiveThread, id: string, count: number): void;
  actorEnded(thread: LiveThread, id: string, count: number): void;
  linkFrom(thread: LiveThread, id: string): void;
  watchFrom(thread: LiveThread, address: Address, mode: 'reuse' | 'reconnect'): void;
  /** The thread is gone, with all its actors. */
  forget(thread: LiveThread): void;
  report(metric: string, thread: string, text: string): void;
}

export class LiveThread implements Thread, ChannelOwner {
  readonly channel: Channel;
  readonly calls: Calls;
  readonly mirror: Mirror;
  readonly #requests: Requests;
  readonly #joined = new Promised<void>();
  readonly #ended = new Promised<ThreadEnd>();
  #error: Error | null = null;
  /** Its end is no surprise. */
  #ending = false;

  constructor(
    readonly name: string,
    private readonly worker: Worker,
    frames: MessagePort,
    private readonly world: ThreadWorld,
  ) {
    this.channel = new Channel(frames, name, this);
    const send = (kind: number, fields: Fields): void => this.channel.send(kind, fields);
    this.calls = new Calls(send, admissionAnswers(world.runtime.http));
    this.mirror = new Mirror(name, world.runtime.metrics, () => this.#ask('metrics'));
    this.#requests = new Requests(send, refuseRequest);
    worker.on('error', error => {
      this.#error = error;
    });
    worker.on('exit', code => this.#exit(code));
  }

  get runtime(): Runtime {
    return this.world.runtime;
  }

  get address(): Address {
    return this.world.runtime.address;
  }

  /** Ready once the thread has a runtime. Fails THREAD when it ends before. */
  joined(): Future<void> {
    return this.#joined;
  }

  /** What `/__processes__` says of its actors; nothing when it does not answer in time. */
  processes(): Future<readonly object[]> {
    return this.#ask('processes').then(
      all => all as readonly object[],
      () => [],
    );
  }

  trace(settings: TraceSettings | null): Future<void> {
    return this.calls.call('trace', settings).then(() => undefined);
  }

  traced(from = 0): Future<TracedEvents> {
    return this.calls.call('events', from) as Future<TracedEvents>; // It is what the thread answers.
  }

  wait(): Future<ThreadEnd> {
    return this.#ended.undiscardable();
  }

  stop(): Future<ThreadEnd> {
    if (this.#ending) return this.wait();
    this.#ending = true;
    this.channel.send(FRAME.stop, []);
    const timer = this.world.runtime.clock.timer(STOP_TIMEOUT_MS, () => {
      this.world.report('libprocess/threads/forced_stops', this.name, `took more than ${STOP_TIMEOUT_MS} ms to stop`);
      this.terminate();
    });
    return this.wait().onAny(() => timer.cancel());
  }

  terminate(): Future<ThreadEnd> {
    this.#ending = true;
    // Node's promise comes to the same as the event that #exit hears.
    this.worker.terminate().catch((error: Error) => this.world.runtime.log.error({ error }, 'cannot end a thread'));
    return this.wait();
  }

  /** The answer to an HTTP request for one of its actors. */
  serve(request: Request): Future<Response> {
    return this.#requests.ask(request, permitsOf(this.world.runtime.http));
  }

  relay(to: string): Channel | null {
    return this.world.homeOf(to)?.channel ?? null;
  }

  receive(
    type: MessageType<unknown, unknown>,
    to: PID,
    from: PID,
    body: unknown,
    reply: Promised<unknown> | null,
    origin: string | null,
    bytes: number,
  ): void {
    const { runtime } = this.world;
    if (to.address === runtime.address) runtime.receive(type, to, from, body, reply, origin, bytes);
    else runtime.post('message', type, to, from, body, null, reply);
  }

  report(metric: string, text: string): void {
    this.world.report(metric, this.name, text);
  }

  control(kind: number, fields: Fields): void {
    const { world } = this;
    if (kind === FRAME.spawned) world.actorSpawned(this, fields[0] as string, fields[1] as number);
    else if (kind === FRAME.ended) world.actorEnded(this, fields[0] as string, fields[1] as number);
    else if (kind === FRAME.link) world.linkFrom(this, fields[0] as string);
    else if (kind === FRAME.watch) {
      world.watchFrom(this, Address.parse(fields[0] as string), fields[1] as 'reuse' | 'reconnect');
    } else if (kind === FRAME.log) this.#log(fields);
    else if (kind === FRAME.call) this.calls.takeCall(fields);
    else if (kind === FRAME.result) this.calls.takeResult(fields);
    else if (kind === FRAME.joined) this.#joined.set();
    else if (kind === FRAME.essential) this.#exitAll(fields[0] as string);
    else if (!this.#requests.take(kind, fields))
      throw new Error(`a frame of the kind ${kind}, which threads do not send`);
  }

  /** A thread that computes must not hold up who looks at the others. */
  #ask(what: string): Future<unknown> {
    const answer = this.calls.call(what, null);
    const late = new Failure(`the thread '${this.name}' did not answer within ${ANSWER_TIMEOUT_MS} ms`, 'LATE');
    const either = new Promised<unknown>();
    const timer = this.world.runtime.clock.timer(ANSWER_TIMEOUT_MS, () => either.fail(late));
    answer.onAny(done => {
      timer.cancel();
      if (done.state === 'ready') either.set(done.value);
      else either.fail(done.error);
    });
    return either;
  }

  #log([level, text, fields]: Fields): void {
    this.world.runtime.log[level as LogLevel]({ ...JSON.parse(fields as string), thread: this.name }, text as string);
  }

  #exitAll(pid: string): void {
    process.stderr.write(`${pid} was essential: exiting\n`);
    process.exit(1);
  }

  #exit(code: number): void {
    this.channel.port.drain();
    const error = this.#error;
    const { log } = this.world.runtime;
    if (!this.#ending || error !== null) log.error({ thread: this.name, code, error }, `thread '${this.name}' ended`);
    const why = new Failure(`the thread '${this.name}' ended`, 'DISCONNECTED', error === null ? {} : { cause: error });
    this.world.forget(this);
    this.calls.end(why);
    this.mirror.clear();
    this.#requests.end(why);
    this.channel.end(why);
    this.channel.port.close();
    this.#joined.fail(notStarted(this.name, code, error));
    this.#ended.set({ code, error });
  }
}

/** Requests go to threads, never from them. */
function refuseRequest(): never {
  throw new Error('a thread asked the main thread for a route');
}

function notStarted(name: string, code: number, error: Error | null): Failure {
  const reason = error === null ? `it ended with ${code} before it had joined` : error.message;
  return new Failure(`the thread '${name}' did not start: ${reason}`, 'THREAD', { cause: error });
}
