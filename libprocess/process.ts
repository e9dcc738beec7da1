/**
 * Processes: actors that serve one envelope of their mailbox at a time.
 *
 *   spawn ─▶ initialize() ─▶ (message | dispatch | timer | resume | http | exited)* ─▶ terminate ─▶ finalize() ─▶ gone
 *
 * Derive from `Process`; its public methods are what other actors of the same runtime call through a `Ref`. Handlers
 * do not block: one that needs an answer awaits `this.turn(future)`, and meanwhile the actor serves other envelopes, so
 * the world may have moved when it resumes.
 *
 * Source: libprocess `ProcessBase`, `Process<T>` (process.hpp), dispatch.hpp, defer.hpp, delay.hpp.
 */
import type { Clock, Timer } from './clock.ts';
import { beginWork, causeNow, current, endWork, TIME } from './current.ts';
import type { Named } from './envelope.ts';
import { Failure } from './failure.ts';
import { type Future, Promised } from './future.ts';
import type { Principal } from './http/authentication.ts';
import type { Request, Response } from './http/http.ts';
import type { RouteHandler, RouteOptions } from './http/routes.ts';
import {
  type WebSocketConnection,
  type WebSocketHandler,
  type WebSocketOptions,
  webSocketRoute,
} from './http/websocket.ts';
import { type CountedId, ID } from './id.ts';
import type { Logger } from './log.ts';
import { type Handler, Mailbox } from './mailbox.ts';
import type { BodyOf, MessageType, Protocol, ReplyOf } from './message.ts';
import type { PID } from './pid.ts';
import type { Random } from './random.ts';
import type { Ref } from './ref.ts';
import type { Runtime, SpawnOptions } from './runtime.ts';

/** What a handler may return: its reply, now or later. */
export type Answer<R> = R | Future<R> | Promise<R>;

/** Fields that begin with `$` belong to the runtime. */
export abstract class Process {
  /** What the runtime knows of this actor. The one field that all actors have, since each more costs a spawn. @internal */
  declare readonly $mailbox: Mailbox;

  /** @param id - fixed (`'master'`) or counted (`ID.generate('slave')` becomes `slave(1)`); `(1)` where none is given. */
  constructor(id: string | CountedId = '') {
    this.$mailbox = new Mailbox(this, id === '' ? ID.generate() : id);
  }

  /** Its address; there is none before it is spawned. */
  get pid(): PID {
    return this.$mailbox.pid;
  }

  /** Where it lives. @throws Error before it is spawned, as in its constructor. */
  get runtime(): Runtime {
    const { runtime } = this.$mailbox;
    if (runtime === undefined) throw this.#outOfTurn();
    return runtime;
  }

  /** @internal */
  $initialize(): unknown {
    this.$mailbox.initialized = true;
    const done = this.initialize();
    return done instanceof Promise ? this.#initializing(done) : done;
  }

  /** @internal */
  $finalize(): void {
    this.finalize();
  }

  /** @internal */
  $exited(pid: PID): unknown {
    this.$mailbox.exits?.delete(pid);
    return this.exited(pid);
  }

  /** The first turn: install handlers and routes here. */
  protected initialize(): void | Promise<void> {}

  /** The last turn; it may send, but it is never resumed after an await. */
  protected finalize(): void {}

  /** `pid`, to which this actor had linked, is gone or cannot be reached any more. Delivered once for each link. */
  protected exited(_pid: PID): void | Promise<void> {}

  /** Monotonic milliseconds. */
  protected get now(): number {
    return this.runtime.clock.now;
  }

  /** The runtime's, for what `now`, `delay` and `sleep` do not say: timers of others, the time of day. */
  protected get clock(): Clock {
    return this.runtime.clock;
  }

  /** All chance comes from here, so that a seed repeats it. */
  protected get random(): Random {
    return this.runtime.random;
  }

  /** For state transitions, not for steps: whose line it is, a field says. */
  protected get log(): Logger {
    return this.runtime.log;
  }

  /** A random UUID, of version 4; in a simulation the seed repeats it. */
  protected uuid(): string {
    return this.runtime.random.uuid();
  }

