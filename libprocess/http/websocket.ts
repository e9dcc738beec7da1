/**
 * WebSockets in actors: a route that a client opens once, for texts both ways until either side ends it.
 *
 *   GET, Upgrade: websocket ─▶ firewall, realm, authorization, as every route ─▶ origin ─▶ 101 ─▶ handler(socket)
 *                                        401, 403, 404, 503                       403
 *
 *   open ── close(), the client closes, breaks or is silent, a limit, the actor or the runtime ends ──▶ closed
 *
 * What comes in are turns of the actor; what goes out is bounded: a `send` that finds the buffer full drops its text and
 * says so. Asked for without an upgrade the route says 426; where the network cannot switch protocols, as the simulated
 * one, 501.
 *
 * Source: RFC 6455. libprocess has none; its routes know no upgrade.
 */
import type { Named, Run } from '../envelope.ts';
import { type Future, Promised } from '../future.ts';
import type { Answer, Process } from '../process.ts';
import type { Principal } from './authentication.ts';
import { forbidden, notImplemented, type Request, type Response, respond } from './http.ts';
import type { RouteHandler, RouteOptions } from './routes.ts';

/** The largest text that a client may send, unless its route says otherwise: it closes the socket with 1009. */
const MESSAGE_BYTES_MAX = 64 * 1024;
/** What may wait for a client that reads slowly, unless its route says otherwise. */
const BUFFER_BYTES_MAX = 4 * 1024 * 1024;
/** Texts of one client that wait in the mailbox; above it the client is not read. */
export const UNREAD_MAX = 64;

/** Close codes of RFC 6455, section 7.4. */
export const CLOSE = { normal: 1000, goingAway: 1001, unsupported: 1003 } as const;

/** How a WebSocket is opened, and what it takes. */
export interface WebSocketOptions extends Pick<RouteOptions, 'help' | 'authorization' | 'realm'> {
  /**
   * Pages of which origins (`https://example.org`) may open it, besides those of this host. A client that says no
   * origin is no browser, and may.
   */
  readonly origins?: readonly string[] | undefined;
  readonly messageBytesMax?: number | undefined;
  readonly bufferBytesMax?: number | undefined;
}

/** @param principal - who opened it; null where nobody is asked who they are. */
export type WebSocketHandler = (
  socket: WebSocketConnection,
  request: Request,
  principal: Principal | null,
) => Answer<void>;

/** How a socket ended. */
export interface WebSocketClosing {
  /** As in RFC 6455; 1006 when it broke. */
  readonly code: number;
  readonly reason: string;
}

/** What carries the socket: the transport's side. */
export interface WebSocketWire {
  /** Bytes that wait for the client. */
  readonly buffered: number;
  send(text: string): void;
  /** Stops to read, and reads again. */
  pause(): void;
  resume(): void;
  close(code: number, reason: string): void;
}

/** What an answer with the status 101 carries. */
export interface WebSocketAcceptance {
  readonly messageBytesMax: number;
  /** Called once the client has been told: the handler's turn follows. */
  readonly open: (wire: WebSocketWire) => WebSocketEnd;
}

/** What the transport tells of a socket. */
export type WebSocketEnd = Pick<WebSocketConnection, 'received' | 'ended'>;

/** One socket, as its actor has it. */
export class WebSocketConnection implements Disposable {
  /** Ready when it has ended, whoever ended it. */
  readonly closed: Future<WebSocketClosing>;
  readonly #closed = new Promised<WebSocketClosing>();
  #listener: ((text: string) => Answer<void>) | null = null;
  /** Texts that are in the mailbox. */
  #unread = 0;

  /** @internal */
  constructor(
    private readonly owner: Process,
    private readonly wire: WebSocketWire,
    private readonly bufferBytesMax: number,
  ) {
    this.closed = this.#closed.undiscardable();
    owner.$mailbox.owned ??= new Set();
    owner.$mailbox.owned.add(this);
  }

