/**
 * Simulations: whole clusters in one thread, on a virtual clock, from one seed.
 *
 *   const sim = simulate({ seed: 7, network: { loss: 0.1, delayMs: [1, 50] } });
 *   const agent = sim.node('agent');          // a Runtime of its own, with its own disk and launcher
 *   agent.spawn(new Agent(…));
 *   await sim.advance(10_000);
 *
 * What happened is in `sim.log`, and `sim.digest` is a hash over all of it: the same seed gives the same digest.
 *
 * Source: libprocess gmock.hpp; the whole-cluster idea is FoundationDB's.
 */

import type { SimulatedDisk } from '../disk/simulated.ts';
import { countTurnsOnly } from '../drain.ts';
import type { Future } from '../future.ts';
import { Promised } from '../future.ts';
import { logger, printFields } from '../log.ts';
import type { BodyOf, MessageType } from '../message.ts';
import { SeededRandom } from '../random.ts';
import { Runtime } from '../runtime.ts';
import type { SimulatedLauncher } from '../subprocess/simulated.ts';
import { type SequenceOptions, sequenceDiagram } from '../trace/sequence.ts';
import { SimulatedNetwork } from '../transport/simulated.ts';
import { type Faults, type Tap, Wire } from '../transport/simulated-wire.ts';
import { Flow } from './flow.ts';
import { Interceptor } from './interceptor.ts';
import { Life } from './life.ts';
import {
  type DiskOptions,
  type Machine,
  type Node,
  type NodeOptions,
  newMachine,
  sameMachine,
  skewed,
} from './machine.ts';
import { Probe } from './probe.ts';
import { replayCommand, seedFrom } from './replay.ts';
import { announce } from './started.ts';
import { Timeline } from './timeline.ts';

/** Entries and log lines that a failure prints. */
const FLOW_LINES_SHOWN = 20;

/** What a simulation is made of. */
export interface SimulationOptions {
  /** 1 when absent. The environment's SIM_SEED goes before it: it replays a failure. */
  readonly seed?: number | undefined;
  readonly network?: Partial<Faults> | undefined;
  readonly disk?: DiskOptions | undefined;
  /** Sites that `runtime.chaos` is to provoke, and at which part of the times that they ask, from 0 to 1. */
  readonly chaos?: Readonly<Record<string, number>> | undefined;
  /** The command that shows this simulation again; by default it runs the test file, or the program. */
  readonly replay?: string | undefined;
}

/** One node, or several. */
export type Nodes = string | readonly string[];

/** A simulation without nodes yet. */
export function simulate(options?: SimulationOptions): Simulation {
  return new Simulation(options);
}

/** Any number of nodes on one virtual clock, and all that can happen to them. */
export class Simulation extends Timeline {
  readonly seed: number;
  readonly replay: string;
  readonly random: SeededRandom;
  readonly wire: Wire<SimulatedNetwork>;
  /** Expectations about what the actors of all nodes are about to serve. */
  readonly events = new Interceptor(error => this.crashes.push(error));
  readonly #flow = new Flow(() => this.clock.now, this.checkInvariants);
  readonly #nodes = new Map<string, Node>();
  readonly #options: SimulationOptions;
  readonly #dice: SeededRandom;
  #machines = 0;

  constructor(options: SimulationOptions = {}) {
    super();
    countTurnsOnly();
    this.#options = options;
    this.seed = seedFrom(process.env) ?? options.seed ?? 1;
    this.replay = options.replay ?? replayCommand(this.seed, new Error('where the simulation begins'));
    this.random = new SeededRandom(this.seed);
    this.wire = new Wire(this.clock, this.random.fork(), options.network ?? {}, (why, envelope) =>
      this.#flow.dropped(envelope, why),
    );
    this.#dice = new SeededRandom(~this.seed);
    announce(this);
  }

