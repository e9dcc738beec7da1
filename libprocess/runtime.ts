/**
 * Runtimes: one address with its actors, and the five seams that tie it to the world: network, disk, launcher, clock
 * and random. Each seam has a real and a simulated form, so that many runtimes can live in one process, on one virtual
 * clock, from one seed.
 *
 * Longer than other files: spawning, posting, serving and ending are one hot path over the same private fields; links and
 * reports are apart.
 *
 * Source: libprocess `ProcessManager` (process.cpp), process.hpp (spawn, terminate, wait).
 */
import { type Clock, PausableClock, type Timer } from './clock.ts';
import { current } from './current.ts';
import type { Disk } from './disk/disk.ts';
import { afterTurns, schedule } from './drain.ts';
import type { Envelope, EnvelopeKind, Named, Run, Tracer } from './envelope.ts';
import { Failure } from './failure.ts';
import { Future, Promised } from './future.ts';
import type { Authenticator, Principal } from './http/authentication.ts';
import type { Request, Response } from './http/http.ts';
import { HttpPolicy } from './http/policy.ts';
import type { Asset } from './http/provide.ts';
import { type Route, type RouteHandler, type RouteOptions, Routes } from './http/routes.ts';
import { serveHttp } from './http/serve.ts';
import { CountedId } from './id.ts';
import { MAILBOX_HIGH, MAILBOX_MAX } from './limits.ts';
import { RemoteLinks } from './links.ts';
import { type Logger, stderrLogger } from './log.ts';
import type { MessageType } from './message.ts';
import { Metrics } from './metrics/metrics.ts';
import { Address, PID } from './pid.ts';
import type { Process } from './process.ts';
import { type Random, systemRandom } from './random.ts';
import { type Ref, refTo } from './ref.ts';
import { Reports } from './reports.ts';
import type { Launcher } from './subprocess/launcher.ts';
import type { Neighbours } from './threads/neighbours.ts';
import type { Network, NetworkHost } from './transport/network.ts';

export interface Seams {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly network: Network;
  readonly disk: Disk;
  readonly launcher: Launcher;
}

export interface RuntimeOptions extends Partial<Seams> {
  readonly ip?: string | undefined;
  /** 0, the default, lets the system choose. */
  readonly port?: number | undefined;
  /** What others should call this runtime, where that differs from where it is bound. */
  readonly advertiseIp?: string | undefined;
  readonly advertisePort?: number | undefined;
  /** The actor that serves paths whose first part names no actor: `/state` is then `/<delegate>/state`. */
  readonly delegate?: string | undefined;
  /** Freezes bodies that stay in this runtime, so that nobody changes what somebody else was sent. For tests. */
  readonly freeze?: boolean | undefined;
  /** A bug killed an actor. By default the OS process ends with status 1 if the actor was essential. */
  readonly died?: ((process: Process, error: unknown) => void) | undefined;
}

export interface SpawnOptions {
  /** Without this actor the OS process has no use: when a bug kills it, the process ends. */
  readonly essential?: boolean | undefined;
  /** Told of the end of the actor before its linkers are, by whoever answers for it: the OS process then goes on. */
  readonly ended?: ((how: Ending) => void) | undefined;
}

/** How an actor ended: because somebody terminated it, or of a bug. */
export type Ending = 'terminated' | 'died';

let localCount = 0;