  /** Serves messages of `type` by `handler`. */
  protected install<B, R>(type: MessageType<B, R>, handler: (this: this, body: B, from: PID) => Answer<R>): void {
    this.$mailbox.handlers ??= new Map();
    this.$mailbox.handlers.set(type.name, handler as Handler);
    this.$mailbox.lastType = null;
  }

  /** Installs a handler for every message of `protocol`; the compiler refuses a missing one. */
  protected serve<P extends Protocol>(
    protocol: P,
    handlers: {
      readonly [K in keyof P]: (this: this, body: BodyOf<P[K]>, from: PID) => Answer<ReplyOf<P[K]>>;
    },
  ): void {
    for (const key of Object.keys(protocol)) {
      this.install(protocol[key] as MessageType<unknown, unknown>, handlers[key] as never);
    }
  }

  /** Messages of `type` for which there is no handler here go on to `to`, as from their first sender. */
  protected delegate(type: MessageType<unknown, unknown>, to: PID): void {
    this.$mailbox.delegates ??= new Map();
    this.$mailbox.delegates.set(type.name, to);
  }

  /**
   * Serves HTTP requests to `/<id><path>`; of several routes the longest that fits.
   *
   * The whole body has been read before `handler` is called, unless `options.streaming`.
   */
  protected route(
    path: string,
    options: RouteOptions,
    handler: (this: this, request: Request, principal: Principal | null) => Answer<Response>,
  ): void {
    this.runtime.route(this, path, options, handler as RouteHandler);
  }

  /**
   * Opens a WebSocket for whoever asks for one at `/<id><path>`, under the same conditions as a route.
   *
   * `handler` runs as a turn for each; the sockets end with the actor.
   */
  protected webSocket(
    path: string,
    options: WebSocketOptions,
    handler: (this: this, socket: WebSocketConnection, request: Request, principal: Principal | null) => Answer<void>,
  ): void {
    const { help, authorization, realm } = options;
    const route = webSocketRoute(this, options, handler as WebSocketHandler);
    this.runtime.route(this, path, { help, authorization, realm, webSocket: true }, route);
  }

  /**
   * Serves the file, or the files of the folder, `path` at `/<id>/<name>`, where no route does. An empty name stands for
   * `/<id>` itself.
   *
   * @param types - media types by extension (`.html`), before the usual ones.
   */
  protected provide(name: string, path: string, types: Readonly<Record<string, string>> = {}): void {
    this.runtime.provide(this, name, { path, types });
  }

  /**
   * Sends `body` to `to`: at most once, in order with respect to earlier sends to the same address.
   *
   * Nothing is returned and nothing fails: a lost connection shows as `exited` to those who linked.
   *
   * @throws Error when called outside a turn of this actor: a bug in the caller.
   */
  protected send<B>(to: PID, type: MessageType<B>, body: B): void {
    const mailbox = this.#mailboxInTurn();
    mailbox.runtime.post('message', type, to, mailbox.pid, body, null, null);
  }

  /** Sends a question; fails DISCONNECTED, NO_PROCESS, NO_HANDLER, TERMINATED or with the code of the answer. */
  protected ask<B, R>(to: PID, type: MessageType<B, R>, body: B): Future<R> {
    const mailbox = this.#mailboxInTurn();
    const reply = new Promised<R>();
    mailbox.runtime.post('message', type, to, mailbox.pid, body, null, reply as Promised<unknown>);
    return reply;
  }

