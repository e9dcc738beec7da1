/**
 * Messages, questions and answers between two threads.
 *
 *   carry(envelope) ──message──▶ owner.receive()       or, by owner.relay(), ──message──▶ a third thread, unread
 *   reply           ◀──answer───                          reply   ◀──answer───
 *
 * In order; a question fails DISCONNECTED when the other thread ends. What has to wait because the other side is behind is
 * limited: beyond that messages are dropped and counted, and questions fail OVERFLOW. Answers are never dropped: they are
 * as many as the questions that the other side could send.
 */
import type { MessagePort } from 'node:worker_threads';
import { encoderOf } from '../codec/native.ts';
import type { Envelope } from '../envelope.ts';
import { Failure } from '../failure.ts';
import { type Future, Promised } from '../future.ts';
import type { MessageType } from '../message.ts';
import { type Address, PID } from '../pid.ts';
import type { Runtime } from '../runtime.ts';
import { beginFrame, decodeList, endFrame, packer, unpacker } from '../transport/frame.ts';
import { OUTBOUND_BYTES_MAX } from '../transport/outlet.ts';
import { type Fields, FRAME } from './frames.ts';
import { Heard, HeardNames, Raw, ToldNames } from './names.ts';
import { FramePort } from './port.ts';

type AnyMessage = MessageType<unknown, unknown>;

export interface ChannelOwner {
  readonly address: Address;
  readonly runtime: Pick<Runtime, 'tracer' | 'incarnation'>;
  /** Where messages for the id `to` go on, unread; null when they are for this thread, or for nobody. */
  relay(to: string): Channel | null;
  /** @param origin - the envelope there, as the tracer calls it. */
  receive(
    type: AnyMessage,
    to: PID,
    from: PID,
    body: unknown,
    reply: Promised<unknown> | null,
    origin: string | null,
    bytes: number,
  ): void;
  /** Something was dropped: counted, and logged once a minute. */
  report(metric: string, text: string): void;
  /** Any other frame. */
  control(kind: number, fields: Fields): void;
}

/** What goes out as a message. */
interface Outbound {
  readonly type: AnyMessage | Heard;
  /** What its answer is read as; null for a Raw. */
  readonly answer: AnyMessage | null;
  readonly to: string;
  readonly from: string;
  readonly origin: string | null;
  readonly reply: Promised<unknown> | null;
  /** Its bytes where `type` is what another thread calls it. */
  readonly body: unknown;
}

/** What comes before the body of a message. */
interface Head extends Pick<Outbound, 'to' | 'from' | 'origin'> {
  readonly ask: number;
  readonly bytes: number;
}

interface Ask {
  /** Null for one that was handed on: so is its answer. */
  readonly type: AnyMessage | null;
  readonly reply: Promised<unknown>;
}

export class Channel {
  readonly port: FramePort;
  readonly #told = new ToldNames();
  readonly #heard = new HeardNames();
  readonly #asks = new Map<number, Ask>();
  #lastAsk = 0;
  readonly #owed = new Map<number, Promised<unknown>>();
  #ended: Failure | null = null;

