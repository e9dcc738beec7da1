/**
 * The handshake of a native link: who each side is, and what it will call its messages.
 *
 *   opener                                   acceptor
 *     │── GET / Upgrade: libprocess ───────────▶│
 *     │◀────────── 101 Switching Protocols ─────│
 *     │── hello, names ────────────────────────▶│
 *     │◀─────────────────────── hello, names ───│      then messages, either way
 *
 * Where the two share a secret, they prove it before anything else (secret.ts).
 *
 * A hello carries the protocol's version, the address that others should use, and the incarnation: an id that a
 * runtime draws when it starts, so that one that was restarted is not taken for the one before. Names carry the
 * messages of the sender with the fields of their structs in order: bodies are lists in the sender's order, so two
 * sides whose declarations differ still understand what they share.
 */
import { decoderFor, type FieldTable, fieldsOf } from '../codec/native.ts';
import { Failure, MALFORMED } from '../failure.ts';
import { type MessageType, messageNamed, messages } from '../message.ts';
import { Address } from '../pid.ts';

export const UPGRADE = 'libprocess';
/** The version of frames and handshake; peers of another one are refused. */
export const VERSION = 1;
/** More messages than any program has. */
const NAMES_MAX = 10_000;
const INCARNATION_MAX = 64;
const NONCE_MAX = 64;

type AnyMessage = MessageType<unknown, unknown>;

export interface Hello {
  readonly address: Address;
  readonly incarnation: string;
  /** What the other side's proof must answer; null where no secret is shared. */
  readonly nonce: string | null;
}

export function helloOf({ address, incarnation, nonce }: Hello): readonly unknown[] {
  return [VERSION, address.text, incarnation, nonce];
}

/** @throws Failure MALFORMED or BAD_ADDRESS; VERSION when the peer speaks another version. */
export function parseHello(list: readonly unknown[]): Hello {
  const [version, address, incarnation, nonce = null] = list;
  if (version !== VERSION) throw new Failure(`the peer speaks version ${String(version)}, not ${VERSION}`, 'VERSION');
  if (typeof address !== 'string' || typeof incarnation !== 'string' || incarnation.length > INCARNATION_MAX) {
    throw new Failure('a hello without address and incarnation', MALFORMED);
  }
  if (nonce !== null && (typeof nonce !== 'string' || nonce.length > NONCE_MAX)) {
    throw new Failure('a hello whose nonce is no short text', MALFORMED);
  }
  return { address: Address.parse(address), incarnation, nonce };
}

/** What we have told one peer: messages go by their place in the order of declaration. */
export class SentNames {
  #announced = 0;

  /** All names that the peer has not heard; the first time these are all there are. */
  rest(): readonly unknown[] {
    const rest = announcements().slice(this.#announced);
    this.#announced += rest.length;
    return rest;
  }

  /** True when the peer can read a message of this index. */
  covers(index: number): boolean {
    return index < this.#announced;
  }
}

/** What a peer has told us. */
export class HeardNames {
  readonly #heard: HeardName[] = [];
  #fields: Record<string, readonly string[]> = {};

  /** @throws Failure MALFORMED. */
  add(names: readonly unknown[]): void {
    if (this.#heard.length + names.length > NAMES_MAX) throw new Failure('too many names', MALFORMED);
    this.#fields = { ...this.#fields }; // Decoders remember the table that they were made for.
    for (const each of names) this.#add(each);
  }

  /** @throws Failure MALFORMED for an index that the peer has not announced. */
  at(index: unknown): HeardName {
    const heard = typeof index === 'number' ? this.#heard[index] : undefined;
    if (heard === undefined) throw new Failure(`a message of the unannounced index ${String(index)}`, MALFORMED);
    return heard;
  }

  #add(entry: unknown): void {
    const [name, ...structs]: unknown[] = Array.isArray(entry) ? entry : [];
    if (typeof name !== 'string') throw new Failure('a name that is no text', MALFORMED);
    for (const each of structs) {
      const [struct, fields] = heardStruct(each);
      // The same name with other fields: what was said before stays true for the messages before.
      if (Object.hasOwn(this.#fields, struct)) this.#fields = { ...this.#fields };
      this.#fields[struct] = fields;
    }
    this.#heard.push(new HeardName(name, this.#fields));
  }
}

/** A message as a peer declares it. */
export class HeardName {
  #body: ((value: unknown) => unknown) | null = null;
  #reply: ((value: unknown) => unknown) | null = null;

  constructor(
    readonly name: string,
    private readonly fields: FieldTable,
  ) {}

  /** Ours of that name; undefined when there is none (yet: it may come with a module that is loaded later). */
  get type(): AnyMessage | undefined {
    return messageNamed(this.name);
  }

  /** @throws Failure MALFORMED. */
  decodeBody(type: AnyMessage, value: unknown): unknown {
    this.#body ??= decoderFor(type.body, this.fields);
    return this.#body(value);
  }

  /** @throws Failure MALFORMED. */
  decodeReply(type: AnyMessage, value: unknown): unknown {
    if (type.reply === null) return undefined;
    this.#reply ??= decoderFor(type.reply, this.fields);
    return this.#reply(value);
  }
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

const indexes = new Map<AnyMessage, number>();
const entries: unknown[][] = [];
/** Structs that an entry has listed already, with the fields it gave. */
const listed = new Map<string, string>();

/** What `type` is called on the wire. */
export function indexOf(type: AnyMessage): number {
  const index = indexes.get(type);
  if (index !== undefined) return index;
  announcements();
  const found = indexes.get(type);
  if (found === undefined) throw new Error(`${type.name} was not declared by message() or request()`);
  return found;
}

/** An entry for each message in the order of declaration: its name, and the structs that no entry before it lists. */
function announcements(): readonly unknown[][] {
  let index = 0;
  for (const type of messages()) {
    if (index >= entries.length) {
      indexes.set(type, index);
      entries.push([type.name, ...newStructs(type)]);
    }
    index += 1;
  }
  return entries;
}

function newStructs({ body, reply }: AnyMessage): [string, readonly string[]][] {
  const structs = Object.entries(reply === null ? fieldsOf(body) : fieldsOf(body, reply));
  const fresh = structs.filter(([name, fields]) => listed.get(name) !== fields.join());
  for (const [name, fields] of fresh) listed.set(name, fields.join());
  return fresh;
}