  /** Runs `method` with `args` as a turn of this actor in `ms` milliseconds; no more once cancelled or terminated. */
  protected delay<A extends unknown[]>(
    ms: number,
    method: (this: this, ...args: A) => void | Promise<void>,
    ...args: A
  ): Timer {
    this.assertTurn();
    return new Delay(this, ms, () => this.#later('timer', method as (...args: A) => unknown, args, null));
  }

  /** Ready in `ms` milliseconds. */
  protected sleep(ms: number): Future<void> {
    const slept = new Promised<void>();
    const timer = this.runtime.clock.timer(ms, () => {
      const before = beginWork(TIME);
      slept.set();
      endWork(before);
    });
    slept.onDiscard(() => {
      timer.cancel();
      slept.discarded();
    });
    return slept;
  }

  /**
   * A function that, whenever and by whomever called, runs `method` as a turn of this actor, and gives a Future of what
   * it returns. The Future fails TERMINATED once the actor is gone.
   */
  protected defer<A extends unknown[], R>(
    method: (this: this, ...args: A) => Answer<R>,
  ): (...args: A) => Future<Awaited<R>> {
    const asked = causeNow();
    return (...args) => {
      const reply = new Promised<Awaited<R>>();
      const before = beginWork(asked);
      this.#later('dispatch', method as (...args: A) => unknown, args, reply as Promised<unknown>);
      endWork(before);
      return reply;
    };
  }

  /**
   * What `future` comes to, as a later turn of this actor; never, once it is terminated.
   *
   * @throws whatever the future failed with; a discarded one throws Failure DISCARDED.
   */
  protected turn<T>(future: Future<T>): Promise<T> {
    return new Promise<T>((ok, bad) => {
      const resume = (done: Future<T>): void => {
        if (done.state === 'ready') ok(done.value);
        else done.then(undefined, bad);
      };
      const asked = causeNow();
      future.onAny(done => {
        // A successor of the same id must not be woken by what this actor waited for.
        if (!this.$mailbox.alive) return;
        const before = beginWork(asked);
        this.runtime.post('resume', RESUME, this.pid, this.pid, done, resume as never, null);
        endWork(before);
      });
    });
  }

  /** Asks to hear, by `exited`, of the end of `pid`, or of the connection to it. */
  protected link(pid: PID, mode: 'reuse' | 'reconnect' = 'reuse'): void {
    this.assertTurn();
    this.runtime.link(this, pid, mode);
  }

  /** Starts an actor of this runtime, which lives until it ends by itself. @throws Failure DUPLICATE_ID or STOPPING. */
  protected spawn<P extends Process>(process: P, options?: SpawnOptions): Ref<P> {
    this.assertTurn();
    return this.runtime.spawn(process, options);
  }

  /** Ends this actor; by default before anything that is queued. */
  protected terminate(inject = true): void {
    this.runtime.terminate(this.pid, inject);
  }

  /** Disposes of `resource` when this actor ends, however it ends. */
  protected own<D extends Disposable>(resource: D): D {
    this.$mailbox.owned ??= new Set();
    this.$mailbox.owned.add(resource);
    return resource;
  }

  /** @throws Error outside a turn of this actor, where it may not act. */
  protected assertTurn(): void {
    this.#mailboxInTurn();
  }

  #mailboxInTurn(): Mailbox {
    const mailbox = this.$mailbox;
    const envelope = current();
    if (envelope === null || envelope.to !== mailbox.pid) throw this.#outOfTurn();
    return mailbox;
  }

  #outOfTurn(): Error {
    if (this.pid !== undefined) return new Error(`${this.pid} acts outside its turn: await with this.turn(…)`);
    return new Error(
      `${this.constructor.name} acts before it is spawned: begin in initialize(), not in the constructor`,
    );
  }

  async #initializing(done: Promise<void>): Promise<void> {
    const over = new Promised<void>();
    this.$mailbox.initializing = over;
    await done;
    this.$mailbox.initializing = null;
    over.set();
  }

  #later<A extends unknown[]>(
    kind: 'timer' | 'dispatch',
    method: (...args: A) => unknown,
    args: A,
    reply: Promised<unknown> | null,
  ): void {
    if (!this.$mailbox.alive) {
      reply?.fail(new Failure(`${this.pid} terminated`, 'TERMINATED'));
      return;
    }
    const run = (body: A): unknown => method.apply(this, body);
    this.runtime.post(kind, method, this.pid, this.pid, args, run as never, reply);
  }
}

const RESUME: Named = Object.freeze({ name: 'resume' });

/** A timer that ends with its actor. */
class Delay implements Timer, Disposable {
  readonly #timer: Timer;

  constructor(
    private readonly owner: Process,
    ms: number,
    fire: () => void,
  ) {
    const asked = causeNow();
    this.#timer = owner.runtime.clock.timer(ms, () => {
      owner.$mailbox.owned?.delete(this);
      const before = beginWork(asked);
      fire();
      endWork(before);
    });
    owner.$mailbox.owned ??= new Set();
    owner.$mailbox.owned.add(this);
  }

  cancel(): boolean {
    this.owner.$mailbox.owned?.delete(this);
    return this.#timer.cancel();
  }

  [Symbol.dispose](): void {
    this.#timer.cancel();
  }
}
