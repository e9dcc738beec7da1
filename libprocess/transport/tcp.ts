/**
 * The real network of a runtime: one TCP port for everything.
 *
 *   socket ──▶ first byte ──┬── 0x16: TLS, and the same again inside it
 *                           └── else: HTTP/1.1 ──┬── routes of actors
 *                                                └── Upgrade: libprocess ──▶ a native link
 *
 * Source: libprocess socket_manager.cpp, process.cpp (`initialize`, `on_accept`).
 */
import type { IncomingMessage } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { Envelope } from '../envelope.ts';
import { Failure } from '../failure.ts';
import { Future } from '../future.ts';
import { HttpClient } from '../http/client.ts';
import { forbidden, type Request, type Response } from '../http/http.ts';
import { HttpServer } from '../http/server.ts';
import { Address } from '../pid.ts';
import { BusyPoll } from './busy-poll.ts';
import { Dialler } from './dialler.ts';
import { UPGRADE } from './handshake.ts';
import { isMessage, type Receiver, receiveMessage } from './http-form.ts';
import { knock } from './knock.ts';
import type { Network, NetworkHost } from './network.ts';
import { type PeerSettings, Peers } from './peers.ts';
import { Reports } from './reports.ts';
import { secretFrom } from './secret.ts';
import { busyPollFrom, matchPeersFrom } from './settings.ts';
import { type Tls, tlsFrom } from './tls.ts';

/** Connections that the system holds for us until we take them. */
const BACKLOG = 4_096;
/** The first byte of a TLS handshake. */
const TLS_HANDSHAKE = 0x16;

/** The real network: one TCP port for messages, HTTP, TLS and WebSockets. */
export class TcpNetwork implements Network {
  readonly #tls: Tls | null;
  readonly #client: HttpClient;
  readonly #settings: PeerSettings;
  readonly #sockets = new Set<Socket>();
  #serving: Serving | null = null;

  /** @throws Failure BAD_TLS, BAD_SECRET or BAD_SETTING. */
  constructor(options: TcpOptions = {}) {
    const { tls = tlsFrom(process.env), secret = secretFrom(process.env) } = options;
    const { matchPeers = matchPeersFrom(process.env), busyPollMs = busyPollFrom(process.env) } = options;
    this.#settings = { secret, matchPeers, poll: busyPollMs > 0 ? new BusyPoll(busyPollMs) : null };
    this.#tls = tls;
    this.#client = new HttpClient(tls);
  }

