/**
 * Simulations: whole clusters in one thread, on a virtual clock, from one seed.
 *
 *   const sim = simulate({ seed: 7, network: { loss: 0.1, delayMs: [1, 50] } });
 *   const agent = sim.node('agent');          // a Runtime of its own, with its own disk and launcher
 *   agent.spawn(new Agent(…));
 *   await sim.advance(10_000);
 *
 * Nothing here waits for real time. What happened is in `sim.log`, and `sim.digest` is a hash over all of it: the same
 * seed gives the same digest.
 *
 * Source: libprocess gmock.hpp, gtest.hpp (AWAIT_READY…), Clock::settle; the whole-cluster idea is FoundationDB's.
 */
import { createHash } from 'node:crypto';
import { type Clock, PausableClock, type Timer } from './clock.ts';
import { SimulatedDisk } from './disk/simulated.ts';
import { afterTurns, isIdle } from './drain.ts';
import type { Envelope, Tracer } from './envelope.ts';
import { type Future, type FutureState, Promised } from './future.ts';
import type { Headers, Response } from './http/http.ts';
import { type LogLevel, logger, printFields } from './log.ts';
import type { BodyOf, MessageType } from './message.ts';
import { Address, PID } from './pid.ts';
import { Process } from './process.ts';
import { SeededRandom } from './random.ts';
import { Runtime, type RuntimeOptions } from './runtime.ts';
import { SimulatedLauncher } from './subprocess/simulated.ts';
import { Interceptor } from './testing/interceptor.ts';
import { replayCommand, seedFrom } from './testing/replay.ts';
import { type Faults, type Tap, Wire } from './transport/simulated.ts';

export { Interceptor, intercept, type Watch } from './testing/interceptor.ts';
export {
  dispatches,
  type Ends,
  type Event,
  events,
  exits,
  type Matcher,
  messages,
  type RequestEnds,
  requests,
  type Who,
} from './testing/matchers.ts';

/** What the wall clocks of a simulation show at its beginning. */
export const EPOCH_MS = Date.UTC(2016, 0, 1);
/** Lines of message flow that are kept, and that a failing wait prints. */
const LOG_LINES_MAX = 20_000;
const LOG_LINES_SHOWN = 20;
/** How long a test waits for a future, in virtual milliseconds, unless it says otherwise: as long as AWAIT_READY. */
export const AWAIT_MS = 15_000;

export interface SimulationOptions {
  /** 1 when absent. The environment's SIM_SEED goes before it: it replays a failure. */
  readonly seed?: number;
  readonly network?: Partial<Faults>;
}

export interface NodeOptions extends Pick<RuntimeOptions, 'delegate'> {
  readonly port?: number;
  /** How far the wall clock is off, in milliseconds. */
  readonly clockOffsetMs?: number;
  /** How much too fast the clock runs: 0.01 gains a second in 100. */
  readonly clockDrift?: number;
  /** The node whose machine this one shares: its IP, disk and launcher. */
  readonly on?: string;
  /** Spawns what lives on the node: now, and again at each restart. */
  readonly boot?: (runtime: Runtime) => void;
}

/** A response as `Simulation.response` gives it. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

interface Node {
  readonly name: string;
  readonly address: Address;
  readonly options: NodeOptions;
  readonly disk: SimulatedDisk;
  readonly launcher: SimulatedLauncher;
  /** Null while the node is down. */
  runtime: Runtime | null;
}

export function simulate(options?: SimulationOptions): Simulation {
  return new Simulation(options);
}

export class Simulation {
  readonly seed: number;
  readonly clock = PausableClock.paused(EPOCH_MS);
  readonly random: SeededRandom;
  readonly wire: Wire;
  /** Message flow, one line each, oldest first; only the last ones are kept. */
  readonly log: string[] = [];
  /** What the nodes logged. */
  readonly lines: string[] = [];
  /** Bugs that killed actors; the next `settle` throws the first. */
  readonly crashes: unknown[] = [];
  /** Expectations about what the actors of all nodes are about to serve. */
  readonly events = new Interceptor(error => this.crashes.push(error));
  readonly #hash = createHash('sha256');
  readonly #nodes = new Map<string, Node>();
  readonly #replay: string;
  #machines = 0;

  constructor(options: SimulationOptions = {}) {
    this.seed = seedFrom(process.env) ?? options.seed ?? 1;
    this.#replay = replayCommand(this.seed, new Error('where the simulation begins'));
    this.random = new SeededRandom(this.seed);
    this.wire = new Wire(this.clock, this.random.fork(), options.network ?? {}, (what, envelope) => {
      this.#write(`            ✗ ${what} ${envelope.type.name}`);
    });
  }

