/**
 * The native form: a body as a list of its fields' values, for links between our own nodes.
 *
 *   { id: { value: 'o1' }, hostname: 'h1' }   ⇄   [['o1'], nil, nil, 'h1'], as msgpack
 *
 * A value stands at its field's place in the declaration; what is absent is nil, and absent ends are cut. Enums are
 * their numbers, maps are [key, value, key, value]. Nothing in it names a field, so two nodes tell each other their
 * field lists, and a node whose lists differ is read by readerFor().
 *
 * Packing and reading are compiled from the declaration (native-encoder.ts, native-decoder.ts) and go straight between
 * bodies and bytes.
 */
import type { AnySchema, Schema, Struct } from '../schema.ts';
import { LIMITS, type Limits } from './limits.ts';
import { compileReader, type Places, type Reader } from './native-decoder.ts';
import { encoderOf } from './native-encoder.ts';
import { Packer } from './packer.ts';
import { Unpacker } from './unpacker.ts';

export type { Reader } from './native-decoder.ts';
export { type Encoder, encoderOf } from './native-encoder.ts';

/** Struct names with their field names in order, as they are told to a peer. */
export type FieldTable = { readonly [struct: string]: readonly string[] };

const ownReaders = new WeakMap<Schema<unknown>, Reader>();
const readersByPeer = new WeakMap<FieldTable, WeakMap<Schema<unknown>, Reader>>();

/** Our own declarations' places: 0, 1, 2… */
const ownPlaces: Places = struct => struct.members.map((_, place) => place);

const packer = new Packer();
const unpacker = new Unpacker();

/** The bytes of `value`. They are not written again, and nothing of `value` is shared with them. */
export function encode<T>(schema: Schema<T>, value: T): Buffer {
  packer.begin();
  encoderOf(schema)(value, packer);
  return packer.take();
}

/** @throws Failure MALFORMED or BROKEN, whatever `bytes` are. */
export function decode<T>(schema: Schema<T>, bytes: Uint8Array, limits: Limits = LIMITS): T {
  return read(readerOf(schema), bytes, limits) as T; // The reader was compiled from this schema.
}

/** Reads one value, which `bytes` must be. */
export function read(reader: Reader, bytes: Uint8Array, limits: Limits = LIMITS): unknown {
  unpacker.begin(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const value = reader(unpacker, limits, 0);
  unpacker.done();
  return value;
}

/** The names of all structs that a body of `schema` can hold, with their fields in order: what a peer is told. */
export function fieldsOf(...schemas: readonly Schema<unknown>[]): FieldTable {
  const table = new Map<string, readonly string[]>();
  for (const schema of schemas) collect(schema as AnySchema, table);
  return Object.fromEntries(table);
}

/**
 * A reader of what a peer sends whose field lists are `table`. What only the peer knows is ignored, what only we
 * know is absent; a struct that the peer did not list has no fields there.
 *
 * Keep one table object per peer: readers are remembered by it.
 */
export function readerFor(schema: Schema<unknown>, table: FieldTable): Reader {
  return sameFields(fieldsOf(schema), table) ? readerOf(schema) : peerReader(schema, table);
}

function readerOf(schema: Schema<unknown>): Reader {
  return ownReaders.get(schema) ?? compileReader(schema as AnySchema, ownPlaces, ownReaders);
}

function peerReader(schema: Schema<unknown>, table: FieldTable): Reader {
  let known = readersByPeer.get(table);
  if (known === undefined) {
    known = new WeakMap();
    readersByPeer.set(table, known);
  }
  return known.get(schema) ?? compileReader(schema as AnySchema, struct => placesIn(table, struct), known);
}

function placesIn(table: FieldTable, struct: Struct<unknown>): readonly number[] {
  const names = listIn(table, struct.name);
  return struct.members.map(member => names.indexOf(member.name));
}

/** The table came over the wire: a name such as `constructor` must not find what every object has. */
function listIn(table: FieldTable, name: string): readonly string[] {
  return Object.hasOwn(table, name) ? (table[name] ?? []) : [];
}

function sameFields(ours: FieldTable, theirs: FieldTable): boolean {
  return Object.entries(ours).every(([name, fields]) => {
    const other = listIn(theirs, name);
    return fields.length === other.length && fields.every((field, place) => field === other[place]);
  });
}

function collect(schema: AnySchema, table: Map<string, readonly string[]>): void {
  if (schema.kind !== 'struct' || table.has(schema.name)) return;
  table.set(
    schema.name,
    schema.members.map(member => member.name),
  );
  for (const member of schema.members) collect(member.schema, table);
}
