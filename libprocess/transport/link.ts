/**
 * A native link: one connection between two of our own nodes, for messages both ways.
 *
 *   greeting ──hello──▶ (proving ──proof──▶) open ──end(), the peer's end──▶ closed
 *      │                                      │
 *      └── garbage, overflow, a broken socket, destroy() ──▶ closed
 */
import type { Socket } from 'node:net';
import { Failure, MALFORMED } from '../failure.ts';
import { type Address, PID } from '../pid.ts';
import type { Piece } from './batch.ts';
import type { BusyPoll } from './busy-poll.ts';
import {
  beginFrame,
  decodeList,
  endFrame,
  FRAME,
  FRAME_BYTES_MAX,
  FrameDecoder,
  HEAD_BYTES,
  packer,
  unpacker,
  writeFrame,
} from './frame.ts';
import { type Hello, helloOf, parseHello } from './handshake.ts';
import { type AnyMessage, type HeardName, HeardNames, SentNames, toldOf } from './names.ts';
import { OUTBOUND_BYTES_MAX, Outlet } from './outlet.ts';
import { isFrom } from './peer-match.ts';
import { isProof, prove } from './secret.ts';
import { HeardSlots, SentSlots } from './slots.ts';

/** Pings without an answer after which a connection counts as broken. */
export const PINGS_MISSED_MAX = 3;

/** The code of a peer that does not know the secret. */
export const UNAUTHENTICATED = 'UNAUTHENTICATED';
/** The code of a connection that ended within a frame. */
export const TRUNCATED = 'TRUNCATED';
/** The code of a peer that does not read what it is sent. */
export const OVERFLOW = 'OVERFLOW';
/** The code of a sender that is not where it says it is. */
export const ADDRESS_MISMATCH = 'ADDRESS_MISMATCH';

/** What both ends of all links of a runtime are held to. */
export interface LinkTerms {
  readonly us: Hello;
  /** What both sides must know; null lets in everybody. */
  readonly secret: Uint8Array | null;
  /** Messages must come from the IP of their sender. */
  readonly matchPeers: boolean;
  readonly poll: BusyPoll | null;
}

/** A body or an answer that was packed before. */
export class Packed {
  constructor(readonly bytes: Uint8Array) {}
}

/** What goes out as a message. */
export interface Outbound {
  readonly type: AnyMessage;
  readonly to: PID;
  readonly from: PID;
  /** The number of the question, 0 for none. */
  readonly ask: number;
  /** Of the type, or `Packed`. */
  readonly body: unknown;
  /** What the envelope is called here, where somebody traces; else 0. */
  readonly id: number;
}

/** A message as it came; its body is read by `heard.readBody`. */
export interface Inbound {
  readonly heard: HeardName;
  readonly to: PID;
  readonly from: PID;
  readonly ask: number;
  /** What the envelope is called at the sender; 0 where nobody traces. */
  readonly id: number;
  /** What the frame took on the wire. */
  readonly bytes: number;
}

export interface LinkOwner {
  opened(link: Link, hello: Hello): void;
  /** The body is the next value of the frames' unpacker. */
  message(link: Link, inbound: Inbound): void;
  /** The answer is the next value of the frames' unpacker. */
  answered(ask: number, heard: HeardName): void;
  /** The question `ask` failed; null says that its answer was discarded. */
  failed(ask: number, why: Failure | null): void;
  /** The peer has lost interest in what it asked. */
  discarded(ask: number): void;
  /** Once; nothing comes from the link any more. */
  closed(link: Link, why: Failure): void;
}

export class Link {
  owner: LinkOwner;
  /** What the peer said of itself; null until it has. */
  hello: Hello | null = null;
  readonly #names = new SentNames();
  readonly #receivers = new SentSlots();
  readonly #senders = new SentSlots();
  readonly #heardNames = new HeardNames();
  readonly #heardReceivers = new HeardSlots();
  readonly #heardSenders = new HeardSlots();
  readonly #decoder = new FrameDecoder((kind, bytes, start, end) => this.#take(kind, bytes, start, end));
  #state: 'greeting' | 'proving' | 'open' | 'closed' = 'greeting';
  readonly #outlet: Outlet;
  #unanswered = 0;

