/**
 * The nodes that can be seen from one: those it is connected to, and those that these are connected to.
 *
 *   watch ──▶ hello, peers ──▶ watch each of them ──▶ hello, peers ──▶ …  until nobody new is named
 */
import { Failure } from '../../../libprocess/index.ts';
import type { Hello, Order, Report, TraceSettings } from '../../../libprocess/trace.ts';
import { Connection } from './connection.ts';

/** Who has not said hello by then is not waited for; one that comes later is seen all the same. */
const HELLO_MAX_MS = 3_000;

export class Nodes {
  readonly hellos = new Map<string, Hello>();
  /** Nodes that were asked, and have neither said hello nor gone. */
  readonly #asked = new Set<string>();
  /** Those where tracing was switched on here. */
  readonly #started = new Set<string>();
  #found: (() => void) | null = null;

  private constructor(
    readonly connection: Connection,
    private readonly options: NodesOptions,
  ) {
    connection.onReport(report => this.#heard(report));
  }

  /** @throws Failure CONNECT or SILENT. */
  static async find(address: string, options: NodesOptions): Promise<Nodes> {
    const nodes = new Nodes(await Connection.open(address, options.headers), options);
    nodes.#asked.add('');
    const found = new Promise<boolean>(resolve => {
      nodes.#found = () => resolve(true);
      setTimeout(() => resolve(false), HELLO_MAX_MS).unref();
    });
    await nodes.connection.ask(nodes.#watch);
    await found;
    if (nodes.hellos.size > 0) return nodes;
    nodes.connection.close();
    throw new Failure(`${nodes.connection.authority} does not say hello`, 'SILENT');
  }

  /** The node at the other end of the connection. */
  get first(): string {
    const [first = ''] = this.hellos.keys();
    return first;
  }

  get addresses(): readonly string[] {
    return [...this.hellos.keys()];
  }

  title(node: string): string {
    return this.hellos.get(node)?.title ?? '';
  }

  /** Switches tracing on at all nodes; where it is on already others look, and the settings stay theirs. */
  async startTracing(settings: TraceSettings): Promise<void> {
    await Promise.all(this.addresses.map(node => this.#start(node, settings)));
  }

  /** Switches tracing off where it was switched on here, and ends. */
  async end(): Promise<void> {
    const stops = [...this.#started].map(node => this.connection.ask({ do: 'stop' }, node));
    // Whoever is gone by now traces no more.
    await Promise.allSettled(stops);
    this.connection.close();
  }

  get #watch(): Order {
    return { do: 'watch', actors: this.options.actors === true };
  }

  async #start(node: string, settings: TraceSettings): Promise<void> {
    const wasOn = this.hellos.get(node)?.status.on === true;
    if (!wasOn) this.#started.add(node);
    await this.connection.ask({ do: 'start', ...(wasOn ? {} : settings) }, node);
  }

  #heard(report: Report): void {
    if ('hello' in report) this.#met(report.node, report.hello);
    else if ('gone' in report) {
      this.hellos.delete(report.node);
      this.#settled(report.node);
    } else this.options.onReport?.(report, this);
  }

  #met(node: string, hello: Hello): void {
    const isNew = !this.hellos.has(node);
    this.hellos.set(node, hello);
    if (isNew && this.options.all === true) {
      for (const peer of hello.peers) if (!this.hellos.has(peer) && !this.#asked.has(peer)) this.#ask(peer);
    }
    this.#settled(node);
    if (isNew && this.#found === null) this.options.onNode?.(node, this);
  }

  /** Nodes that answer an order of which they know nothing do not exist: the link tells of those that are gone. */
  #ask(peer: string): void {
    this.#asked.add(peer);
    this.connection.ask(this.#watch, peer).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      this.#settled(peer);
    });
  }

  #settled(node: string): void {
    this.#asked.delete(node);
    this.#asked.delete('');
    if (this.#asked.size > 0) return;
    this.#found?.();
    this.#found = null;
  }
}

export interface NodesOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Looks further than the first node. */
  readonly all?: boolean | undefined;
  /** Wants to hear of the actors once a second. */
  readonly actors?: boolean | undefined;
  /** Told of all but hellos. */
  readonly onReport?: ((report: Report, nodes: Nodes) => void) | undefined;
  /** Told of a node that came late. */
  readonly onNode?: ((node: string, nodes: Nodes) => void) | undefined;
}
