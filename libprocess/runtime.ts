/**
 * Runtimes: one address with its actors, and the five seams that tie it to the world: network, disk, launcher, clock
 * and random. Each seam has a real and a simulated form, so that many runtimes can live in one process, on one virtual
 * clock, from one seed.
 *
 * Here actors are spawned and envelopes posted; serving.ts serves them, ending.ts ends actors.
 *
 * Source: libprocess `ProcessManager` (process.cpp), process.hpp (spawn, terminate, wait).
 */
import { type Clock, PausableClock, type Timer } from './clock.ts';
import { causeNow, current } from './current.ts';
import type { Disk } from './disk/disk.ts';
import { schedule, sliceNow } from './drain.ts';
import { type Ending, remove, tellExited, terminated } from './ending.ts';
import type { Envelope, EnvelopeKind, Filter, Named, Run, Tracer } from './envelope.ts';
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
import type { Mailbox } from './mailbox.ts';
import type { MessageType } from './message.ts';
import { Metrics } from './metrics/metrics.ts';
import type { Pages } from './pages.ts';
import { Address, PID } from './pid.ts';
import { Population } from './population.ts';
import type { Process } from './process.ts';
import { type Random, systemRandom } from './random.ts';
import { type Ref, refTo } from './ref.ts';
import { Reports } from './reports.ts';
import type { Launcher } from './subprocess/launcher.ts';
import type { Neighbours } from './threads/neighbours.ts';
import { originOf, traceRequest, traceResponse } from './trace/http.ts';
import { traceReply } from './trace/replies.ts';
import { Tracing } from './trace/tracing.ts';
import { Visitors } from './trace/visitors.ts';
import type { Network, NetworkHost } from './transport/network.ts';

/** What ties a runtime to the world; each has a real and a simulated form. */
export interface Seams {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly network: Network;
  readonly disk: Disk;
  readonly launcher: Launcher;
}

/** Gives what `look` gives, unless this is a replay: then what it gave when it was recorded. */
export type Observe = <T>(what: string, look: () => T) => T;

/** Where a runtime is reached, and its seams where they are not the default ones. */
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
  /** How what is read off this OS process and its machine, besides the seams, comes to actors: a recording notes it. */
  readonly observe?: Observe | undefined;
  /** A bug killed an actor. By default the OS process ends with status 1 if the actor was essential. */
  readonly died?: ((process: Process, error: unknown) => void) | undefined;
}

/** What becomes of the OS process, or of whoever answers for an actor, when it ends. */
export interface SpawnOptions {
  /** Without this actor the OS process has no use: when a bug kills it, the process ends. */
  readonly essential?: boolean | undefined;
  /** Told of the end of the actor before its linkers are, by whoever answers for it: the OS process then goes on. */
  readonly ended?: ((how: Ending) => void) | undefined;
}

let localCount = 0;

/** How many actors have been spawned with counted ids of one prefix. */
interface Counter {
  readonly pages: Pages;
  count: number;
}

