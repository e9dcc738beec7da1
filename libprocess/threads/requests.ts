/**
 * HTTP requests that the main thread hands to the thread where their actor lives.
 *
 *   main thread                                        thread
 *   serve() ── request ───────────────────────────────▶ runtime.serve()
 *           ── piece…, end     (a streaming body)  ────▶
 *           ◀─────────────────────────────── response ──
 *           ◀──── piece…, end     (a streaming body)  ──
 *           ── given-up, closed     (the client went) ──▶
 *
 * Each request comes with the realms and endpoints for which the main thread wants to be asked: see admission.ts.
 */
import { Failure } from '../failure.ts';
import { type Future, Promised } from '../future.ts';
import { type Headers, notImplemented, type Request, type Response } from '../http/http.ts';
import { Pipe } from '../http/pipe.ts';
import { Inflow, Outflow, PART_BYTES_MAX } from './flows.ts';
import { type Fields, FRAME } from './frames.ts';

type Send = (kind: number, fields: Fields) => void;

const NOTHING = new Uint8Array(0);

interface Exchange {
  /** In the main thread, until it is there. */
  response: Promised<Response> | null;
  /** In the other thread, until it is there. */
  served: Future<Response> | null;
  out: Outflow | null;
  in: Inflow | null;
}

/** Either side's end of all requests of one thread. */
export class Requests {
  readonly #exchanges = new Map<number, Exchange>();
  #last = 0;

  constructor(
    private readonly send: Send,
    /** What answers, in the thread; `permits` is what came with `ask`. */
    private readonly serve: (request: Request, permits: Fields) => Future<Response>,
  ) {}

  /** The thread's answer. */
  ask(request: Request, permits: Fields): Future<Response> {
    this.#last += 1;
    const number = this.#last;
    const response = new Promised<Response>();
    const exchange = this.#open(number);
    exchange.response = response;
    const { method, path, search, headers, body, reader, peer } = request;
    const source = reader ?? (body.length > PART_BYTES_MAX ? Pipe.of(body) : null);
    const whole = source === null ? body : null;
    this.send(FRAME.request, [number, method, path, search, flat(headers), peer, whole, permits]);
    if (source !== null) exchange.out = this.#outflow(number, exchange, source);
    response.onDiscard(() => {
      if (exchange.response !== null) this.send(FRAME.givenUp, [number]);
    });
    return response;
  }

  /** True when it was a frame of HTTP. */
  take(kind: number, fields: Fields): boolean {
    const [number, first, second] = fields as readonly [number, ...Fields];
    if (kind === FRAME.request) this.#takeRequest(number, fields);
    else if (kind === FRAME.response) this.#takeResponse(number, fields);
    else if (kind === FRAME.piece) this.#exchanges.get(number)?.in?.piece(first as Uint8Array);
    else if (kind === FRAME.end) this.#exchanges.get(number)?.in?.end(failureOf(first, second));
    else if (kind === FRAME.taken) this.#exchanges.get(number)?.out?.taken(first as number);
    else if (kind === FRAME.closed) this.#exchanges.get(number)?.out?.close();
    else if (kind === FRAME.givenUp) this.#exchanges.get(number)?.served?.discard();
    else return false;
    return true;
  }

  /** The other thread has ended. */
  end(why: Failure): void {
    for (const exchange of [...this.#exchanges.values()]) {
      exchange.in?.end(why);
      exchange.out?.close();
      exchange.response?.fail(why);
      exchange.served?.discard();
    }
    this.#exchanges.clear();
  }

  #takeRequest(number: number, [, method, path, search, headers, peer, body, permits]: Fields): void {
    const exchange = this.#open(number);
    exchange.in = body === null ? this.#inflow(number, exchange) : null;
    const request: Request = {
      method: method as string,
      path: path as string,
      search: search as string,
      headers: unflat(headers as readonly string[]),
      body: body === null ? NOTHING : Uint8Array.prototype.slice.call(body),
      reader: exchange.in?.reader ?? null,
      peer: peer as string | null,
    };
    const served = this.serve(request, permits as Fields);
    exchange.served = served;
    served.onAny(done => this.#respond(number, exchange, done));
  }

  #respond(number: number, exchange: Exchange, done: Future<Response>): void {
    exchange.served = null;
    if (done.state !== 'ready') {
      const why = done.error instanceof Error ? done.error.message : done.state;
      this.send(FRAME.response, [number, 0, why]);
    } else if (done.value.webSocket !== undefined) {
      this.#sendResponse(number, exchange, notImplemented('WebSockets end in the main thread.\n'));
    } else {
      this.#sendResponse(number, exchange, done.value);
    }
    this.#closeIfDone(number, exchange);
  }

  #sendResponse(number: number, exchange: Exchange, { status, headers, body, reader, file }: Response): void {
    const isLong = reader === null && body.length > PART_BYTES_MAX;
    const source = isLong ? Pipe.of(typeof body === 'string' ? Buffer.from(body) : body) : reader;
    const how = source === null ? 'whole' : isLong ? 'long' : 'stream';
    this.send(FRAME.response, [number, status, how, flat(headers), how === 'whole' ? body : '', file ?? null]);
    if (source !== null) exchange.out = this.#outflow(number, exchange, source);
  }

  #takeResponse(number: number, [, status, how, headers, body, file]: Fields): void {
    const exchange = this.#exchanges.get(number);
    const response = exchange?.response;
    if (exchange === undefined || response == null) return;
    exchange.response = null;
    const head = { status: status as number, headers: unflat((headers ?? []) as readonly string[]) };
    if (status === 0) response.fail(new Failure(how as string, 'FAILED'));
    else if (how === 'whole') {
      const bytes = typeof body === 'string' ? body : Uint8Array.prototype.slice.call(body);
      response.set({ ...head, body: bytes, reader: null, ...(file === null ? {} : { file: file as string }) });
    } else {
      exchange.in = this.#inflow(number, exchange);
      const { reader } = exchange.in;
      if (how === 'stream') response.set({ ...head, body: NOTHING, reader });
      else response.associate(reader.readAll().then(whole => ({ ...head, body: whole, reader: null })));
    }
    this.#closeIfDone(number, exchange);
  }

  #open(number: number): Exchange {
    const exchange: Exchange = { response: null, served: null, out: null, in: null };
    this.#exchanges.set(number, exchange);
    return exchange;
  }

  #outflow(number: number, exchange: Exchange, source: Pipe['reader']): Outflow | null {
    let ended = false;
    const out = new Outflow(number, source, this.send, () => {
      ended = true;
      exchange.out = null;
      this.#closeIfDone(number, exchange);
    });
    return ended ? null : out;
  }

  #inflow(number: number, exchange: Exchange): Inflow {
    return new Inflow(number, this.send, () => {
      exchange.in = null;
      this.#closeIfDone(number, exchange);
    });
  }

  #closeIfDone(number: number, { response, served, out, in: inflow }: Exchange): void {
    if (response === null && served === null && out === null && inflow === null) this.#exchanges.delete(number);
  }
}

function flat(headers: Headers): readonly string[] {
  return Object.entries(headers).flat();
}

function unflat(list: readonly string[]): Headers {
  const headers: Record<string, string> = {};
  for (let at = 0; at < list.length; at += 2) headers[list[at] as string] = list[at + 1] as string;
  return headers;
}

function failureOf(code: unknown, message: unknown): Failure | null {
  return code === undefined ? null : new Failure(message as string, code as string);
}
