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
import { NO_ZXID, ReplyHeader, RequestHeader, XIDS } from '../protocol/connect.ts';
import { ERRORS } from '../protocol/errors.ts';
import type { JuteType } from '../protocol/jute.ts';
import { OPERATIONS, type OperationName, operationName } from '../protocol/operations.ts';
import { Reader } from '../protocol/reader.ts';
import type { SetWatches2 } from '../protocol/requests.ts';
import type { Stat } from '../protocol/stat.ts';
import type { Writer } from '../protocol/writer.ts';
import { authenticate } from './acl.ts';
import type { Connection } from './connection.ts';
import { Core, type Effect, type Moment, type Order } from './core.ts';
import { shakeHands } from './handshake.ts';
import type { Asker } from './prepare.ts';
import { READS, type ReadName } from './reads.ts';
import { rearm } from './rearm.ts';
import { attempt, refusal } from './refusal.ts';
import type { Session } from './sessions.ts';
import { staleNodes } from './stale.ts';
import { changesOf, replyTo, statAfter, type WriteName } from './writes.ts';

/** A server without sockets and files. Connections are told apart by identity; the caller makes one for each socket. */
export class Processor extends Core {
  /** The first frame of a connection. */
  connect(connection: Connection, frame: Uint8Array, moment: Moment): Effect[] {
    return shakeHands(this, connection, frame, moment);
  }

  /** Any later frame. */
  handle(connection: Connection, frame: Uint8Array, moment: Moment): Effect[] {
    const effects: Effect[] = [];
    const { session } = connection;
    if (session === null) return effects;
    this.sessions.touch(session, moment.now);
    const reader = new Reader(frame);
    const header = attempt(() => RequestHeader.read(reader));
    if (typeof header === 'number') this.drop(connection, effects);
    else this.#serve({ connection, session, xid: header.xid, type: header.type, reader, moment, effects });
    return effects;
  }

  /** Ends the sessions that have been silent for too long. */
  expire(moment: Moment): Effect[] {
    const effects: Effect[] = [];
    for (const { id } of this.sessions.expired(moment.now))
      this.#closeSession({ session: id, cxid: 0, moment, effects });
    return effects;
  }

  /** Removes containers that are empty again and nodes whose time is over. */
  sweep(moment: Moment): Effect[] {
    const effects: Effect[] = [];
    for (const path of staleNodes(this.tree, moment.wall)) {
      this.commit({ session: 0n, cxid: 0, moment, effects }, [{ kind: 'delete', path }]);
    }
    return effects;
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
      if (name === 'reconfig') throw refusal(this.options.allowsReconfig ? 'UNIMPLEMENTED' : 'RECONFIGDISABLED', name);
      return changesOf(this.tree, name, body, asker, this.rules);
    });
    if (typeof prepared === 'number') {
      this.commit(orderOf(task), [{ kind: 'error', code: prepared }]);
      this.#reply(task, prepared);
      return;
    }
    const stats: (Stat | null)[] = [];
    this.commit(orderOf(task), prepared.changes, change => stats.push(statAfter(this.tree, name, change)));
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
    this.notify(rearm(this.tree, this.watches, task.connection, request), task.effects);
    this.#reply(task, 0);
  }

  #authenticate(task: Task): void {
    const identities = attempt(() => {
      const { scheme, auth } = OPERATIONS.auth.request.read(task.reader);
      const added = authenticate(scheme, auth, this.options.superDigest ?? null);
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
    const { connection } = task;
    this.disconnected(connection);
    this.#closeSession(orderOf(task));
    this.#reply(task, 0);
    task.effects.push({ kind: 'close', connection });
  }

  #closeSession(order: Order): void {
    this.dropHolder(order.session, order.effects);
    this.commit(order, [{ kind: 'closeSession', paths: [...this.tree.owned.of(order.session)] }]);
  }

  #refuseAndClose(task: Task, err: number, zxid: bigint): void {
    this.#send(task, zxid, err);
    this.drop(task.connection, task.effects);
  }

  #reply(task: Task, err: number, body?: (writer: Writer) => void): void {
    this.#send(task, BigInt(this.tree.lastZxid), err, body);
  }

  #send({ connection, xid, effects }: Task, zxid: bigint, err: number, body?: (writer: Writer) => void): void {
    const bytes = this.frame(writer => {
      ReplyHeader.write(writer, { xid, zxid, err });
      body?.(writer);
    });
    effects.push({ kind: 'send', to: connection, bytes });
  }
}

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

function orderOf({ session, xid, moment, effects }: Task): Order {
  return { session: session.id, cxid: xid, moment, effects };
}

/** The bodies of an operation; which they are, the compiler cannot follow through a variable name. */
function typesOf(name: OperationName): { request: JuteType<unknown>; response: JuteType<unknown> } {
  return OPERATIONS[name] as { request: JuteType<unknown>; response: JuteType<unknown> };
}