  /** A new node on a machine of its own, 10.0.0.N, unless `on` names one. */
  node(name: string, options: NodeOptions = {}): Runtime {
    if (this.#nodes.has(name)) throw new Error(`there is a node '${name}' already`);
    const node: Node = { name, options, running: null, ...this.#machine(options) };
    this.#nodes.set(name, node);
    return this.#start(node);
  }

  /** A node with one actor, `name`, that notes the messages of `types` it gets. */
  probe(name: string, ...types: MessageType<unknown, unknown>[]): Probe {
    const probe = new Probe(name, types);
    this.node(name).spawn(probe);
    return probe;
  }

  /** The names of all nodes, those that are down too. */
  get nodes(): string[] {
    return [...this.#nodes.keys()];
  }

  isUp(name: string): boolean {
    return this.#find(name).running !== null;
  }

  diskOf(name: string): SimulatedDisk {
    return this.#find(name).disk;
  }

  launcherOf(name: string): SimulatedLauncher {
    return this.#find(name).launcher;
  }

  /**
   * Kills the node as kill -9 does: its children live on. With `power` its machine goes down: all nodes and processes on
   * it end, and what its disk had not synced is lost.
   */
  crash(name: string, how: 'process' | 'power' = 'process'): void {
    const node = this.#find(name);
    if (how === 'process') {
      this.#kill(node);
      return;
    }
    for (const each of this.#nodes.values()) if (each.disk === node.disk) this.#kill(each);
    node.launcher.powerOff();
    node.disk.crash();
  }

  /** Starts a node that crashed, on the disk it had, by its `boot`. */
  restart(name: string): Runtime {
    const node = this.#find(name);
    if (node.running !== null) throw new Error(`node '${name}' runs: crash it first`);
    return this.#start(node);
  }

  /** Cuts `from` off from `to`, both ways unless `oneWay`; nothing breaks, nothing arrives. */
  partition(from: Nodes, to: Nodes, oneWay = false): void {
    this.#between(from, to, (a, b) => {
      this.wire.cut(a, b);
      if (!oneWay) this.wire.cut(b, a);
    });
  }

  /** Ends the partitions between `from` and `to`, or all there are. */
  heal(from: Nodes = this.nodes, to: Nodes = this.nodes): void {
    this.#between(from, to, (a, b) => {
      this.wire.heal(a, b);
      this.wire.heal(b, a);
    });
  }

  /** Resets the connections between two nodes: what is under way is lost, links break, questions fail DISCONNECTED. */
  reset(a: Nodes, b: Nodes): void {
    this.#between(a, b, (one, other) => this.wire.reset(one, other));
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

  /** Message flow, one line each, oldest first; only the last ones are kept. */
  get log(): string[] {
    return this.#flow.log;
  }

  /** What the nodes logged. */
  get lines(): string[] {
    return this.#flow.lines;
  }

  /** The message flow as a picture: a column for each actor, an arrow for each message. */
  diagram(options?: SequenceOptions): string {
    return sequenceDiagram(this.#flow.steps, options);
  }

  override describe(): string {
    return `seed ${this.seed}, replayed by ${this.replay}):\n${this.#flow.last(FLOW_LINES_SHOWN).join('\n')}`;
  }

  /** SHA-256 over the whole message flow so far, and over what the nodes logged. */
  get digest(): string {
    return this.#flow.digest;
  }

  /** Kills all nodes. */
  end(): void {
    for (const node of this.#nodes.values()) this.#stop(node);
  }

  /** Kills all nodes. @throws the first bug that killed an actor, if nobody has heard of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
    await this.settle();
  }

  #machine(options: NodeOptions): Machine {
    if (options.on !== undefined) {
      const taken = new Set([...this.#nodes.values()].map(({ address }) => address));
      return sameMachine(this.#find(options.on), options, taken);
    }
    this.#machines += 1;
    return newMachine(this.#machines, options, this.clock, this.random, this.#options.disk ?? {});
  }

  #start(node: Node): Runtime {
    const { name, address, options, disk, launcher } = node;
    const network = new SimulatedNetwork(this.wire, address, () => runtime, disk);
    this.wire.attach(network);
    const life = new Life();
    const runtime: Runtime = Runtime.at(address, {
      network,
      disk: life.disk(disk),
      launcher,
      clock: life.clock(skewed(this.clock, options)),
      random: this.random.fork(),
      log: logger((level, message, fields) =>
        this.#flow.logged(`${this.clock.now} ${name} ${level} ${message} ${printFields(fields)}`),
      ),
      delegate: options.delegate,
      freeze: true,
      died: (_process, error) => this.crashes.push(error),
    });
    runtime.tracer = this.#flow.tracerAt(address);
    runtime.filter = this.events.filter;
    if (this.#options.chaos !== undefined) runtime.chaos = site => this.#provokes(site);
    node.running = { runtime, life };
    options.boot?.(runtime);
    return runtime;
  }

  #kill(node: Node): void {
    if (node.running === null) return;
    this.#stop(node);
    this.wire.detach(node.address);
  }

  #stop(node: Node): void {
    node.running?.life.end();
    node.running?.runtime.kill();
    node.running = null;
  }

  #provokes(site: string): boolean {
    const part = this.#options.chaos?.[site];
    return part !== undefined && this.#dice.next() < part;
  }

  #between(from: Nodes, to: Nodes, call: (a: Node['address'], b: Node['address']) => void): void {
    const [some, others] = [from, to].map(nodes => (typeof nodes === 'string' ? [nodes] : nodes));
    for (const a of some ?? [])
      for (const b of others ?? []) if (a !== b) call(this.#find(a).address, this.#find(b).address);
  }

  #find(name: string): Node {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`there is no node '${name}'`);
    return node;
  }
}
