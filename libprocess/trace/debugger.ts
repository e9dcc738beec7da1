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
import type { Timer } from '../clock.ts';
import { Failure } from '../failure.ts';
import { type Request, type Response, serviceUnavailable } from '../http/http.ts';
import { CLOSE, type WebSocketConnection, webSocketRoute } from '../http/websocket.ts';
import { message } from '../message.ts';
import { Address, type PID } from '../pid.ts';
import { Process } from '../process.ts';
import { Ring } from '../ring.ts';
import { req, string } from '../schema.ts';
import { DEBUGGER_DEFAULT, type DebuggerMode, mayLookFrom, refusalTo } from './access.ts';
import { Control } from './control.ts';
import { Guests } from './guests.ts';
import { LoopDelay } from './loop-delay.ts';
import { numberOf, parseOrder, textIn } from './orders.ts';
import { pageFor } from './page.ts';
import { isBulky, type Report } from './protocol.ts';
import { Session, type Watched } from './session.ts';

const ID = '__debugger__';
const FLUSH_MS = 100;
const TICK_MS = 1_000;
const VIEWERS_MAX = 32;
const NODES_PER_VIEWER = 256;
/** A viewer for whom more waits is behind: it gets no events before it has read on. */
const BEHIND_BYTES = 1024 * 1024;
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

export class Debugger extends Process {
  readonly #mode: DebuggerMode;
  readonly #viewers = new Map<string, Viewer>();
  readonly #guests = new Guests(
    () => this.#watched(),
    (host, viewer, report) => this.send(host, Seen, { viewer, report: JSON.stringify(report) }),
  );
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
      if (this.#viewers.size >= VIEWERS_MAX) return serviceUnavailable('There are too many viewers.\n');
      return refusalTo(this.#mode, request) ?? socket(request, principal);
    });
    this.install(Look, this.#look);
    this.install(Seen, this.#seen);
    this.install(Taken, ({ viewer }, from) => this.#guests.taken(from, viewer));
    this.install(Left, ({ viewer }, from) => {
      this.#guests.left(from, viewer);
      this.#rest();
    });
  }

  protected override finalize(): void {
    this.#control?.release();
  }

  protected override exited(pid: PID): void {
    this.#guests.gone(pid);
    for (const viewer of this.#viewers.values()) {
      if (!viewer.nodes.delete(pid.address)) continue;
      send(viewer, { node: pid.address.text, gone: `${pid.address} cannot be reached any more` });
    }
    this.#rest();
  }

  #page(request: Request): Response {
    return refusalTo(this.#mode, request) ?? pageFor(ID, request);
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
    const refuse = (report: Partial<Report>): void =>
      this.send(from, Seen, { viewer, report: JSON.stringify({ node: this.runtime.address.text, ...report }) });
    if (!mayLookFrom(this.#mode, from.address, this.runtime.address)) {
      refuse({ gone: `${this.runtime.address} lets nobody look from ${from.address.ip}` });
      return;
    }
    try {
      if (!this.#guests.knows(from)) this.link(from);
      this.#guests.obey(from, viewer, parseOrder(order));
      this.#work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      refuse({ answer: 0, error: error.message });
    }
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
    yield* this.#guests.sessions();
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
    if (this.#viewers.size > 0 || !this.#guests.isEmpty) return;
    this.#flushing?.cancel();
    this.#ticking?.cancel();
    this.#flushing = null;
    this.#ticking = null;
    this.#loop[Symbol.dispose]();
    this.#control?.release();
  }
}

function send({ socket }: Viewer, report: Report): boolean {
  return socket.send(JSON.stringify(report));
}

/** The peers that a hello names; none for other reports. */
function peersIn(report: string): readonly string[] {
  if (!report.includes('"hello"')) return [];
  const { hello } = JSON.parse(report) as { readonly hello?: { readonly peers?: readonly string[] } };
  return hello?.peers ?? [];
}