  /** @param outbound - we opened it. */
  constructor(
    readonly socket: Socket,
    readonly outbound: boolean,
    private readonly terms: LinkTerms,
    owner: LinkOwner,
  ) {
    this.owner = owner;
    this.#outlet = new Outlet(socket);
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /**
   * Begins; `head` is what came behind the upgrade. Who opened the link greets first: its hello has arrived when it is
   * greeted back, so that it may close the link that this one replaces.
   */
  start(head: Buffer): void {
    const { socket } = this;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', error => this.destroy(new Failure(error.message, 'DISCONNECTED', { cause: error })));
    socket.on('end', () => this.end(this.#farewell()));
    socket.on('close', () => this.destroy(new Failure('the connection broke', 'DISCONNECTED')));
    if (this.outbound) this.#greet();
    if (head.length > 0) this.#read(head);
    socket.resume();
  }

  /** @throws Failure FRAME_TOO_LARGE. */
  message({ type, to, from, ask, body, id }: Outbound): void {
    const { index, packBody } = this.#told(type);
    const receiver = this.#slot(FRAME.receiver, this.#receivers, to);
    const sender = this.#slot(FRAME.sender, this.#senders, from);
    beginFrame();
    packer.list(id === 0 ? 5 : 6);
    packer.number(index);
    packer.number(receiver);
    packer.number(sender);
    packer.number(ask);
    if (id !== 0) packer.number(id);
    if (body instanceof Packed) packer.packed(body.bytes);
    else packBody(body, packer);
    this.#end(FRAME.message);
  }

  /** Answers the question `ask`. @throws Failure FRAME_TOO_LARGE. */
  answer(ask: number, type: AnyMessage, value: unknown): void {
    const { index, packReply } = this.#told(type);
    beginFrame();
    packer.list(3);
    packer.number(ask);
    packer.number(index);
    if (value instanceof Packed) packer.packed(value.bytes);
    else if (packReply === null) packer.nil();
    else packReply(value, packer);
    this.#end(FRAME.answer);
  }

  /** Says that the question `ask` failed; null, that its answer was discarded. */
  fail(ask: number, why: Failure | null): void {
    if (why === null) this.#sendList(FRAME.discarded, [ask]);
    else this.#sendList(FRAME.failure, [ask, why.code, why.message]);
  }

  discard(ask: number): void {
    this.#sendList(FRAME.discard, [ask]);
  }

  /** Asks whether the peer is still there; gives the connection up when it has not answered several times. */
  ping(): void {
    if (this.#unanswered >= PINGS_MISSED_MAX) {
      this.destroy(new Failure(`${PINGS_MISSED_MAX} pings without an answer`, 'DISCONNECTED'));
      return;
    }
    this.#unanswered += 1;
    this.#sendList(FRAME.ping, []);
  }

  /** Sends what is there, then closes; what the peer sends until it closes as well is still taken. */
  retire(): void {
    this.#outlet.end();
  }

  /** As `retire`, but nothing more is taken. */
  end(why: Failure): void {
    if (this.#state === 'closed') return;
    this.retire();
    this.#close(why);
  }

  destroy(why: Failure): void {
    this.#outlet.destroy();
    this.#close(why);
  }

  /** Ready once all that was sent has left, or cannot leave any more. */
  finish(): Promise<void> {
    return this.#outlet.finish();
  }

  /** Why the peer ended the connection, as far as one can tell. */
  #farewell(): Failure {
    if (this.#decoder.isWithin) return new Failure('the connection ended within a frame', TRUNCATED);
    return new Failure('the peer closed the connection', 'DISCONNECTED');
  }

  #close(why: Failure): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.owner.closed(this, why);
  }

  /** How the peer is told of `type`, which it has been. */
  #told(type: AnyMessage): ReturnType<typeof toldOf> {
    const told = toldOf(type);
    if (!this.#names.covers(told.index)) this.#tell();
    return told;
  }

  /** Tells all names that have been used so far. */
  #tell(): void {
    const names = this.#names.rest();
    if (names.length > 0) this.#sendList(FRAME.names, names);
  }

  /** The slot of `pid`, which the peer has been told. */
  #slot(kind: number, slots: SentSlots, pid: PID): number {
    const known = slots.of(pid);
    if (known >= 0) return known;
    const slot = slots.give(pid);
    this.#sendList(kind, [slot, kind === FRAME.receiver ? pid.id : this.#senderText(pid)]);
    return slot;
  }

  #senderText(from: PID): string {
    return from.address === this.terms.us.address || from.id === '' ? from.id : from.toString();
  }

