/**
 * `/__debugger__`: the page that shows this node and those it knows, and the WebSocket that the page and `mesos-debug`
 * look through (`protocol.ts`).
 *
 *   page ══WebSocket══ __debugger__ ── Session of this node
 *                          ║
 *                          ╚══ Look / Seen, over a link ══ __debugger__ of another node ── Session of that node
 *
 * Nodes are looked at through nodes: only one that is a peer of a node seen before is asked, never an address that a viewer
 * made up. What debuggers say is not traced.
 */
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Timer } from '../clock.ts';
import { Failure } from '../failure.ts';
import { notFound, type Request, type Response, temporaryRedirect } from '../http/http.ts';
import { fileBelow } from '../http/provide.ts';
import { CLOSE, type WebSocketConnection, webSocketRoute } from '../http/websocket.ts';
import { message } from '../message.ts';
import { Address, type PID } from '../pid.ts';
import { Process } from '../process.ts';
import { Ring } from '../ring.ts';
import { req, string } from '../schema.ts';
import { DEBUGGER_DEFAULT, type DebuggerMode, mayLookFrom, refusalTo } from './access.ts';
import { Control } from './control.ts';
import { LoopDelay } from './loop-delay.ts';
import { numberOf, parseOrder, textIn } from './orders.ts';
import type { Report } from './protocol.ts';
import { Session, type Watched } from './session.ts';

const ID = '__debugger__';
const FLUSH_MS = 100;
const TICK_MS = 1_000;
const VIEWERS_MAX = 32;
const NODES_PER_VIEWER = 256;
/** A viewer for whom more waits is behind: it gets no events before it has read on. */
const BEHIND_BYTES = 1024 * 1024;
/** Reports to a viewer at another node that have not been taken: with more no events are sent. Links are for more than this. */
const UNTAKEN_MAX = 8;
/** Reports of other nodes that wait for a viewer; one that has more never reads. */
const WAITING_MAX = 1_000;
/** An injected message may be larger than what comes from a page usually. */
const ORDER_BYTES_MAX = 1024 * 1024;

const HELP = `Shows who sends what to whom, in a browser.

The page finds the other nodes from here. It looks from this machine only, unless this node was started with
--debugger=remote; it interferes only with --debugger=control.`;

/** An order for another node. */
const Look = message('libprocess.debugger.Look', { viewer: req(1, string), order: req(2, string) });
/** What a node reports to a viewer at another one. */
const Seen = message('libprocess.debugger.Seen', { viewer: req(1, string), report: req(2, string) });
/** The viewer has taken one report: the next may come. */
const Taken = message('libprocess.debugger.Taken', { viewer: req(1, string) });
/** A viewer has left. */
const Left = message('libprocess.debugger.Left', { viewer: req(1, string) });

export interface DebuggerOptions {
  readonly mode?: DebuggerMode | undefined;
  readonly realm?: string | undefined;
  /** Where the page's files are, unless where the build puts them. */
  readonly pages?: string | undefined;
}

/** Somebody at this node's WebSocket. */
interface Viewer {
  readonly name: string;
  readonly socket: WebSocketConnection;
  readonly session: Session;
  /** Other nodes that it looks at. */
  readonly nodes: Set<Address>;
  /** What it may look at: the peers of nodes that it has seen. */
  readonly known: Set<string>;
  /** Reports of other nodes that it has not taken yet. */
  readonly waiting: Ring<{ readonly from: PID; readonly report: string }>;
}

/** Somebody at another node's. */
interface Guest {
  readonly session: Session;
  /** Reports that it has not taken yet. */
  untaken: number;
}

export class Debugger extends Process {
  readonly #mode: DebuggerMode;
  readonly #viewers = new Map<string, Viewer>();
  /** Viewers at other nodes, by node and name. */
  readonly #guests = new Map<PID, Map<string, Guest>>();
  readonly #loop = this.own(new LoopDelay());
  #control: Control | null = null;
  #flushing: Timer | null = null;
  #ticking: Timer | null = null;
  #named = 0;

  constructor(private readonly options: DebuggerOptions = {}) {
    super(ID);
    this.#mode = options.mode ?? DEBUGGER_DEFAULT;
  }

