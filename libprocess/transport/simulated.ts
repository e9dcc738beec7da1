/**
 * A network in memory: seeded, as unreliable as it is told to be, on a virtual clock.
 *
 *   node A ──SimulatedNetwork──┐                  ┌──SimulatedNetwork── node B
 *                              └── Wire (the hub) ─┘
 *
 * Between two nodes messages stay in order, as over one connection, unless `reorder` is set. What is lost is lost
 * silently; a node that is down breaks the links to it and fails what was asked of it, as a closed connection does. A
 * partition swallows everything and breaks nothing.
 */
import type { Clock } from '../clock.ts';
import { decode, encode } from '../codec/native.ts';
import type { Envelope } from '../envelope.ts';
import { Failure } from '../failure.ts';
import { type Future, Promised } from '../future.ts';
import type { Request, Response } from '../http/http.ts';
import { Pipe, type PipeReader, type PipeWriter } from '../http/pipe.ts';
import type { MessageType } from '../message.ts';
import { Address } from '../pid.ts';
import type { SeededRandom } from '../random.ts';
import type { Schema } from '../schema.ts';
import type { Network, NetworkHost } from './network.ts';

export interface Faults {
  /** Parts of the messages that are lost and that come twice, from 0 to 1. HTTP, a byte stream, is spared both. */
  readonly loss: number;
  readonly duplicate: number;
  /** The shortest and the longest way, in milliseconds. */
  readonly delayMs: readonly [number, number];
  /** Lets messages between two nodes overtake one another. */
  readonly reorder: boolean;
}

export const RELIABLE: Faults = { loss: 0, duplicate: 0, delayMs: [1, 1], reorder: false };

/** Looks at a message on its way; `drop` keeps it from arriving. */
export type Tap = (envelope: Envelope) => 'pass' | 'drop';

/** What all nodes of a simulation hang on. */
export class Wire {
  faults: Faults;
  readonly taps = new Set<Tap>();
  readonly #nodes = new Map<Address, SimulatedNetwork>();
  readonly #cuts = new Set<string>();
  readonly #lastDue = new Map<string, number>();
  /** How often the connection from one node to another was reset: what was under way before never arrives. */
  readonly #resets = new Map<string, number>();

  constructor(
    readonly clock: Clock,
    readonly random: SeededRandom,
    faults: Partial<Faults>,
    /** Notes what became of a message that does not arrive. */
    readonly note: (what: string, envelope: Envelope) => void,
  ) {
    this.faults = { ...RELIABLE, ...faults };
  }

  attach(address: Address, host: () => NetworkHost): SimulatedNetwork {
    const network = new SimulatedNetwork(this, address, host);
    this.#nodes.set(address, network);
    return network;
  }

  at(address: Address): SimulatedNetwork | undefined {
    return this.#nodes.get(address);
  }

