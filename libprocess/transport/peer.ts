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
import { decode, encode } from '../codec/native.ts';
import { toProtobuf } from '../codec/protobuf.ts';
import type { Envelope } from '../envelope.ts';
import { Failure, MALFORMED } from '../failure.ts';
import type { Future } from '../future.ts';
import type { Address } from '../pid.ts';
import { dial } from './dial.ts';
import { unpacker } from './frame.ts';
import type { Hello } from './handshake.ts';
import { encodeMessage } from './http-form.ts';
import { type Inbound, Link, type LinkOwner, type Outbound, Packed } from './link.ts';
import type { AnyMessage, HeardName } from './names.ts';
import { OUTBOUND_BYTES_MAX } from './outlet.ts';
import { Questions } from './questions.ts';
import { METRICS, type PeerWorld, type Remote } from './remote.ts';
import { type Waiting, WaitingList } from './waiting.ts';

/** From the first packet to the peer's hello. */
export const DIAL_TIMEOUT_MS = 30_000;

export class Peer implements LinkOwner, Remote {
  readonly addresses = new Set<Address>();
  #incarnation: string | null = null;
  readonly #links = new Set<Link>();
  /** The link that we send on; null while there is none, or while it is being replaced. */
  #preferred: Link | null = null;
  #giveUp: (() => void) | null = null;
  readonly #waiting = new WaitingList();
  readonly #questions = new Questions();

  constructor(
    readonly address: Address,
    private readonly world: PeerWorld,
    public watched = false,
  ) {
    this.addresses.add(address);
  }