  constructor(
    port: MessagePort,
    /** The thread on the other side. */
    readonly name: string,
    private readonly owner: ChannelOwner,
  ) {
    this.port = new FramePort(port, (kind, bytes, start, end) => this.#take(kind, bytes, start, end));
  }

  send(kind: number, fields: Fields): void {
    this.port.send(kind, fields);
  }

  /** Sends the message of `envelope` to the other thread. */
  carry({ type, to, from, body, reply, id }: Envelope): void {
    const message = type as AnyMessage;
    const { tracer, incarnation } = this.owner.runtime;
    this.#message({
      type: message,
      answer: message,
      to: this.#textOf(to),
      from: this.#textOf(from),
      origin: tracer === null ? null : `${incarnation}/${id}`,
      reply,
      body,
    });
  }

  /** The other thread has ended. */
  end(why: Failure): void {
    this.#ended = why;
    const asks = [...this.#asks.values()];
    this.#asks.clear();
    for (const { reply } of asks) reply.fail(why);
    const owed = [...this.#owed.values()];
    this.#owed.clear();
    for (const reply of owed) reply.discard();
  }

  #message({ type, answer, to, from, origin, reply, body }: Outbound): void {
    const refusal = this.#refusal(type.name);
    if (refusal !== null) {
      reply?.fail(refusal);
      return;
    }
    const index = this.#indexOf(type);
    const ask = reply === null ? 0 : this.#ask(answer, reply);
    try {
      beginFrame();
      packer.list(6);
      packer.number(index);
      packer.text(to);
      packer.text(from);
      packer.number(ask);
      if (origin === null) packer.nil();
      else packer.text(origin);
      if (type instanceof Heard) packer.packed(body as Uint8Array);
      else encoderOf(type.body)(body, packer);
      this.#end(FRAME.message);
    } catch (error) {
      if (!(error instanceof Failure)) throw error; // It is over the limit: lost, as on the network.
      this.owner.report('libprocess/oversize_messages', `${type.name}: ${error.message}`);
      this.#asks.delete(ask);
      reply?.fail(error);
    }
  }

  #end(kind: number): void {
    endFrame(kind);
    this.port.add(packer);
  }

  #refusal(name: string): Failure | null {
    if (this.#ended !== null) return this.#ended;
    if (this.port.backlog <= OUTBOUND_BYTES_MAX) return null;
    const why = `more than ${OUTBOUND_BYTES_MAX} bytes wait for the thread '${this.name}'`;
    this.owner.report('libprocess/threads/overflows', `${why}: ${name} was dropped`);
    return new Failure(why, 'OVERFLOW');
  }

  /** What the other side is told to call `type`, after it has been told. */
  #indexOf(type: AnyMessage | Heard): number {
    const index = this.#told.indexOf(type);
    const news = this.#told.takeNews();
    if (news !== null) this.send(FRAME.names, news);
    return index;
  }

  #ask(type: AnyMessage | null, reply: Promised<unknown>): number {
    this.#lastAsk += 1;
    const ask = this.#lastAsk;
    this.#asks.set(ask, { type, reply });
    reply.onDiscard(() => {
      if (this.#asks.has(ask)) this.send(FRAME.discard, [ask]);
    });
    return ask;
  }

  #take(kind: number, bytes: Buffer, start: number, end: number): void {
    if (kind === FRAME.message) this.#takeMessage(bytes, start, end);
    else if (kind === FRAME.answer) this.#takeAnswer(bytes, start, end);
    else this.#takeFields(kind, decodeList(bytes, start, end));
  }

  #takeFields(kind: number, fields: Fields): void {
    if (kind === FRAME.failure)
      this.#answered(fields[0])?.reply.fail(new Failure(String(fields[2]), String(fields[1])));
    else if (kind === FRAME.discarded) this.#answered(fields[0])?.reply.discarded();
    else if (kind === FRAME.discard) this.#owed.get(fields[0] as number)?.discard();
    else if (kind === FRAME.names) this.#heard.add(fields);
    else this.owner.control(kind, fields);
  }

  #takeMessage(bytes: Buffer, start: number, end: number): void {
    unpacker.begin(bytes, start, end);
    unpacker.list();
    const heard = this.#heard.at(unpacker.number());
    const to = unpacker.text() ?? '';
    const from = unpacker.text() ?? '';
    const ask = unpacker.number() ?? 0;
    const origin = unpacker.nil() ? null : (unpacker.text() ?? null);
    const next = this.owner.relay(to);
    if (next === null) this.#receive(heard, { to, from, ask, origin, bytes: end - start });
    else {
      const body = bytes.subarray(unpacker.at, end);
      next.#message({ type: heard, answer: null, to, from, origin, reply: this.#owe(ask, null), body });
    }
  }

  /** The body is the next value of the unpacker. */
  #receive(heard: Heard, { to, from, ask, origin, bytes }: Head): void {
    const { type } = heard.word;
    if (type === undefined) {
      this.owner.report('libprocess/unknown_messages', `${heard.name} is not known in this thread`);
      this.#refuse(ask, new Failure(`${heard.name} is not known in the thread of ${to}`, 'NO_HANDLER'));
      return;
    }
    let body: unknown;
    try {
      body = heard.word.readBody(type, unpacker);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.owner.report('libprocess/malformed_messages', `a malformed ${heard.name} from ${from}: ${error.message}`);
      this.#refuse(ask, error);
      return;
    }
    this.owner.receive(type, this.#pidOf(to), this.#pidOf(from), body, this.#owe(ask, type), origin, bytes);
  }

  #takeAnswer(bytes: Buffer, start: number, end: number): void {
    unpacker.begin(bytes, start, end);
    unpacker.list();
    const ask = this.#answered(unpacker.number());
    if (ask === undefined) return;
    const heard = this.#heard.at(unpacker.number());
    const { type, reply } = ask;
    if (type === null) reply.set(new Raw(heard, bytes.subarray(unpacker.at, end)));
    else reply.become(() => heard.word.readReply(type, unpacker), undefined);
  }

  /** The question that an answer is to. */
  #answered(number: unknown): Ask | undefined {
    const ask = this.#asks.get(number as number);
    this.#asks.delete(number as number);
    return ask;
  }

  /** @param type - null for a question that is handed on: its answer is a Raw. */
  #owe(ask: number, type: AnyMessage | null): Promised<unknown> | null {
    if (ask === 0) return null;
    const reply = new Promised<unknown>();
    this.#owed.set(ask, reply);
    reply.onAny(done => {
      if (this.#owed.delete(ask)) this.#answer(ask, type, done);
    });
    return reply;
  }

  #answer(ask: number, type: AnyMessage | null, done: Future<unknown>): void {
    if (done.state === 'failed') this.#refuse(ask, done.error);
    else if (done.state === 'discarded') this.send(FRAME.discarded, [ask]);
    else this.#reply(ask, type, done.value);
  }

  #reply(ask: number, type: AnyMessage | null, value: unknown): void {
    const index = this.#indexOf(type ?? (value as Raw).heard);
    try {
      beginFrame();
      packer.list(3);
      packer.number(ask);
      packer.number(index);
      if (type === null) packer.packed((value as Raw).bytes);
      else if (type.reply === null) packer.nil();
      else encoderOf(type.reply)(value, packer);
      this.#end(FRAME.answer);
    } catch (error) {
      // A handler returned what its own reply type does not allow, or too much of it: the asker hears of it.
      this.owner.report('libprocess/bad_replies', `the answer to ${type?.name} cannot be sent: ${error}`);
      this.#refuse(ask, new Failure('the answer cannot be sent', 'BAD_REPLY'));
    }
  }

  #refuse(ask: number, error: unknown): void {
    if (ask === 0) return;
    const code = error instanceof Failure ? error.code : 'FAILED';
    this.send(FRAME.failure, [ask, code, error instanceof Error ? error.message : String(error)]);
  }

  #textOf(pid: PID): string {
    return pid.address === this.owner.address ? pid.id : pid === PID.none ? '' : pid.toString();
  }

  #pidOf(text: string): PID {
    if (text === '') return PID.none;
    return text.includes('@') ? PID.parse(text) : this.owner.address.pid(text);
  }
}
