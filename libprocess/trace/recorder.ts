/**
 * The flight recorder: the last so many events of a runtime, in a ring that never grows.
 *
 * It keeps references and numbers, nothing is printed before somebody looks. Bodies are therefore shown as they are then;
 * what actors send each other as values does not change. To keep them costs most: where hundreds of thousands come a
 * second, the garbage collector would copy them all. So bodies have a budget, which is more than people and clusters use up.
 *
 * The clock is read once for each slice of the drain (`slice`), or at each step of each turn (`turn`), which is what busy
 * times need and costs about 30 ns a reading. A sample is drawn at each node by itself: of a tree over several nodes it may
 * show a part.
 */
import type { Clock } from '../clock.ts';
import type { Envelope, Named, Note, Tracer } from '../envelope.ts';
import { PID } from '../pid.ts';
import { Activities } from './activity.ts';
import type { Span, TraceEvent, TraceKind } from './event.ts';
import { EVERYTHING, matcher, type TraceFilter } from './filter.ts';
import { printTraced } from './payload.ts';

export const EVENTS_DEFAULT = 65_536;
export const EVENTS_MAX = 4_194_304;
/** Bodies that came as more bytes than this are not kept. */
const BODY_BYTES_KEPT = 256 * 1024;
/** Bodies that may be kept at once, after a while without any. */
export const BODIES_AT_ONCE = 8_192;
/** And from then on, each millisecond. */
export const BODIES_PER_MS = 5;
/** Places in the table of ids for each slot: ids that were not recorded leave gaps. */
const PLACES_PER_SLOT = 4;

export interface RecorderOptions {
  /** Events that are kept; rounded up to a power of two. */
  readonly size?: number | undefined;
  readonly filter?: TraceFilter | undefined;
  readonly times?: 'slice' | 'turn' | undefined;
  /** Actors that are not traced. */
  readonly hidden?: readonly PID[] | undefined;
}

/** What a recorder has to know of its runtime. */
export interface Recorded {
  readonly clock: Clock;
  readonly address: { readonly text: string };
  readonly incarnation: string;
  /** The number of the drain's slice. */
  slice(): number;
}

/**
 * One place of the ring; the fields are written over and over. Times begin with a fraction: with whole numbers the engine
 * would lay out each of many thousand slots anew when its first time comes.
 */
class Slot {
  id = 0;
  cause = 0;
  kind: TraceKind = 'message';
  type: Named | null = null;
  from: PID | null = null;
  to: PID | null = null;
  origin: string | null = null;
  /** Of the event at the other side, where `origin` is only its incarnation. */
  number = 0;
  body: unknown = null;
  at = 0.5;
  started = -0.5;
  ended = -0.5;
  depth = 0;
  bytes = -1;
  dropped: string | null = null;
  stream: Span | null = null;
}

export class Recorder implements Tracer {
  readonly times: 'slice' | 'turn';
  readonly filter: TraceFilter;
  readonly activities = new Activities();
  readonly #slots: Slot[];
  /** Where an id was recorded last: a slot's number, to be checked against the id that it holds. */
  readonly #places: Int32Array;
  readonly #fitsActor: (text: string) => boolean;
  readonly #fitsName: (text: string) => boolean;
  readonly #all: boolean;
  readonly #hidden: readonly PID[];
  #recorded = 0;
  #trees = 0;
  #now = 0;
  #slice = -1;
  #budget = BODIES_AT_ONCE;
  /** Adds up to the time since the epoch. */
  readonly #wall: number;

  constructor(
    private readonly runtime: Recorded,
    { size = EVENTS_DEFAULT, filter = EVERYTHING, times = 'slice', hidden = [] }: RecorderOptions = {},
  ) {
    const slots = powerOfTwo(Math.min(Math.max(size, 1), EVENTS_MAX));
    this.times = times;
    this.filter = filter;
    this.#hidden = hidden;
    this.#slots = Array.from({ length: slots }, () => new Slot());
    this.#places = new Int32Array(slots * PLACES_PER_SLOT);
    this.#fitsActor = matcher(filter.actors);
    this.#fitsName = matcher(filter.names);
    this.#all = filter.actors.length === 0 && filter.names.length === 0;
    this.#wall = runtime.clock.wall - runtime.clock.now;
  }

  /** Events that are kept. */
  get size(): number {
    return this.#slots.length;
  }

  /** Events that were recorded so far; the next gets this number. */
  get recorded(): number {
    return this.#recorded;
  }

