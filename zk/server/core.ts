/**
 * The state of one server, and the few ways in which it changes: by a transaction, and by connections that come and go.
 *
 *   tree · watches · sessions ◀── commit(changes) ──▶ log, events
 *
 * Source: Apache ZooKeeper ZooKeeperServer, ZKDatabase.
 */
import { ReplyHeader, STATES, WatcherEvent, XIDS } from '../protocol/connect.ts';
import { PERMISSIONS } from '../protocol/permissions.ts';
import { Writer } from '../protocol/writer.ts';
import { isAllowed } from './acl.ts';
import type { Connection } from './connection.ts';
import type { Rules } from './prepare.ts';
import { refusal } from './refusal.ts';
import { type SessionOptions, Sessions } from './sessions.ts';
import type { Change, Transaction } from './transaction.ts';
import { DataTree } from './tree.ts';
import { type Notice, Watches } from './watches.ts';

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

export interface CoreOptions extends SessionOptions {
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

/** Who wants a change, when, and where its effects go. */
export interface Order {
  readonly session: bigint;
  /** The xid of the request; 0 where the server itself wants it. */
  readonly cxid: number;
  readonly moment: Moment;
  readonly effects: Effect[];
}

/** The whole state of a server. All its methods are synchronous; those that have effects append them, in order. */
export class Core {
  readonly tree = new DataTree();
  readonly watches = new Watches<Connection>();
  readonly sessions: Sessions;
  readonly rules: Rules;
  readonly options: CoreOptions;
  readonly #connections = new Map<bigint, Connection>();
  readonly #writer = new Writer();

  constructor(options: CoreOptions) {
    this.options = options;
    this.sessions = new Sessions(options);
    const { checksAcls = true, allowsTtl = false } = options;
    this.rules = { checksAcls, allowsTtl, admit: (path, count, bytes) => this.#admit(path, count, bytes) };
  }

  /** Gives `connection` the session `id`, whose full timeout begins now. */
  attach(connection: Connection, id: bigint, timeoutMs: number, moment: Moment): void {
    connection.session = this.sessions.open(id, timeoutMs, moment.now);
    this.#connections.set(id, connection);
  }

  /** The connection has gone; its session stays. */
  disconnected(connection: Connection): void {
    this.watches.forget(connection);
    const { session } = connection;
    connection.session = null;
    if (session !== null && this.#connections.get(session.id) === connection) this.#connections.delete(session.id);
  }

  /** Ends `connection` from our side. */
  drop(connection: Connection, effects: Effect[]): void {
    this.disconnected(connection);
    effects.push({ kind: 'close', connection });
  }

  /** Ends the connection that has the session `id`, if there is one. */
  dropHolder(id: bigint, effects: Effect[]): void {
    const holder = this.#connections.get(id);
    if (holder !== undefined) this.drop(holder, effects);
  }

  /** Takes a transaction from the log. Nobody is there to hear of it. */
  replay(transaction: Transaction, now: number): void {
    this.tree.apply(transaction);
    this.#applyToSessions(transaction, now);
  }

  /** Gives the changes a zxid and a time, logs and applies them, and tells who watches. */
  commit(
    { session, cxid, moment, effects }: Order,
    changes: readonly Change[],
    applied?: (change: Change) => void,
  ): void {
    const zxid = this.tree.lastZxid + 1;
    const transaction: Transaction = { zxid, time: moment.wall, session, cxid, changes };
    effects.push({ kind: 'log', transaction });
    for (const event of this.tree.apply(transaction, applied)) this.notify(this.watches.trigger(event), effects);
    this.#applyToSessions(transaction, moment.now);
  }

  /** Sends events, except to those who may not read the node. */
  notify(notices: readonly Notice<Connection>[], effects: Effect[]): void {
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
    return this.frame(writer => {
      ReplyHeader.write(writer, { xid: XIDS.NOTIFICATION, zxid, err: 0 });
      WatcherEvent.write(writer, { type, state: STATES.SYNC_CONNECTED, path });
    });
  }

  /** The bytes of a frame with what `write` writes. */
  frame(write: (writer: Writer) => void): Buffer {
    return this.#writer.frame(write);
  }

  #applyToSessions({ session, changes }: Transaction, now: number): void {
    for (const change of changes) {
      if (change.kind === 'createSession') this.sessions.open(session, change.timeoutMs, now);
      else if (change.kind === 'closeSession') this.sessions.close(session);
    }
  }

  #admit(path: string, addedCount: number, addedBytes: number): void {
    const verdict = this.tree.quotas.check(path, addedCount, addedBytes);
    if (verdict === null) return;
    if (verdict.isHard && this.options.enforcesQuotas) throw refusal('QUOTAEXCEEDED', `${path}: ${verdict.what}`);
    this.options.quotaExceeded?.(path, verdict.what);
  }
}
