/**
 * HTTP between simulated nodes: one request and its answer, each with a body that comes whole, piece by piece, or, of
 * an answer, from a file on the server's disk.
 *
 *   client ── head, body ──▶ server ── serve() ──▶ head, body ──▶ client
 *
 * An exchange breaks at both ends when either node goes down or the connection is reset: the server's route then sees
 * that its client has gone, the client's reader fails DISCONNECTED.
 */
import { Failure } from '../failure.ts';
import { type Future, Promised } from '../future.ts';
import { internalServerError, notFound, type Request, type Response } from '../http/http.ts';
import { Pipe, type PipeReader, type PipeWriter } from '../http/pipe.ts';
import type { Address } from '../pid.ts';
import type { SimulatedNetwork } from './simulated.ts';
import { asFailure } from './simulated-exchanges.ts';

const EMPTY = new Uint8Array(0);
/** Methods that may be repeated when the first answer was lost. */
const REPEATABLE = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

/** Sends `request` from `client` to the node at `to`; ready with the head of its answer. */
export function converse(client: SimulatedNetwork, to: Address, request: Request): Future<Response> {
  return new Conversation(client, to, request).response;
}

class Conversation {
  readonly response = new Promised<Response>();
  readonly #atClient;

  constructor(
    private readonly client: SimulatedNetwork,
    private readonly to: Address,
    private readonly request: Request,
  ) {
    this.#atClient = client.exchanges.open(to, error => this.response.fail(error));
    this.response.onDiscard(() => {
      client.exchanges.close(this.#atClient);
      this.response.discarded();
    });
    client.wire.stream(client.address, to, () => this.#arrive());
    if (client.wire.happens(client.wire.faults.reset)) client.wire.reset(client.address, to);
  }

  #arrive(): void {
    const { wire, exchanges } = this.client;
    const server = wire.at(this.to);
    if (server === undefined) {
      exchanges.close(this.#atClient);
      this.response.fail(new Failure(`cannot connect to ${this.to}`, 'CONNECT'));
      return;
    }
    const { method, reader } = this.request;
    const repeated = REPEATABLE.includes(method) && reader === null && wire.happens(wire.faults.duplicate);
    if (repeated) this.#serve(server, wholeBody(this.request.body)).onReady(lost => lost.reader?.close());
    this.#answer(server, this.#bodyFor(server));
  }

  #answer(server: SimulatedNetwork, body: PipeReader): void {
    const { client } = this;
    const served = this.#serve(server, body);
    const atServer = server.exchanges.open(client.address, () => served.discard());
    this.response.onDiscard(() => client.wire.stream(client.address, server.address, () => served.discard()));
    const send = (done: Future<Response>): void => {
      client.wire.stream(server.address, client.address, () => {
        client.exchanges.close(this.#atClient);
        server.exchanges.close(atServer);
        this.#respond(server, done);
      });
    };
    served.onAny(done => {
      if (done.state === 'ready' && done.value.file !== undefined)
        fromDisk(server, done.value, done.value.file).onAny(send);
      else send(done);
    });
  }

  #serve(server: SimulatedNetwork, reader: PipeReader): Future<Response> {
    return server.host().serve({ ...this.request, body: EMPTY, reader, peer: this.client.address.ip });
  }

  /** The request's body as the server reads it. */
  #bodyFor(server: SimulatedNetwork): PipeReader {
    const { client, request } = this;
    if (request.reader === null) return wholeBody(request.body);
    const { reader, writer } = new Pipe();
    const gone = (): void => {
      writer.fail(new Failure('the client went away', 'DISCONNECTED'));
    };
    const exchange = server.exchanges.open(client.address, gone);
    pump(
      request.reader,
      writer,
      piece => client.wire.stream(client.address, server.address, piece),
      () => server.exchanges.close(exchange),
    );
    return reader;
  }

  /** Hands an answer to the client; a streaming one keeps both ends of the exchange open. */
  #respond(server: SimulatedNetwork, served: Future<Response>): void {
    if (served.state === 'discarded') this.response.discarded();
    else if (served.state === 'failed') this.response.fail(asFailure(served.error));
    else {
      const { value } = served;
      const reader = value.reader === null ? wholeBody(value.body) : this.#stream(server, value.reader);
      if (!this.response.set({ ...value, body: EMPTY, reader })) reader.close();
    }
  }

  #stream(server: SimulatedNetwork, source: PipeReader): PipeReader {
    const { client } = this;
    const { reader, writer } = new Pipe();
    const here = client.exchanges.open(server.address, error => writer.fail(error));
    const there = server.exchanges.open(client.address, () => source.close());
    const end = (): void => {
      client.exchanges.close(here);
      server.exchanges.close(there);
    };
    writer.readerClosed().onReady(() => {
      end();
      client.wire.stream(client.address, server.address, () => source.close());
    });
    pump(source, writer, piece => client.wire.stream(server.address, client.address, piece), end);
    return reader;
  }
}

function wholeBody(body: Uint8Array | string): PipeReader {
  return Pipe.of(typeof body === 'string' ? Buffer.from(body) : body);
}

/** The answer with what the file holds, as the server itself would read it. */
function fromDisk({ disk }: SimulatedNetwork, response: Response, path: string): Future<Response> {
  const { file: _, ...head } = response;
  return disk
    .read(path)
    .then((bytes): Response => (bytes === null ? notFound() : { ...head, body: bytes }))
    .repair(({ error }) => {
      const code = error instanceof Failure ? error.code : '';
      return code === 'EISDIR' ? notFound() : internalServerError(`cannot read ${path}: ${error}`);
    });
}

/** Moves pieces from `source` to `writer`, each by `travel`, in order. */
function pump(source: PipeReader, writer: PipeWriter, travel: (piece: () => void) => void, ended: () => void): void {
  source.read().onAny(piece => {
    const isLast = piece.state !== 'ready' || piece.value.length === 0;
    travel(() => {
      if (piece.state !== 'ready') writer.fail(asFailure(piece.error));
      else if (isLast) writer.close();
      else writer.write(piece.value);
      if (isLast) ended();
    });
    if (!isLast) pump(source, writer, travel, ended);
  });
}
