/**
 * The original's form of a message: an HTTP request.
 *
 *   POST /slave(1)/mesos.internal.PingSlaveMessage HTTP/1.1
 *   Libprocess-From: slave-observer(1)@10.0.0.1:5050          or  User-Agent: libprocess/slave-observer(1)@10.0.0.1:5050
 *
 *   <protobuf>  ──▶  202 when the actor took it, 404 when there is none, 400 when it cannot be read
 *
 * Source: libprocess process.cpp (`parse`, `ProcessManager::handle`), encoder.hpp (`MessageEncoder`).
 */
import { fromProtobuf } from '../codec/protobuf.ts';
import { Failure } from '../failure.ts';
import { Future } from '../future.ts';
import { accepted, badRequest, notFound, type Request, type Response } from '../http/http.ts';
import { BODY_BYTES_MAX } from '../limits.ts';
import { messageNamed } from '../message.ts';
import { PID } from '../pid.ts';
import type { NetworkHost } from './network.ts';
import { isFrom } from './peer-match.ts';
import type { Reports } from './reports.ts';

const AGENT = 'libprocess/';
/** As much of a name is logged. */
const NAME_LENGTH = 100;

/** True for a request that is a message, whoever it is for. */
export function isMessage({ method, headers }: Request): boolean {
  if (method !== 'POST') return false;
  return headers['libprocess-from'] !== undefined || (headers['user-agent']?.startsWith(AGENT) ?? false);
}

/** What takes messages in. */
export interface Receiver {
  readonly host: NetworkHost;
  readonly reports: Reports;
  /** A message must come from the IP of its sender (LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH). */
  readonly matchPeers: boolean;
}

/** Delivers the message that `request` is. */
export function receiveMessage(receiver: Receiver, request: Request): Future<Response> {
  const body = request.reader?.readAll(BODY_BYTES_MAX) ?? Future.ready(request.body);
  return body
    .then(bytes => deliver(receiver, request, bytes))
    .repair(failed => badRequest(`${failed.error instanceof Error ? failed.error.message : failed.error}\n`));
}

function deliver({ host, reports, matchPeers }: Receiver, request: Request, body: Uint8Array): Response {
  const { id, name } = targetOf(request.path);
  const peer = request.peer ?? 'nowhere';
  const type = messageNamed(name);
  const to = host.address.pid(id);
  if (type === undefined) {
    // As in the original, an actor takes what it does not know, and drops it.
    reports.report('libprocess/unknown_messages', peer, `the message ${shortened(name)} is not known here`);
    return to.process === null ? notFound() : accepted();
  }
  try {
    const from = senderOf(request);
    if (matchPeers && !isFrom(from.address, request.peer)) return mismatch(reports, from, peer);
    return host.receive(type, to, from, fromProtobuf(type.body, body), null) ? accepted() : notFound();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const why = `a malformed ${name} from ${peer} was dropped: ${error.message}`;
    reports.report('libprocess/malformed_messages', peer, why);
    return badRequest(`${error.message}\n`);
  }
}

/** In the original's words. */
function mismatch(reports: Reports, from: PID, peer: string): Response {
  const why = `UPID IP address validation failed: Message from ${from} was sent from IP ${peer}`;
  reports.report('libprocess/address_mismatches', peer, why);
  return badRequest(why);
}

/** A name that we do not know may be anything. */
function shortened(name: string): string {
  return JSON.stringify(name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH)}…` : name);
}

/** The first part of the path is the actor, percent-encoded or not; the rest, with all its slashes, the message. */
function targetOf(path: string): { readonly id: string; readonly name: string } {
  const slash = path.indexOf('/', 1);
  if (slash < 0) return { id: '', name: path.slice(1) };
  return { id: decoded(path.slice(1, slash)), name: decoded(path.slice(slash + 1)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text; // Not well encoded: it names nobody.
    throw error;
  }
}

function senderOf({ headers }: Request): PID {
  return PID.parse((headers['libprocess-from'] ?? headers['user-agent']?.slice(AGENT.length) ?? '').trim());
}

/** The request that carries a message there, byte for byte as the original writes it. */
export function encodeMessage(from: PID, to: PID, name: string, body: Uint8Array): Buffer {
  const lines = [
    `POST ${to.id === '' ? '' : `/${to.id}`}/${name} HTTP/1.1`,
    `User-Agent: ${AGENT}${from}`,
    `Libprocess-From: ${from}`,
    'Connection: Keep-Alive',
    `Host: ${to.address}`,
  ];
  if (body.length === 0) return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  const head = `${lines.join('\r\n')}\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n0\r\n\r\n')]);
}
