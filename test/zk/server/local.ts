/**
 * A client of a processor, without sockets: it asks by name and sees replies and events as they would arrive.
 */
import {
  ConnectRequest,
  ConnectResponse,
  ReplyHeader,
  RequestHeader,
  WatcherEvent,
} from '../../../zk/protocol/connect.ts';
import { errorName } from '../../../zk/protocol/errors.ts';
import { encode, type Infer, type JuteType } from '../../../zk/protocol/jute.ts';
import {
  OPCODES,
  OPERATIONS,
  type OperationName,
  type RequestOf,
  type ResponseOf,
} from '../../../zk/protocol/operations.ts';
import { OPEN_ACL } from '../../../zk/protocol/permissions.ts';
import { Reader } from '../../../zk/protocol/reader.ts';
import { Connection } from '../../../zk/server/connection.ts';
import type { CoreOptions, Effect, Moment } from '../../../zk/server/core.ts';
import { Processor } from '../../../zk/server/processor.ts';
import type { Transaction } from '../../../zk/server/transaction.ts';

export interface Answer<N extends OperationName> {
  /** The name of the error; OK. */
  readonly err: string;
  readonly zxid: number;
  /** Null where the error is not OK. */
  readonly body: ResponseOf<N> | null;
}

/** A processor with a clock that stands still unless it is moved, and what it logged. */
export class LocalServer {
  readonly processor: Processor;
  readonly log: Transaction[] = [];
  moment: Moment = { now: 0, wall: 1_700_000_000_000 };

  constructor(options: Partial<CoreOptions> = {}) {
    const startedAt = this.moment.wall;
    this.processor = new Processor({ tickTimeMs: 2_000, secret: Buffer.from('secret'), startedAt, ...options });
  }

  pass(ms: number): void {
    this.moment = { now: this.moment.now + ms, wall: this.moment.wall + ms };
  }

  /** Does what the effects say; each client keeps what it was sent. */
  do(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'log') this.log.push(effect.transaction);
      else if (effect.kind === 'send') clients.get(effect.to)?.receive(effect.bytes);
      else clients.get(effect.connection)?.closed();
    }
  }

  client(address = '127.0.0.1'): LocalClient {
    return new LocalClient(this, address);
  }
}

const clients = new WeakMap<Connection, LocalClient>();

export class LocalClient {
  readonly connection: Connection;
  readonly #server: LocalServer;
  /** Frames that have come, without their length, oldest first. */
  #inbox: Buffer[] = [];
  isClosed = false;
  #xid = 0;

  constructor(server: LocalServer, address: string) {
    this.#server = server;
    this.connection = new Connection(address);
    clients.set(this.connection, this);
  }

  receive(bytes: Buffer): void {
    this.#inbox.push(bytes.subarray(4));
  }

  closed(): void {
    this.isClosed = true;
  }

  /** Shakes hands; null when the connection was closed without a word. */
  connect(request: Partial<ConnectRequest> = {}): ConnectResponse | null {
    const { moment, processor } = this.#server;
    const fresh = { protocolVersion: 0, lastZxidSeen: 0n, timeOut: 4_000, sessionId: 0n, passwd: Buffer.alloc(16) };
    const bytes = encode(ConnectRequest, { ...fresh, readOnly: false, ...request });
    this.#server.do(processor.connect(this.connection, bytes, moment));
    const reply = this.#inbox.shift();
    return reply === undefined ? null : ConnectResponse.read(new Reader(reply));
  }

  /** The answer; events that come with it wait for `events`. */
  ask<N extends OperationName>(name: N, body: RequestOf<N>): Answer<N> {
    const types = OPERATIONS[name] as { request: JuteType<unknown>; response: JuteType<unknown> };
    this.raw(OPCODES[name], encode(types.request, body));
    const reply = this.#inbox.pop();
    if (reply === undefined) throw new Error(`no answer to ${name}`);
    const reader = new Reader(reply);
    const { zxid, err } = ReplyHeader.read(reader);
    const answer = err === 0 ? (types.response.read(reader) as ResponseOf<N>) : null;
    return { err: errorName(err), zxid: Number(zxid), body: answer };
  }

  /** Sends a request of any type with any body. */
  raw(type: number, body: Uint8Array): void {
    const frame = Buffer.concat([encode(RequestHeader, { xid: this.#xid++, type }), body]);
    this.#server.do(this.#server.processor.handle(this.connection, frame, this.#server.moment));
  }

  create(path: string, flags = 0, data: Uint8Array | null = null): Answer<'create'> {
    return this.ask('create', { path, data, acl: OPEN_ACL, flags });
  }

  /** The events that came since the last time, as `type path`, and the headers of replies nobody took as `reply`. */
  events(): string[] {
    return this.#inbox.splice(0).map(bytes => {
      const reader = new Reader(bytes);
      if (ReplyHeader.read(reader).xid !== -1) return 'reply';
      const { type, path } = WatcherEvent.read(reader);
      return `${type} ${path}`;
    });
  }

  /** What came, headers alone. */
  headers(): Infer<typeof ReplyHeader>[] {
    return this.#inbox.splice(0).map(bytes => ReplyHeader.read(new Reader(bytes)));
  }

  leave(): void {
    this.#server.processor.disconnected(this.connection);
  }
}

/** A server with one client that has a session. */
export function scene(options: Partial<CoreOptions> = {}): { server: LocalServer; client: LocalClient } {
  const server = new LocalServer(options);
  return { server, client: connected(server) };
}

export function connected(server: LocalServer, address?: string): LocalClient {
  const client = server.client(address);
  client.connect();
  return client;
}