  /** The node is gone: everyone who was connected to it finds out. */
  detach(address: Address): void {
    const gone = this.#nodes.get(address);
    this.#nodes.delete(address);
    gone?.abort();
    for (const node of this.#nodes.values()) node.peerGone(address);
  }

  /** Breaks the connections between `a` and `b`: what is under way is lost, and both ends find out. */
  reset(a: Address, b: Address): void {
    for (const way of [`${a}>${b}`, `${b}>${a}`]) this.#resets.set(way, (this.#resets.get(way) ?? 0) + 1);
    this.#nodes.get(a)?.peerGone(b);
    this.#nodes.get(b)?.peerGone(a);
  }

  /** Lets nothing pass from `from` to `to`, one way. */
  cut(from: Address, to: Address): void {
    this.#cuts.add(`${from}>${to}`);
  }

  heal(from: Address, to: Address): void {
    this.#cuts.delete(`${from}>${to}`);
  }

  /** Runs `arrive` once the way from `from` to `to` is done; never, across a cut or a reset. */
  travel(from: Address, to: Address, arrive: () => void, ordered = !this.faults.reorder): void {
    const way = `${from}>${to}`;
    if (this.#cuts.has(way)) return;
    const [min, max] = this.faults.delayMs;
    let due = this.clock.now + this.random.between(min, max);
    if (ordered) {
      due = Math.max(due, this.#lastDue.get(way) ?? 0);
      this.#lastDue.set(way, due);
    }
    const resets = this.#resets.get(way);
    this.clock.timer(due - this.clock.now, () => {
      if (!this.#cuts.has(way) && this.#resets.get(way) === resets) arrive();
    });
  }
}

/** Something under way between two nodes that breaks when either goes down. */
interface Exchange {
  readonly peer: Address;
  readonly fail: (error: Failure) => void;
}

/** One node's end of the wire. */
export class SimulatedNetwork implements Network {
  readonly #links = new Set<Address>();
  readonly #exchanges = new Set<Exchange>();

  constructor(
    readonly wire: Wire,
    readonly address: Address,
    private readonly host: () => NetworkHost,
  ) {}

  /** The address is the node's from the start: there is nothing to wait for. */
  async listen(): Promise<Address> {
    return this.address;
  }

  carry(envelope: Envelope): void {
    const { wire } = this;
    for (const tap of wire.taps) {
      if (tap(envelope) === 'drop') {
        wire.note('dropped', envelope);
        return;
      }
    }
    if (wire.random.next() < wire.faults.loss) {
      wire.note('lost', envelope);
      return;
    }
    const type = envelope.type as MessageType<unknown, unknown>;
    const packed = encode(type.body, envelope.body);
    const reply = envelope.reply === null ? null : this.#expect(envelope.to.address, type, envelope.reply);
    const copies = wire.random.next() < wire.faults.duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      wire.travel(this.address, envelope.to.address, () => this.#arrive(envelope, type, packed, reply));
    }
  }

  link(address: Address): void {
    this.#links.add(address);
    if (this.wire.at(address) === undefined) this.peerGone(address);
  }

  request(authority: string, request: Request): Future<Response> {
    const to = this.#find(authority);
    const response = new Promised<Response>();
    const exchange = this.#open(to, error => response.fail(error));
    this.wire.travel(this.address, to, () => {
      const server = this.wire.at(to);
      if (server === undefined) {
        this.#close(exchange);
        response.fail(new Failure(`cannot connect to ${authority}`, 'DISCONNECTED'));
      } else {
        this.#converse(server, request, response, exchange);
      }
    });
    return response;
  }

  connect(authority: string): Future<void> {
    const to = this.#find(authority);
    const opened = new Promised<void>();
    this.wire.travel(this.address, to, () => {
      this.wire.travel(to, this.address, () => {
        if (this.wire.at(to) !== undefined) opened.set(undefined);
        else opened.fail(new Failure(`cannot connect to ${authority}`, 'CONNECT'));
      });
    });
    opened.onDiscard(() => opened.discarded());
    return opened;
  }

  async close(): Promise<void> {
    this.wire.detach(this.address);
  }

  /** @internal */
  peerGone(address: Address): void {
    this.#break(address);
    if (!this.#links.delete(address)) return;
    this.wire.travel(address, this.address, () => {
      if (this.wire.at(this.address) === this) this.host().disconnected(address);
    });
  }

  /** The node crashed: what it had under way ends. @internal */
  abort(): void {
    this.#links.clear();
    for (const exchange of [...this.#exchanges]) this.#breakOne(exchange);
  }

  /** The node at `authority`; loopback is this node's own machine. */
  #find(authority: string): Address {
    const { ip, port } = Address.parse(authority);
    return Address.of(LOOPBACK.includes(ip) ? this.address.ip : ip, port);
  }

  #arrive(envelope: Envelope, type: MessageType<unknown, unknown>, packed: unknown[], reply: Answered | null): void {
    const receiver = this.wire.at(envelope.to.address);
    if (receiver === undefined) {
      this.wire.note('unreachable', envelope);
      this.peerGone(envelope.to.address);
      reply?.fail(new Failure(`${envelope.to.address} is not reachable`, 'DISCONNECTED'));
      return;
    }
    const answer = reply === null ? null : receiver.#answerTo(this.address, type, reply);
    receiver.host().receive(type, envelope.to, envelope.from, decode(type.body, packed), answer);
  }

  /** Takes the answer of a question that goes to `peer`, and gives it up when the connection breaks. */
  #expect(peer: Address, type: MessageType<unknown, unknown>, reply: Promised<unknown>): Answered {
    const exchange = this.#open(peer, error => reply.fail(error));
    return {
      set: packed => {
        this.#close(exchange);
        reply.set(packed === undefined ? undefined : unpack(type.reply, packed));
      },
      fail: error => {
        this.#close(exchange);
        reply.fail(error);
      },
    };
  }

  /** What the receiving actor answers with: it travels back, failures with their code. */
  #answerTo(asker: Address, type: MessageType<unknown, unknown>, reply: Answered): Promised<unknown> {
    const answer = new Promised<unknown>();
    answer.onAny(done => {
      const packed = done.state === 'ready' ? pack(type.reply, done.value) : undefined;
      this.wire.travel(this.address, asker, () => {
        if (done.state === 'ready') reply.set(packed);
        else reply.fail(asFailure(done.error));
      });
    });
    return answer;
  }

  #converse(server: SimulatedNetwork, request: Request, response: Promised<Response>, exchange: Exchange): void {
    const body = new Pipe();
    if (request.reader === null) {
      body.writer.write(request.body);
      body.writer.close();
    } else {
      this.#pump(request.reader, body.writer, this.address, server.address);
    }
    const peer = this.address.ip;
    const served = server.host().serve({ ...request, body: EMPTY, reader: body.reader, peer });
    const atServer = server.#open(this.address, () => {
      served.discard();
      body.writer.fail(new Failure('the client went away', 'DISCONNECTED'));
    });
    response.onDiscard(() => this.wire.travel(this.address, server.address, () => served.discard()));
    served.onAny(done => {
      this.wire.travel(server.address, this.address, () => this.#respond(server, done, response, exchange, atServer));
    });
  }

  /** Hands a response to the client; a streaming one keeps both ends of the exchange open. */
  #respond(
    server: SimulatedNetwork,
    served: Future<Response>,
    response: Promised<Response>,
    exchange: Exchange,
    atServer: Exchange,
  ): void {
    const end = (): void => {
      this.#close(exchange);
      server.#close(atServer);
    };
    end();
    if (served.state !== 'ready') {
      response.fail(asFailure(served.error));
      return;
    }
    const { value } = served;
    const { reader, writer } = new Pipe();
    if (value.reader === null) {
      writer.write(value.body);
      writer.close();
    } else {
      this.#stream(server, value.reader, writer);
    }
    response.set({ ...value, body: EMPTY, reader });
  }

