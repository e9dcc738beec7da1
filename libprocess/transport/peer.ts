/**
 * A peer: another runtime, with the links to it, what waits to be sent, and the questions that are open either way.
 *
 *              carry, link                     hello
 *   (unknown) ─────────────▶ dialling ───────────────────▶ linked ──the last link breaks──▶ broken, forgotten
 *                               └── no way there ──▶ broken      ▲
 *   (unknown) ── the peer dials us ──────────────────────────────┘
 *
 * Either side's link serves both directions, so a peer that nobody can dial is reached by the link it opened itself.
 * When two dial each other at once there are two links: both are read, and both sides send on the one whose opener has
 * the smaller address; the other opener retires its own. A second link from the same side replaces the first without
 * a word: that is how a half-open connection is escaped.
 */
import type { Timer } from '../clock.ts';
import { encode } from '../codec/native.ts';
import { toProtobuf } from '../codec/protobuf.ts';
import type { Envelope } from '../envelope.ts';
import { Failure, MALFORMED } from '../failure.ts';
import { type Future, Promised } from '../future.ts';
import type { MessageType } from '../message.ts';
import { type Address, PID } from '../pid.ts';
import { dial } from './dial.ts';
import type { Dialler } from './dialler.ts';
import { encodeFrame, FRAME } from './frame.ts';
import { type Hello, indexOf } from './handshake.ts';
import { encodeMessage } from './http-form.ts';
import { type Inbound, Link, type LinkOwner, OUTBOUND_BYTES_MAX, UNAUTHENTICATED } from './link.ts';
import type { NetworkHost } from './network.ts';
import type { Reports } from './reports.ts';

/** From the first packet to the peer's hello. */
export const DIAL_TIMEOUT_MS = 30_000;

type AnyMessage = MessageType<unknown, unknown>;

/** Another runtime, whichever form it speaks. */
export interface Remote {
  /** What it is known by: where it was dialled, and what it calls itself. */
  readonly addresses: Set<Address>;
  /** Some actor here linked to one there. */
  readonly watched: boolean;
  carry(envelope: Envelope): void;
  /** Holds a connection; `reconnect` replaces the one there is. */
  link(mode: 'reuse' | 'reconnect'): void;
  /** Makes sure that it is still there, where somebody watches. */
  ping(): void;
  /** Ready once all that was sent has left, or turned out not to. */
  finish(): Promise<void>;
  /** Everything ends; nobody is told but those who asked. */
  close(): void;
}

/** What the peers of one runtime share. */
export interface PeerWorld {
  readonly host: NetworkHost;
  readonly us: Hello;
  readonly reports: Reports;
  readonly dialler: Dialler;
  /** What all peers must know; null lets in everybody. */
  readonly secret: Uint8Array | null;
  /** What we say of ourselves on a new link. */
  greeting(): Hello;
  /** `peer` calls itself `address`, which is not what it was dialled by. */
  alias(address: Address, peer: Peer): void;
  /** The peer broke: it is forgotten, under all its addresses. */
  forget(peer: Remote): void;
  /** The peer speaks the original's form alone: what waits for it, and all that follows, goes there so. */
  original(peer: Peer, waiting: readonly Buffer[]): void;
}

interface Outgoing {
  readonly index: number;
  readonly frame: Buffer;
  readonly ask: number;
  /** What it says in the original's form; null for what that cannot say. */
  readonly original: (() => Buffer) | null;
}

interface Ask {
  readonly type: AnyMessage;
  readonly reply: Promised<unknown>;
  /** The link it went out on; null while it waits. */
  link: Link | null;
}

export class Peer implements LinkOwner, Remote {
  readonly addresses = new Set<Address>();
  #incarnation: string | null = null;
  readonly #links = new Set<Link>();
  /** The link that we send on; null while there is none, or while it is being replaced. */
  #preferred: Link | null = null;
  #giveUp: (() => void) | null = null;
  #queue: Outgoing[] = [];
  #queuedBytes = 0;
  /** Ready once the queue is empty, for whoever waits for that. */
  #emptied: Promised<void> | null = null;
  readonly #asks = new Map<number, Ask>();
  #lastAsk = 0;
  /** Answers that actors here owe to the peer. */
  readonly #owed = new Map<number, Promised<unknown>>();

  constructor(
    readonly address: Address,
    private readonly world: PeerWorld,
    public watched = false,
  ) {
    this.addresses.add(address);
  }

