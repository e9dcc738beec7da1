/**
 * Protobuf: the bytes that Mesos' own programs write and read, from the same declarations.
 *
 * Fields are written in the order of their numbers, lists unpacked, as proto2 does it; so a body has the same bytes
 * here and there. Reading ignores unknown fields and unknown enum numbers, takes packed lists too, fills in no
 * defaults, and fails MALFORMED on anything broken or on required fields that are missing.
 *
 * The readers and writers of single values are protobufjs'; a plan for each struct is made at its first use.
 */
import protobuf from 'protobufjs/minimal.js';
import { Failure, MALFORMED } from '../failure.ts';
import type { AnySchema, Member, Struct } from '../schema.ts';
import { LIMITS, tooDeep } from './limits.ts';
import { type Draft, missingFields } from './missing.ts';
import { saturateInt64, saturateUint64 } from './numbers.ts';

type Writer = protobuf.Writer;
type Reader = protobuf.Reader;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;

/** `body` in protobuf's wire format (proto2), by the numbers of its schema's fields. */
export function toProtobuf<T>(schema: Struct<T>, body: T): Uint8Array {
  const writer = protobuf.Writer.create();
  writeStruct(writer, schema, body as Draft); // A body is a record of its fields.
  return new Uint8Array(writer.finish());
}

/** @throws Failure MALFORMED. */
export function fromProtobuf<T>(schema: Struct<T>, bytes: Uint8Array): T {
  const body = readAll(schema, bytes);
  const missing = missingFields(schema, body);
  if (missing.length > 0) throw new Failure(`${schema.name}: missing ${missing.join(', ')}`, MALFORMED);
  return body as T; // Every field was read by its schema, and none that is required is missing.
}

function readAll(schema: Struct<unknown>, bytes: Uint8Array): Draft {
  const reader = protobuf.Reader.create(bytes);
  try {
    return readStruct(reader, schema, reader.len, 0);
  } catch (error) {
    // protobufjs says RangeError for bytes that end too early and plain Error for impossible ones.
    if (error instanceof RangeError || (error instanceof Error && error.constructor === Error)) {
      throw new Failure(`${schema.name}: ${error.message}`, MALFORMED, { cause: error });
    }
    throw error;
  }
}

/** How one member is written and read. */
interface Plan {
  readonly member: Member;
  /** The tag of a single value: number and wire type. */
  readonly tag: number;
}

interface Plans {
  readonly byOrder: readonly Plan[];
  readonly byNumber: ReadonlyMap<number, Plan>;
}

const made = new WeakMap<Struct<unknown>, Plans>();

function plansOf(struct: Struct<unknown>): Plans {
  let plans = made.get(struct);
  if (plans === undefined) {
    const byOrder = [...struct.members]
      .sort((one, other) => one.number - other.number)
      .map(member => ({ member, tag: (member.number << 3) | wireType(member) }));
    plans = { byOrder, byNumber: new Map(byOrder.map(plan => [plan.member.number, plan])) };
    made.set(struct, plans);
  }
  return plans;
}

function wireType(member: Member): number {
  return member.rule === 'map' ? LENGTH : wireTypeOf(member.schema);
}

function wireTypeOf(schema: AnySchema): number {
  switch (schema.kind) {
    case 'string':
    case 'bytes':
    case 'struct':
      return LENGTH;
    case 'double':
      return FIXED64;
    default:
      return VARINT;
  }
}

function writeStruct(writer: Writer, struct: Struct<unknown>, body: Draft): void {
  for (const { member, tag } of plansOf(struct).byOrder) {
    const value = body[member.name];
    if (value === undefined) continue;
    if (member.rule === 'repeated') {
      for (const each of value as readonly unknown[]) writeValue(writer.uint32(tag), member.schema, each);
    } else if (member.rule === 'map') {
      for (const [key, each] of Object.entries(value as object))
        writeEntry(writer.uint32(tag), member.schema, key, each);
    } else {
      writeValue(writer.uint32(tag), member.schema, value);
    }
  }
}

/** A map's entry is a message with a key (1) and a value (2). */
function writeEntry(writer: Writer, schema: AnySchema, key: string, value: unknown): void {
  writer
    .fork()
    .uint32((1 << 3) | LENGTH)
    .string(key)
    .uint32((2 << 3) | wireTypeOf(schema));
  writeValue(writer, schema, value);
  writer.ldelim();
}

