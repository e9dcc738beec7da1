/**
 * One server as a pure state machine: a frame in, its effects out, in the order in which they must happen.
 *
 *   frame ──▶ checks ──▶ transaction or error ──▶ applied at once ──▶ log · events · reply
 *
 * Nothing waits here and nothing is sent: the caller appends what is logged, and holds back whatever stands behind a `log`
 * until that is durable. Then nobody sees what could still be lost, reads included, and events come before the reply that
 * shows what they tell. A failed write is logged too: it spends a zxid.
 *
 * Apache's server applies only what is durable, and keeps a second picture of what is not; with one server, to hold back
 * the answers comes to the same. Should the log fail, the server must end: its memory is ahead of its disk.
 *
 * Source: Apache ZooKeeper PrepRequestProcessor, FinalRequestProcessor, ZooKeeperServer.
 */
import {
  ConnectRequest,
  ConnectResponse,
  NO_ZXID,
  PASSWORD_BYTES,
  ReplyHeader,
  RequestHeader,
  STATES,
  WatcherEvent,
  XIDS,
} from '../protocol/connect.ts';
import { ERRORS } from '../protocol/errors.ts';
import type { JuteType } from '../protocol/jute.ts';
import { OPERATIONS, type OperationName, operationName } from '../protocol/operations.ts';
import { PERMISSIONS } from '../protocol/permissions.ts';
import { Reader } from '../protocol/reader.ts';
import type { SetWatches2 } from '../protocol/requests.ts';
import type { Stat } from '../protocol/stat.ts';
import { Writer } from '../protocol/writer.ts';
import { authenticate, isAllowed } from './acl.ts';
import type { Connection } from './connection.ts';
import type { Asker, Rules } from './prepare.ts';
import { READS, type ReadName } from './reads.ts';
import { rearm } from './rearm.ts';
import { refusal, refusalCode } from './refusal.ts';
import { type Session, type SessionOptions, Sessions } from './sessions.ts';
import { staleNodes } from './stale.ts';
import type { Change, Transaction } from './transaction.ts';
import { DataTree } from './tree.ts';
import { type Notice, Watches } from './watches.ts';
import { changesOf, replyTo, statAfter, type WriteName } from './writes.ts';

/** What the caller does, in order. */
export type Effect =
  | { readonly kind: 'log'; readonly transaction: Transaction }
  | { readonly kind: 'send'; readonly to: Connection; readonly bytes: Buffer }
  /** After all that was sent to it. */
  | { readonly kind: 'close'; readonly connection: Connection };

/** When something is asked: see libprocess' Clock. */
export interface Moment {
  /** Milliseconds that never go back: for sessions. */
  readonly now: number;
  /** Milliseconds since the epoch: for ctime and mtime. */
  readonly wall: number;
}

export interface ProcessorOptions extends SessionOptions {
  /** By default true. */
  readonly checksAcls?: boolean | undefined;
  /** By default false. */
  readonly allowsTtl?: boolean | undefined;
  /** Hard limits refuse. By default false. */
  readonly enforcesQuotas?: boolean | undefined;
  /** The superuser's `user:hash`. */
  readonly superDigest?: string | undefined;
  /** Hears of quotas that are exceeded and not enforced. */
  readonly quotaExceeded?: ((path: string, what: string) => void) | undefined;
  /** What a reconfig is answered when it is allowed; this server never does it. By default false. */
  readonly allowsReconfig?: boolean | undefined;
}

const NO_PASSWORD = Buffer.alloc(PASSWORD_BYTES);

export class Processor {
  readonly tree = new DataTree();
  readonly watches = new Watches<Connection>();
  readonly sessions: Sessions;
  readonly rules: Rules;
  readonly #options: ProcessorOptions;
  readonly #connections = new Map<bigint, Connection>();
  readonly #writer = new Writer();