  carry(envelope: Envelope): void {
    const type = envelope.type as AnyMessage;
    const outgoing = this.#encode(type, envelope, envelope.reply === null ? 0 : this.#lastAsk + 1);
    if (outgoing === null) return;
    if (envelope.reply !== null) this.#ask(type, envelope.reply);
    if (this.#preferred !== null) this.#send(this.#preferred, outgoing);
    else this.#enqueue(outgoing);
  }

  /** Holds a connection; `reconnect` replaces the one that we opened. One that the peer opened is as new as can be. */
  link(mode: 'reuse' | 'reconnect'): void {
    this.watched = true;
    const replaced = mode === 'reconnect' && this.#preferred?.outbound === true;
    if (replaced) this.#preferred = null;
    if (this.#preferred === null) this.#dial();
  }

  /** Silence is not enough of a sign of life. */
  ping(): void {
    if (this.watched) for (const link of [...this.#links]) link.ping();
  }

  async finish(): Promise<void> {
    if (this.#queue.length > 0) {
      this.#emptied = new Promised<void>();
      await this.#emptied;
    }
    await Promise.all([...this.#links].map(link => link.finish()));
  }

  close(): void {
    this.#end(new Failure('this runtime stops', 'DISCONNECTED'));
  }

  opened(link: Link, hello: Hello): void {
    if (link.outbound) this.#dialled();
    if (this.#incarnation !== hello.incarnation && this.#links.size > 0) this.#lose(restarted(hello.address));
    this.#incarnation = hello.incarnation;
    link.owner = this;
    if (!this.addresses.has(hello.address) && hello.address !== this.world.us.address) {
      this.world.alias(hello.address, this);
    }
    for (const old of [...this.#links]) if (old.outbound === link.outbound) this.#replace(old);
    this.#links.add(link);
    this.#prefer(link);
  }

  message(link: Link, { heard, to, from, ask, body }: Inbound): void {
    const { type } = heard;
    if (type === undefined) {
      this.world.reports.report('libprocess/unknown_messages', this.address.text, `${heard.name} is not known here`);
      this.#refuse(ask, new Failure(`${heard.name} is not known at ${this.world.us.address}`, 'NO_HANDLER'));
      return;
    }
    try {
      const decoded = heard.decodeBody(type, body);
      const sender = senderOf(link, from);
      const reply = ask === 0 ? null : this.#owe(type, ask);
      this.world.host.receive(type, this.world.us.address.pid(to), sender, decoded, reply);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const why = `a malformed ${heard.name} from ${from} was dropped: ${error.message}`;
      this.world.reports.report('libprocess/malformed_messages', this.address.text, why);
      this.#refuse(ask, error);
    }
  }

  answered(link: Link, ask: number, [index, ready, value, text]: readonly unknown[]): void {
    const open = this.#asks.get(ask);
    if (open === undefined) return; // It was given up with its link.
    this.#asks.delete(ask);
    const { reply, type } = open;
    if (ready === false) reply.fail(new Failure(String(text), String(value)));
    else if (ready === null) reply.discarded();
    else reply.become(() => link.heard.at(index).decodeReply(type, value), undefined);
  }

  discarded(ask: number): void {
    this.#owed.get(ask)?.discard();
  }

  closed(link: Link, why: Failure): void {
    const known = this.#links.delete(link);
    if (this.#preferred === link) this.#preferred = first(this.#links);
    const metric = METRICS[why.code];
    if (metric !== undefined) {
      this.world.reports.report(metric, this.address.text, `the link to ${this.address} was closed: ${why.message}`);
    }
    if (!known) {
      this.#unreachable(why);
      return;
    }
    this.#failAsks(why, link);
    if (this.#links.size === 0 && this.#giveUp === null) this.#break(why);
  }

  #encode(type: AnyMessage, { to, from, body, reply }: Envelope, ask: number): Outgoing | null {
    const index = indexOf(type);
    const list = [index, to.id, this.#senderText(from), ask, encode(type.body, body)];
    try {
      const original = (): Buffer => encodeMessage(from, to, type.name, toProtobuf(type.body, body));
      return { index, frame: encodeFrame(FRAME.message, list), ask, original: reply === null ? original : null };
    } catch (error) {
      if (!(error instanceof Failure)) throw error; // It is over the limit: lost, as on a broken connection.
      this.world.reports.report('libprocess/oversize_messages', this.address.text, `${type.name}: ${error.message}`);
      reply?.fail(error);
      return null;
    }
  }

  #senderText(from: PID): string {
    if (from === PID.none) return '';
    return from.address === this.world.us.address ? from.id : from.toString();
  }

  #ask(type: AnyMessage, reply: Promised<unknown>): void {
    this.#lastAsk += 1;
    const ask = this.#lastAsk;
    this.#asks.set(ask, { type, reply, link: null });
    reply.onDiscard(() => this.#asks.get(ask)?.link?.discard(ask));
  }

  #enqueue(outgoing: Outgoing): void {
    this.#queue.push(outgoing);
    this.#queuedBytes += outgoing.frame.length;
    if (this.#queuedBytes > OUTBOUND_BYTES_MAX) {
      const why = `more than ${OUTBOUND_BYTES_MAX} bytes wait for ${this.address}`;
      this.world.reports.report('libprocess/overflows', this.address.text, why);
      this.#break(new Failure(why, 'DISCONNECTED'));
    } else {
      this.#dial();
    }
  }

  #send(link: Link, { index, frame, ask }: Outgoing): void {
    const open = this.#asks.get(ask);
    if (open !== undefined) open.link = link;
    link.send(index, frame);
    if (open?.reply.discardRequested === true) link.discard(ask);
  }

  #dial(): void {
    if (this.#giveUp !== null) return;
    const { host, secret } = this.world;
    let link: Link | null = null;
    const failed = (why: Failure): void => this.#unreachable(why);
    const cancel = dial(this.address, this.world.dialler, {
      connected: (socket, head) => {
        link = new Link(socket, true, this.world.greeting(), secret, this);
        link.start(head);
      },
      failed,
    });
    const timer: Timer = host.clock.timer(DIAL_TIMEOUT_MS, () => {
      cancel();
      const why = new Failure(`${this.address} did not answer within ${DIAL_TIMEOUT_MS} ms`, 'CONNECT');
      if (link === null) failed(why);
      else link.destroy(why);
    });
    this.#giveUp = () => {
      timer.cancel();
      cancel();
      if (link !== null && !link.isOpen) link.destroy(stopped());
    };
  }

  /** The dial is over, well or not. */
  #dialled(): void {
    const giveUp = this.#giveUp;
    this.#giveUp = null;
    giveUp?.();
  }

  #unreachable(why: Failure): void {
    if (this.#giveUp === null) return;
    this.#dialled();
    if (why.code === 'NOT_NATIVE' && this.#links.size === 0 && this.world.secret === null) {
      this.#becomeOriginal(why);
      return;
    }
    this.world.reports.report('libprocess/unreachable_peers', this.address.text, why.message);
    // What we tried to replace does not stand for the peer any more; a link that it opened itself does.
    for (const link of [...this.#links]) if (link.outbound) this.#replace(link);
    this.#preferred = first(this.#links);
    if (this.#preferred === null) this.#break(why);
    else this.#flush(this.#preferred);
  }

  #becomeOriginal(why: Failure): void {
    this.world.host.log.info({ peer: this.address.text }, `${why.message}: it is sent libprocess' own form`);
    const waiting = this.#takeQueue().flatMap(({ original }) => (original === null ? [] : [original()]));
    this.world.original(this, waiting);
    this.#failAsks(why, null);
  }

  #prefer(link: Link): void {
    const other = this.#preferred;
    const loser = other !== null && opener(other, this.world.us) < opener(link, this.world.us) ? link : other;
    if (loser !== link) this.#preferred = link;
    if (this.#preferred === null) return;
    if (loser?.outbound === true) this.#retire(loser, this.#preferred);
    this.#flush(this.#preferred);
  }

  /** Nothing is lost of what went out on `loser`: answers come by `winner`. */
  #retire(loser: Link, winner: Link): void {
    for (const ask of this.#asks.values()) if (ask.link === loser) ask.link = winner;
    loser.retire();
  }

  #flush(link: Link): void {
    for (const outgoing of this.#takeQueue()) this.#send(link, outgoing);
  }

  #takeQueue(): Outgoing[] {
    const queue = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#emptied?.set();
    return queue;
  }

  /** Closes a link that another one has taken the place of; what was asked on it may be lost. */
  #replace(link: Link): void {
    this.#links.delete(link);
    if (this.#preferred === link) this.#preferred = null;
    link.owner = NOBODY;
    link.destroy(stopped());
    this.#failAsks(new Failure(`the connection to ${this.address} was replaced`, 'DISCONNECTED'), link);
  }

  #owe(type: AnyMessage, ask: number): Promised<unknown> {
    const reply = new Promised<unknown>();
    this.#owed.set(ask, reply);
    reply.onAny(done => {
      if (this.#owed.get(ask) !== reply) return; // The peer broke: nobody waits any more.
      this.#owed.delete(ask);
      this.#answer(type, ask, done);
    });
    return reply;
  }

  #answer(type: AnyMessage, ask: number, done: Future<unknown>): void {
    const index = indexOf(type);
    if (done.state === 'ready') this.#reply(type, ask, index, done.value);
    else if (done.state === 'discarded') this.#sendAnswer(index, encodeFrame(FRAME.answer, [ask, index, null]));
    else this.#sendFailure(ask, index, done.error);
  }

  #reply(type: AnyMessage, ask: number, index: number, value: unknown): void {
    let frame: Buffer;
    try {
      const encoded = type.reply === null ? null : encode(type.reply, value);
      frame = encodeFrame(FRAME.answer, [ask, index, true, encoded]);
    } catch (error) {
      // A handler returned what its own reply type does not allow, or too much of it: the asker hears of it.
      this.world.host.log.error({ error }, `the answer to ${type.name} cannot be sent`);
      this.#sendFailure(ask, index, new Failure(`the answer to ${type.name} cannot be sent`, 'BAD_REPLY'));
      return;
    }
    this.#sendAnswer(index, frame);
  }

  #sendFailure(ask: number, index: number, error: unknown): void {
    const code = error instanceof Failure ? error.code : 'FAILED';
    const message = error instanceof Error ? error.message : String(error);
    this.#sendAnswer(index, encodeFrame(FRAME.answer, [ask, index, false, code, message]));
  }

  #sendAnswer(index: number, frame: Buffer): void {
    if (this.#preferred !== null) this.#preferred.send(index, frame);
    else this.#enqueue({ index, frame, ask: 0, original: null });
  }

  /** Answers at once, without an actor; of a failure nobody reads the index. */
  #refuse(ask: number, error: Failure): void {
    if (ask !== 0) this.#sendFailure(ask, 0, error);
  }

  #failAsks(why: Failure, link: Link | null): void {
    for (const [ask, open] of [...this.#asks]) {
      if (link !== null && open.link !== link) continue;
      this.#asks.delete(ask);
      open.reply.fail(new Failure(`the connection to ${this.address} broke: ${why.message}`, 'DISCONNECTED'));
    }
  }

  #break(why: Failure): void {
    this.world.forget(this);
    this.#lose(why);
  }

  #lose(why: Failure): void {
    this.#end(why);
    for (const address of this.addresses) this.world.host.disconnected(address);
  }

  #end(why: Failure): void {
    this.#dialled();
    for (const link of [...this.#links]) this.#replace(link);
    const lost = this.#takeQueue().length;
    if (lost > 0) this.world.host.metrics.count('libprocess/lost_messages', lost);
    this.#failAsks(why, null);
    const owed = [...this.#owed.values()];
    this.#owed.clear();
    for (const reply of owed) reply.discard();
  }
}

/** What is counted of links that were closed for a reason. */
export const METRICS: Readonly<Record<string, string>> = {
  [MALFORMED]: 'libprocess/malformed_frames',
  [UNAUTHENTICATED]: 'libprocess/authentication_failures',
  OVERFLOW: 'libprocess/overflows',
};

/** Hears what a replaced link still says, which is nothing of interest. */
const NOBODY: LinkOwner = {
  opened: () => undefined,
  message: () => undefined,
  answered: () => undefined,
  discarded: () => undefined,
  closed: () => undefined,
};

function opener(link: Link, us: Hello): string {
  return link.outbound ? us.address.text : (link.hello?.address.text ?? '');
}

function senderOf(link: Link, from: string): PID {
  if (from === '') return PID.none;
  if (from.includes('@')) return PID.parse(from);
  return link.hello?.address.pid(from) ?? PID.none;
}

function first(links: Set<Link>): Link | null {
  for (const link of links) return link;
  return null;
}

function stopped(): Failure {
  return new Failure('the connection was given up', 'DISCONNECTED');
}

function restarted(address: Address): Failure {
  return new Failure(`${address} was restarted`, 'DISCONNECTED');
}