function writeValue(writer: Writer, schema: AnySchema, value: unknown): void {
  switch (schema.kind) {
    case 'struct':
      writeStruct(writer.fork(), schema, value as Draft);
      writer.ldelim();
      return;
    case 'enum':
      writer.int32(schema.values[value as string] as number); // Bodies hold declared names only.
      return;
    case 'string':
      writer.string(value as string);
      return;
    case 'bytes':
      writer.bytes(value as Uint8Array);
      return;
    case 'bool':
      writer.bool(value as boolean);
      return;
    default:
      writer[schema.kind](value as number);
  }
}

function readStruct(reader: Reader, struct: Struct<unknown>, end: number, depth: number): Draft {
  if (depth > LIMITS.depthMax) throw tooDeep(struct.name, LIMITS);
  const { byNumber } = plansOf(struct);
  const body: Draft = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    const plan = byNumber.get(tag >>> 3);
    if (plan === undefined) reader.skipType(tag & 7);
    else if (plan.tag === tag) readMember(reader, plan.member, body, depth);
    else if (plan.member.rule === 'repeated' && (tag & 7) === LENGTH) readPacked(reader, plan.member, body);
    else reader.skipType(tag & 7);
  }
  checkEnd(reader, struct.name, end);
  return body;
}

function readMember(reader: Reader, member: Member, body: Draft, depth: number): void {
  if (member.rule === 'map') {
    readEntry(reader, member, body, depth);
    return;
  }
  const value = readValue(reader, member.schema, depth);
  if (value === undefined) return;
  if (member.rule === 'repeated') listOf(body, member).push(value);
  else body[member.name] = value;
}

/** A list of numbers as one run of bytes: what proto3 writes. */
function readPacked(reader: Reader, member: Member, body: Draft): void {
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) {
    const value = readValue(reader, member.schema, 0);
    if (value !== undefined) listOf(body, member).push(value);
  }
  checkEnd(reader, member.name, end);
}

function readEntry(reader: Reader, member: Member, body: Draft, depth: number): void {
  const end = reader.uint32() + reader.pos;
  let key = '';
  let value: unknown;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === ((1 << 3) | LENGTH)) key = reader.string();
    else if (tag === ((2 << 3) | wireTypeOf(member.schema))) value = readValue(reader, member.schema, depth);
    else reader.skipType(tag & 7);
  }
  checkEnd(reader, member.name, end);
  if (value !== undefined) body[member.name] = withEntry(body[member.name], key, value);
}

/** Built from entries, so that a key `__proto__` is only a key. */
function withEntry(map: unknown, key: string, value: unknown): object {
  const entry = Object.fromEntries([[key, value]]);
  return map === undefined ? entry : Object.defineProperties(map as object, Object.getOwnPropertyDescriptors(entry));
}

function readValue(reader: Reader, schema: AnySchema, depth: number): unknown {
  switch (schema.kind) {
    case 'struct': {
      const end = reader.uint32() + reader.pos;
      return readStruct(reader, schema, end, depth + 1);
    }
    case 'enum':
      return schema.names.get(reader.int32());
    case 'bytes':
      return new Uint8Array(reader.bytes());
    case 'int64':
      return saturateInt64(toNumber(reader.int64()));
    case 'uint64':
      return saturateUint64(toNumber(reader.uint64()));
    default:
      return reader[schema.kind]();
  }
}

/** protobufjs reads 64 bits as two halves. */
function toNumber(value: number | { readonly low: number; readonly high: number; readonly unsigned: boolean }): number {
  if (typeof value === 'number') return value;
  return (value.unsigned ? value.high >>> 0 : value.high) * 2 ** 32 + (value.low >>> 0);
}

function listOf(body: Draft, member: Member): unknown[] {
  let list = body[member.name] as unknown[] | undefined;
  if (list === undefined) {
    list = [];
    body[member.name] = list;
  }
  return list;
}

/** A part that claims more bytes than it has would otherwise eat its neighbour's. */
function checkEnd(reader: Reader, name: string, end: number): void {
  if (reader.pos !== end) throw new Failure(`${name}: ends at byte ${reader.pos}, not ${end}`, MALFORMED);
}
