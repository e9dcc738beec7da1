/**
 * The first frame of a connection: a new session, or one that is taken up again.
 *
 *   lastZxidSeen beyond ours ─▶ closed without a word: the client belongs to another server
 *   sessionId 0              ─▶ a new session, by a transaction
 *   sessionId known, password right ─▶ the session goes on, here; the connection that had it is closed
 *   otherwise                ─▶ refused with a timeOut of 0, and closed
 *
 * Source: Apache ZooKeeper ZooKeeperServer.processConnectRequest, reopenSession.
 */
import { ConnectRequest, ConnectResponse, PASSWORD_BYTES } from '../protocol/connect.ts';
import { Reader } from '../protocol/reader.ts';
import type { Connection } from './connection.ts';
import type { Core, Effect, Moment } from './core.ts';
import { attempt } from './refusal.ts';

const REFUSED = { timeOut: 0, sessionId: 0n, passwd: Buffer.alloc(PASSWORD_BYTES) } as const;

export function shakeHands(core: Core, connection: Connection, frame: Uint8Array, moment: Moment): Effect[] {
  const effects: Effect[] = [];
  const request = attempt(() => ConnectRequest.read(new Reader(frame)));
  if (typeof request === 'number' || request.lastZxidSeen > BigInt(core.tree.lastZxid)) core.drop(connection, effects);
  else if (request.sessionId === 0n) open(core, connection, request, moment, effects);
  else renew(core, connection, request, moment, effects);
  return effects;
}

function open(core: Core, to: Connection, request: ConnectRequest, moment: Moment, effects: Effect[]): void {
  const session = core.sessions.newId();
  const timeoutMs = core.sessions.negotiate(request.timeOut);
  core.commit({ session, cxid: 0, moment, effects }, [{ kind: 'createSession', timeoutMs }]);
  welcome(core, to, session, request, moment, effects);
}

/** The connection that has the session is closed first, whatever the password. */
function renew(core: Core, to: Connection, request: ConnectRequest, moment: Moment, effects: Effect[]): void {
  const { sessionId: id, passwd } = request;
  core.dropHolder(id, effects);
  if (core.sessions.get(id) !== undefined && core.sessions.isPassword(id, passwd)) {
    welcome(core, to, id, request, moment, effects);
    return;
  }
  answer(core, to, REFUSED, request, effects);
  core.drop(to, effects);
}

function welcome(
  core: Core,
  to: Connection,
  sessionId: bigint,
  request: ConnectRequest,
  moment: Moment,
  effects: Effect[],
): void {
  const timeOut = core.sessions.negotiate(request.timeOut);
  core.attach(to, sessionId, timeOut, moment);
  answer(core, to, { timeOut, sessionId, passwd: core.sessions.password(sessionId) }, request, effects);
}

/** A client that says nothing of readOnly does not understand it. */
function answer(
  core: Core,
  to: Connection,
  terms: Pick<ConnectResponse, 'timeOut' | 'sessionId' | 'passwd'>,
  request: ConnectRequest,
  effects: Effect[],
): void {
  const readOnly = request.readOnly === undefined ? undefined : false;
  const response = { protocolVersion: 0, ...terms, readOnly };
  effects.push({ kind: 'send', to, bytes: core.frame(writer => ConnectResponse.write(writer, response)) });
}