/** One address with its actors, its clock, network, disk, launcher and chance. */
export class Runtime implements NetworkHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Sees every envelope; null when nobody looks. */
  tracer: Tracer | null = null;
  /** Asked about each envelope before it is served; null when nobody is. For tests and debuggers. */
  filter: Filter | null = null;
  /** For what no seam gives: load, memory, how late the loop is. @internal */
  readonly observe: Observe;
  /** Provokes rare branches by name, in simulations only. */
  chaos: ((site: string) => boolean) | null = null;
  /** Where actors of this address live that are not in this thread; null where there is one thread. @internal */
  neighbours: Neighbours | null = null;
  /** Who sends what no actor sends: scripts and tests. */
  readonly outside = PID.none;
  /** What passes over HTTP: firewall, realms, permissions. */
  readonly http: HttpPolicy;

  /** Told of actors that a bug killed. @internal */
  readonly $died: (process: Process, error: unknown) => void;
  /** Turns so far: a recording tells by it when something came. @internal */
  $served = 0;
  /** @internal */ readonly $reports: Reports;
  /** @internal */ readonly $population = new Population();
  /** @internal */ readonly $links = new RemoteLinks();
  /** @internal */ readonly $visitors = new Visitors();

  #address: Address;
  readonly #network: Network | null;
  readonly #disk: Disk | null;
  readonly #launcher: Launcher | null;
  readonly #freeze: boolean;
  readonly #counters = new Map<string, Counter>();
  #incarnation: string | null = null;
  #tracing: Tracing | null = null;
  /** Nodes that are cut off. */
  readonly #cut = new Set<Address>();
  #envelopes = 0;
  #stopping = false;

  private constructor(options: RuntimeOptions) {
    localCount += 1;
    this.#address = Address.of('local', localCount);
    this.clock = options.clock ?? new PausableClock();
    this.metrics = new Metrics(this.clock);
    this.random = options.random ?? systemRandom;
    this.log = options.log ?? stderrLogger;
    this.$reports = new Reports(this.log, this.clock, this.metrics);
    this.http = new HttpPolicy(options.delegate ?? null);
    this.#network = options.network ?? null;
    this.#disk = options.disk ?? null;
    this.#launcher = options.launcher ?? null;
    this.#freeze = options.freeze ?? false;
    this.observe = options.observe ?? ((_what, look) => look());
    this.$died = options.died ?? exitIfEssential;
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

  /** Nodes that this one is connected to, or heard of by their requests. */
  get peers(): readonly Address[] {
    return [...new Set([...(this.#network?.peers ?? []), ...this.$links.addresses, ...this.$visitors.addresses])];
  }

  /** Cuts this runtime off from the one at `address`, as a broken network would; or mends that. For debuggers. */
  partition(address: Address, cut: boolean): void {
    if (!cut) {
      this.#cut.delete(address);
      return;
    }
    this.#cut.add(address);
    for (const { linker, to } of this.$links.take(address)) {
      if (isDebugger(to)) this.$links.add(linker, to);
      else tellExited(this, linker, to);
    }
  }

  /** Tracing, off until somebody starts it. */
  get tracing(): Tracing {
    this.#tracing ??= new Tracing(this);
    return this.#tracing;
  }

  /** Tells this runtime from one that had the same address before. */
  get incarnation(): string {
    this.#incarnation ??= Buffer.from(this.random.bytes(INCARNATION_BYTES)).toString('base64url');
    return this.#incarnation;
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
    return this.$population;
  }

  process(id: string): Process | undefined {
    const mailbox = this.#address.find(id)?.mailbox;
    return mailbox?.runtime === this ? mailbox.process : undefined;
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
    const mailbox = process.$mailbox;
    const { id } = mailbox;
    if (id === null) throw new Error(`${process.pid} was spawned before`);
    const pid = this.#pidFor(id);
    if (this.#local(pid) !== null) throw new Failure(`there is a process '${pid.id}' already`, 'DUPLICATE_ID');
    this.neighbours?.spawning(pid.id, id instanceof CountedId);
    this.#address.hold(pid);
    mailbox.id = null;
    mailbox.pid = pid;
    mailbox.runtime = this;
    mailbox.essential = options.essential ?? false;
    mailbox.ended = options.ended ?? null;
    pid.mailbox = mailbox;
    this.$population.add(mailbox);
    this.post('initialize', process.constructor, pid, this.#self, null, initialize, null);
    return refTo(this, process);
  }

  /** Ends an actor of this runtime, by default before anything that is queued for it. Nothing for an unknown one. */
  terminate(pid: PID, inject = true): void {
    const mailbox = this.#local(pid);
    if (mailbox === null) return;
    const envelope = this.#envelope('terminate', TERMINATE, pid, this.#self, null, terminated as Run, null);
    if (this.tracer !== null) this.tracer.posted(envelope);
    if (!inject) mailbox.push(envelope);
    else mailbox.inject(envelope);
    if (!mailbox.scheduled) schedule(mailbox);
  }

  /** Ready with true once the actor is gone; with false at once for an unknown one, or after `timeoutMs`. */
  wait(pid: PID, timeoutMs = Infinity): Future<boolean> {
    const mailbox = this.#local(pid);
    if (mailbox === null) return Future.ready(false);
    const gone = new Promised<boolean>();
    if (mailbox.waiters === null) mailbox.waiters = [gone];
    else mailbox.waiters.push(gone);
    if (timeoutMs !== Infinity) {
      const timer: Timer = this.clock.timer(timeoutMs, () => gone.set(false));
      gone.onAny(() => timer.cancel());
    }
    return gone;
  }

  /** Sends an HTTP request to `authority` (`host:port`). */
  request(authority: string, request: Request): Future<Response> {
    const network = this.#network;
    if (network === null) throw new Error('this runtime was started without a network');
    if (this.#cut.size > 0 && this.#cut.has(Address.parse(authority))) {
      return Future.failed(new Failure(`the debugger cut ${this.#address} off from ${authority}`, 'CONNECT'));
    }
    if (this.tracer === null) return network.request(authority, request);
    return traceRequest(this, authority, request, traced => network.request(authority, traced));
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
    for (const process of [...this.$population].reverse()) {
      this.terminate(process.pid);
      await this.wait(process.pid);
    }
    await this.#network?.close();
  }

  /** Ends at once, as by kill -9: no actor finalizes, nobody is told. For simulations. @internal */
  kill(): void {
    this.#stopping = true;
    for (const process of [...this.$population]) {
      remove(process);
      process.$mailbox.clear();
    }
    this.$links.clear();
  }

  // What a process asks for.

  /** @internal */
  link(from: Process, to: PID, mode: 'reuse' | 'reconnect'): void {
    if (to === from.pid) throw new Error(`${to} links to itself`);
    from.$mailbox.links ??= new Set();
    from.$mailbox.links.add(to);
    this.tracer?.noted({ kind: 'link', id: this.nextId(), cause: causeNow(), type: LINK, from: from.pid, to });
    if (to.address !== this.#address) this.#linkRemote(from.pid, to, mode);
    else if (to.mailbox !== null) {
      to.mailbox.linkers ??= new Set();
      to.mailbox.linkers.add(from.pid);
    } else if (this.neighbours?.link(to) === true) this.$links.add(from.pid, to);
    else if (from.$mailbox.exits?.has(to) !== true) tellExited(this, from.pid, to);
  }

  /** @internal */
  route(process: Process, path: string, options: RouteOptions, handler: RouteHandler): void {
    process.$mailbox.routes ??= new Routes();
    process.$mailbox.routes.add({ name: `HTTP ${path}`, path, options, handler });
  }

  /** @internal */
  provide(process: Process, name: string, asset: Asset): void {
    process.$mailbox.routes ??= new Routes();
    process.$mailbox.routes.provide(name, asset);
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
    const { mailbox } = to;
    if (mailbox === null || mailbox.runtime !== this) {
      this.#elsewhere(envelope);
      return;
    }
    if (this.#freeze && kind === 'message') freeze(body);
    this.#queue(mailbox, envelope);
  }

  receive(
    type: MessageType<unknown, unknown>,
    to: PID,
    from: PID,
    body: unknown,
    reply: Promised<unknown> | null,
    origin: string | null = null,
    bytes = -1,
    number = 0,
  ): boolean {
    const envelope = this.#envelope('message', type, to, from, body, null, reply);
    if (this.tracer !== null) this.tracer.posted(envelope, origin, bytes, number);
    const mailbox = this.#local(to);
    if (mailbox === null) return this.#absent(envelope);
    if (mailbox.length >= MAILBOX_MAX) this.$drop(envelope, 'mailbox full');
    else if (this.#cut.has(from.address) && !isDebugger(to)) this.$drop(envelope, 'cut off');
    else this.#queue(mailbox, envelope);
    return true;
  }

  /** A number for something that is traced and is no envelope. @internal */
  nextId(): number {
    this.#envelopes += 1;
    return this.#envelopes;
  }

  /** The number of the slice of the drain. @internal */
  slice(): number {
    return sliceNow();
  }

  serve(request: Request): Future<Response> {
    this.$visitors.note(request);
    const served = serveHttp(this, request);
    return this.tracer === null ? served : served.then(response => traceResponse(this, request, response));
  }

  /** Queues a request for its actor; `principal` has been authenticated. @internal */
  postHttp(process: Process, route: Route, request: Request, principal: Principal | null): Future<Response> {
    const reply = new Promised<Response>();
    const run = (() => route.handler.call(process, request, principal)) as Run;
    const { $mailbox: mailbox, pid } = process;
    const envelope = this.#envelope('http', route, pid, this.outside, request, run, reply as Promised<unknown>);
    if (this.tracer !== null) this.tracer.posted(envelope, originOf(request), request.body.length);
    if (mailbox.alive) this.#queue(mailbox, envelope);
    else this.#absent(envelope);
    return reply;
  }

  /** Holds a connection to `address` for another thread. @internal */
  watch(address: Address, mode: 'reuse' | 'reconnect'): void {
    if (this.#network === null) this.disconnected(address);
    else this.#network.link(address, mode);
  }

  disconnected(address: Address): void {
    for (const { linker, to } of this.$links.take(address)) tellExited(this, linker, to);
    this.neighbours?.disconnected(address);
  }

  /** An actor of another thread has ended. @internal */
  gone(pid: PID): void {
    for (const linker of this.$links.takeOne(pid)) tellExited(this, linker, pid);
  }

  #linkRemote(from: PID, to: PID, mode: 'reuse' | 'reconnect'): void {
    if (this.#cut.has(to.address) && !isDebugger(to)) {
      tellExited(this, from, to);
      return;
    }
    this.$links.add(from, to);
    this.watch(to.address, mode);
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
    // While nobody traces nobody asks: it would be the dearest part of tracing that is off.
    const cause = this.tracer === null ? 0 : causeNow();
    return { kind, type, to, from, body, run, reply, id: this.#envelopes, cause };
  }

  #queue(mailbox: Mailbox, envelope: Envelope): void {
    mailbox.push(envelope);
    if (mailbox.length === MAILBOX_HIGH) this.$reports.mailboxHigh(mailbox.process);
    if (!mailbox.scheduled) schedule(mailbox);
  }

  #elsewhere(envelope: Envelope): void {
    if (envelope.to.address === this.#address) this.#absent(envelope);
    else this.#carry(envelope);
  }

  /** No actor of this thread has this address; true when one of another thread may. */
  #absent(envelope: Envelope): boolean {
    if (this.neighbours?.take(envelope) === true) return true;
    this.$drop(envelope, 'no such process');
    envelope.reply?.fail(new Failure(`there is no process ${envelope.to}`, 'NO_PROCESS'));
    return false;
  }

  #carry(envelope: Envelope): void {
    const { to } = envelope;
    if (this.#cut.has(to.address) && !isDebugger(to)) {
      this.$drop(envelope, 'cut off');
      envelope.reply?.fail(new Failure(`the debugger cut ${this.#address} off from ${to.address}`, 'DISCONNECTED'));
      return;
    }
    if (envelope.kind === 'message' && this.#network !== null && to !== PID.none) {
      this.#network.carry(this.tracer === null ? envelope : traceReply(this, envelope));
      return;
    }
    this.$drop(envelope, 'not reachable');
    const why = this.#network === null ? ', which was started without a network' : '';
    envelope.reply?.fail(new Failure(`${to} is not reachable from ${this.#address}${why}`, 'NO_PROCESS'));
  }

  /** @internal */
  $drop(envelope: Envelope, why: string): void {
    this.metrics.count('libprocess/dropped_envelopes');
    if (this.tracer !== null) this.tracer.dropped(envelope, why);
  }

  /** In a simulation a killed runtime may have a successor at the same address: that one's actors are not its own. */
  #local({ mailbox }: PID): Mailbox | null {
    return mailbox !== null && mailbox.runtime === this ? mailbox : null;
  }

  #pidFor(id: string | CountedId): PID {
    if (!(id instanceof CountedId)) return this.#address.pid(id);
    let counter = this.#counters.get(id.prefix);
    if (counter === undefined) {
      counter = { pages: this.#address.keep(id.prefix), count: 0 };
      this.#counters.set(id.prefix, counter);
    }
    counter.count += 1;
    if (this.neighbours === null) return counter.pages.at(counter.count);
    return this.#address.pid(`${id.prefix}(${this.neighbours.mark}${counter.count})`);
  }

  get #self(): PID {
    const envelope = current();
    return envelope !== null && envelope.to.address === this.#address ? envelope.to : this.outside;
  }
}

/** Sixteen letters: no two runtimes ever share one. */
const INCARNATION_BYTES = 12;
const LINK: Named = Object.freeze({ name: 'link' });
const TERMINATE: Named = Object.freeze({ name: 'terminate' });

/** What debuggers say reaches nodes that they have cut off. */
function isDebugger({ id }: PID): boolean {
  return id === '__debugger__';
}

function initialize(this: Process): unknown {
  return this.$initialize();
}

function exitIfEssential(process: Process): void {
  if (!process.$mailbox.essential) return;
  globalThis.process.stderr.write(`${process.pid} was essential: exiting\n`);
  globalThis.process.exit(1);
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