  constructor(options: ProcessorOptions) {
    this.#options = options;
    this.sessions = new Sessions(options);
    const { checksAcls = true, allowsTtl = false } = options;
    this.rules = { checksAcls, allowsTtl, admit: (path, count, bytes) => this.#admit(path, count, bytes) };
  }

  /** The first frame of a connection. */
  connect(connection: Connection, frame: Uint8Array, moment: Moment): Effect[] {
    const effects: Effect[] = [];
    const request = attempt(() => ConnectRequest.read(new Reader(frame)));
    // A client that has seen more than there is belongs to another server.
    if (typeof request === 'number' || request.lastZxidSeen > BigInt(this.tree.lastZxid)) {
      effects.push({ kind: 'close', connection });
    } else if (request.sessionId === 0n) this.#openSession(connection, request, moment, effects);
    else this.#renewSession(connection, request, moment, effects);
    return effects;
  }

  /** Any later frame. */
  handle(connection: Connection, frame: Uint8Array, moment: Moment): Effect[] {
    const effects: Effect[] = [];
    const { session } = connection;
    if (session === null) return effects;
    this.sessions.touch(session, moment.now);
    const reader = new Reader(frame);
    const header = attempt(() => RequestHeader.read(reader));
    if (typeof header === 'number') effects.push({ kind: 'close', connection });
    else this.#serve({ connection, session, xid: header.xid, type: header.type, reader, moment, effects });
    return effects;
  }

  /** The connection has gone; its session stays. */
  disconnected(connection: Connection): void {
    this.watches.forget(connection);
    const { session } = connection;
    connection.session = null;
    if (session !== null && this.#connections.get(session.id) === connection) this.#connections.delete(session.id);
  }

  /** Ends the sessions that have been silent for too long. */
  expire(moment: Moment): Effect[] {
    const effects: Effect[] = [];
    for (const { id } of this.sessions.expired(moment.now)) this.#closeSession(id, 0, moment, effects);
    return effects;
  }

  /** Removes containers that are empty again and nodes whose time is over. */
  sweep(moment: Moment): Effect[] {
    const effects: Effect[] = [];
    for (const path of staleNodes(this.tree, moment.wall)) {
      this.#commit(0n, 0, [{ kind: 'delete', path }], moment, effects);
    }
    return effects;
  }

  /** Takes a transaction from the log. Nobody is there to hear of it. */
  replay(transaction: Transaction, now: number): void {
    this.tree.apply(transaction);
    this.#applyToSessions(transaction, now);
  }

  #openSession(connection: Connection, request: ConnectRequest, moment: Moment, effects: Effect[]): void {
    const id = this.sessions.newId();
    const timeoutMs = this.sessions.negotiate(request.timeOut);
    this.#commit(id, 0, [{ kind: 'createSession', timeoutMs }], moment, effects);
    this.#attach(connection, id, timeoutMs, request, moment, effects);
  }

  /** The connection that has the session is closed first, whatever the password. */
  #renewSession(connection: Connection, request: ConnectRequest, moment: Moment, effects: Effect[]): void {
    const id = request.sessionId;
    const holder = this.#connections.get(id);
    if (holder !== undefined) this.#drop(holder, effects);
    if (this.sessions.get(id) === undefined || !this.sessions.isPassword(id, request.passwd)) {
      this.#greet(connection, 0n, 0, NO_PASSWORD, request, effects);
      effects.push({ kind: 'close', connection });
    } else this.#attach(connection, id, this.sessions.negotiate(request.timeOut), request, moment, effects);
  }

