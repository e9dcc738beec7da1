/**
 * The network of a recorded or replayed runtime: messages, links and HTTP, both ways.
 *
 *   actors ──carry, link, request, connect──▶ tape ──▶ the world
 *   actors ◀──receive, serve, disconnected──  tape ◀── (host.ts)
 */
import type { Clock } from '../../clock.ts';
import { decode, encode } from '../../codec/native.ts';
import type { Envelope } from '../../envelope.ts';
import { Failure } from '../../failure.ts';
import { Future, Promised } from '../../future.ts';
import type { Headers, Request, Response } from '../../http/http.ts';
import { Pipe, type PipeReader } from '../../http/pipe.ts';
import type { MessageType } from '../../message.ts';
import { Address } from '../../pid.ts';
import type { Network, NetworkHost } from '../../transport/network.ts';
import { Asked, PLAIN } from './asked.ts';
import { contentOf } from './content.ts';
import { TapedHost } from './host.ts';
import type { Border } from './seams.ts';

type AnyMessage = MessageType<unknown, unknown>;

/** What is behind the seam. */
export interface NetworkWorld {
  readonly network: Network;
  readonly clock: Clock;
}

/** An answer as it stands in a recording; its body is a stream. */
type PackedResponse = readonly [status: number, headers: Headers, body: Uint8Array | string, stream: number];

const NOTHING = new Uint8Array(0);

export class TapedNetwork implements Network {
  readonly #world: Network | null;
  readonly #clock: Clock | null;
  readonly #replies: Asked<unknown, AnyMessage>;
  readonly #responses: Asked<Response, null>;
  readonly #others: Asked<unknown, null>;

  /** @param world - null in a replay. */
  constructor(
    private readonly border: Border,
    world: NetworkWorld | null,
  ) {
    this.#world = world?.network ?? null;
    this.#clock = world?.clock ?? null;
    const { tape } = border;
    this.#replies = new Asked(tape, 'reply', { pack: packReply, unpack: unpackReply });
    this.#responses = new Asked(tape, 'response', {
      pack: response => this.#pack(response),
      unpack: packed => this.#unpack(packed as PackedResponse),
    });
    this.#others = new Asked<unknown, null>(tape, 'network', PLAIN as never);
  }

  async listen(ip: string, port: number, host: NetworkHost): Promise<Address> {
    const [world, clock] = [this.#world, this.#clock];
    void host.incarnation; // Drawn now, once and for all: the world asks for it whenever it likes.
    const taped = new TapedHost(this.border, host);
    this.border.tape.output(`listen ${ip}`);
    const listening =
      world === null || clock === null
        ? null
        : Future.from(async () => bound(await world.listen(ip, port, taped.outside(clock))));
    const [boundIp, boundPort] = (await this.#others.ask(listening, null)) as readonly [string, number];
    return Address.of(boundIp, boundPort);
  }

  carry(envelope: Envelope): void {
    const { type, to, body, reply } = envelope;
    this.border.tape.output(`message ${type.name} to ${to}`, digestible(type as AnyMessage, body));
    if (reply === null) {
      this.#world?.carry(envelope);
      return;
    }
    const theirs = this.#world === null ? null : new Promised<unknown>();
    this.#replies.ask(theirs, type as AnyMessage, reply);
    if (theirs !== null) this.#world?.carry({ ...envelope, reply: theirs });
  }

  link(address: Address, mode: 'reuse' | 'reconnect'): void {
    this.border.tape.output(`link ${address} ${mode}`);
    this.#world?.link(address, mode);
  }

  request(authority: string, request: Request): Future<Response> {
    const { method, path, search, headers, body, reader } = request;
    this.border.tape.output(`request ${method} ${authority}${path}`, contentOf([search, headers, body]));
    const pipe = reader === null ? null : new Pipe();
    if (reader !== null) {
      this.border.outlets.open(
        `request ${method} ${authority}${path}`,
        reader,
        this.#world === null ? null : (pipe?.writer ?? null),
      );
    }
    const world = this.#world?.request(authority, pipe === null ? request : { ...request, reader: pipe.reader });
    return this.#responses.ask(world ?? null, null);
  }

  connect(authority: string): Future<void> {
    this.border.tape.output(`connect ${authority}`);
    return this.#others.ask(this.#world?.connect(authority) ?? null, null) as Future<void>;
  }

  async close(): Promise<void> {
    this.border.tape.output('close');
    await this.#world?.close();
  }

  #pack({ status, headers, body, reader }: Response): PackedResponse {
    return [status, headers, body, this.border.inlets.number(reader)];
  }

  #unpack([status, headers, body, stream]: PackedResponse): Response {
    return { status, headers, body, reader: this.border.inlets.open(stream) as PipeReader | null };
  }
}

function bound({ ip, port }: Address): readonly [string, number] {
  return [ip, port];
}

function packReply(value: unknown, { reply }: AnyMessage): unknown {
  return reply === null ? null : encode(reply, value);
}

function unpackReply(packed: unknown, { reply }: AnyMessage): unknown {
  return reply === null ? undefined : decode(reply, packed as Uint8Array);
}

/** A body that cannot be sent is the network's to complain of. */
function digestible({ body: schema }: AnyMessage, body: unknown): Uint8Array {
  try {
    return encode(schema, body);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return NOTHING;
  }
}
