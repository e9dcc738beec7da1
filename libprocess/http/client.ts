/**
 * The HTTP client of a runtime: a `Request` to an authority, a `Response` whose body comes by its reader. Each
 * authority has its own connections, one request at a time on each, so a stream that never ends holds nobody up.
 * Redirects are answers like others.
 *
 * Source: libprocess http.hpp (`http::request`, `http::Connection`).
 */
import { type Dispatcher, errors, Pool } from 'undici';
import { Failure } from '../failure.ts';
import { Future } from '../future.ts';
import { pipeFrom, streamFrom } from './body-pipe.ts';
import { wireHeaders } from './header-names.ts';
import type { Headers, Request, Response } from './http.ts';

/** How long an idle connection is kept for the next request. */
const IDLE_MS = 4_000;

const NOTHING = new Uint8Array(0);

export class HttpClient {
  readonly #pools = new Map<string, Pool>();

  /**
   * Ready with the head. Discarding it, or closing the reader of the response, aborts the request. A body that comes by
   * a reader takes the request's head along with its first piece.
   */
  request(authority: string, request: Request): Future<Response> {
    return Future.from(signal => this.#send(authority, request, signal));
  }

  /** Aborts what is under way. */
  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map(pool => pool.destroy(new Failure('this runtime stops', 'DISCONNECTED'))));
  }

  async #send(authority: string, request: Request, signal: AbortSignal): Promise<Response> {
    try {
      const answer = await this.#pool(authority).request({
        method: request.method as Dispatcher.HttpMethod,
        path: request.search === '' ? request.path : `${request.path}?${request.search}`,
        headers: wireHeaders(request.headers),
        body: request.reader !== null ? streamFrom(request.reader) : request.body.length > 0 ? request.body : null,
        signal,
      });
      return responseOf(authority, answer);
    } catch (error) {
      throw failureOf(authority, error);
    }
  }

  #pool(authority: string): Pool {
    let pool = this.#pools.get(authority);
    if (pool === undefined) {
      pool = new Pool(`http://${authority}`, {
        pipelining: 1,
        connections: null,
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: IDLE_MS,
      });
      this.#pools.set(authority, pool);
    }
    return pool;
  }
}

function responseOf(authority: string, { statusCode, headers, body }: Dispatcher.ResponseData): Response {
  const broken = (error: Error | null): Failure =>
    new Failure(`the connection to ${authority} broke${error === null ? '' : `: ${error.message}`}`, 'DISCONNECTED');
  // Destroying a body that is not at its end aborts the request, which the stream reports as an error of its own.
  const reader = pipeFrom(body, broken, stream => stream.destroy());
  return { status: statusCode, headers: joined(headers), body: NOTHING, reader };
}

function joined(headers: Dispatcher.ResponseData['headers']): Headers {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : `${value}`]),
  );
}

/** CONNECT when no connection came about, DISCONNECTED when it broke; a bug in the request stays what it is. */
function failureOf(authority: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof errors.InvalidArgumentError) return error;
  const reason = error.message === '' ? (error as NodeJS.ErrnoException).code : error.message;
  if (error instanceof errors.ConnectTimeoutError || (error as NodeJS.ErrnoException).syscall === 'connect') {
    return new Failure(`cannot connect to ${authority}: ${reason}`, 'CONNECT', { cause: error });
  }
  return new Failure(`the request to ${authority} broke: ${reason}`, 'DISCONNECTED', { cause: error });
}
