/**
 * The HTTP client of a runtime: a `Request` to an authority, a `Response` whose body comes by its reader. Each
 * authority has its own connections, one request at a time on each, so a stream that never ends holds nobody up.
 * Redirects are answers like others.
 *
 *   127.0.0.1:5050            by https where this runtime has TLS, otherwise by http
 *   https://127.0.0.1:8443    as it says; certificates are verified as LIBPROCESS_SSL_VERIFY_CERT has it
 *
 * Source: libprocess http.hpp (`http::request`, `http::Connection`).
 */
import type { Dispatcher } from 'undici';
import { Failure } from '../failure.ts';
import { type Future, Promised } from '../future.ts';
import type { Tls } from '../transport/tls.ts';
import { PIPE_BYTES_HIGH, streamFrom } from './body-pipe.ts';
import { wireHeaderList } from './header-names.ts';
import type { Headers, Request, Response } from './http.ts';
import { Pipe, type PipeWriter } from './pipe.ts';
import { Pools, type Undici } from './pools.ts';

/** Authorities that are remembered to have no TLS; of more, some are tried again. */
const PLAIN_MAX = 10_000;

const NOTHING = new Uint8Array(0);

/** Loaded at the first request: it takes a third of a daemon's start, and a master asks nobody. */
let undici: Undici | null = null;

export class HttpClient {
  readonly #pools: Pools;
  /** Authorities that were found to have no TLS, where a downgrade is supported. */
  readonly #plain = new Set<string>();
  #closed = false;

  constructor(private readonly tls: Tls | null = null) {
    this.#pools = new Pools(tls);
  }

  /** How many authorities there are connections to. */
  get poolCount(): number {
    return this.#pools.size;
  }

  /**
   * Ready with the head. Discarding it, or closing the reader of the response, aborts the request. A body that comes by
   * a reader takes the request's head along with its first piece; any other leaves with its head in one write.
   */
  request(authority: string, request: Request): Future<Response> {
    const origin = this.#originOf(authority);
    const exchange = new Exchange(authority);
    const { method, path, search, headers, body, reader } = request;
    const options = {
      method: method as Dispatcher.HttpMethod,
      path: search === '' ? path : `${path}?${search}`,
      headers: wireHeaderList(headers),
      body: reader !== null ? streamFrom(reader) : body.length > 0 ? body : null,
    };
    const dispatch = (loaded: Undici): void => {
      undici = loaded;
      if (this.#closed) exchange.onResponseError(null, new Failure('this runtime stops', 'DISCONNECTED'));
      else this.#pools.of(loaded, origin).dispatch(options, exchange);
    };
    if (undici !== null) dispatch(undici);
    else import('undici').then(dispatch, (error: Error) => exchange.onResponseError(null, error));
    // A body that comes by a reader may have been read in part.
    const mayDowngrade = this.tls?.downgrade === true && origin === `https://${authority}`;
    if (!mayDowngrade || reader !== null) return exchange.response;
    return exchange.response.repair<Response>(failed => {
      if (!(failed.error instanceof Failure) || failed.error.code !== 'CONNECT') return failed;
      if (this.#plain.size >= PLAIN_MAX) this.#plain.clear();
      this.#plain.add(authority);
      return this.request(authority, request);
    });
  }

  /** Aborts what is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pools.close();
  }

  #originOf(authority: string): string {
    if (/^https?:\/\//.test(authority)) return authority;
    return `${this.tls !== null && !this.#plain.has(authority) ? 'https' : 'http'}://${authority}`;
  }
}

/**
 * One request under way: what undici tells of it becomes a response and the pieces of its body. The connection is
 * paused while the reader of the body is behind.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly response = new Promised<Response>();
  #controller: Dispatcher.DispatchController | null = null;
  #body: PipeWriter | null = null;
  #ended = false;

  constructor(private readonly authority: string) {
    this.response.onDiscard(() => {
      this.response.discarded();
      this.#abort();
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (!this.response.isPending) this.#abort();
  }

  onResponseStart(_controller: unknown, status: number, headers: Dispatcher.ResponseData['headers']): void {
    if (status < 200) return; // Informational: the answer is still to come.
    const { reader, writer } = new Pipe();
    this.#body = writer;
    writer.readerClosed().onReady(() => this.#abort());
    this.response.set({ status, headers: joined(headers), body: NOTHING, reader });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const body = this.#body;
    if (body?.write(chunk) !== true || body.buffered < PIPE_BYTES_HIGH) return;
    controller.pause();
    body.drained().onReady(() => controller.resume());
  }

  onResponseEnd(): void {
    this.#ended = true;
    this.#body?.close();
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#ended = true;
    const why = failureOf(this.authority, error, this.#controller !== null);
    this.response.fail(why);
    this.#body?.fail(why);
  }

  #abort(): void {
    if (!this.#ended) this.#controller?.abort(new Failure('the request was given up', 'DISCARDED'));
  }
}

function joined(headers: Dispatcher.ResponseData['headers']): Headers {
  const all: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) all[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return all;
}

/** CONNECT when no connection came about, DISCONNECTED when it broke; a bug in the request stays what it is. */
function failureOf(authority: string, error: Error, connected: boolean): Error {
  if ((error as NodeJS.ErrnoException).code === 'UND_ERR_INVALID_ARG') return error;
  const reason = error.message === '' ? (error as NodeJS.ErrnoException).code : error.message;
  if (!connected && !(error instanceof Failure)) {
    return new Failure(`cannot connect to ${authority}: ${reason}`, 'CONNECT', { cause: error });
  }
  return new Failure(`the connection to ${authority} broke: ${reason}`, 'DISCONNECTED', { cause: error });
}
