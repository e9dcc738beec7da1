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
import { Reports } from '../transport/reports.ts';
import type { Principal } from './authentication.ts';
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
import type { Admission } from './policy.ts';
import type { Route } from './routes.ts';

/** Answers `request`; never fails: a handler that does becomes a 500. */
export function serveHttp(runtime: Runtime, request: Request): Future<Response> {
  const { path } = request;
  if (!path.startsWith('/')) return Future.ready(badRequest("Request URL path must start with '/'"));
  if (path.includes('/..')) return Future.ready(notFound());
  const target = findTarget(runtime, path);
  const refused = runtime.http.refusal(target.path, request);
  if (refused !== null) return Future.ready(refused);
  const served =
    target.process === undefined
      ? serveElsewhere(runtime, target.id, request)
      : serveBy(runtime, target.process, target.below, request);
  return served.recover(done => failureResponse(runtime, request, done));
}

const SLASH = 0x2f;

interface Target {
  /** With the delegate before it, where that is to serve it. */
  readonly path: string;
  readonly id: string;
  readonly process: Process | undefined;
  /** What follows `/<id>`. */
  readonly below: string;
}

function findTarget(runtime: Runtime, path: string): Target {
  const { delegate } = runtime.http;
  const direct = split(runtime, path);
  if (direct.process !== undefined || delegate === null || runtime.neighbours?.has(direct.id) === true) return direct;
  return split(runtime, path === '/' ? `/${delegate}` : `/${delegate}${path}`);
}

function split(runtime: Runtime, path: string): Target {
  let start = 1;
  while (path.charCodeAt(start) === SLASH) start += 1;
  const slash = path.indexOf('/', start);
  const first = slash < 0 ? path.slice(start) : path.slice(start, slash);
  const id = decode(first);
  return { path, id, process: runtime.process(id), below: slash < 0 ? '' : path.slice(slash) };
}

function serveElsewhere({ neighbours }: Runtime, id: string, request: Request): Future<Response> {
  return neighbours?.has(id) === true ? neighbours.serve(id, request) : Future.ready(notFound());
}

function serveBy(runtime: Runtime, process: Process, below: string, request: Request): Future<Response> {
  if (process.$mailbox.length >= MAILBOX_HIGH) return Future.ready(overloaded(runtime, process, request));
  if (hasRoute(process, below)) return serveRoute(runtime, process, below, request);
  const response = new Promised<Response>();
  const serve = (): Future<Response> => serveRoute(runtime, process, below, request);
  const run = (() => (hasRoute(process, below) ? serve() : whenReady(process, serve))) as Run;
  runtime.post('dispatch', EARLY, process.pid, runtime.outside, null, run, response as Promised<unknown>);
  return response;
}

/** What is asked of an actor before it has its routes waits in the mailbox behind its first turn. */
const EARLY: Named = Object.freeze({ name: 'HTTP' });

/** True as well when there is none, and none will come. */
function hasRoute(process: Process, below: string): boolean {
  return (
    process.$mailbox.initialized &&
    (process.$mailbox.initializing === null || process.$mailbox.routes?.find(below) !== undefined)
  );
}

/** An `initialize` that waits for something may add its routes after that. */
function whenReady(process: Process, serve: () => Future<Response>): Future<Response> {
  return process.$mailbox.initializing === null ? serve() : process.$mailbox.initializing.undiscardable().then(serve);
}

function serveRoute(runtime: Runtime, process: Process, below: string, request: Request): Future<Response> {
  const routes = process.$mailbox.routes;
  const route = routes?.find(below);
  if (routes === null || route === undefined) return Future.ready(notFound());
  const endpoint = `/${process.pid.id}${route.path === '/' ? '' : route.path}`;
  const refused = runtime.http.refusal(endpoint, request);
  if (refused !== null) return Future.ready(refused);
  const admitted = runtime.http.admit(routes, endpoint, route, request);
  const next = (admission: Admission): Response | Future<Response> =>
    'refusal' in admission ? admission.refusal : pass(runtime, process, route, request, admission.principal);
  return admitted.state === 'ready' ? asFuture(next(admitted.value)) : admitted.then(next);
}

function asFuture(response: Response | Future<Response>): Future<Response> {
  return response instanceof Future ? response : Future.ready(response);
}

/** On to the handler, with the whole body unless it reads that itself. */
function pass(
  runtime: Runtime,
  process: Process,
  route: Route,
  request: Request,
  principal: Principal | null,
): Future<Response> {
  const { reader } = request;
  const { streaming = false, webSocket = false } = route.options;
  if (reader === null || streaming || webSocket) return runtime.postHttp(process, route, request, principal);
  return reader
    .readAll(BODY_BYTES_MAX)
    .then(body => runtime.postHttp(process, route, withBody(request, body), principal));
}

/** Field by field: a spread costs ten times as much, for every request. */
function withBody({ method, path, search, headers, peer }: Request, body: Uint8Array): Request {
  return { method, path, search, headers, body, reader: null, peer };
}

function overloaded(runtime: Runtime, { pid }: Process, request: Request): Response {
  report(runtime, request, 'overloaded_requests', `${pid} has too much to do for requests`);
  return serviceUnavailable(`${pid.id} has too much to do: try again later`);
}

/** What is answered for a request that failed: of what, its code says. */
const REFUSALS: Readonly<Record<string, { readonly status: number; readonly metric: string }>> = {
  BODY_TOO_LARGE: { status: 413, metric: 'large_bodies' },
  BODY_MALFORMED: { status: 400, metric: 'malformed_bodies' },
  BODY_TIMEOUT: { status: 408, metric: 'slow_bodies' },
};

function failureResponse(runtime: Runtime, request: Request, future: Future<Response>): Response {
  if (future.state === 'discarded') return internalServerError('discarded future');
  if (future.isPending) return internalServerError('abandoned future');
  const { error } = future;
  const why = error instanceof Error ? error.message : String(error);
  const code = error instanceof Failure ? error.code : '';
  const refusal = REFUSALS[code];
  const what = `${request.method} ${request.path} failed: ${why}`;
  if (refusal === undefined) {
    // Of its end the actor's own report tells.
    if (code === 'TERMINATED') runtime.metrics.count('libprocess/http/failed_requests');
    else if (code !== 'DISCONNECTED') report(runtime, request, 'failed_requests', what);
    return internalServerError(why);
  }
  report(runtime, request, refusal.metric, what);
  // Of a slow body the rest may never come; of others it is dropped, and the next request may follow.
  return respond(refusal.status, `${why}\n`, refusal.status === 408 ? { connection: 'close' } : {});
}

const reports = new WeakMap<Runtime, Reports>();

/** Counts it, and logs it once a minute for each peer. */
function report(runtime: Runtime, { peer }: Request, metric: string, message: string): void {
  let own = reports.get(runtime);
  if (own === undefined) {
    own = new Reports(runtime);
    reports.set(runtime, own);
  }
  own.report(`libprocess/http/${metric}`, peer ?? 'inside', message);
}
