/**
 * The real network of a runtime: one TCP port for everything.
 *
 *   socket ──▶ first byte ──┬── 0x16: TLS, refused with a close
 *                           └── else: HTTP/1.1 ──┬── routes of actors
 *                                                └── Upgrade: libprocess ──▶ a native link
 *
 * Source: libprocess socket_manager.cpp, process.cpp (`initialize`, `on_accept`).
 */
import type { IncomingMessage } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Envelope } from '../envelope.ts';
import { Failure } from '../failure.ts';
import type { Future } from '../future.ts';
import { HttpClient } from '../http/client.ts';
import type { Request, Response } from '../http/http.ts';
import { HttpServer } from '../http/server.ts';
import { Address } from '../pid.ts';
import type { Network, NetworkHost } from './network.ts';

/** Connections that the system holds for us until we take them. */
const BACKLOG = 4_096;
/** The first byte of a TLS handshake. */
const TLS_HANDSHAKE = 0x16;

export class TcpNetwork implements Network {
  readonly #client = new HttpClient();
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #http: HttpServer | null = null;

  async listen(ip: string, port: number, host: NetworkHost): Promise<Address> {
    const { clock, metrics } = host;
    this.#http = new HttpServer({
      clock,
      serve: request => host.serve(request),
      upgrade: (request, socket, head) => this.#upgrade(request, socket, head),
      count: name => metrics.count(name),
    });
    const http = this.#http;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, socket => this.#accept(socket, http));
    return await bind(this.#server, ip, port);
  }

  carry(envelope: Envelope): void {
    envelope.reply?.fail(new Failure(`${envelope.to.address} cannot be reached`, 'DISCONNECTED'));
  }

  link(_address: Address, _mode: 'reuse' | 'reconnect'): void {}

  request(authority: string, request: Request): Future<Response> {
    return this.#client.request(authority, request);
  }

  async close(): Promise<void> {
    const server = this.#server;
    const closed = new Promise<void>(done => (server === null ? done() : server.close(() => done())));
    this.#http?.close();
    for (const socket of this.#sockets) socket.destroy();
    await this.#client.close();
    await closed;
  }

  #accept(socket: Socket, http: HttpServer): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // Before its first byte a socket may break as well; afterwards those who took it listen themselves.
    const broken = (): void => void socket.destroy();
    socket.on('error', broken);
    socket.once('readable', () => {
      socket.off('error', broken);
      sniff(socket, http);
    });
  }

  #upgrade(_request: IncomingMessage, _socket: Socket, _head: Buffer): boolean {
    return false;
  }
}

function sniff(socket: Socket, http: HttpServer): void {
  const first: Buffer | null = socket.read();
  if (first === null || first[0] === TLS_HANDSHAKE) {
    socket.destroy();
    return;
  }
  socket.unshift(first);
  http.take(socket);
}

const REASONS: Readonly<Record<string, { readonly code: string; readonly words: string }>> = {
  EADDRINUSE: { code: 'ADDRESS_IN_USE', words: 'the address is in use' },
  EADDRNOTAVAIL: { code: 'ADDRESS_NOT_AVAILABLE', words: 'this machine does not have the address' },
  EACCES: { code: 'LISTEN', words: 'the port needs privileges' },
};

function bind(server: Server, ip: string, port: number): Promise<Address> {
  return new Promise((ok, bad) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const { code, words } = REASONS[error.code ?? ''] ?? { code: 'LISTEN', words: error.message };
      bad(new Failure(`cannot listen on ${ip}:${port}: ${words}`, code, { cause: error }));
    });
    server.listen({ host: ip, port, backlog: BACKLOG }, () => {
      const bound = server.address();
      ok(Address.of(ip, typeof bound === 'object' && bound !== null ? bound.port : port));
    });
  });
}
