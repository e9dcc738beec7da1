/**
 * The native form: a body as an array of its fields' values, for links between our own nodes.
 *
 *   { id: { value: 'o1' }, hostname: 'h1' }   ⇄   [['o1'], null, null, 'h1']
 *
 * A value stands at its field's place in the declaration; what is absent is null, and absent ends are cut. Enums are
 * their numbers, maps are [key, value, key, value]. msgpackr packs the result; nothing in it names a field, so two
 * nodes tell each other their field lists when they meet, and a node whose lists differ is read by decoderFor().
 *
 * Encoding trusts its body: the compiler has checked it. Decoding trusts nothing: it checks and builds fresh plain
 * objects in one pass, and fails MALFORMED. An enum number that we do not know reads as unset.
 */
import type { AnySchema, Schema, Struct } from '../schema.ts';
import { LIMITS, type Limits } from './limits.ts';
import { type Coder, compile, type FieldTable, type Places } from './native-compiler.ts';

export type { FieldTable } from './native-compiler.ts';

export type Decoder<out T> = (value: unknown, limits?: Limits) => T;

const coders = new WeakMap<Schema<unknown>, Coder>();
const byPeer = new WeakMap<FieldTable, WeakMap<Schema<unknown>, Coder>>();

/** Our own declarations' places: 0, 1, 2… */
const ownPlaces: Places = struct => struct.members.map((_, place) => place);

/** @returns an array that shares strings, bytes and lists of scalars with `body`: pack it before they can change. */
export function encode<T>(schema: Struct<T>, body: T): unknown[];
export function encode<T>(schema: Schema<T>, value: T): unknown;
export function encode(schema: Schema<unknown>, value: unknown): unknown {
  return coderOf(schema).encode(value);
}

/** @throws Failure MALFORMED, whatever `value` is. */
export function decode<T>(schema: Schema<T>, value: unknown, limits: Limits = LIMITS): T {
  return coderOf(schema).decode(value, limits, 0) as T; // The coder was compiled from this schema.
}

/** The names of all structs that a body of `schema` can hold, with their fields in order: what a handshake tells. */
export function fieldsOf(...schemas: readonly Schema<unknown>[]): FieldTable {
  const table = new Map<string, readonly string[]>();
  for (const schema of schemas) collect(schema as AnySchema, table);
  return Object.fromEntries(table);
}

/**
 * A decoder of what a peer sends whose field lists are `table`. What only the peer knows is ignored, what only we
 * know is absent; a struct that the peer did not list has no fields there.
 *
 * Keep one table object per peer: decoders are remembered by it.
 */
export function decoderFor<T>(schema: Schema<T>, table: FieldTable): Decoder<T> {
  const coder = sameFields(fieldsOf(schema), table) ? coderOf(schema) : peerCoder(schema, table);
  return (value, limits = LIMITS) => coder.decode(value, limits, 0) as T; // Compiled from this schema.
}

function coderOf(schema: Schema<unknown>): Coder {
  return coders.get(schema) ?? compile(schema as AnySchema, ownPlaces, coders);
}

function peerCoder(schema: Schema<unknown>, table: FieldTable): Coder {
  let known = byPeer.get(table);
  if (known === undefined) {
    known = new WeakMap();
    byPeer.set(table, known);
  }
  return known.get(schema) ?? compile(schema as AnySchema, struct => placesIn(table, struct), known);
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
