/**
 * The wire that all nodes of a simulation hang on: who is where, how long things take, and what goes wrong.
 *
 *              a message                              a piece of a byte stream (HTTP)
 *   loss       lost, silently                         -
 *   duplicate  a one-way message comes twice          a request that may be repeated is served twice
 *   reset      lost; links and questions break        the exchange breaks
 *   partition  lost, or delayed, as `partitions` says  waits until the partition ends: a stream has no holes
 *   crash      lost; links and questions break        the exchange breaks
 *
 * What goes from one node to another stays in order, as over one connection; between different pairs everything
 * overtakes everything.
 *
 * Where duplicates come from: our own links carry a frame at most once, and so do the original's. A message comes twice
 * when its sender, or a relay on the way, cannot know that it arrived and sends it again; every protocol that repeats
 * has to stand that, so `duplicate` does it to any one-way message. A question is never asked twice by the network: its
 * answer belongs to one connection. HTTP requests with a method that may be repeated (RFC 9110, 9.2.2) are sent again
 * by proxies and browsers whose connection broke before the answer: the first is served, and its answer is lost.
 */
import type { Clock, Timer } from '../clock.ts';
import type { Envelope } from '../envelope.ts';
import type { Address } from '../pid.ts';
import type { SeededRandom } from '../random.ts';

/** How bad a network is; by default it is good. */
export interface Faults {
  /** Parts, from 0 to 1, of the messages that are lost, and of the messages and requests that come twice. */
  readonly loss: number;
  readonly duplicate: number;
  /** The part of the messages and requests at which the connection that was to carry them breaks. */
  readonly reset: number;
  /** The shortest and the longest way, in milliseconds. */
  readonly delayMs: readonly [number, number];
  /**
   * What becomes of messages between nodes that are cut off: `lose`, as when their connection does not outlive the
   * partition though nobody is told; `delay`, as TCP does when it does. With `delay` and `silenceMs` a message is lost only
   * with its connection, of which linkers hear: what Mesos builds on.
   */
  readonly partitions: 'lose' | 'delay';
  /** How long a connection lasts over which nothing comes through: then it breaks, as half-open ones do when pinged. */
  readonly silenceMs: number;
}

export const RELIABLE: Faults = {
  loss: 0,
  duplicate: 0,
  reset: 0,
  delayMs: [1, 1],
  partitions: 'lose',
  silenceMs: Infinity,
};

/** Looks at a message on its way; `drop` keeps it from arriving. */
export type Tap = (envelope: Envelope) => 'pass' | 'drop';

/** One node's end of the wire, as the wire knows it. */
export interface End {
  readonly address: Address;
  /** The connections to `address` broke. */
  peerGone(address: Address): void;
  /** The node crashed. */
  abort(): void;
}

/** A piece of a stream that waits for the end of a partition. */
interface Held {
  readonly way: string;
  readonly order: number;
  readonly from: Address;
  readonly to: Address;
  readonly arrive: () => void;
}

export class Wire<E extends End = End> {
  faults: Faults;
  readonly taps = new Set<Tap>();
  readonly #ends = new Map<Address, E>();
  /** Ways that nothing passes, with the timer of the silence that breaks connections. */
  readonly #cuts = new Map<string, Timer | null>();
  readonly #lastDue = new Map<string, number>();
  /** How often the connection from one node to another was reset: what was under way before never arrives. */
  readonly #resets = new Map<string, number>();
  #held: Held[] = [];
  #sent = 0;

  constructor(
    readonly clock: Clock,
    readonly random: SeededRandom,
    faults: Partial<Faults>,
    /** Notes what became of a message that does not arrive. */
    readonly note: (why: string, envelope: Envelope) => void,
  ) {
    this.faults = { ...RELIABLE, ...faults };
  }

  attach(end: E): void {
    this.#ends.set(end.address, end);
  }

  at(address: Address): E | undefined {
    return this.#ends.get(address);
  }

  /** The node is gone: everyone who was connected to it finds out. */
  detach(address: Address): void {
    const gone = this.#ends.get(address);
    this.#ends.delete(address);
    gone?.abort();
    for (const end of this.#ends.values()) end.peerGone(address);
  }

  /** Breaks the connections between `a` and `b`: what is under way is lost, and both ends find out. */
  reset(a: Address, b: Address): void {
    const ways = [wayOf(a, b), wayOf(b, a)];
    for (const way of ways) this.#resets.set(way, (this.#resets.get(way) ?? 0) + 1);
    this.#held = this.#held.filter(({ way }) => !ways.includes(way));
    this.#ends.get(a)?.peerGone(b);
    this.#ends.get(b)?.peerGone(a);
  }

  /** Lets nothing pass from `from` to `to`, one way. */
  cut(from: Address, to: Address): void {
    const way = wayOf(from, to);
    if (this.#cuts.has(way)) return;
    const { silenceMs } = this.faults;
    const silence = silenceMs === Infinity ? null : this.clock.timer(silenceMs, () => this.reset(from, to));
    this.#cuts.set(way, silence);
  }

  heal(from: Address, to: Address): void {
    const way = wayOf(from, to);
    const silence = this.#cuts.get(way);
    if (silence === undefined) return;
    silence?.cancel();
    this.#cuts.delete(way);
    const held = this.#held.filter(each => each.way === way).sort((a, b) => a.order - b.order);
    this.#held = this.#held.filter(each => each.way !== way);
    for (const each of held) this.#travel(each);
  }

  isCut(from: Address, to: Address): boolean {
    return this.#cuts.has(wayOf(from, to));
  }

  /** Runs `arrive` once a message's way from `from` to `to` is done; `lost`, with the reason, when it never will be. */
  travel(from: Address, to: Address, arrive: () => void, lost: (why: string) => void = () => undefined): void {
    const way = wayOf(from, to);
    if (this.faults.partitions === 'delay') {
      this.stream(from, to, arrive);
      return;
    }
    if (this.#cuts.has(way)) {
      lost('cut off');
      return;
    }
    const resets = this.#resets.get(way);
    this.#later(way, () => {
      if (this.#cuts.has(way)) lost('cut off');
      else if (this.#resets.get(way) !== resets) lost('lost by a reset');
      else arrive();
    });
  }

  /** As `travel`, for a piece of a byte stream: a partition only delays it. */
  stream(from: Address, to: Address, arrive: () => void): void {
    this.#sent += 1;
    this.#travel({ way: wayOf(from, to), order: this.#sent, from, to, arrive });
  }

  /** True for a part of the calls, from 0 to 1. Draws no number for 0. */
  happens(part: number): boolean {
    return part > 0 && this.random.next() < part;
  }

  #travel(piece: Held): void {
    const { way, arrive } = piece;
    if (this.#cuts.has(way)) {
      this.#held.push(piece);
      return;
    }
    const resets = this.#resets.get(way);
    this.#later(way, () => {
      if (this.#resets.get(way) !== resets) return;
      if (this.#cuts.has(way)) this.#held.push(piece);
      else arrive();
    });
  }

  /** In `delayMs`, but after all that is on its way already. */
  #later(way: string, call: () => void): void {
    const [min, max] = this.faults.delayMs;
    const { now } = this.clock;
    const due = Math.max(now + this.random.between(min, max), this.#lastDue.get(way) ?? 0);
    this.#lastDue.set(way, due);
    this.clock.timer(due - now, call);
  }
}

function wayOf(from: Address, to: Address): string {
  return `${from.text}>${to.text}`;
}