  #stream(server: SimulatedNetwork, source: PipeReader, writer: PipeWriter): void {
    const here = this.#open(server.address, error => writer.fail(error));
    const there = server.#open(this.address, () => source.close());
    const end = (): void => {
      this.#close(here);
      server.#close(there);
    };
    writer.readerClosed().onReady(() => {
      end();
      this.wire.travel(this.address, server.address, () => source.close());
    });
    this.#pump(source, writer, server.address, this.address, end);
  }

  /** Moves pieces from `source` to `writer`, each on its way from `from` to `to`, in order. */
  #pump(source: PipeReader, writer: PipeWriter, from: Address, to: Address, ended = (): void => {}): void {
    const next = (): void => {
      source.read().onAny(piece => {
        this.wire.travel(
          from,
          to,
          () => {
            if (piece.state !== 'ready') writer.fail(asFailure(piece.error));
            else if (piece.value.length === 0) writer.close();
            else writer.write(piece.value);
            if (piece.state !== 'ready' || piece.value.length === 0) ended();
          },
          true,
        );
        if (piece.state === 'ready' && piece.value.length > 0) next();
      });
    };
    next();
  }

  #open(peer: Address, fail: (error: Failure) => void): Exchange {
    const exchange = { peer, fail };
    this.#exchanges.add(exchange);
    return exchange;
  }

  #close(exchange: Exchange): void {
    this.#exchanges.delete(exchange);
  }

  #break(peer: Address): void {
    for (const exchange of [...this.#exchanges]) if (exchange.peer === peer) this.#breakOne(exchange);
  }

  #breakOne(exchange: Exchange): void {
    this.#exchanges.delete(exchange);
    exchange.fail(new Failure(`the connection to ${exchange.peer} broke`, 'DISCONNECTED'));
  }
}

interface Answered {
  readonly set: (packed: unknown) => void;
  readonly fail: (error: unknown) => void;
}

const EMPTY = new Uint8Array(0);
const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

function pack(schema: Schema<unknown> | null, value: unknown): unknown {
  return schema === null ? undefined : encode(schema, value);
}

function unpack(schema: Schema<unknown> | null, packed: unknown): unknown {
  return schema === null ? undefined : decode(schema, packed as unknown[]);
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return new Failure(error.message, error.code);
  return new Failure(error instanceof Error ? error.message : 'discarded', 'FAILED');
}