  #attach(
    connection: Connection,
    id: bigint,
    timeoutMs: number,
    request: ConnectRequest,
    moment: Moment,
    effects: Effect[],
  ): void {
    connection.session = this.sessions.open(id, timeoutMs, moment.now);
    this.#connections.set(id, connection);
    this.#greet(connection, id, timeoutMs, this.sessions.password(id), request, effects);
  }

  #greet(
    to: Connection,
    sessionId: bigint,
    timeOut: number,
    passwd: Uint8Array,
    request: ConnectRequest,
    effects: Effect[],
  ): void {
    const readOnly = request.readOnly === undefined ? undefined : false;
    const bytes = this.#writer.frame(writer => {
      ConnectResponse.write(writer, { protocolVersion: 0, timeOut, sessionId, passwd, readOnly });
    });
    effects.push({ kind: 'send', to, bytes });
  }

  #serve(task: Task): void {
    const name = operationName(task.type);
    if (name === null) this.#refuseAndClose(task, ERRORS.UNIMPLEMENTED, NO_ZXID);
    else if (name === 'ping') this.#reply({ ...task, xid: XIDS.PING }, 0);
    else if (name === 'auth') this.#authenticate(task);
    else if (name === 'sasl') this.#refuseAndClose(task, ERRORS.AUTHFAILED, 0n);
    else if (name === 'closeSession') this.#closeAtRequest(task);
    else if (name === 'setWatches' || name === 'setWatches2') this.#rearm(task, name);
    else if (OPERATIONS[name].kind === 'write') this.#write(task, name as WriteName);
    else this.#read(task, name as ReadName);
  }

  #read(task: Task, name: ReadName): void {
    const { request, response } = typesOf(name);
    const read = READS[name] as (from: Processor, request: unknown, connection: Connection) => unknown;
    const body = attempt(() => ({ value: read(this, request.read(task.reader), task.connection) }));
    if (typeof body === 'number') this.#reply(task, body);
    else this.#reply(task, 0, writer => response.write(writer, body.value));
  }

  #write(task: Task, name: WriteName): void {
    const { request, response } = typesOf(name);
    const asker: Asker = { session: task.session.id, identities: task.connection.identities };
    const prepared = attempt(() => {
      const body = request.read(task.reader);
      if (name === 'reconfig') throw refusal(this.#options.allowsReconfig ? 'UNIMPLEMENTED' : 'RECONFIGDISABLED', name);
      return changesOf(this.tree, name, body, asker, this.rules);
    });
    if (typeof prepared === 'number') {
      this.#commitFor(task, [{ kind: 'error', code: prepared }]);
      this.#reply(task, prepared);
      return;
    }
    const stats: (Stat | null)[] = [];
    this.#commitFor(task, prepared.changes, change => stats.push(statAfter(this.tree, name, change)));
    this.#reply(task, 0, writer => response.write(writer, replyTo(name, prepared, stats)));
  }

  /** The events of what was missed come before the reply. */
  #rearm(task: Task, name: 'setWatches' | 'setWatches2'): void {
    const request = attempt(() => {
      const none = { persistentWatches: [], persistentRecursiveWatches: [] };
      return { ...none, ...OPERATIONS[name].request.read(task.reader) } satisfies SetWatches2;
    });
    if (typeof request === 'number') {
      this.#reply(task, request);
      return;
    }
    this.#notify(rearm(this.tree, this.watches, task.connection, request), task.effects);
    this.#reply(task, 0);
  }

  #authenticate(task: Task): void {
    const identities = attempt(() => {
      const { scheme, auth } = OPERATIONS.auth.request.read(task.reader);
      const added = authenticate(scheme, auth, this.#options.superDigest ?? null);
      if (added === null) throw refusal('AUTHFAILED', scheme);
      return added;
    });
    if (typeof identities === 'number') {
      this.#refuseAndClose(task, ERRORS.AUTHFAILED, 0n);
      return;
    }
    task.connection.identify(identities);
    this.#send(task, 0n, 0);
  }

  /** Ephemerals go, then comes the reply, then the end. */
  #closeAtRequest(task: Task): void {
    const { connection, session } = task;
    this.#connections.delete(session.id);
    this.watches.forget(connection);
    connection.session = null;
    this.#closeSession(session.id, task.xid, task.moment, task.effects);
    this.#reply(task, 0);
    task.effects.push({ kind: 'close', connection });
  }

  #closeSession(id: bigint, cxid: number, moment: Moment, effects: Effect[]): void {
    const holder = this.#connections.get(id);
    if (holder !== undefined) this.#drop(holder, effects);
    this.#commit(id, cxid, [{ kind: 'closeSession', paths: [...this.tree.owned.of(id)] }], moment, effects);
  }

  #drop(connection: Connection, effects: Effect[]): void {
    this.disconnected(connection);
    effects.push({ kind: 'close', connection });
  }

  #commitFor({ session, xid, moment, effects }: Task, changes: readonly Change[], applied?: Applied): void {
    this.#commit(session.id, xid, changes, moment, effects, applied);
  }

  /** Gives the changes a zxid and a time, logs and applies them, and tells who watches. */
  #commit(
    session: bigint,
    cxid: number,
    changes: readonly Change[],
    moment: Moment,
    effects: Effect[],
    applied?: Applied,
  ): void {
    const zxid = this.tree.lastZxid + 1;
    const transaction: Transaction = { zxid, time: moment.wall, session, cxid, changes };
    effects.push({ kind: 'log', transaction });
    for (const event of this.tree.apply(transaction, applied)) this.#notify(this.watches.trigger(event), effects);
    this.#applyToSessions(transaction, moment.now);
  }

  #applyToSessions({ session, changes }: Transaction, now: number): void {
    for (const change of changes) {
      if (change.kind === 'createSession') this.sessions.open(session, change.timeoutMs, now);
      else if (change.kind === 'closeSession') this.sessions.close(session);
    }
  }

  #notify(notices: readonly Notice<Connection>[], effects: Effect[]): void {
    let last: { readonly notice: Notice<Connection>; readonly bytes: Buffer } | null = null;
    for (const notice of notices) {
      if (this.rules.checksAcls && !isAllowed(notice.acl, PERMISSIONS.READ, notice.watcher.identities)) continue;
      // Many watchers of one node hear the same bytes.
      const isSame = last?.notice.type === notice.type && last.notice.path === notice.path;
      const bytes: Buffer = last !== null && isSame ? last.bytes : this.#eventBytes(notice);
      last = { notice, bytes };
      effects.push({ kind: 'send', to: notice.watcher, bytes });
    }
  }

  #eventBytes({ type, path, zxid }: Notice<Connection>): Buffer {
    return this.#writer.frame(writer => {
      ReplyHeader.write(writer, { xid: XIDS.NOTIFICATION, zxid, err: 0 });
      WatcherEvent.write(writer, { type, state: STATES.SYNC_CONNECTED, path });
    });
  }

  #refuseAndClose(task: Task, err: number, zxid: bigint): void {
    this.#send(task, zxid, err);
    task.effects.push({ kind: 'close', connection: task.connection });
  }

  #reply(task: Task, err: number, body?: (writer: Writer) => void): void {
    this.#send(task, BigInt(this.tree.lastZxid), err, body);
  }

  #send({ connection, xid, effects }: Task, zxid: bigint, err: number, body?: (writer: Writer) => void): void {
    const bytes = this.#writer.frame(writer => {
      ReplyHeader.write(writer, { xid, zxid, err });
      body?.(writer);
    });
    effects.push({ kind: 'send', to: connection, bytes });
  }

  #admit(path: string, addedCount: number, addedBytes: number): void {
    const verdict = this.tree.quotas.check(path, addedCount, addedBytes);
    if (verdict === null) return;
    if (verdict.isHard && this.#options.enforcesQuotas) throw refusal('QUOTAEXCEEDED', `${path}: ${verdict.what}`);
    this.#options.quotaExceeded?.(path, verdict.what);
  }
}

type Applied = (change: Change) => void;

/** One request under way. */
interface Task {
  readonly connection: Connection;
  readonly session: Session;
  readonly xid: number;
  readonly type: number;
  readonly reader: Reader;
  readonly moment: Moment;
  readonly effects: Effect[];
}

/** What `work` gives, or the number of the error that it is refused with. */
function attempt<T extends object>(work: () => T): T | number {
  try {
    return work();
  } catch (error) {
    return refusalCode(error);
  }
}

/** The bodies of an operation; which they are, the compiler cannot follow through a variable name. */
function typesOf(name: OperationName): { request: JuteType<unknown>; response: JuteType<unknown> } {
  return OPERATIONS[name] as { request: JuteType<unknown>; response: JuteType<unknown> };
}
