/**
 * The HTTP server of a runtime: sockets in, requests out, answers back in order. What the requests mean is none of its
 * business.
 *
 *   take(socket) ──▶ head ──▶ Request ──▶ serve ──▶ Response ──▶ bytes ──▶ head …
 *                     │                                                     │
 *                     └─ 60 s after its first byte: 408, closed             └─ silent: kept for ever
 *
 * A body that is wanted whole may pause for 60 s; then its request gets 408.
 *
 * No timeout closes a silent connection: links of Mesos' own programs are silent for days. Requests on one connection
 * are answered in their order; a client that goes away discards the futures of its answers.
 *
 * Source: libprocess http_proxy.cpp, decoder.hpp.
 */
import { createServer, type IncomingMessage, type Server, ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Clock, Timer } from '../clock.ts';
import { Failure } from '../failure.ts';
import type { Future } from '../future.ts';
import { answer } from './answer.ts';
import type { Headers, Request, Response } from './http.ts';
import { IncomingBody, NO_BODY } from './incoming-body.ts';
import type { PipeReader } from './pipe.ts';
import { WebSockets } from './websocket-server.ts';

/** A request line with all headers. */
export const HEADER_BYTES_MAX = 64 * 1024;
/** From a request's first byte to the end of its headers. */
export const HEADERS_TIMEOUT_MS = 60_000;
/** Without a byte of a body that is read before its handler is called. */
export const BODY_TIMEOUT_MS = 60_000;
/** How often slow heads and bodies are looked for. */
const SWEEP_INTERVAL_MS = 5_000;

const NOTHING = new Uint8Array(0);

interface HttpServerOptions {
  readonly clock: Clock;
  readonly serve: (request: Request) => Future<Response>;
  /** Takes over a connection that asks for another protocol; false when it is none that we speak. */
  readonly upgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => boolean;
  readonly report: Report;
}

/** Counts `metric`, and logs `message`, but not a thousand times, of `peer`. */
export type Report = (metric: string, peer: string, message: string) => void;

/** What is known of one connection. */
interface Connection {
  /** Requests that are not answered yet. */
  open: number;
  /** Bytes read when the last request had been answered: more means that the next one has begun. */
  quietAt: number;
  /** When the head that is being read was first seen; null between requests. */
  headSince: number | null;
  /** Of the last request; null when it had none. */
  body: IncomingBody | null;
  /** Bytes read at the last sweep, and since when there are no more. */
  bytesSeen: number;
  bytesSince: number;
}

