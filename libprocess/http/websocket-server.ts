/**
 * The transport's side of WebSockets: from an accepted request to a socket that an actor has, by the package ws.
 *
 *   101 ─▶ handshake ─▶ open(wire) ─▶ WebSocketConnection of the actor
 *            └─ 400 when the request is no proper handshake
 *
 * A client that answers none of three pings in a row is gone, though its connection may still stand.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.ts';
import type { Report } from './server.ts';
import { CLOSE, type WebSocketAcceptance, type WebSocketEnd, type WebSocketWire } from './websocket.ts';

/** A client is asked this often whether it is still there. */
export const WEBSOCKET_PING_INTERVAL_MS = 15_000;
/** Pings in a row that a client may leave unanswered. */
export const WEBSOCKET_PINGS_MISSED_MAX = 3;
/** What a close frame has room for. */
const REASON_BYTES_MAX = 123;

interface Client {
  readonly ws: WebSocket;
  readonly peer: string;
  /** Pings since it was last heard. */
  missed: number;
}

export class WebSockets {
  readonly #clients = new Set<Client>();
  #pings: Timer | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly report: Report,
  ) {}

  /** Completes the handshake with whom `incoming` comes from, and opens the socket for its actor. */
  async accept(
    incoming: IncomingMessage,
    socket: Socket,
    head: Buffer,
    acceptance: WebSocketAcceptance,
  ): Promise<void> {
    // Loaded at the first of them: most runtimes have none.
    const { WebSocketServer } = await import('ws');
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: acceptance.messageBytesMax,
    });
    const peer = socket.remoteAddress ?? 'unknown';
    server.on('wsClientError', error => {
      this.report(
        'libprocess/websocket/malformed',
        peer,
        `${peer} asked for a WebSocket in a wrong way: ${error.message}`,
      );
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () => socket.destroy());
    });
    server.handleUpgrade(incoming, socket, head, ws => this.#open(ws, peer, acceptance));
  }

  /** Ends all sockets without a word. */
  close(): void {
    this.#pings?.cancel();
    for (const { ws } of this.#clients) ws.terminate();
  }

  #open(ws: WebSocket, peer: string, { open }: WebSocketAcceptance): void {
    const client: Client = { ws, peer, missed: 0 };
    this.#clients.add(client);
    this.#pings ??= this.clock.timer(WEBSOCKET_PING_INTERVAL_MS, () => this.#pingAll());
    const connection = open(wireOf(ws));
    ws.on('pong', () => {
      client.missed = 0;
    });
    ws.on('message', (data, isBinary) => {
      client.missed = 0;
      take(ws, connection, isBinary ? null : String(data));
    });
    // ws tells the client itself what was wrong: too long, not UTF-8, no frame.
    ws.on('error', error => {
      this.report('libprocess/websocket/malformed', peer, `the WebSocket of ${peer} ends: ${error.message}`);
    });
    ws.on('close', (code, reason) => {
      this.#clients.delete(client);
      connection.ended({ code, reason: String(reason) });
    });
  }

  #pingAll(): void {
    this.#pings = null;
    for (const client of this.#clients) this.#ping(client);
    if (this.#clients.size > 0) this.#pings = this.clock.timer(WEBSOCKET_PING_INTERVAL_MS, () => this.#pingAll());
  }

  #ping(client: Client): void {
    const { ws, peer } = client;
    if (client.missed >= WEBSOCKET_PINGS_MISSED_MAX) {
      this.report('libprocess/websocket/silent', peer, `the WebSocket of ${peer} answers no pings`);
      ws.terminate();
    } else if (ws.readyState === ws.OPEN) {
      client.missed += 1;
      ws.ping();
    }
  }
}

/** @param text - null for bytes. */
function take(ws: WebSocket, connection: WebSocketEnd, text: string | null): void {
  if (text !== null) connection.received(text);
  else ws.close(CLOSE.unsupported, 'texts only');
}

function wireOf(ws: WebSocket): WebSocketWire {
  return {
    get buffered() {
      return ws.bufferedAmount;
    },
    send: text => ws.send(text),
    pause: () => ws.pause(),
    resume: () => ws.resume(),
    close: (code, reason) => ws.close(code, Buffer.from(reason).subarray(0, REASON_BYTES_MAX)),
  };
}
