/**
 * HTTP as actors see it: requests, responses and the usual answers. Sockets, parsers and simulated networks are behind
 * `Network`; handlers never meet them.
 *
 * Source: libprocess http.hpp (`Request`, `Response`, `OK`, `BadRequest`, …).
 */
import type { PipeReader } from './pipe.ts';
import type { WebSocketAcceptance } from './websocket.ts';

/** Header names are lower case; of a repeated header the values are joined by `, `. */
export type Headers = Readonly<Record<string, string>>;

/** What a route's handler is given, and what `runtime.request` sends. */
export interface Request {
  readonly method: string;
  /** Path as it came, percent-encoded, without the query. */
  readonly path: string;
  /** The query's text, without `?`; empty when there is none. */
  readonly search: string;
  readonly headers: Headers;
  /** The whole body; empty for a streaming route, which reads `reader`. */
  readonly body: Uint8Array;
  readonly reader: PipeReader | null;
  /** The peer's IP address; null where there is no socket. */
  readonly peer: string | null;
  /** The connection can become a WebSocket. */
  readonly canSwitch?: boolean | undefined;
}

/** What a route's handler gives, and what `runtime.request` comes to; `http.ok`, `http.json` and others make one. */
export interface Response {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array | string;
  /** A streaming body, in place of `body`: each piece leaves as one chunk. */
  readonly reader: PipeReader | null;
  /** A file to send, in place of `body`. */
  readonly file?: string | undefined;
  /** Of the status 101: what becomes of the connection. */
  readonly webSocket?: WebSocketAcceptance | undefined;
}

const NOTHING = new Uint8Array(0);

/** A GET for `target`, a path with or without a query. */
export function get(target: string, headers: Headers = {}): Request {
  return requestFor('GET', target, headers, NOTHING);
}

/** A POST of `body` to `target`; of what type it is, a header says. */
export function post(target: string, body: Uint8Array | string, headers: Headers = {}): Request {
  return requestFor('POST', target, headers, typeof body === 'string' ? Buffer.from(body) : body);
}

/** A DELETE of `target`. */
export function requestDelete(target: string, headers: Headers = {}): Request {
  return requestFor('DELETE', target, headers, NOTHING);
}

function requestFor(method: string, target: string, headers: Headers, body: Uint8Array): Request {
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  return { method, path, search: target.slice(path.length + 1), headers, body, reader: null, peer: null };
}

export const STATUS_TEXT: Readonly<Record<number, string>> = {
  200: 'OK',
  202: 'Accepted',
  307: 'Temporary Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  426: 'Upgrade Required',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

const NO_HEADERS: Headers = {};
const PLAIN_TEXT: Headers = { 'content-type': 'text/plain; charset=utf-8' };

const JSONP_CALLBACK = /^[\w$.[\]]+$/;

/**
 * An answer as libprocess gives it: without a `body` the status line's words and a full stop, and plain text unless
 * `headers` say otherwise.
 */
export function respond(status: number, body?: string, headers: Headers = NO_HEADERS): Response {
  const empty = status < 300 || status === 307;
  const text = body ?? (empty ? '' : `${status} ${STATUS_TEXT[status] ?? ''}.`);
  const plain = headers === NO_HEADERS ? PLAIN_TEXT : { ...PLAIN_TEXT, ...headers };
  return { status, headers: text === '' ? headers : plain, body: text, reader: null };
}

export const ok = (body = '', headers: Headers = NO_HEADERS): Response => respond(200, body, headers);
export const accepted = (): Response => respond(202);
export const temporaryRedirect = (location: string): Response => respond(307, '', { location });
export const badRequest = (body?: string): Response => respond(400, body);
/** 401, with a challenge for each way to say who one is. */
export const unauthorized = (challenges: readonly string[], body?: string): Response =>
  respond(401, body, { 'www-authenticate': challenges.join(', ') });
export const forbidden = (body?: string): Response => respond(403, body);
export const notFound = (body?: string): Response => respond(404, body);
export const notAcceptable = (body?: string): Response => respond(406, body);
export const conflict = (body?: string): Response => respond(409, body);
export const unsupportedMediaType = (body?: string): Response => respond(415, body);
export const internalServerError = (body?: string): Response => respond(500, body);
export const notImplemented = (body?: string): Response => respond(501, body);
export const serviceUnavailable = (body?: string): Response => respond(503, body);

/** 405, naming the methods that would do. */
export function methodNotAllowed(allowed: readonly string[], method: string): Response {
  const set = allowed.map(name => `'${name}'`).join(', ');
  const body = `405 Method Not Allowed. Expecting one of { ${set} }, but received '${method}'.`;
  return respond(405, body, { allow: allowed.join(', ') });
}

/** `value` as JSON; wrapped into a call when the request's query asks for `jsonp=callback`. */
export function json(value: unknown, request?: Request): Response {
  return jsonText(JSON.stringify(value), request);
}

/** As `json`, for text that is JSON already. */
export function jsonText(text: string, request?: Request): Response {
  const callback = request === undefined ? null : queryOf(request).get('jsonp');
  if (callback === null || !JSONP_CALLBACK.test(callback)) return ok(text, { 'content-type': 'application/json' });
  return ok(`${callback}(${text})`, { 'content-type': 'text/javascript' });
}

/** A response that goes on for as long as the writer of `reader`'s pipe likes. */
export function stream(reader: PipeReader, headers: Headers): Response {
  return { status: 200, headers, body: '', reader };
}

export function queryOf(request: Request): URLSearchParams {
  return new URLSearchParams(request.search);
}

export function textOf(request: Request): string {
  return Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength).toString('utf8');
}

/** Fields of an `application/x-www-form-urlencoded` body. */
export function formOf(request: Request): URLSearchParams {
  return new URLSearchParams(textOf(request));
}