  async listen(ip: string, port: number, host: NetworkHost): Promise<Address> {
    const reports = new Reports(host);
    const peers = new Peers(host, new Dialler(this.#tls), reports, this.#settings);
    const http = new HttpServer({
      clock: host.clock,
      serve: request => serve({ host, reports, ...this.#settings }, request),
      upgrade: (request, socket, head) => accept(peers, request, socket, head),
      report: (metric, peer, message) => reports.report(metric, peer, message),
    });
    const doors: Doors = { http, tls: this.#tls, secure: this.#secureServer(http, reports), reports };
    const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => this.#accept(socket, doors));
    const bound = await bind(server, ip, port);
    server.on('error', error => host.log.error({ error }, `the port ${bound} does not take connections`));
    this.#serving = { server, http, peers };
    return bound;
  }

  carry(envelope: Envelope): void {
    if (this.#serving !== null) this.#serving.peers.of(envelope.to.address).carry(envelope);
    else envelope.reply?.fail(new Failure('the network is closed', 'DISCONNECTED'));
  }

  link(address: Address, mode: 'reuse' | 'reconnect'): void {
    this.#serving?.peers.of(address).link(mode);
  }

  request(authority: string, request: Request): Future<Response> {
    return this.#client.request(authority, request);
  }

  connect(authority: string): Future<void> {
    return knock(authority);
  }

  get peers(): readonly Address[] {
    return this.#serving?.peers.addresses ?? [];
  }

  async close(): Promise<void> {
    const serving = this.#serving;
    if (serving === null) return;
    const closed = new Promise<void>(done => serving.server.close(() => done()));
    await serving.peers.close();
    this.#serving = null;
    serving.http.close();
    for (const socket of this.#sockets) socket.destroy();
    await this.#client.close();
    await closed;
  }

  #accept(socket: Socket, doors: Doors): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // Before its first byte a socket may break as well; afterwards those who took it listen themselves.
    const broken = (): void => void socket.destroy();
    socket.on('error', broken);
    socket.once('readable', () => {
      socket.off('error', broken);
      sniff(socket, doors);
    });
  }

  /** Takes connections whose first byte says TLS; null where it is not enabled. */
  #secureServer(http: HttpServer, reports: Reports): TlsServer | null {
    if (this.#tls === null) return null;
    const { secure, requireClient, tooLong } = this.#tls;
    const server = createTlsServer({ ...secure, requestCert: requireClient, rejectUnauthorized: requireClient });
    server.on('secureConnection', socket => {
      const why = requireClient ? tooLong(socket.getPeerCertificate(true)) : undefined;
      if (why === undefined) http.take(socket);
      else refuse(socket, reports, why.message);
    });
    server.on('tlsClientError', (error, socket) => refuse(socket, reports, error.message));
    return server;
  }
}

export interface TcpOptions {
  /** What the environment says (`LIBPROCESS_SSL_…`), unless given; null is none. */
  readonly tls?: Tls | null | undefined;
  /** What all peers must know: what `LIBPROCESS_PEER_SECRET_FILE` holds, unless given; null is none. */
  readonly secret?: Uint8Array | null | undefined;
  /** Messages must come from the IP of their sender; what LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH says, unless given. */
  readonly matchPeers?: boolean | undefined;
  /** For how long the loop polls after each piece that came, as LIBPROCESS_BUSY_POLL says unless given; 0 is not at all. */
  readonly busyPollMs?: number | undefined;
}

/** Where a connection may be led. */
interface Doors {
  readonly http: HttpServer;
  readonly tls: Tls | null;
  readonly secure: TlsServer | null;
  readonly reports: Reports;
}

interface Serving {
  readonly server: Server;
  readonly http: HttpServer;
  readonly peers: Peers;
}

/** Where peers must know a secret, messages come by links alone: a request proves nothing. */
function serve(receiver: Receiver & PeerSettings, request: Request): Future<Response> {
  if (!isMessage(request)) return receiver.host.serve(request);
  if (receiver.secret === null) return receiveMessage(receiver, request);
  const peer = request.peer ?? 'nowhere';
  const why = `a message by HTTP from ${peer} was refused: it proves no secret`;
  receiver.reports.report('libprocess/authentication_failures', peer, why);
  return Future.ready(forbidden('Messages are taken from peers that know the secret alone.\n'));
}

/** False for what is no link of ours. */
function accept(peers: Peers, request: IncomingMessage, socket: Socket, head: Buffer): boolean {
  if (request.headers.upgrade?.toLowerCase() !== UPGRADE) return false;
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${UPGRADE}\r\n\r\n`);
  peers.accept(socket, head);
  return true;
}

function sniff(socket: Socket, { http, tls, secure, reports }: Doors): void {
  const first: Buffer | null = socket.read();
  if (first === null) {
    socket.destroy();
    return;
  }
  socket.unshift(first);
  const isTls = first[0] === TLS_HANDSHAKE;
  if (isTls && secure !== null) secure.emit('connection', socket);
  else if (!isTls && tls?.downgrade !== false) http.take(socket);
  else refuse(socket, reports, isTls ? 'TLS is not enabled here' : 'it does not speak TLS');
}

function refuse(socket: Socket, reports: Reports, why: string): void {
  const peer = socket.remoteAddress ?? 'nowhere';
  reports.report('libprocess/tls_refusals', peer, `a connection from ${peer} was refused: ${why}`);
  socket.destroy();
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