export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #connections = new Map<Socket, Connection>();
  readonly #webSockets: WebSockets;
  #sweep: Timer | null = null;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#webSockets = new WebSockets(options.clock, options.report);
    this.#server = createServer({
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 0,
      maxHeaderSize: HEADER_BYTES_MAX,
      joinDuplicateHeaders: true,
    });
    this.#server.timeout = 0;
    this.#server.on('request', (incoming, out) => this.#request(incoming, out));
    this.#server.on('upgrade', (incoming, socket, head) => this.#upgrade(incoming, socket as Socket, head));
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#refuse(error, socket));
  }

  /** Serves HTTP on `socket`, whose first bytes may have been put back. */
  take(socket: Socket): void {
    const { now } = this.#options.clock;
    const seen = { body: null, bytesSeen: 0, bytesSince: now };
    this.#connections.set(socket, { open: 0, quietAt: 0, headSince: now, ...seen });
    socket.once('close', () => this.#connections.delete(socket));
    this.#server.emit('connection', socket);
    this.#sweep ??= this.#options.clock.timer(SWEEP_INTERVAL_MS, () => this.#sweepSlow());
  }

  /** Ends all connections. */
  close(): void {
    this.#sweep?.cancel();
    this.#webSockets.close();
    for (const socket of this.#connections.keys()) socket.destroy();
    this.#server.close();
  }

  #request(incoming: IncomingMessage, out: ServerResponse): void {
    const reader = bodyOf(incoming);
    const connection = this.#begin(incoming.socket, reader);
    const response = this.#options.serve(requestOf(incoming, reader ?? NO_BODY));
    out.on('close', () => {
      this.#finish(incoming.socket, connection);
      if (out.writableFinished) return;
      response.discard();
      reader?.close();
    });
    response.onAny(done => this.#answer(out, incoming.headers as Headers, done));
  }

  #answer(out: ServerResponse, headers: Headers, done: Future<Response>): void {
    if (done.state !== 'ready') {
      out.destroy();
      return;
    }
    try {
      answer(out, headers, done.value);
    } catch (error) {
      // What Node's checks throw when a handler without types returned no response. Half an answer is no answer.
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      const peer = peerOf(out.req.socket);
      const what = `the answer to ${out.req.method} ${out.req.url} cannot be sent: ${error.message}`;
      this.#options.report('libprocess/http/broken_answers', peer, what);
      out.destroy();
    }
  }

  #begin(socket: Socket, body: IncomingBody | null): Connection | undefined {
    const connection = this.#connections.get(socket);
    if (connection !== undefined) {
      connection.open += 1;
      connection.headSince = null;
      connection.body = body;
    }
    return connection;
  }

  #finish(socket: Socket, connection: Connection | undefined): void {
    if (connection === undefined) return;
    connection.open -= 1;
    connection.quietAt = socket.bytesRead;
  }

  #upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    const connection = this.#connections.get(socket);
    if (connection !== undefined && connection.open > 0) socket.destroy();
    else if (isWebSocket(incoming)) this.#openWebSocket(incoming, socket, head);
    else if (this.#options.upgrade(incoming, socket, head)) this.#connections.delete(socket);
    else {
      // Some HTTP clients offer HTTP/2 with every first request. We do not take it: the request is served as it is.
      socket.unshift(Buffer.concat([headWithoutUpgrade(incoming), head]));
      this.#server.emit('connection', socket);
    }
  }

  /** Asks the route; what it says but 101 is an answer, and the end of the connection. */
  #openWebSocket(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#connections.delete(socket);
    socket.on('error', () => socket.destroy());
    const response = this.#options.serve({ ...requestOf(incoming, NO_BODY), canSwitch: true });
    socket.once('close', () => response.discard());
    response.onAny(done => {
      const acceptance = done.state === 'ready' ? done.value.webSocket : undefined;
      if (acceptance !== undefined) this.#webSockets.accept(incoming, socket, head, acceptance);
      else this.#answer(lastAnswer(incoming, socket), incoming.headers as Headers, done);
    });
  }

  /** Answers what is not HTTP, or too much of it, and closes. */
  #refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    const status = REFUSALS[error.code ?? ''] ?? 400;
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    if (error.code === CUT_OFF) {
      refuse(socket, status, 'The request ends before its end.');
      return;
    }
    const why = status === 400 ? `Malformed HTTP: ${error.message}` : (STATUS_CODES[status] ?? '');
    const peer = peerOf(socket as Socket);
    this.#options.report('libprocess/http/malformed_requests', peer, `${peer} sent a request that is refused: ${why}`);
    refuse(socket, status, why);
  }

  #sweepSlow(): void {
    this.#sweep = null;
    for (const [socket, connection] of this.#connections) {
      if (connection.open > 0) this.#sweepBody(socket, connection);
      else this.#sweepHead(socket, connection);
    }
    if (this.#connections.size > 0) {
      this.#sweep = this.#options.clock.timer(SWEEP_INTERVAL_MS, () => this.#sweepSlow());
    }
  }

  #sweepHead(socket: Socket, connection: Connection): void {
    const { now } = this.#options.clock;
    if (connection.headSince === null && socket.bytesRead > connection.quietAt) connection.headSince = now;
    if (connection.headSince === null || now - connection.headSince < HEADERS_TIMEOUT_MS) return;
    refuse(socket, 408, this.#tooSlow(socket, `the headers did not come within ${HEADERS_TIMEOUT_MS / 1000} seconds`));
    connection.headSince = null;
    connection.quietAt = Infinity; // Once is enough, however long the socket takes to close.
  }

  /** Whoever reads piece by piece may wait as long as it likes. */
  #sweepBody(socket: Socket, connection: Connection): void {
    const { now } = this.#options.clock;
    if (socket.bytesRead !== connection.bytesSeen || connection.body?.isAwaited !== true) {
      connection.bytesSeen = socket.bytesRead;
      connection.bytesSince = now;
    } else if (now - connection.bytesSince >= BODY_TIMEOUT_MS) {
      const why = this.#tooSlow(socket, `nothing of the body came within ${BODY_TIMEOUT_MS / 1000} seconds`);
      connection.body.fail(new Failure(why, 'BODY_TIMEOUT'));
    }
  }

  #tooSlow(socket: Socket, why: string): string {
    this.#options.report('libprocess/http/slow_requests', peerOf(socket), `${peerOf(socket)} is too slow: ${why}`);
    return why;
  }
}

