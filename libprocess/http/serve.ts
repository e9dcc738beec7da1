/**
 * From a request to the actor that answers it, in the exact order of libprocess: path checks, delegate, the actor, its
 * route, the body.
 *
 * Source: libprocess `ProcessManager::handle`, `ProcessBase::consume(HttpEvent)` (process.cpp).
 */
import { Failure } from '../failure.ts';
import { Future } from '../future.ts';
import { BODY_BYTES_MAX, MAILBOX_HIGH } from '../limits.ts';
import type { Process } from '../process.ts';
import type { Runtime } from '../runtime.ts';
import {
  badRequest,
  internalServerError,
  notFound,
  type Request,
  type Response,
  respond,
  serviceUnavailable,
} from './http.ts';

export interface HttpPolicy {
  /** The actor that serves paths whose first part names no actor. */
  readonly delegate: string | null;
}

/** Answers `request`; never fails: a handler that does becomes a 500. */
export function serveHttp(runtime: Runtime, request: Request): Future<Response> {
  const found = findProcess(runtime, request.path);
  if (!('process' in found)) return Future.ready(found);
  const { process, path } = found;
  const route = process.$routes?.find(path);
  if (route === undefined) return Future.ready(notFound());
  if (process.$mailbox.length >= MAILBOX_HIGH) {
    return Future.ready(serviceUnavailable(`${process.pid.id} has too much to do: try again later`));
  }
  const body = route.options.streaming ? Future.ready(request) : readBody(request);
  return body.then(whole => runtime.postHttp(process, route, whole, null)).recover(failureResponse);
}

interface Found {
  readonly process: Process;
  /** What follows `/<id>`. */
  readonly path: string;
}

function findProcess(runtime: Runtime, path: string): Found | Response {
  if (!path.startsWith('/')) return badRequest("Request URL path must start with '/'");
  if (path.includes('/..')) return notFound();
  const { delegate } = runtime.http;
  const direct = split(runtime, path);
  if (direct !== null) return direct;
  if (delegate === null) return notFound();
  return split(runtime, path === '/' ? `/${delegate}` : `/${delegate}${path}`) ?? notFound();
}

function split(runtime: Runtime, path: string): Found | null {
  const slash = path.indexOf('/', 1);
  const first = slash < 0 ? path.slice(1) : path.slice(1, slash);
  const process = runtime.process(decode(first));
  return process === undefined ? null : { process, path: slash < 0 ? '' : path.slice(slash) };
}

/** Percent-decoded; text that is not well encoded stays as it is, and so names nobody. */
export function decode(text: string): string {
  return /%(?![\da-f]{2})/i.test(text) ? text : percentDecode(text);
}

function percentDecode(text: string): string {
  const bytes = text.replace(/%([\da-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function readBody(request: Request): Future<Request> {
  if (request.reader === null) return Future.ready(request);
  return request.reader.readAll(BODY_BYTES_MAX).then(body => ({ ...request, body, reader: null }));
}

function failureResponse(future: Future<Response>): Response {
  if (future.state === 'discarded') return internalServerError('discarded future');
  const { error } = future;
  if (error instanceof Failure && error.code === 'BODY_TOO_LARGE') return respond(413, `${error.message}\n`);
  if (error instanceof Failure && error.code === 'BODY_MALFORMED') return badRequest(`${error.message}\n`);
  return internalServerError(error instanceof Error ? error.message : String(error));
}