  /** Events that were recorded and have been written over. */
  get forgotten(): number {
    return Math.max(0, this.#recorded - this.#slots.length);
  }

  posted(
    { id, cause, kind, type, from, to, body }: Envelope,
    origin: string | null = null,
    bytes = -1,
    number = 0,
  ): void {
    if (!this.#wants(type, from, to, cause)) return;
    const slot = this.#record(id, cause, kind, type, from, to);
    slot.origin = origin;
    slot.number = number;
    slot.bytes = bytes;
    slot.body = bytes > BODY_BYTES_KEPT ? TOO_LARGE : this.#afford(body);
    slot.depth = to.mailbox?.length ?? 0;
  }

  noted({ id, cause, kind, type, from, to, origin = null, bytes = -1, stream = null, body = null }: Note): void {
    if (!this.#wants(type, from, to, cause)) return;
    const slot = this.#record(id, cause, kind, type, from, to);
    slot.origin = origin;
    slot.number = 0;
    slot.bytes = bytes;
    slot.stream = stream;
    slot.body = body;
    slot.started = slot.at;
    slot.ended = slot.at;
  }

  served({ id }: Envelope): void {
    const slot = this.#find(id);
    if (slot !== null) slot.started = this.#time();
  }

  done(envelope: Envelope): void {
    const slot = this.#find(envelope.id);
    if (slot === null) return;
    slot.ended = this.#time();
    if (this.times === 'turn') this.activities.add(envelope.to, envelope.type, slot.ended - slot.started);
    else this.activities.add(envelope.to, envelope.type, 0);
  }

  dropped({ id }: Envelope, why: string): void {
    const slot = this.#find(id);
    if (slot !== null) slot.dropped = why;
  }

  /** The event of this number, while it is kept. @param withBody - prints what was sent, too. */
  event(number: number, withBody: boolean): TraceEvent | null {
    if (number < this.forgotten || number >= this.#recorded) return null;
    return this.#print(this.#slots[number & (this.#slots.length - 1)] as Slot, withBody);
  }

  /** The event of this id, as another runtime calls it, with its body; null when it is not kept. */
  eventOf(id: string): TraceEvent | null {
    const [incarnation, number] = id.split('/');
    const slot = incarnation === this.runtime.incarnation ? this.#find(Number(number)) : null;
    return slot === null ? null : this.#print(slot, true);
  }

  #wants(type: Named, from: PID, to: PID, cause: number): boolean {
    if (!this.#all && !(this.#fitsName(type.name) && (this.#fitsActor(to.id) || this.#fitsActor(from.id))))
      return false;
    for (const actor of this.#hidden) if (actor === to || actor === from) return false;
    const { sample } = this.filter;
    if (sample <= 1) return true;
    if (cause > 0) return this.#find(cause) !== null;
    this.#trees += 1;
    return this.#trees % sample === 0;
  }

  #record(id: number, cause: number, kind: TraceKind, type: Named, from: PID, to: PID): Slot {
    const place = this.#recorded & (this.#slots.length - 1);
    const slot = this.#slots[place] as Slot;
    this.#recorded += 1;
    this.#places[id & (this.#places.length - 1)] = place;
    slot.id = id;
    slot.cause = cause;
    slot.kind = kind;
    slot.type = type;
    slot.from = from;
    slot.to = to;
    slot.at = this.#time();
    slot.started = -1;
    slot.ended = -1;
    slot.depth = 0;
    slot.dropped = null;
    slot.stream = null;
    return slot;
  }

  #afford(body: unknown): unknown {
    if (this.#budget < 1) return TOO_MANY;
    this.#budget -= 1;
    return body;
  }

  #find(id: number): Slot | null {
    const slot = this.#slots[this.#places[id & (this.#places.length - 1)] as number] as Slot;
    return slot.id === id ? slot : null;
  }

  #time(): number {
    const slice = this.times === 'turn' ? -1 : this.runtime.slice();
    if (slice === this.#slice && slice >= 0) return this.#now;
    const { now } = this.runtime.clock;
    this.#budget = Math.min(BODIES_AT_ONCE, this.#budget + (now - this.#now) * BODIES_PER_MS);
    this.#slice = slice;
    this.#now = now;
    return now;
  }

  #print(slot: Slot, withBody: boolean): TraceEvent {
    const { incarnation, address } = this.runtime;
    return {
      id: `${incarnation}/${slot.id}`,
      cause: causeOf(slot, incarnation),
      kind: slot.kind,
      name: slot.type?.name ?? '',
      from: printPid(slot.from),
      to: printPid(slot.to),
      node: address.text,
      at: this.#wall + slot.at,
      started: slot.started < 0 ? null : this.#wall + slot.started,
      ended: slot.ended < 0 ? null : this.#wall + slot.ended,
      depth: slot.depth,
      bytes: slot.bytes < 0 ? null : slot.bytes,
      ...(slot.dropped === null ? {} : { dropped: slot.dropped }),
      ...(slot.stream === null ? {} : { stream: slot.stream }),
      ...(withBody ? { body: printTraced(slot.body) } : {}),
    };
  }
}

const TOO_LARGE = `[over ${BODY_BYTES_KEPT} bytes]`;
const TOO_MANY = '[not kept: too many messages at once]';

function causeOf({ origin, number, cause }: Slot, incarnation: string): string | null {
  if (origin !== null) return number === 0 ? origin : `${origin}/${number}`;
  return cause <= 0 ? null : `${incarnation}/${cause}`;
}

function printPid(pid: PID | null): string {
  return pid === null || pid === PID.none ? '' : pid.toString();
}

function powerOfTwo(size: number): number {
  return 2 ** Math.ceil(Math.log2(size));
}