function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/** The answer to a request that Node has let go of, after which the connection ends. */
function lastAnswer(incoming: IncomingMessage, socket: Socket): ServerResponse {
  const out = new ServerResponse(incoming);
  out.shouldKeepAlive = false;
  out.assignSocket(socket);
  out.once('finish', () => socket.destroySoon());
  return out;
}

/** The client ended the connection within a request: most are simply gone. */
const CUT_OFF = 'HPE_INVALID_EOF_STATE';

const REFUSALS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};

function refuse(socket: Duplex, status: number, why: string): void {
  const body = `${why}\n`;
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n`;
  socket.end(`${head}\r\n${body}`, () => socket.destroy());
}

function peerOf({ remoteAddress }: Socket): string {
  return remoteAddress ?? 'unknown';
}

function requestOf(incoming: IncomingMessage, reader: PipeReader): Request {
  const url = pathIn(incoming.url ?? '/');
  const question = url.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    path: question < 0 ? url : url.slice(0, question),
    search: question < 0 ? '' : url.slice(question + 1),
    headers: incoming.headers as Headers,
    body: NOTHING,
    reader,
    peer: incoming.socket.remoteAddress ?? null,
  };
}

/** Proxies are asked for whole URLs; of those the path counts. */
function pathIn(url: string): string {
  return url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*/i, '');
}

/** The body; of one that nobody wants the rest is read and dropped, so that the next request can follow. */
function bodyOf(incoming: IncomingMessage): IncomingBody | null {
  const { headers } = incoming;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return null;
  if (headers['content-encoding'] !== 'gzip') return new IncomingBody(incoming, clientGone, drop, false);
  const plain = createGunzip();
  incoming.on('close', () => incoming.complete || plain.destroy());
  incoming.pipe(plain);
  const broken = (error: Error | null): Failure =>
    error === null
      ? clientGone()
      : new Failure(`the body is not gzip: ${error.message}`, 'BODY_MALFORMED', { cause: error });
  const unwanted = (stream: Readable): void => {
    incoming.unpipe(plain);
    incoming.resume();
    stream.destroy();
  };
  return new IncomingBody(plain, broken, unwanted, true);
}

function clientGone(): Failure {
  return new Failure('the client went away', 'DISCONNECTED');
}

function drop(stream: Readable): void {
  stream.resume();
}

function headWithoutUpgrade(incoming: IncomingMessage): Buffer {
  const lines = [`${incoming.method} ${incoming.url} HTTP/${incoming.httpVersion}`];
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    const name = incoming.rawHeaders[index] ?? '';
    if (!/^(upgrade|connection|http2-settings)$/i.test(name)) lines.push(`${name}: ${incoming.rawHeaders[index + 1]}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
