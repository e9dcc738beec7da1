/**
 * Messages, questions and answers between two threads.
 *
 *   carry(envelope) ──message──▶ owner.receive()          relay() ──message──▶ another thread, unread
 *   reply           ◀──answer───                          reply   ◀──answer───
 *
 * In order; a question fails DISCONNECTED when the other thread ends. What has to wait because the other side is behind is
 * limited: beyond that messages are dropped and counted, and questions fail OVERFLOW. Answers are never dropped: they are
 * as many as the questions that the other side could send.
 */
import type { MessagePort } from 'node:worker_threads';
import { encode } from '../codec/native.ts';
import type { Envelope } from '../envelope.ts';
import { Failure } from '../failure.ts';
import { type Future, Promised } from '../future.ts';
import type { MessageType } from '../message.ts';
import { type Address, PID } from '../pid.ts';
import { OUTBOUND_BYTES_MAX } from '../transport/link.ts';
import { type Fields, FRAME } from './frames.ts';
import { type Heard, HeardNames, Raw, ToldNames } from './names.ts';
import { FramePort } from './port.ts';

type AnyMessage = MessageType<unknown, unknown>;

export interface ChannelOwner {
  readonly address: Address;
  /** Where messages for the id `to` go on, unread; null when they are for this thread, or for nobody. */
  relay(to: string): Channel | null;
  receive(type: AnyMessage, to: PID, from: PID, body: unknown, reply: Promised<unknown> | null): void;
  /** Something was dropped: counted, and logged once a minute. */
  report(metric: string, text: string): void;
  /** Any other frame. */
  control(kind: number, fields: Fields): void;
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
    this.port = new FramePort(port, (kind, fields) => this.#take(kind, fields));
  }

  send(kind: number, fields: Fields): void {
    this.port.send(kind, fields);
  }

  /** Sends the message of `envelope` to the other thread. */
  carry({ type, to, from, body, reply }: Envelope): void {
    const message = type as AnyMessage;
    this.#message(message, this.#textOf(to), this.#textOf(from), encode(message.body, body), reply, message);
  }

  /** Hands on a message that came from a third thread. Its reply becomes a Raw. */
  handOn(heard: Heard, to: string, from: string, body: unknown, reply: Promised<unknown> | null): void {
    this.#message(heard, to, from, body, reply, null);
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

  #message(
    type: AnyMessage | Heard,
    to: string,
    from: string,
    body: unknown,
    reply: Promised<unknown> | null,
    answer: AnyMessage | null,
  ): void {
    const refusal = this.#refusal(type.name);
    if (refusal !== null) {
      reply?.fail(refusal);
      return;
    }
    const index = this.#indexOf(type);
    const ask = reply === null ? 0 : this.#ask(answer, reply);
    try {
      this.send(FRAME.message, [index, to, from, ask, body]);
    } catch (error) {
      if (!(error instanceof Failure)) throw error; // It is over the limit: lost, as on the network.
      this.owner.report('libprocess/oversize_messages', `${type.name}: ${error.message}`);
      this.#asks.delete(ask);
      reply?.fail(error);
    }
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

  #take(kind: number, fields: Fields): void {
    if (kind === FRAME.message) this.#takeMessage(fields);
    else if (kind === FRAME.answer) this.#takeAnswer(fields);
    else if (kind === FRAME.discard) this.#owed.get(fields[0] as number)?.discard();
    else if (kind === FRAME.names) this.#heard.add(fields);
    else this.owner.control(kind, fields);
  }

  #takeMessage([index, to, from, ask, body]: Fields): void {
    const heard = this.#heard.at(index);
    const next = this.owner.relay(to as string);
    if (next !== null) next.handOn(heard, to as string, from as string, body, this.#owe(ask as number, null));
    else this.#receive(heard, to as string, from as string, ask as number, body);
  }

  #receive(heard: Heard, to: string, from: string, ask: number, body: unknown): void {
    const { type } = heard.word;
    if (type === undefined) {
      this.owner.report('libprocess/unknown_messages', `${heard.name} is not known in this thread`);
      this.#refuse(ask, new Failure(`${heard.name} is not known in the thread of ${to}`, 'NO_HANDLER'));
      return;
    }
    try {
      const decoded = heard.word.decodeBody(type, body);
      this.owner.receive(type, this.#pidOf(to), this.#pidOf(from), decoded, this.#owe(ask, type));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.owner.report('libprocess/malformed_messages', `a malformed ${heard.name} from ${from}: ${error.message}`);
      this.#refuse(ask, error);
    }
  }

  #takeAnswer([number, index, ready, value, text]: Fields): void {
    const ask = this.#asks.get(number as number);
    if (ask === undefined) return;
    this.#asks.delete(number as number);
    const { type, reply } = ask;
    if (ready === false) reply.fail(new Failure(text as string, value as string));
    else if (ready === null) reply.discarded();
    else if (type === null) reply.set(new Raw(this.#heard.at(index), value));
    else reply.become(() => this.#heard.at(index).word.decodeReply(type, value), undefined);
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
    else if (done.state === 'discarded') this.send(FRAME.answer, [ask, 0, null]);
    else this.#reply(ask, type, done.value);
  }

  #reply(ask: number, type: AnyMessage | null, value: unknown): void {
    try {
      if (type === null) {
        const raw = value as Raw;
        this.send(FRAME.answer, [ask, this.#indexOf(raw.heard), true, raw.value]);
      } else {
        const encoded = type.reply === null ? null : encode(type.reply, value);
        this.send(FRAME.answer, [ask, this.#indexOf(type), true, encoded]);
      }
    } catch (error) {
      // A handler returned what its own reply type does not allow, or too much of it: the asker hears of it.
      this.owner.report('libprocess/bad_replies', `the answer to ${type?.name} cannot be sent: ${error}`);
      this.#refuse(ask, new Failure('the answer cannot be sent', 'BAD_REPLY'));
    }
  }

  #refuse(ask: number, error: unknown): void {
    if (ask === 0) return;
    const code = error instanceof Failure ? error.code : 'FAILED';
    this.send(FRAME.answer, [ask, 0, false, code, error instanceof Error ? error.message : String(error)]);
  }

  #textOf(pid: PID): string {
    return pid.address === this.owner.address ? pid.id : pid === PID.none ? '' : pid.toString();
  }

  #pidOf(text: string): PID {
    if (text === '') return PID.none;
    return text.includes('@') ? PID.parse(text) : this.owner.address.pid(text);
  }
}