  protected override initialize(): void {
    const { realm } = this.options;
    this.runtime.tracing.hide(this.pid);
    if (this.#mode.control) this.#control = new Control(this.runtime, this.pid, this.defer(this.#tellHeld));
    this.route('/', { help: HELP, realm, rest: true }, this.#page);
    const socket = webSocketRoute(this, { realm, messageBytesMax: ORDER_BYTES_MAX }, this.#open.bind(this));
    this.route('/stream', { help: 'The WebSocket of the page.', realm, webSocket: true }, (request, principal) => {
      if (this.#viewers.size >= VIEWERS_MAX) return { ...notFound('There are too many viewers.\n'), status: 503 };
      return refusalTo(this.#mode, request) ?? socket(request, principal);
    });
    this.install(Look, this.#look);
    this.install(Seen, this.#seen);
    this.install(Taken, ({ viewer }, from) => {
      const guest = this.#guests.get(from)?.get(viewer);
      if (guest !== undefined) guest.untaken -= 1;
    });
    this.install(Left, ({ viewer }, from) => this.#leave(from, viewer));
  }

  protected override finalize(): void {
    this.#control?.release();
  }

  protected override exited(pid: PID): void {
    this.#guests.delete(pid);
    for (const viewer of this.#viewers.values()) {
      if (!viewer.nodes.delete(pid.address)) continue;
      send(viewer, { node: pid.address.text, gone: `${pid.address} cannot be reached any more` });
    }
    this.#rest();
  }

  #page(request: Request): Response {
    const refused = refusalTo(this.#mode, request);
    if (refused !== null) return refused;
    const { pages = pagesOf(import.meta.url) } = this.options;
    const [, , ...below] = request.path.split('/');
    // Relative links of the page need the slash.
    if (below.length === 0) return temporaryRedirect(`/${ID}/${request.search === '' ? '' : `?${request.search}`}`);
    return fileBelow({ path: pages, types: {} }, below.every(name => name === '') ? ['index.html'] : below);
  }

  // Viewers at this node.

  #open(socket: WebSocketConnection): void {
    this.#named += 1;
    const name = `${this.runtime.incarnation}-${this.#named}`;
    const emit = (report: Report): boolean => {
      if (isBulky(report) && viewer.socket.buffered > BEHIND_BYTES) return false;
      return send(viewer, report);
    };
    const viewer: Viewer = {
      name,
      socket,
      session: new Session(this.#watched(), emit),
      nodes: new Set(),
      known: new Set(),
      waiting: new Ring(),
    };
    this.#viewers.set(name, viewer);
    socket.onMessage(text => this.#order(viewer, text));
    socket.closed.onAny(this.defer(() => this.#closed(viewer)));
    this.#work();
  }

  #order(viewer: Viewer, text: string): void {
    const here = this.runtime.address.text;
    let answer = 0;
    try {
      const order = parseOrder(text);
      answer = numberOf(order);
      const node = textIn(order, 'node', here);
      if (node === here) viewer.session.obey(order);
      else this.#handOn(viewer, this.#nodeFor(viewer, node), text);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      send(viewer, { node: here, answer, error: error.message });
    }
  }

  /** @throws Failure UNKNOWN_NODE for one that no node has named. */
  #nodeFor(viewer: Viewer, node: string): Address {
    const address = Address.parse(node);
    if (viewer.nodes.has(address)) return address;
    if (!viewer.known.has(node) && !this.#peers().includes(node)) {
      throw new Failure(`no node that you look at is connected to ${node}`, 'UNKNOWN_NODE');
    }
    if (viewer.nodes.size >= NODES_PER_VIEWER) throw new Failure('you look at too many nodes', 'TOO_MANY_NODES');
    viewer.nodes.add(address);
    this.link(address.pid(ID));
    return address;
  }

  #handOn({ name }: Viewer, node: Address, order: string): void {
    this.send(node.pid(ID), Look, { viewer: name, order });
  }

  #seen({ viewer: name, report }: { readonly viewer: string; readonly report: string }, from: PID): void {
    const viewer = this.#viewers.get(name);
    if (viewer === undefined || !viewer.nodes.has(from.address)) return;
    for (const peer of peersIn(report)) if (viewer.known.size < NODES_PER_VIEWER) viewer.known.add(peer);
    viewer.waiting.push({ from, report });
    if (viewer.waiting.length > WAITING_MAX) viewer.socket.close(CLOSE.goingAway, 'it reads nothing');
    else this.#pass(viewer);
  }

  /** What waits goes on to the viewer, as far as it reads; its node hears that it may send more. */
  #pass({ name, socket, waiting }: Viewer): void {
    while (waiting.length > 0 && socket.buffered <= BEHIND_BYTES) {
      const next = waiting.shift();
      if (next === undefined || !socket.send(next.report)) return;
      this.send(next.from, Taken, { viewer: name });
    }
  }

  #closed(viewer: Viewer): void {
    this.#viewers.delete(viewer.name);
    for (const node of viewer.nodes) this.send(node.pid(ID), Left, { viewer: viewer.name });
    this.#rest();
  }

  // Viewers at other nodes.

  #look({ viewer, order }: { readonly viewer: string; readonly order: string }, from: PID): void {
    const guests = this.#guests.get(from) ?? new Map<string, Guest>();
    const say = (report: Report): boolean => {
      const known = guests.get(viewer);
      if (known !== undefined) {
        if (isBulky(report) && known.untaken >= UNTAKEN_MAX) return false;
        known.untaken += 1;
      }
      this.send(from, Seen, { viewer, report: JSON.stringify(report) });
      return true;
    };
    if (!mayLookFrom(this.#mode, from.address, this.runtime.address)) {
      say({
        node: this.runtime.address.text,
        gone: `${this.runtime.address} lets nobody look from ${from.address.ip}`,
      });
      return;
    }
    const guest = guests.get(viewer) ?? { session: new Session(this.#watched(), say), untaken: 0 };
    if (guests.size >= VIEWERS_MAX && !guests.has(viewer)) return;
    if (guests.size === 0) this.link(from);
    this.#guests.set(from, guests.set(viewer, guest));
    this.#work();
    try {
      guest.session.obey(parseOrder(order));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      say({ node: this.runtime.address.text, answer: 0, error: error.message });
    }
  }

  #leave(from: PID, viewer: string): void {
    const guests = this.#guests.get(from);
    guests?.delete(viewer);
    if (guests?.size === 0) this.#guests.delete(from);
    this.#rest();
  }

  // All of them.

  #watched(): Watched {
    return { runtime: this.runtime, control: this.#control, loop: this.#loop, peers: () => this.#peers() };
  }

  #peers(): readonly string[] {
    return this.runtime.peers.map(({ text }) => text).filter(text => text !== this.runtime.address.text);
  }

  *#sessions(): Generator<Session> {
    for (const { session } of this.#viewers.values()) yield session;
    for (const guests of this.#guests.values()) for (const { session } of guests.values()) yield session;
  }

  #tellHeld(): void {
    for (const session of this.#sessions()) session.tellHeld();
  }

  #flush(): void {
    for (const viewer of this.#viewers.values()) this.#pass(viewer);
    for (const session of this.#sessions()) session.flush();
    this.#flushing = this.delay(FLUSH_MS, this.#flush);
  }

  #tick(): void {
    for (const session of this.#sessions()) session.tick();
    this.#ticking = this.delay(TICK_MS, this.#tick);
  }

  /** Somebody looks: reports go out in time. */
  #work(): void {
    this.#flushing ??= this.delay(FLUSH_MS, this.#flush);
    this.#ticking ??= this.delay(TICK_MS, this.#tick);
  }

  /** Nobody looks any more: nothing stands still for them. */
  #rest(): void {
    if (this.#viewers.size > 0 || this.#guests.size > 0) return;
    this.#flushing?.cancel();
    this.#ticking?.cancel();
    this.#flushing = null;
    this.#ticking = null;
    this.#loop[Symbol.dispose]();
    this.#control?.release();
  }
}

/** The folder of the page, for the module at `url` in a build (`dist/`) or in the sources. */
function pagesOf(url: string): string {
  const path = fileURLToPath(url);
  const dist = path.lastIndexOf(`${sep}dist${sep}`);
  return dist < 0 ? join(dirname(path), '../../dist/debugger') : join(path.slice(0, dist), 'dist/debugger');
}

function send({ socket }: Viewer, report: Report): boolean {
  return socket.send(JSON.stringify(report));
}

/** What a viewer can do without, or get later. */
function isBulky(report: Report): boolean {
  return 'events' in report || 'actors' in report;
}

/** The peers that a hello names; none for other reports. */
function peersIn(report: string): readonly string[] {
  if (!report.includes('"hello"')) return [];
  const { hello } = JSON.parse(report) as { readonly hello?: { readonly peers?: readonly string[] } };
  return hello?.peers ?? [];
}