  /** A new node on a machine of its own, 10.0.0.N, unless `on` names one. */
  node(name: string, options: NodeOptions = {}): Runtime {
    if (this.#nodes.has(name)) throw new Error(`there is a node '${name}' already`);
    const node: Node = { name, options, runtime: null, ...this.#machine(options) };
    this.#nodes.set(name, node);
    return this.#start(node);
  }

  diskOf(name: string): SimulatedDisk {
    return this.#find(name).disk;
  }

  launcherOf(name: string): SimulatedLauncher {
    return this.#find(name).launcher;
  }

  /** Kills the node as kill -9 does; with `power`, what its disk had not synced is lost too. Its children live on. */
  crash(name: string, how: 'process' | 'power' = 'process'): void {
    const node = this.#find(name);
    node.runtime?.kill();
    node.runtime = null;
    this.wire.detach(node.address);
    if (how === 'power') node.disk.crash();
  }

  /** Starts a node that crashed, on the disk it had, by its `boot`. */
  restart(name: string): Runtime {
    const node = this.#find(name);
    if (node.runtime !== null) throw new Error(`node '${name}' runs: crash it first`);
    return this.#start(node);
  }

  /** Cuts `from` off from `to`, both ways unless `oneWay`; nothing breaks, nothing arrives. */
  partition(from: string, to: string, oneWay = false): void {
    this.wire.cut(this.#find(from).address, this.#find(to).address);
    if (!oneWay) this.wire.cut(this.#find(to).address, this.#find(from).address);
  }

  /** Resets the connections between two nodes: what is under way is lost, links break, questions fail DISCONNECTED. */
  reset(a: string, b: string): void {
    this.wire.reset(this.#find(a).address, this.#find(b).address);
  }

  heal(from: string, to: string): void {
    this.wire.heal(this.#find(from).address, this.#find(to).address);
    this.wire.heal(this.#find(to).address, this.#find(from).address);
  }

  /** Drops the next `times` messages of `type` between nodes, as they are sent; `events` does so where they are served. */
  drop(type: MessageType<unknown, unknown>, times = Infinity): void {
    let left = times;
    const tap: Tap = envelope => {
      if (envelope.type !== type || left <= 0) return 'pass';
      left -= 1;
      return 'drop';
    };
    this.wire.taps.add(tap);
  }

  /** The body of the next message of `type` between nodes, as it is sent; it is delivered all the same. */
  expect<M extends MessageType<unknown, unknown>>(type: M): Future<BodyOf<M>> {
    const seen = new Promised<BodyOf<M>>();
    const tap: Tap = envelope => {
      if (envelope.type === type && seen.set(envelope.body as BodyOf<M>)) this.wire.taps.delete(tap);
      return 'pass';
    };
    this.wire.taps.add(tap);
    return seen;
  }

  /** A node with one actor, `name`, that notes the messages of `types` it gets. */
  probe(name: string, ...types: MessageType<unknown, unknown>[]): Probe {
    const probe = new Probe(name, types);
    this.node(name).spawn(probe);
    return probe;
  }

  /** Lets everything happen that needs no time. @throws the first bug that killed an actor. */
  async settle(): Promise<void> {
    do await new Promise<void>(afterTurns);
    while (!isIdle());
    const [bug] = this.crashes.splice(0);
    if (bug !== undefined) throw bug;
  }

  /** Moves time by `ms`, firing each timer in order and letting its consequences happen. */
  async advance(ms: number): Promise<void> {
    const limit = this.clock.now + ms;
    do await this.settle();
    while (this.clock.step(limit));
    await this.settle();
  }

  /** Fires timers one by one until `condition` holds. @throws Error with the last message flow after `withinMs`. */
  async until(condition: () => boolean, withinMs: number): Promise<void> {
    const limit = this.clock.now + withinMs;
    for (await this.settle(); !condition(); await this.settle()) {
      if (!this.clock.step(limit)) throw new Error(`not within ${withinMs} ms (${this.describe()}`);
    }
  }

  /** What `future` is ready with. AWAIT_READY, AWAIT_EQ. @throws Error when it fails, is discarded, or takes longer. */
  async ready<T>(future: Future<T>, withinMs = AWAIT_MS): Promise<T> {
    await this.#done(future, 'ready', withinMs);
    return future.value;
  }

  /** What `future` fails with. AWAIT_FAILED. @throws Error when it does not, or takes longer. */
  async failed(future: Future<unknown>, withinMs = AWAIT_MS): Promise<unknown> {
    await this.#done(future, 'failed', withinMs);
    return future.error;
  }

  /** AWAIT_DISCARDED. */
  async discarded(future: Future<unknown>, withinMs = AWAIT_MS): Promise<void> {
    await this.#done(future, 'discarded', withinMs);
  }

  /** AWAIT_ABANDONED. */
  async abandoned(future: Future<unknown>, withinMs = AWAIT_MS): Promise<void> {
    await this.until(() => future.isAbandoned || !future.isPending, withinMs);
    if (!future.isAbandoned) throw new Error(`the future is not abandoned but ${future} (${this.describe()}`);
  }

  /** A response with its whole body. AWAIT_EXPECT_RESPONSE_STATUS_EQ, …_BODY_EQ, …_HEADER_EQ. */
  async response(future: Future<Response>, withinMs = AWAIT_MS): Promise<Answered> {
    const { status, headers, body, reader } = await this.ready(future, withinMs);
    const bytes = reader === null ? body : await this.ready(reader.readAll(), withinMs);
    return { status, headers, body: typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8') };
  }

  /** The seed, how to see it again, and the last of the message flow: what a failing test should print. */
  describe(): string {
    const flow = [...this.log.slice(-LOG_LINES_SHOWN), ...this.lines.slice(-LOG_LINES_SHOWN)];
    return `seed ${this.seed}, replayed by ${this.#replay}):\n${flow.join('\n')}`;
  }

  /** SHA-256 over the whole message flow so far. */
  get digest(): string {
    return this.#hash.copy().digest('hex');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#nodes.values()) node.runtime?.kill();
    await this.settle();
  }

  async #done(future: Future<unknown>, state: FutureState, withinMs: number): Promise<void> {
    await this.until(() => !future.isPending, withinMs);
    if (future.state !== state) throw new Error(`the future is not ${state} but ${future} (${this.describe()}`);
  }

  #machine({ on, port = 5050, ...options }: NodeOptions): Pick<Node, 'address' | 'disk' | 'launcher'> {
    if (on !== undefined) {
      const { address, disk, launcher } = this.#find(on);
      return { address: this.#freeAddress(address.ip, port), disk, launcher };
    }
    const clock = skewed(this.clock, options);
    const disk = new SimulatedDisk({ clock, random: this.random.fork() });
    const launcher = new SimulatedLauncher({ clock, disk, random: this.random.fork() });
    this.#machines += 1;
    return { address: Address.of(`10.0.0.${this.#machines}`, port), disk, launcher };
  }

  #freeAddress(ip: string, from: number): Address {
    const taken = new Set([...this.#nodes.values()].map(({ address }) => address));
    let port = from;
    while (taken.has(Address.of(ip, port))) port += 1;
    return Address.of(ip, port);
  }

  #start(node: Node): Runtime {
    const { name, address, options, disk, launcher } = node;
    const network = this.wire.attach(address, () => runtime);
    const runtime: Runtime = Runtime.at(address, {
      network,
      disk,
      launcher,
      clock: skewed(this.clock, options),
      random: this.random.fork(),
      log: logger((level, message, fields) => this.#note(name, level, message, fields)),
      delegate: options.delegate,
      freeze: true,
      died: (_process, error) => this.crashes.push(error),
    });
    runtime.tracer = this.#tracerAt(address);
    runtime.filter = this.events.filter;
    node.runtime = runtime;
    options.boot?.(runtime);
    return runtime;
  }

  /** A message between nodes is noted where it is sent, not again where it arrives. */
  #tracerAt(address: Address): Tracer {
    return {
      posted: envelope => {
        const { kind, from, to } = envelope;
        if (kind !== 'message' || from.address === address || to.address !== address || from === PID.none)
          this.#posted(envelope);
      },
      served: () => {},
      dropped: (envelope, why) => this.#write(`            ✗ ${why} ${envelope.type.name}`),
    };
  }

  #find(name: string): Node {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`there is no node '${name}'`);
    return node;
  }

  #posted({ kind, from, to, type }: Envelope): void {
    if (kind === 'resume' || kind === 'initialize') return;
    const ms = String(Math.round(this.clock.now * 1_000) / 1_000).padStart(7);
    this.#write(`${ms} ms  ${from.id || 'test'} → ${to.id}  ${type.name}`);
  }

  #note(name: string, level: LogLevel, message: string, fields: object): void {
    if (this.lines.length >= LOG_LINES_MAX) this.lines.splice(0, LOG_LINES_MAX / 2);
    this.lines.push(`${this.clock.now} ${name} ${level} ${message} ${printFields(fields)}`);
  }

  #write(line: string): void {
    this.#hash.update(`${line}\n`);
    if (this.log.length >= LOG_LINES_MAX) this.log.splice(0, LOG_LINES_MAX / 2);
    this.log.push(line);
  }
}

/** Notes what it gets. */
export class Probe extends Process {
  readonly #received: { readonly type: unknown; readonly body: unknown; readonly from: PID }[] = [];

  constructor(
    name: string,
    private readonly types: readonly MessageType<unknown, unknown>[],
  ) {
    super(name);
  }

  received<M extends MessageType<unknown, unknown>>(type: M): BodyOf<M>[] {
    return this.#received.filter(entry => entry.type === type).map(entry => entry.body as BodyOf<M>);
  }

  /** Sends as a turn of the probe. */
  say<B>(to: PID, type: MessageType<B>, body: B): void {
    this.defer(() => this.send(to, type, body))();
  }

  protected override initialize(): void {
    for (const type of this.types) {
      this.install(type, (body, from) => {
        this.#received.push({ type, body, from });
      });
    }
  }
}

/** `base` as a clock sees it that is off by an offset and runs at its own pace. */
function skewed(base: PausableClock, { clockOffsetMs = 0, clockDrift = 0 }: NodeOptions): Clock {
  if (clockOffsetMs === 0 && clockDrift === 0) return base;
  const pace = 1 + clockDrift;
  return {
    get now(): number {
      return base.now * pace;
    },
    get wall(): number {
      return EPOCH_MS + base.now * pace + clockOffsetMs;
    },
    timer: (ms: number, fire: () => void): Timer => base.timer(ms / pace, fire),
  };
}