  carry({ type, to, from, body, reply, id }: Envelope): void {
    const { tracer } = this.world.host;
    const message = type as AnyMessage;
    const ask = reply === null ? 0 : this.#questions.ask(message, reply);
    const outbound: Outbound = { type: message, to, from, ask, body, id: tracer === null ? 0 : id };
    try {
      if (this.#preferred !== null) this.#send(this.#preferred, outbound);
      else this.#wait(outbound);
    } catch (error) {
      this.#questions.answered(ask); // Its body is none: the sender has a bug, and nothing has been asked.
      throw error;
    }
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
    await this.#waiting.empty();
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

  message(link: Link, { heard, to, from, ask, id, bytes }: Inbound): void {
    const { type } = heard;
    const { host, reports } = this.world;
    if (type === undefined) {
      reports.report('libprocess/unknown_messages', this.address.text, `${heard.name} is not known here`);
      this.#refuse(ask, new Failure(`${heard.name} is not known at ${this.world.us.address}`, 'NO_HANDLER'));
      return;
    }
    let body: unknown;
    try {
      body = heard.readBody(type, unpacker);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== MALFORMED) throw error;
      const why = `a malformed ${heard.name} from ${from} was dropped: ${error.message}`;
      reports.report('libprocess/malformed_messages', this.address.text, why);
      this.#refuse(ask, error);
      return;
    }
    const reply = ask === 0 ? null : this.#questions.owe(ask, done => this.#answer(type, ask, done));
    host.receive(type, to, from, body, reply, id === 0 ? null : (link.hello?.incarnation ?? null), bytes, id);
  }

  answered(ask: number, heard: HeardName): void {
    const asked = this.#questions.answered(ask);
    asked?.reply.become(() => heard.readReply(asked.type, unpacker), undefined);
  }

  failed(ask: number, why: Failure | null): void {
    const asked = this.#questions.answered(ask);
    if (why === null) asked?.reply.discarded();
    else asked?.reply.fail(why);
  }

  discarded(ask: number): void {
    this.#questions.discard(ask);
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
    this.#questions.fail(this.#broken(why), link);
    if (this.#links.size === 0 && this.#giveUp === null) this.#break(why);
  }

  #send(link: Link, outbound: Outbound): void {
    const { type, ask } = outbound;
    try {
      link.message(outbound);
    } catch (error) {
      if (!(error instanceof Failure)) throw error; // It is over the limit: lost, as on a broken connection.
      this.world.reports.report('libprocess/oversize_messages', this.address.text, `${type.name}: ${error.message}`);
      this.#questions.answered(ask)?.reply.fail(error);
      return;
    }
    if (ask !== 0) this.#questions.sent(ask, link);
  }

  /** Keeps a message until there is a link: its bytes, since the body is the sender's again. */
  #wait(outbound: Outbound): void {
    const { type, to, from, ask } = outbound;
    const bytes = encode(type.body, outbound.body);
    const packed = { ...outbound, body: new Packed(bytes) };
    this.#enqueue({
      bytes: bytes.length,
      send: link => this.#send(link, packed),
      original: () =>
        ask === 0 ? encodeMessage(from, to, type.name, toProtobuf(type.body, decode(type.body, bytes))) : null,
    });
  }

  #enqueue(waiting: Waiting): void {
    this.#waiting.add(waiting);
    if (this.#waiting.bytes > OUTBOUND_BYTES_MAX) {
      const why = `more than ${OUTBOUND_BYTES_MAX} bytes wait for ${this.address}`;
      this.world.reports.report('libprocess/overflows', this.address.text, why);
      this.#break(new Failure(why, 'DISCONNECTED'));
    } else {
      this.#dial();
    }
  }

  #dial(): void {
    if (this.#giveUp !== null) return;
    const { host } = this.world;
    let link: Link | null = null;
    const failed = (why: Failure): void => this.#unreachable(why);
    const cancel = dial(this.address, this.world.dialler, {
      connected: (socket, head) => {
        link = new Link(socket, true, this.world.terms(), this);
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
    const waiting = this.#waiting.take().flatMap(each => each.original() ?? []);
    this.world.original(this, waiting);
    this.#questions.fail(this.#broken(why));
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
    this.#questions.move(loser, winner);
    loser.retire();
  }

  #flush(link: Link): void {
    for (const waiting of this.#waiting.take()) waiting.send(link);
  }

  /** Closes a link that another one has taken the place of; what was asked on it may be lost. */
  #replace(link: Link): void {
    this.#links.delete(link);
    if (this.#preferred === link) this.#preferred = null;
    link.owner = NOBODY;
    link.destroy(stopped());
    this.#questions.fail(new Failure(`the connection to ${this.address} was replaced`, 'DISCONNECTED'), link);
  }

  #answer(type: AnyMessage, ask: number, done: Future<unknown>): void {
    if (done.state === 'ready') this.#reply(type, ask, done.value);
    else this.#refuse(ask, done.state === 'discarded' ? null : failureOf(done.error));
  }

  #reply(type: AnyMessage, ask: number, value: unknown): void {
    const link = this.#preferred;
    this.#orRefuse(type, ask, () => {
      if (link !== null) link.answer(ask, type, value);
      else this.#waitWithReply(type, ask, value);
    });
  }

  #waitWithReply(type: AnyMessage, ask: number, value: unknown): void {
    const bytes = type.reply === null ? NIL : encode(type.reply, value);
    const packed = new Packed(bytes);
    const send = (link: Link): void => this.#orRefuse(type, ask, () => link.answer(ask, type, packed));
    this.#enqueue({ bytes: bytes.length, send, original: () => null });
  }

  /** A handler may return what its own reply type does not allow, or too much of it: the asker hears of it. */
  #orRefuse(type: AnyMessage, ask: number, answer: () => void): void {
    try {
      answer();
    } catch (error) {
      if (!(error instanceof Failure || error instanceof TypeError)) throw error;
      this.world.host.log.error({ error }, `the answer to ${type.name} cannot be sent`);
      this.#refuse(ask, new Failure(`the answer to ${type.name} cannot be sent`, 'BAD_REPLY'));
    }
  }

  /** Answers with a failure, or, null, that the answer was discarded. */
  #refuse(ask: number, why: Failure | null): void {
    if (ask === 0) return;
    if (this.#preferred !== null) this.#preferred.fail(ask, why);
    else this.#enqueue({ bytes: FAILURE_BYTES, send: link => link.fail(ask, why), original: () => null });
  }

  #broken(why: Failure): Failure {
    return new Failure(`the connection to ${this.address} broke: ${why.message}`, 'DISCONNECTED');
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
    const lost = this.#waiting.take().length;
    if (lost > 0) this.world.host.metrics.count('libprocess/lost_messages', lost);
    this.#questions.fail(this.#broken(why));
    this.#questions.discardOwed();
  }
}

/** What a type without an answer answers. */
const NIL = Uint8Array.of(0xc0);
/** About what a failure takes. */
const FAILURE_BYTES = 100;

/** Hears what a replaced link still says, which is nothing of interest. */
const NOBODY: LinkOwner = {
  opened: () => undefined,
  message: () => undefined,
  answered: () => undefined,
  failed: () => undefined,
  discarded: () => undefined,
  closed: () => undefined,
};

function opener(link: Link, us: Hello): string {
  return link.outbound ? us.address.text : (link.hello?.address.text ?? '');
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure(error instanceof Error ? error.message : String(error), 'FAILED');
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
