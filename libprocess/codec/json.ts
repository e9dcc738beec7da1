/**
 * JSON by Mesos' rules, writing and reading.
 *
 * Written: fields in declaration order under their wire names; unset ones with a declared default are shown (unless
 * deprecated), other unset ones and empty lists are not; enums by name, bytes as base64, 64-bit integers as numbers.
 *
 * Read leniently, as people write it: unknown keys are ignored, null is unset, numbers and booleans may be strings,
 * one value stands for a list of one, an unknown enum name is unset where that is allowed. What cannot be read fails
 * MALFORMED with the text that operators of Mesos know.
 *
 * Source: stout's protobuf.hpp, json.hpp, base64.hpp.
 */
import { Failure, MALFORMED } from '../failure.ts';
import type { AnySchema, Enumeration, Member, ScalarKind, Schema, Struct } from '../schema.ts';
import { LIMITS, tooDeep } from './limits.ts';
import { type Draft, missingFields } from './missing.ts';
import { saturateInt64, saturateUint64 } from './numbers.ts';

/** What JSON text parses to. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
/** What JSON text of an object parses to. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** The JSON of a body; hand it to JSON.stringify. */
export function toJson<T>(schema: Struct<T>, body: T): JsonObject;
export function toJson<T>(schema: Schema<T>, value: T): JsonValue;
export function toJson(schema: Schema<unknown>, value: unknown): JsonValue {
  return write(schema as AnySchema, value);
}

/** The body that parsed JSON describes. @throws Failure MALFORMED with Mesos' text. */
export function fromJson<T>(schema: Struct<T>, json: unknown): T {
  if (!isObject(json)) throw malformed('Expecting a JSON object');
  const body = readStruct(schema, json, 0);
  const missing = missingFields(schema, body);
  if (missing.length > 0) throw malformed(`Missing required fields: ${missing.join(', ')}`);
  return body as T; // Every field was read by its schema, and none that is required is missing.
}

function write(schema: AnySchema, value: unknown): JsonValue {
  switch (schema.kind) {
    case 'struct':
      return writeStruct(schema, value as Draft);
    case 'enum':
      return schema.jsonNames.get(value as string) ?? (value as string);
    case 'bytes':
      return base64(value as Uint8Array);
    case 'double':
      return Number.isFinite(value) ? (value as number) : String(value);
    default:
      return value as JsonValue;
  }
}

function writeStruct(struct: Struct<unknown>, body: Draft): JsonObject {
  const object: Record<string, JsonValue> = {};
  for (const member of struct.members) {
    const value = body[member.name] ?? unset(member);
    if (value === undefined) continue;
    if (member.rule === 'repeated') writeList(object, member, value as readonly unknown[]);
    else if (member.rule === 'map') writeMap(object, member, value as Record<string, unknown>);
    else object[member.jsonName] = write(member.schema, value);
  }
  return object;
}

/** What an unset field shows as. */
function unset(member: Member): unknown {
  if (member.showEmpty) return [];
  return member.deprecated ? undefined : member.default;
}

function writeList(object: Record<string, JsonValue>, member: Member, list: readonly unknown[]): void {
  if (list.length > 0 || member.showEmpty) object[member.jsonName] = list.map(each => write(member.schema, each));
}

