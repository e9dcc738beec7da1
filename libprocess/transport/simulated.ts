/**
 * A network in memory: seeded, as unreliable as it is told to be, on a virtual clock.
 *
 *   node A ──SimulatedNetwork──┐                  ┌──SimulatedNetwork── node B
 *                              └──── Wire ────────┘
 *
 * What may go wrong on the way is said in `simulated-wire.ts`; here are the links, the messages and the questions of one
 * node, and in `simulated-http.ts` its HTTP. A node that is down breaks the links to it and fails what was asked of it,
 * as a closed connection does.
 */
import { decode, encode } from '../codec/native.ts';
import type { Disk } from '../disk/disk.ts';
import type { Envelope } from '../envelope.ts';
import { Failure } from '../failure.ts';
import { type Future, Promised } from '../future.ts';
import type { Request, Response } from '../http/http.ts';
import type { MessageType } from '../message.ts';
import { Address } from '../pid.ts';
import type { Schema } from '../schema.ts';
import type { Network, NetworkHost } from './network.ts';
import { asFailure, Exchanges } from './simulated-exchanges.ts';
import { converse } from './simulated-http.ts';
import type { End, Wire } from './simulated-wire.ts';

type AnyMessage = MessageType<unknown, unknown>;

/** One node's end of the wire. */
export class SimulatedNetwork implements Network, End {
  readonly exchanges = new Exchanges();
  readonly #links = new Set<Address>();

  constructor(
    readonly wire: Wire<SimulatedNetwork>,
    readonly address: Address,
    readonly host: () => NetworkHost,
    /** Where the files lie that answers name. */
    readonly disk: Disk,
  ) {}

  /** The address is the node's from the start: there is nothing to wait for. */
  async listen(): Promise<Address> {
    return this.address;
  }

  carry(envelope: Envelope): void {
    const { wire } = this;
    if (wire.at(this.address) !== this) return; // A process that was killed says nothing.
    const type = envelope.type as AnyMessage;
    const to = envelope.to.address;
    if ([...wire.taps].some(tap => tap(envelope) === 'drop')) {
      wire.note('dropped', envelope);
      return;
    }
    if (wire.happens(wire.faults.loss)) {
      wire.note('lost', envelope);
      return;
    }
    const packed = encode(type.body, envelope.body);
    const question = envelope.reply === null ? null : this.#ask(envelope, type, envelope.reply);
    if (wire.happens(wire.faults.reset)) {
      wire.note('lost by a reset', envelope);
      wire.reset(this.address, to);
      return;
    }
    const copies = question === null && wire.happens(wire.faults.duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const arrive = (): void => this.#arrive(envelope, type, packed, question);
      wire.travel(this.address, to, arrive, why => wire.note(why, envelope));
    }
  }

  link(address: Address): void {
    this.#links.add(address);
    if (this.wire.at(address) === undefined) this.peerGone(address);
  }

  request(authority: string, request: Request): Future<Response> {
    return converse(this, this.#find(authority), request);
  }

  connect(authority: string): Future<void> {
    const to = this.#find(authority);
    const opened = new Promised<void>();
    this.wire.stream(this.address, to, () => {
      this.wire.stream(to, this.address, () => {
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

  /** What was under way to `address` breaks; its links do so behind all that came from there. */
  peerGone(address: Address): void {
    this.exchanges.breakWith(address);
    if (!this.#links.delete(address)) return;
    const tell = (): void => {
      if (this.wire.at(this.address) === this) this.host().disconnected(address);
    };
    // A connection that fell silent breaks at each end by itself.
    if (this.wire.isCut(address, this.address)) this.wire.clock.timer(0, tell);
    else this.wire.travel(address, this.address, tell);
  }

  abort(): void {
    this.#links.clear();
    this.exchanges.breakAll();
  }

  /** The node at `authority`; loopback is this node's own machine. */
  #find(authority: string): Address {
    const { ip, port } = Address.parse(authority.replace(/^https?:\/\//, ''));
    return Address.of(LOOPBACK.includes(ip) ? this.address.ip : ip, port);
  }

  #arrive(envelope: Envelope, type: AnyMessage, packed: Uint8Array, question: Question | null): void {
    const receiver = this.wire.at(envelope.to.address);
    if (receiver === undefined) {
      this.wire.note('unreachable', envelope);
      this.peerGone(envelope.to.address);
      return;
    }
    const reply = question === null ? null : receiver.#owe(this.address, type, question);
    receiver.host().receive(type, envelope.to, envelope.from, decode(type.body, packed), reply);
  }

  /** Waits for the answer to a question, and gives it up when the connection breaks. */
  #ask({ to: { address } }: Envelope, type: AnyMessage, reply: Promised<unknown>): Question {
    const exchange = this.exchanges.open(address, error => reply.fail(error));
    const question: Question = {
      owed: null,
      answered: (done, packed) => {
        this.exchanges.close(exchange);
        if (done.state === 'ready') reply.set(unpack(type.reply, packed));
        else if (done.state === 'discarded') reply.discarded();
        else reply.fail(asFailure(done.error));
      },
    };
    // Behind the question itself, which goes the same way.
    reply.onDiscard(() => this.wire.travel(this.address, address, () => question.owed?.discard()));
    return question;
  }

  /** What the receiving actor answers with: it travels back, failures with their code. */
  #owe(asker: Address, type: AnyMessage, question: Question): Promised<unknown> {
    const owed = new Promised<unknown>();
    question.owed = owed;
    const exchange = this.exchanges.open(asker, () => owed.discard());
    owed.onAny(done => {
      this.exchanges.close(exchange);
      const packed = done.state === 'ready' ? pack(type.reply, done.value) : undefined;
      this.wire.travel(this.address, asker, () => question.answered(done, packed));
    });
    return owed;
  }
}

/** A question between two nodes. */
interface Question {
  /** What the asked side promised; null until the question arrives. */
  owed: Promised<unknown> | null;
  readonly answered: (done: Future<unknown>, packed: unknown) => void;
}

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

function pack(schema: Schema<unknown> | null, value: unknown): unknown {
  return schema === null ? undefined : encode(schema, value);
}

function unpack(schema: Schema<unknown> | null, packed: unknown): unknown {
  return schema === null || packed === undefined ? undefined : decode(schema, packed as Uint8Array);
}
