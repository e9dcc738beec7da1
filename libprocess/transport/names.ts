/**
 * Names: what the messages of a link are called, and what their fields are.
 *
 *   names  [name, [struct, fields]…]…    before the first message that needs them; then that message goes by its place
 *
 * Bodies are lists in the sender's order of fields, so two sides whose declarations differ still understand what they
 * share. A runtime numbers messages as it comes to send them, for all links alike: what one link has told is a first
 * part of one list. Peers of one kind therefore tell the same, and what they told is kept once.
 */

import { LIMITS } from '../codec/limits.ts';
import { type Encoder, encoderOf, type FieldTable, fieldsOf, type Reader, readerFor } from '../codec/native.ts';
import { Unpacker } from '../codec/unpacker.ts';
import { Failure, MALFORMED } from '../failure.ts';
import { type MessageType, messageNamed } from '../message.ts';
import { decodeList } from './frame.ts';

/** More messages than any program has. */
const NAMES_MAX = 10_000;
/** What may be kept of names that were heard, to find them again. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;

export type AnyMessage = MessageType<unknown, unknown>;

/** A message as we send it. */
export interface Told {
  readonly index: number;
  readonly packBody: Encoder;
  /** Null where no answer is expected. */
  readonly packReply: Encoder | null;
}

const told = new Map<AnyMessage, Told>();
const entries: unknown[][] = [];
/** Structs that an entry has listed already, with the fields it gave. */
const listed = new Map<string, string>();

/** What `type` is called on the wire. */
export function toldOf(type: AnyMessage): Told {
  let known = told.get(type);
  if (known === undefined) {
    const packReply = type.reply === null ? null : encoderOf(type.reply);
    known = { index: entries.length, packBody: encoderOf(type.body), packReply };
    told.set(type, known);
    entries.push([type.name, ...newStructs(type)]);
  }
  return known;
}

function newStructs({ body, reply }: AnyMessage): [string, readonly string[]][] {
  const structs = Object.entries(reply === null ? fieldsOf(body) : fieldsOf(body, reply));
  const fresh = structs.filter(([name, fields]) => listed.get(name) !== fields.join());
  for (const [name, fields] of fresh) listed.set(name, fields.join());
  return fresh;
}

/** What we have told one peer. */
export class SentNames {
  #count = 0;

  /** True when the peer can read a message of this index. */
  covers(index: number): boolean {
    return index < this.#count;
  }

  /** All names that the peer has not heard. */
  rest(): readonly unknown[] {
    const rest = entries.slice(this.#count);
    this.#count = entries.length;
    return rest;
  }
}

/** What a peer has told us. */
export class HeardNames {
  #table = NOTHING;

  /** Adds those of a frame of names. @throws Failure MALFORMED or BROKEN. */
  add(bytes: Buffer, start: number, end: number): void {
    this.#table = this.#table.with(bytes.toString('latin1', start, end), () => decodeList(bytes, start, end));
  }

  /** @throws Failure MALFORMED for an index that the peer has not announced. */
  at(index: number | undefined): HeardName {
    const heard = index === undefined ? undefined : this.#table.names[index];
    if (heard === undefined) throw new Failure(`a message of the unannounced index ${index}`, MALFORMED);
    return heard;
  }
}

let keptBytes = 0;

/** What some peers have told, so far. */
class NameTable {
  readonly #next = new Map<string, NameTable>();

  constructor(
    readonly names: readonly HeardName[],
    private readonly fields: FieldTable,
  ) {}

  /** This table with more names, which came as `bytes`: the same one for the same bytes, as far as that is kept. */
  with(bytes: string, list: () => readonly unknown[]): NameTable {
    let next = this.#next.get(bytes);
    if (next === undefined) {
      next = this.#extended(list());
      keptBytes += bytes.length;
      if (keptBytes <= KEPT_BYTES_MAX) this.#next.set(bytes, next);
    }
    return next;
  }

  #extended(list: readonly unknown[]): NameTable {
    if (this.names.length + list.length > NAMES_MAX) throw new Failure('too many names', MALFORMED);
    let fields: Record<string, readonly string[]> = { ...this.fields };
    const names = [...this.names];
    for (const entry of list) {
      const [name, ...structs]: unknown[] = Array.isArray(entry) ? entry : [];
      if (typeof name !== 'string') throw new Failure('a name that is no text', MALFORMED);
      for (const each of structs) {
        const [struct, members] = heardStruct(each);
        // The same name with other fields: what was said before stays true for the messages before.
        if (Object.hasOwn(fields, struct)) fields = { ...fields };
        fields[struct] = members;
      }
      names.push(new HeardName(name, fields));
    }
    return new NameTable(names, fields);
  }
}

const NOTHING = new NameTable([], {});

/** A message as a peer declares it. */
export class HeardName {
  #body: Reader | null = null;
  #reply: Reader | null = null;

  constructor(
    readonly name: string,
    private readonly fields: FieldTable,
  ) {}

  /** Ours of that name; undefined when there is none (yet: it may come with a module that is loaded later). */
  get type(): AnyMessage | undefined {
    return messageNamed(this.name);
  }

  /** The body that is the last value of `from`. @throws Failure MALFORMED, or BROKEN for what is no msgpack. */
  readBody(type: AnyMessage, from: Unpacker): unknown {
    this.#body ??= readerFor(type.body, this.fields);
    return whole(this.#body, from);
  }

  /** As `readBody`, of an answer. */
  readReply(type: AnyMessage, from: Unpacker): unknown {
    if (type.reply === null) return undefined;
    this.#reply ??= readerFor(type.reply, this.fields);
    return whole(this.#reply, from);
  }

  /** The body that `bytes` are. @throws Failure MALFORMED or BROKEN. */
  decodeBody(type: AnyMessage, bytes: unknown): unknown {
    return this.readBody(type, unpackerOf(bytes));
  }

  /** As `decodeBody`, of an answer. */
  decodeReply(type: AnyMessage, bytes: unknown): unknown {
    return type.reply === null ? undefined : this.readReply(type, unpackerOf(bytes));
  }
}

const single = new Unpacker();

function unpackerOf(bytes: unknown): Unpacker {
  if (!(bytes instanceof Uint8Array)) throw new Failure('a body that is no bytes', MALFORMED);
  single.begin(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  return single;
}

/** What `from` holds as its last value. */
function whole(reader: Reader, from: Unpacker): unknown {
  const value = reader(from, LIMITS, 0);
  from.done();
  return value;
}

function heardStruct(value: unknown): [string, readonly string[]] {
  const [name, fields]: unknown[] = Array.isArray(value) ? value : [];
  if (
    typeof name !== 'string' ||
    name === '__proto__' ||
    !Array.isArray(fields) ||
    !fields.every(each => typeof each === 'string')
  ) {
    throw new Failure('a struct that does not list its fields', MALFORMED);
  }
  return [name, fields];
}