  get isOpen(): boolean {
    return this.#closed.isPending;
  }

  /** Bytes that the client has not taken yet. */
  get buffered(): number {
    return this.wire.buffered;
  }

  /** Sends `text`, in order. False when the socket has ended or the buffer is full: then `text` is dropped, and counted. */
  send(text: string): boolean {
    if (!this.isOpen) return false;
    // Letters for bytes: near enough for a bound.
    if (this.wire.buffered + text.length <= this.bufferBytesMax) {
      this.wire.send(text);
      return true;
    }
    this.owner.runtime.metrics.count('libprocess/websocket/dropped_messages');
    return false;
  }

  /**
   * From now on `listener` has each text as a turn of the actor. Set it before the handler's first await: what comes
   * while there is none is dropped.
   */
  onMessage(listener: (text: string) => Answer<void>): void {
    this.#listener = listener;
  }

  /** Ends it: the client is told `code` and `reason`, after all that was sent. */
  close(code: number = CLOSE.normal, reason = ''): void {
    if (this.isOpen) this.wire.close(code, reason);
  }

  /** The actor ends. */
  [Symbol.dispose](): void {
    this.close(CLOSE.goingAway);
  }

  /** A text came. @internal */
  received(text: string): void {
    this.#unread += 1;
    if (this.#unread === UNREAD_MAX) this.wire.pause();
    const { pid, runtime } = this.owner;
    runtime.post('dispatch', MESSAGE, pid, runtime.outside, text, this.#take as Run, null);
  }

  /** It has ended. @internal */
  ended(closing: WebSocketClosing): void {
    this.owner.$mailbox.owned?.delete(this);
    this.#closed.set(closing);
  }

  readonly #take = (text: string): unknown => {
    if (this.#unread === UNREAD_MAX) this.wire.resume();
    this.#unread -= 1;
    return this.#listener?.(text);
  };
}

const MESSAGE: Named = Object.freeze({ name: 'WebSocket message' });

/** The route that opens sockets for `handler`; it is served as any other until it answers 101. @internal */
export function webSocketRoute(owner: Process, options: WebSocketOptions, handler: WebSocketHandler): RouteHandler {
  const { origins = [], messageBytesMax = MESSAGE_BYTES_MAX, bufferBytesMax = BUFFER_BYTES_MAX } = options;
  return (request, principal) => {
    if (!isUpgrade(request)) return respond(426, undefined, { upgrade: 'websocket' });
    if (request.canSwitch !== true) return notImplemented('This network does not carry WebSockets.\n');
    if (!isWelcome(request, origins)) return refuseOrigin(owner, request);
    const open = (wire: WebSocketWire): WebSocketConnection => {
      const socket = new WebSocketConnection(owner, wire, bufferBytesMax);
      if (!owner.$mailbox.alive) socket.close(CLOSE.goingAway);
      const run = (() => handler.call(owner, socket, request, principal)) as Run;
      owner.runtime.post('dispatch', OPENED, owner.pid, owner.runtime.outside, null, run, null);
      return socket;
    };
    return { status: 101, headers: {}, body: '', reader: null, webSocket: { messageBytesMax, open } };
  };
}

const OPENED: Named = Object.freeze({ name: 'WebSocket opened' });

function isUpgrade({ method, headers }: Request): boolean {
  return method === 'GET' && headers['upgrade']?.toLowerCase() === 'websocket';
}

/** Browsers send any page's requests with the cookies and passwords of ours: the origin alone tells whose page it is. */
function isWelcome({ headers: { origin, host } }: Request, origins: readonly string[]): boolean {
  if (origin === undefined || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

function refuseOrigin({ runtime }: Process, { headers: { origin } }: Request): Response {
  runtime.metrics.count('libprocess/websocket/refused_origins');
  return forbidden(`Pages of '${origin}' may not open this WebSocket.\n`);
}
