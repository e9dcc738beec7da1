/**
 * From a request to the actor that answers it, in the exact order of libprocess: path checks, delegate, firewall, the
 * actor, its route, who asks, the body.
 *
 * Source: libprocess `ProcessManager::handle`, `ProcessBase::consume(HttpEvent)` (process.cpp).
 */
import type { Named, Run } from '../envelope.ts';
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
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
import { decode } from './percent.ts';

/** Answers `request`; never fails: a handler that does becomes a 500. */
export function serveHttp(runtime: Runtime, request: Request): Future<Response> {
  const { path } = request;
  if (!path.startsWith('/')) return Future.ready(badRequest("Request URL path must start with '/'"));
  if (path.includes('/..')) return Future.ready(notFound());
  const target = findTarget(runtime, path);
  const refused = runtime.http.refusal(target.path, request);
  if (refused !== null) return Future.ready(refused);
  if (target.process === undefined) return Future.ready(notFound());
  return serveBy(runtime, target.process, target.below, request).recover(failureResponse);
}

interface Target {
  /** With the delegate before it, where that is to serve it. */
  readonly path: string;
  readonly process: Process | undefined;
  /** What follows `/<id>`. */
  readonly below: string;
}

function findTarget(runtime: Runtime, path: string): Target {
  const { delegate } = runtime.http;
  const direct = split(runtime, path);
  if (direct.process !== undefined || delegate === null) return direct;
  return split(runtime, path === '/' ? `/${delegate}` : `/${delegate}${path}`);
}

function split(runtime: Runtime, path: string): Target {
  const slash = path.indexOf('/', 1);
  const first = slash < 0 ? path.slice(1) : path.slice(1, slash);
  return { path, process: runtime.process(decode(first)), below: slash < 0 ? '' : path.slice(slash) };
}

/** An actor has no routes before its first turn: what comes earlier waits behind that in the mailbox. */
function serveBy(runtime: Runtime, process: Process, below: string, request: Request): Future<Response> {
  if (process.$mailbox.length >= MAILBOX_HIGH) {
    return Future.ready(serviceUnavailable(`${process.pid.id} has too much to do: try again later`));
  }
  if (process.$initialized) return serveRoute(runtime, process, below, request);
  const response = new Promised<Response>();
  const run = (() => serveRoute(runtime, process, below, request)) as Run;
  runtime.post('dispatch', EARLY, process.pid, runtime.outside, null, run, response as Promised<unknown>);
  return response;
}

function serveRoute(runtime: Runtime, process: Process, below: string, request: Request): Future<Response> {
  const routes = process.$routes;
  const route = routes?.find(below);
  if (routes === null || route === undefined) return Future.ready(notFound());
  const endpoint = `/${process.pid.id}${route.path === '/' ? '' : route.path}`;
  const refused = runtime.http.refusal(endpoint, request);
  if (refused !== null) return Future.ready(refused);
  return runtime.http.admit(routes, endpoint, route, request).then(admission => {
    if ('refusal' in admission) return admission.refusal;
    const body = route.options.streaming ? Future.ready(request) : readBody(request);
    return body.then(whole => runtime.postHttp(process, route, whole, admission.principal));
  });
}

/** A request to an actor that has not had its first turn. */
const EARLY: Named = Object.freeze({ name: 'HTTP' });

function readBody(request: Request): Future<Request> {
  if (request.reader === null) return Future.ready(request);
  return request.reader.readAll(BODY_BYTES_MAX).then(body => ({ ...request, body, reader: null }));
}

function failureResponse(future: Future<Response>): Response {
  if (future.state === 'discarded') return internalServerError('discarded future');
  if (future.isPending) return internalServerError('abandoned future');
  const { error } = future;
  if (error instanceof Failure && error.code === 'BODY_TOO_LARGE') return respond(413, `${error.message}\n`);
  if (error instanceof Failure && error.code === 'BODY_MALFORMED') return badRequest(`${error.message}\n`);
  return internalServerError(error instanceof Error ? error.message : String(error));
}