export class Runtime implements NetworkHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Sees every envelope; null when nobody looks. */
  tracer: Tracer | null = null;
  /** Asked about events before they are served: true drops one. Null when nobody looks. For tests. */
  filter: ((envelope: Envelope) => boolean) | null = null;
  /** Provokes rare branches by name, in simulations only. */
  chaos: ((site: string) => boolean) | null = null;
  /** Where actors of this address live that are not in this thread; null where there is one thread. @internal */
  neighbours: Neighbours | null = null;
  /** Who sends what no actor sends: scripts and tests. */
  readonly outside = PID.none;
  /** What passes over HTTP: firewall, realms, permissions. */
  readonly http: HttpPolicy;

  #address: Address;
  readonly #network: Network | null;
  readonly #disk: Disk | null;
  readonly #launcher: Launcher | null;
  readonly #freeze: boolean;
  readonly #died: (process: Process, error: unknown) => void;
  readonly #processes = new Map<string, Process>();
  readonly #counts = new Map<string, number>();
  readonly #links = new RemoteLinks();
  readonly #reports: Reports;
  #envelopes = 0;
  #stopping = false;

  private constructor(options: RuntimeOptions) {
    localCount += 1;
    this.#address = Address.of('local', localCount);
    this.clock = options.clock ?? new PausableClock();
    this.metrics = new Metrics(this.clock);
    this.random = options.random ?? systemRandom;
    this.log = options.log ?? stderrLogger;
    this.#reports = new Reports(this.log, this.clock, this.metrics);
    this.http = new HttpPolicy(options.delegate ?? null);
    this.#network = options.network ?? null;
    this.#disk = options.disk ?? null;
    this.#launcher = options.launcher ?? null;
    this.#freeze = options.freeze ?? false;
    this.#died = options.died ?? exitIfEssential;
  }

  /** A runtime without a network: its actors talk among themselves. */
  static local(options: RuntimeOptions = {}): Runtime {
    return new Runtime(options);
  }

  /** A runtime whose network is bound to `address` already: a node of a simulation. @internal */
  static at(address: Address, options: RuntimeOptions): Runtime {
    const runtime = new Runtime(options);
    runtime.#address = address;
    return runtime;
  }

  /**
   * A runtime that listens, once it does.
   *
   * @throws Failure ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE or LISTEN.
   */
  static async start(options: RuntimeOptions & { readonly network: Network }): Promise<Runtime> {
    const runtime = new Runtime(options);
    const bound = await options.network.listen(options.ip ?? '127.0.0.1', options.port ?? 0, runtime);
    runtime.#address = Address.of(options.advertiseIp ?? bound.ip, options.advertisePort ?? bound.port);
    return runtime;
  }

  get address(): Address {
    return this.#address;
  }

  get disk(): Disk {
    if (this.#disk === null) throw new Error('this runtime was started without a disk');
    return this.#disk;
  }

  get launcher(): Launcher {
    if (this.#launcher === null) throw new Error('this runtime was started without a launcher');
    return this.#launcher;
  }

  /** `stop` has begun: nothing should be started or restarted any more. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  get processes(): Iterable<Process> {
    return this.#processes.values();
  }

  process(id: string): Process | undefined {
    return this.#processes.get(id);
  }

  /**
   * Starts an actor; its `initialize` is its first turn.
   *
   * It is managed, as the original says: the runtime holds it until it ends, whoever keeps a Ref, and forgets it then.
   *
   * @throws Failure DUPLICATE_ID when an actor of this id lives here; STOPPING once `stop` has begun; Error when
   * `process` was spawned before.
   */
  spawn<P extends Process>(process: P, options: SpawnOptions = {}): Ref<P> {
    if (this.#stopping) throw new Failure(`${this.#address} stops: it starts no more actors`, 'STOPPING');
    if (process.pid !== undefined) throw new Error(`${process.pid} was spawned before`);
    const id = this.#idOf(process);
    if (this.#processes.has(id)) throw new Failure(`there is a process '${id}' already`, 'DUPLICATE_ID');
    this.neighbours?.spawning(id, process.$id instanceof CountedId);
    const pid = this.#address.hold(id);
    place(process, pid, this);
    process.$essential = options.essential ?? false;
    process.$ended = options.ended ?? null;
    pid.process = process;
    this.#processes.set(id, process);
    this.post('initialize', process.constructor, pid, this.#self, null, initialize, null);
    return refTo(this, process);
  }

  /** Ends an actor of this runtime, by default before anything that is queued for it. Nothing for an unknown one. */
  terminate(pid: PID, inject = true): void {
    const process = this.#local(pid);
    if (process === null) return;
    const envelope = this.#envelope('terminate', TERMINATE, pid, this.#self, null, null, null);
    if (this.tracer !== null) this.tracer.posted(envelope);
    if (inject) process.$injected = envelope;
    else process.$mailbox.push(envelope);
    if (!process.$scheduled) schedule(process);
  }

  /** Ready with true once the actor is gone; with false at once for an unknown one, or after `timeoutMs`. */
  wait(pid: PID, timeoutMs = Infinity): Future<boolean> {
    const process = this.#local(pid);
    if (process === null) return Future.ready(false);
    const gone = new Promised<boolean>();
    process.$waiters ??= [];
    process.$waiters.push(gone);
    if (timeoutMs !== Infinity) {
      const timer: Timer = this.clock.timer(timeoutMs, () => gone.set(false));
      gone.onAny(() => timer.cancel());
    }
    return gone;
  }

  /** Sends an HTTP request to `authority` (`host:port`). */
  request(authority: string, request: Request): Future<Response> {
    if (this.#network === null) throw new Error('this runtime was started without a network');
    return this.#network.request(authority, request);
  }

  /** Ready once a TCP connection to `authority` (`host:port`) came about, which is ended at once. Fails CONNECT. */
  connect(authority: string): Future<void> {
    if (this.#network === null) throw new Error('this runtime was started without a network');
    return this.#network.connect(authority);
  }

  /** From now on `authenticator` says who asks for routes of `realm`. */
  setAuthenticator(realm: string, authenticator: Authenticator): void {
    this.http.authenticators.set(realm, authenticator);
  }

  /** From now on nobody is asked who they are for routes of `realm`. */
  unsetAuthenticator(realm: string): void {
    this.http.authenticators.delete(realm);
  }

  /** Terminates all actors, ends all connections and stops to listen. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.neighbours?.stop();
    for (const process of [...this.#processes.values()].reverse()) {
      this.terminate(process.pid);
      await this.wait(process.pid);
    }
    await this.#network?.close();
  }

  /** Ends at once, as by kill -9: no actor finalizes, nobody is told. For simulations. @internal */
  kill(): void {
    this.#stopping = true;
    for (const process of [...this.#processes.values()]) {
      this.#remove(process);
      process.$mailbox.clear();
    }
    this.#links.clear();
  }

  // What a process asks for.

  /** @internal */
  link(from: Process, to: PID, mode: 'reuse' | 'reconnect'): void {
    if (to === from.pid) throw new Error(`${to} links to itself`);
    from.$links ??= new Set();
    from.$links.add(to);
    if (to.address !== this.#address) this.#linkRemote(from.pid, to, mode);
    else if (to.process !== null) {
      to.process.$linkers ??= new Set();
      to.process.$linkers.add(from.pid);
    } else if (this.neighbours?.link(to) === true) this.#links.add(from.pid, to);
    else if (from.$exits?.has(to) !== true) this.#exited(from.pid, to);
  }

  /** @internal */
  route(process: Process, path: string, options: RouteOptions, handler: RouteHandler): void {
    process.$routes ??= new Routes();
    process.$routes.add({ name: `HTTP ${path}`, path, options, handler });
  }

  /** @internal */
  provide(process: Process, name: string, asset: Asset): void {
    process.$routes ??= new Routes();
    process.$routes.provide(name, asset);
  }

  // Envelopes.

  /** Puts an envelope on its way. @internal */
  post(
    kind: EnvelopeKind,
    type: Named,
    to: PID,
    from: PID,
    body: unknown,
    run: Run | null,
    reply: Promised<unknown> | null,
  ): void {
    const envelope = this.#envelope(kind, type, to, from, body, run, reply);
    if (this.tracer !== null) this.tracer.posted(envelope);
    if (to.address !== this.#address) {
      this.#carry(envelope);
      return;
    }
    if (this.#freeze && kind === 'message') freeze(body);
    this.#deliver(envelope);
  }

  receive(
    type: MessageType<unknown, unknown>,
    to: PID,
    from: PID,
    body: unknown,
    reply: Promised<unknown> | null,
  ): boolean {
    const envelope = this.#envelope('message', type, to, from, body, null, reply);
    if (this.tracer !== null) this.tracer.posted(envelope);
    if ((to.process?.$mailbox.length ?? 0) < MAILBOX_MAX) return this.#deliver(envelope);
    this.#drop(envelope, 'mailbox full');
    return true;
  }

  serve(request: Request): Future<Response> {
    return serveHttp(this, request);
  }

  /** Queues a request for its actor; `principal` has been authenticated. @internal */
  postHttp(process: Process, route: Route, request: Request, principal: Principal | null): Future<Response> {
    const reply = new Promised<Response>();
    const run = (() => route.handler.call(process, request, principal)) as Run;
    this.post('http', route, process.pid, this.outside, request, run, reply as Promised<unknown>);
    return reply;
  }

  /** Holds a connection to `address` for another thread. @internal */
  watch(address: Address, mode: 'reuse' | 'reconnect'): void {
    if (this.#network === null) this.disconnected(address);
    else this.#network.link(address, mode);
  }

  disconnected(address: Address): void {
    for (const { linker, to } of this.#links.take(address)) this.#exited(linker, to);
    this.neighbours?.disconnected(address);
  }

  /** An actor of another thread has ended. @internal */
  gone(pid: PID): void {
    for (const linker of this.#links.takeOne(pid)) this.#exited(linker, pid);
  }

  /** Serves one envelope; true while its turn stays open, because continuations are still to run. @internal */
  serveEnvelope(process: Process, envelope: Envelope): boolean {
    if (this.filter !== null && this.#isFiltered(process, envelope, this.filter)) return false;
    if (this.tracer !== null) this.tracer.served(envelope);
    try {
      return this.#settle(process, envelope, this.#run(process, envelope));
    } catch (error) {
      this.#failed(process, envelope, error);
      return false;
    }
  }

  /** An actor's first turn and its resumptions are no events: without them it would only half exist. */
  #isFiltered(process: Process, envelope: Envelope, filter: (envelope: Envelope) => boolean): boolean {
    if (envelope.kind === 'initialize' || envelope.kind === 'resume' || !filter(envelope)) return false;
    if (process.$injected === envelope) process.$injected = null;
    if (envelope.kind === 'exited') process.$exits?.delete(envelope.from);
    this.#drop(envelope, 'filtered');
    envelope.reply?.abandon();
    return true;
  }

  #run(process: Process, envelope: Envelope): unknown {
    const { kind, run } = envelope;
    if (run !== null) return run.call(process, envelope.body as never, envelope.from);
    if (kind === 'message') return this.#runMessage(process, envelope);
    if (kind === 'terminate') this.#end(process, 'terminated');
    return undefined;
  }

  #runMessage(process: Process, envelope: Envelope): unknown {
    const installed = process.$handlers?.get(envelope.type.name);
    if (installed !== undefined) return installed.handler.call(process, envelope.body as never, envelope.from);
    const delegate = process.$delegates?.get(envelope.type.name);
    if (delegate === undefined) {
      this.#drop(envelope, 'no handler');
      envelope.reply?.fail(new Failure(`${process.pid} does not know ${envelope.type.name}`, 'NO_HANDLER'));
      return undefined;
    }
    const { type, from, body, reply } = envelope;
    this.post('message', type, delegate, from, body, null, reply);
    return HANDED_ON;
  }

  /** Answers with what a handler returned. */
  #settle(process: Process, envelope: Envelope, result: unknown): boolean {
    const { reply } = envelope;
    if (result instanceof Promise) {
      this.#owe(process, reply);
      result.then(
        value => this.#answer(process, reply, value),
        error => this.#failed(process, envelope, error),
      );
      return true;
    }
    if (result instanceof Future) {
      if (reply === null) return envelope.kind === 'resume';
      this.#owe(process, reply);
      result.onAny(() => process.$owed?.delete(reply));
      reply.associate(result);
    } else if (reply !== null && result !== HANDED_ON) {
      reply.set(result);
    }
    return envelope.kind === 'resume';
  }

  #owe(process: Process, reply: Promised<unknown> | null): void {
    if (reply === null) return;
    process.$owed ??= new Set();
    process.$owed.add(reply);
  }

  #answer(process: Process, reply: Promised<unknown> | null, value: unknown): void {
    if (reply === null) return;
    process.$owed?.delete(reply);
    if (value instanceof Future) reply.associate(value);
    else reply.set(value);
  }

  /** A Failure is an answer; anything else is a bug, and the actor dies of it. */
  #failed(process: Process, envelope: Envelope, error: unknown): void {
    const { reply } = envelope;
    if (reply !== null) process.$owed?.delete(reply);
    if (!(error instanceof Failure)) {
      reply?.fail(new Failure(`${process.pid} died of ${envelope.type.name}`, 'TERMINATED', { cause: error }));
      this.#crash(process, envelope, error);
    } else if (reply === null) {
      this.#reports.unobserved(process, envelope, error);
    } else {
      reply.fail(error);
      if (reply.isObserved) return;
      afterTurns(() => {
        if (!reply.isObserved) this.#reports.unobserved(process, envelope, error);
      });
    }
  }

  #crash(process: Process, envelope: Envelope, error: unknown): void {
    if (!process.$alive) return;
    this.#reports.died(process, envelope, error);
    this.#end(process, 'died');
    if (process.$ended === null) this.#died(process, error);
  }

  /** Ends an actor: `finalize`, then its supervisor hears, then everyone who linked to it or waits for it. */
  #end(process: Process, how: Ending): void {
    const { pid } = process;
    try {
      process.$finalize();
    } catch (error) {
      this.#reports.notFinalized(process, error);
    }
    this.#remove(process);
    this.#dropAll(process);
    this.#unlink(process);
    process.$ended?.(how);
    for (const linker of process.$linkers ?? NOTHING) this.#exited(linker, pid);
    for (const waiter of process.$waiters ?? NOTHING) waiter.set(true);
    this.neighbours?.ended(pid);
  }

  #remove(process: Process): void {
    process.$alive = false;
    this.#processes.delete(process.pid.id);
    process.pid.process = null;
    this.#address.release(process.pid);
    for (const resource of process.$owned ?? NOTHING) {
      try {
        resource[Symbol.dispose]();
      } catch (error) {
        this.#reports.notFinalized(process, error);
      }
    }
  }

  #dropAll(process: Process): void {
    // Made at need only: its stack trace costs more than all else that ends an actor.
    let gone: Failure | null = null;
    const failWith = (): Failure => {
      gone ??= new Failure(`${process.pid} terminated`, 'TERMINATED');
      return gone;
    };
    for (const reply of process.$owed ?? NOTHING) reply.fail(failWith());
    for (const envelope of process.$mailbox) {
      this.#drop(envelope, 'terminated');
      envelope.reply?.fail(failWith());
    }
    process.$mailbox.clear();
  }

  #unlink(process: Process): void {
    for (const pid of process.$links ?? NOTHING) {
      pid.process?.$linkers?.delete(process.pid);
      this.#links.delete(process.pid, pid);
    }
  }

  #linkRemote(from: PID, to: PID, mode: 'reuse' | 'reconnect'): void {
    this.#links.add(from, to);
    this.watch(to.address, mode);
  }

  #exited(linker: PID, pid: PID): void {
    const { process } = linker;
    if (process !== null) {
      process.$links?.delete(pid);
      process.$exits ??= new Set();
      process.$exits.add(pid);
    }
    this.post('exited', EXITED, linker, pid, pid, exited as Run, null);
  }

  #envelope(
    kind: EnvelopeKind,
    type: Named,
    to: PID,
    from: PID,
    body: unknown,
    run: Run | null,
    reply: Promised<unknown> | null,
  ): Envelope {
    this.#envelopes += 1;
    return { kind, type, to, from, body, run, reply, id: this.#envelopes, cause: current()?.id ?? 0 };
  }

  #deliver(envelope: Envelope): boolean {
    const { process } = envelope.to;
    // In a simulation a killed runtime may have a successor at the same address: it does not deliver there.
    if (process === null || process.runtime !== this) {
      if (this.neighbours?.take(envelope) === true) return true;
      this.#drop(envelope, 'no such process');
      envelope.reply?.fail(new Failure(`there is no process ${envelope.to}`, 'NO_PROCESS'));
      return false;
    }
    process.$mailbox.push(envelope);
    if (process.$mailbox.length === MAILBOX_HIGH) this.#reports.mailboxHigh(process);
    if (!process.$scheduled) schedule(process);
    return true;
  }

  #carry(envelope: Envelope): void {
    if (envelope.kind === 'message' && this.#network !== null && envelope.to !== PID.none) {
      this.#network.carry(envelope);
      return;
    }
    this.#drop(envelope, 'not reachable');
    envelope.reply?.fail(new Failure(`${envelope.to} is not reachable from ${this.#address}`, 'NO_PROCESS'));
  }

  #drop(envelope: Envelope, why: string): void {
    this.metrics.count('libprocess/dropped_envelopes');
    if (this.tracer !== null) this.tracer.dropped(envelope, why);
  }

  #local(pid: PID): Process | null {
    return pid.address === this.#address ? pid.process : null;
  }

  #idOf(process: Process): string {
    const id = process.$id;
    if (!(id instanceof CountedId)) return id;
    const count = (this.#counts.get(id.prefix) ?? 0) + 1;
    this.#counts.set(id.prefix, count);
    return `${id.prefix}(${this.neighbours?.mark ?? ''}${count})`;
  }

  get #self(): PID {
    const envelope = current();
    return envelope !== null && envelope.to.address === this.#address ? envelope.to : this.outside;
  }
}

/** Stands for the sets that most actors never need. */
const NOTHING: readonly never[] = [];
const TERMINATE: Named = Object.freeze({ name: 'terminate' });
const EXITED: Named = Object.freeze({ name: 'exited' });
/** What `#runMessage` returns for a message that a delegate will answer. */
const HANDED_ON = Symbol('handed on');

/** Gives an actor its address; nobody else may write these fields. */
function place(process: { pid: PID; runtime: Runtime }, pid: PID, runtime: Runtime): void {
  process.pid = pid;
  process.runtime = runtime;
}

function initialize(this: Process): unknown {
  return this.$initialize();
}

function exited(this: Process, pid: PID): unknown {
  return this.$exited(pid);
}

function exitIfEssential(process: Process): void {
  if (!process.$essential) return;
  globalThis.process.stderr.write(`${process.pid} was essential: exiting\n`);
  globalThis.process.exit(1);
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