  #sendList(kind: number, list: readonly unknown[]): void {
    this.#send(writeFrame(kind, list));
  }

  /** Ends the frame that has been packed, and sends it. */
  #end(kind: number): void {
    endFrame(kind);
    this.#send(packer);
  }

  #send(frame: Piece): void {
    if (this.#state === 'closed' || this.#outlet.send(frame)) return;
    this.destroy(new Failure(`more than ${OUTBOUND_BYTES_MAX} bytes wait to be sent`, OVERFLOW));
  }

  #read(chunk: Buffer): void {
    if (this.#state === 'closed') return;
    this.#unanswered = 0;
    this.terms.poll?.touch();
    try {
      this.#decoder.push(chunk);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.destroy(error);
    }
  }

  #take(kind: number, bytes: Buffer, start: number, end: number): void {
    if (this.#state === 'open') this.#takeOpen(kind, bytes, start, end);
    else if (this.#state === 'greeting') this.#greeted(kind, decodeList(bytes, start, end));
    else if (this.#state === 'proving') this.#proved(kind, decodeList(bytes, start, end));
  }

  #takeOpen(kind: number, bytes: Buffer, start: number, end: number): void {
    unpacker.begin(bytes, start, end);
    if (kind === FRAME.message) this.#message(end - start + HEAD_BYTES);
    else if (kind === FRAME.answer) this.#answer();
    else if (kind === FRAME.names) this.#heardNames.add(bytes, start, end);
    else this.#takeList(kind, decodeList(bytes, start, end));
  }

  #takeList(kind: number, list: readonly unknown[]): void {
    if (kind === FRAME.receiver) this.#heardReceivers.set(list[0], this.terms.us.address.pid(textOf(list[1])));
    else if (kind === FRAME.sender) this.#heardSenders.set(list[0], this.#senderOf(textOf(list[1])));
    else if (kind === FRAME.failure) this.owner.failed(askOf(list), new Failure(String(list[2]), String(list[1])));
    else if (kind === FRAME.discarded) this.owner.failed(askOf(list), null);
    else if (kind === FRAME.discard) this.owner.discarded(askOf(list));
    else if (kind === FRAME.ping) this.#sendList(FRAME.pong, []);
    else if (kind !== FRAME.pong) throw new Failure(`a frame of the unknown kind ${kind}`, MALFORMED);
  }

  #greeted(kind: number, list: readonly unknown[]): void {
    if (kind !== FRAME.hello) throw new Failure(`the first frame is of kind ${kind}, not a hello`, MALFORMED);
    const hello = parseHello(list);
    this.#match(hello.address);
    this.hello = hello;
    if ((this.terms.secret === null) !== (hello.nonce === null)) {
      const who =
        this.terms.secret === null ? 'the peer asks for a secret, and we have none' : 'the peer has no secret';
      throw new Failure(who, UNAUTHENTICATED);
    }
    if (!this.outbound) this.#greet();
    if (this.terms.secret === null) {
      this.#open(hello);
      return;
    }
    this.#state = 'proving';
    if (this.outbound) this.#prove(this.terms.secret, hello); // Who was dialled shows nothing to strangers.
  }

  #proved(kind: number, [proof]: readonly unknown[]): void {
    const { hello } = this;
    const { secret, us } = this.terms;
    if (hello === null || secret === null) throw new Error('a proof that nobody asked for'); // It is asked for with both.
    if (kind !== FRAME.proof || !isProof(proof, prove(secret, !this.outbound, hello, us))) {
      throw new Failure('the peer does not know the secret', UNAUTHENTICATED);
    }
    if (!this.outbound) this.#prove(secret, hello);
    this.#tell();
    this.#open(hello);
  }

  #prove(secret: Uint8Array, hello: Hello): void {
    this.#sendList(FRAME.proof, [prove(secret, this.outbound, this.terms.us, hello)]);
  }

  #open(hello: Hello): void {
    this.#decoder.bytesMax = FRAME_BYTES_MAX;
    this.#state = 'open';
    this.owner.opened(this, hello);
  }

  #greet(): void {
    this.#sendList(FRAME.hello, helloOf(this.terms.us));
    if (this.terms.secret === null) this.#tell();
  }

  /** [index, receiver, sender, ask, body], or the envelope's id before the body. */
  #message(bytes: number): void {
    const count = unpacker.list();
    if (count !== 5 && count !== 6) throw new Failure('a message without its parts', MALFORMED);
    const heard = this.#heardNames.at(unpacker.number());
    const to = this.#heardReceivers.at(unpacker.number());
    const from = this.#heardSenders.at(unpacker.number());
    const ask = unpacker.number();
    const id = count === 6 ? unpacker.number() : 0;
    if (ask === undefined || id === undefined) throw new Failure('a message without its numbers', MALFORMED);
    this.owner.message(this, { heard, to, from, ask, id, bytes });
  }

  /** [ask, index, value]. */
  #answer(): void {
    const ask = unpacker.list() === 3 ? unpacker.number() : undefined;
    if (ask === undefined) throw new Failure('an answer that names no question', MALFORMED);
    this.owner.answered(ask, this.#heardNames.at(unpacker.number()));
  }

  #senderOf(text: string): PID {
    if (text === '') return PID.none;
    if (!text.includes('@')) return this.hello?.address.pid(text) ?? PID.none;
    const from = PID.parse(text);
    this.#match(from.address);
    return from;
  }

  #match(address: Address): void {
    if (!this.terms.matchPeers || isFrom(address, this.socket.remoteAddress)) return;
    const why = `a message from ${address} was sent from the IP ${this.socket.remoteAddress}`;
    throw new Failure(why, ADDRESS_MISMATCH);
  }
}

function askOf([ask]: readonly unknown[]): number {
  if (typeof ask !== 'number') throw new Failure('a frame that names no question', MALFORMED);
  return ask;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Failure('a slot for no actor', MALFORMED);
  return value;
}