function writeMap(object: Record<string, JsonValue>, member: Member, map: Record<string, unknown>): void {
  const entries = Object.entries(map).map(([key, value]) => [key, write(member.schema, value)] as const);
  if (entries.length > 0) object[member.jsonName] = Object.fromEntries(entries);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

const readingOrders = new WeakMap<Struct<unknown>, readonly Member[]>();

/** Mesos keeps an object's keys sorted: of several mistakes the one under the first key is reported. */
function readingOrder(struct: Struct<unknown>): readonly Member[] {
  let members = readingOrders.get(struct);
  if (members === undefined) {
    members = [...struct.members].sort((one, other) => (one.jsonName < other.jsonName ? -1 : 1));
    readingOrders.set(struct, members);
  }
  return members;
}

function readStruct(struct: Struct<unknown>, json: Record<string, unknown>, depth: number): Draft {
  if (depth > LIMITS.depthMax) throw tooDeep(struct.name, LIMITS);
  const body: Draft = {};
  for (const member of readingOrder(struct)) {
    const value = Object.hasOwn(json, member.jsonName) ? readMember(member, json[member.jsonName], depth) : undefined;
    if (value !== undefined) body[member.name] = value; // Names of fields are plain: none is `__proto__`.
  }
  return body;
}

function readMember(member: Member, json: unknown, depth: number): unknown {
  if (json === null) return undefined;
  if (member.rule === 'repeated') return readList(member, json, depth, []);
  if (member.rule === 'map') return readMap(member, json, depth, new Map());
  return readValue(member, member.jsonName, json, depth);
}

/** A list within the list adds its elements; null adds none. */
function readList(member: Member, json: unknown, depth: number, list: unknown[]): unknown[] | undefined {
  if (depth > LIMITS.depthMax) throw tooDeep(member.jsonName, LIMITS);
  if (Array.isArray(json)) {
    for (const each of json) readList(member, each, depth + 1, list);
  } else if (json !== null) {
    const value = readValue(member, member.jsonName, json, depth);
    if (value !== undefined) list.push(value);
  }
  return list.length > 0 ? list : undefined;
}

/** Several objects in a list are one map. */
function readMap(member: Member, json: unknown, depth: number, map: Map<string, unknown>): unknown {
  if (depth > LIMITS.depthMax) throw tooDeep(member.jsonName, LIMITS);
  if (Array.isArray(json)) {
    for (const each of json) readMap(member, each, depth + 1, map);
  } else if (json !== null) {
    if (!isObject(json)) throw unexpected(json, member.jsonName);
    for (const [key, each] of Object.entries(json)) {
      const value = each === null ? undefined : readValue(member, 'value', each, depth);
      if (value !== undefined) map.set(key, value);
    }
  }
  return map.size > 0 ? Object.fromEntries(map) : undefined;
}

/** @returns undefined for an enum name that is unknown and may be. */
function readValue(member: Member, field: string, json: unknown, depth: number): unknown {
  const schema = member.schema;
  if (schema.kind === 'struct') {
    if (!isObject(json)) throw unexpected(json, field);
    return readStruct(schema, json, depth + 1);
  }
  if (schema.kind === 'enum') return readEnum(member, schema, field, json);
  return readScalar(schema.kind, field, json);
}

function readEnum(member: Member, schema: Enumeration<string>, field: string, json: unknown): string | undefined {
  if (typeof json !== 'string') throw unexpected(json, field);
  const name = namesByJson(schema).get(json);
  if (name === undefined && member.rule === 'required') throw malformed(`Failed to find enum for '${json}'`);
  return name;
}

const enumNames = new WeakMap<Enumeration<string>, ReadonlyMap<string, string>>();

function namesByJson(schema: Enumeration<string>): ReadonlyMap<string, string> {
  let names = enumNames.get(schema);
  if (names === undefined) {
    names = new Map(Object.keys(schema.values).map(name => [schema.jsonNames.get(name) ?? name, name]));
    enumNames.set(schema, names);
  }
  return names;
}

function readScalar(kind: ScalarKind, field: string, json: unknown): unknown {
  switch (kind) {
    case 'string':
      if (typeof json !== 'string') throw unexpected(json, field);
      return json;
    case 'bytes':
      if (typeof json !== 'string') throw unexpected(json, field);
      return unbase64(json, field);
    case 'bool':
      return readBool(field, json);
    default:
      return readNumber(kind, field, json);
  }
}

function readBool(field: string, json: unknown): boolean {
  const value = typeof json === 'string' ? parseText(json, 'boolean', field) : json;
  if (typeof value !== 'boolean') throw unexpected(json, field);
  return value;
}

function readNumber(kind: Exclude<ScalarKind, 'string' | 'bytes' | 'bool'>, field: string, json: unknown): number {
  if (kind === 'double' && (json === 'Infinity' || json === '-Infinity')) return Number(json);
  const value = typeof json === 'string' ? parseText(json, 'number', field) : json;
  if (typeof value !== 'number') throw unexpected(json, field);
  return narrow(kind, value);
}

/** Integers are cut and wrapped as C++ does it when it is handed a double. */
function narrow(kind: 'double' | 'int32' | 'uint32' | 'int64' | 'uint64', value: number): number {
  switch (kind) {
    case 'double':
      return value;
    case 'int32':
      return value | 0;
    case 'uint32':
      return value >>> 0;
    case 'int64':
      return saturateInt64(Math.trunc(value));
    case 'uint64':
      return saturateUint64(value < 0 ? 2 ** 64 + Math.trunc(value) : Math.trunc(value));
  }
}

/** A number or a boolean that was written as a string. */
function parseText(text: string, type: 'number' | 'boolean', field: string): unknown {
  let why = 'Unexpected JSON type parsed';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === type) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    why = `syntax error at line 1 near: ${text}`;
  }
  throw malformed(`Failed to parse '${text}' as a JSON ${type} for field '${field}': ${why}`);
}

/** Blanks are skipped and the first `=` ends it: padding is not counted. */
function unbase64(text: string, field: string): Uint8Array {
  const digits = text.replace(/=.*$/s, '').replace(/\s/g, '');
  const wrong = /[^A-Za-z0-9+/]/u.exec(digits);
  if (wrong !== null)
    throw malformed(`Failed to base64 decode bytes field '${field}': Invalid character '${wrong[0]}'`);
  return new Uint8Array(Buffer.from(digits, 'base64'));
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function unexpected(json: unknown, field: string): Failure {
  const type = Array.isArray(json) ? 'array' : json === null ? 'null' : typeof json;
  return malformed(`Not expecting a JSON ${type} for field '${field}'`);
}

function malformed(text: string): Failure {
  return new Failure(text, MALFORMED);
}
