/**
 * Compiles a schema to the function that packs its bodies: positional, in declaration order, absent ends cut.
 *
 *   (b, p) => { const n = b.hostname != null ? 3 : 1; p.list(n); p.text(b.id); if (n > 1) … }
 *
 * Encoding trusts its body as far as the compiler has checked it; a value of another type than declared is a bug of
 * the caller, who gets a TypeError that names the field.
 */
import type { AnySchema, Member, Schema, Struct } from '../schema.ts';
import type { Packer } from './packer.ts';
import { quote, Scope } from './source.ts';

export type Encoder = (value: unknown, packer: Packer) => void;

const encoders = new WeakMap<Schema<unknown>, Encoder>();

export function encoderOf(schema: Schema<unknown>): Encoder {
  return encoders.get(schema) ?? compile(schema as AnySchema);
}

function compile(schema: AnySchema): Encoder {
  if (schema.kind !== 'struct') return compileScalar(schema);
  const scope = new Scope({ hasKeys });
  // Before its members are compiled: one of them may be itself.
  let made: Encoder | null = null;
  encoders.set(schema, (value, packer) => made?.(value, packer));
  made = scope.evaluate<Encoder>(structSource(schema, scope));
  encoders.set(schema, made);
  return made;
}

/** A bare scalar or enum: a reply may be one. */
function compileScalar(schema: AnySchema): Encoder {
  const scope = new Scope({});
  const encoder = scope.evaluate<Encoder>(`(v, p) => { ${valueSource(schema, 'v', 'the value', scope)} }`);
  encoders.set(schema, encoder);
  return encoder;
}

function structSource(struct: Struct<unknown>, scope: Scope): string {
  const steps = struct.members.map((member, place) => memberSource(struct, member, place, scope));
  return `(b, p) => { const n = ${countSource(struct)}; p.list(n); let v; ${steps.join('\n')} }`;
}

/** How many values there are up to the last that is present. */
function countSource({ members }: Struct<unknown>): string {
  const last = members.findLastIndex(({ rule }) => rule === 'required');
  const tests = members
    .slice(last + 1)
    .map((member, index) => `${isPresent(member, `b.${member.name}`)} ? ${last + index + 2} :`);
  return [...tests.reverse(), `${last + 1}`].join(' ');
}

function isPresent({ rule }: Member, v: string): string {
  const there = `${v} !== undefined && ${v} !== null`;
  if (rule === 'repeated') return `${there} && ${v}.length > 0`;
  return rule === 'map' ? `${there} && hasKeys(${v})` : there;
}

function memberSource({ name }: Struct<unknown>, member: Member, place: number, scope: Scope): string {
  const value = presentSource(member, `${name}.${member.name}`, scope);
  return `if (n > ${place}) { v = b.${member.name}; if (${isPresent(member, 'v')}) { ${value} } else p.nil(); }`;
}

/** @param name - what a value that does not fit is called to the caller. */
function presentSource({ rule, schema }: Member, name: string, scope: Scope): string {
  const value = (v: string): string => valueSource(schema, v, name, scope);
  if (rule === 'repeated') return `p.list(v.length); for (const x of v) { ${value('x')} }`;
  if (rule !== 'map') return value('v');
  return `const k = Object.keys(v); p.list(k.length * 2); for (const x of k) { p.text(x); ${value('v[x]')} }`;
}

const METHODS = {
  string: 'text',
  bool: 'bool',
  double: 'number',
  int32: 'number',
  uint32: 'number',
  int64: 'number',
  uint64: 'number',
  bytes: 'bytes',
} as const;

function valueSource(schema: AnySchema, v: string, name: string, scope: Scope): string {
  if (schema.kind === 'enum') return `p.number(${scope.name(schema.values)}[${v}], ${quote(name)});`;
  if (schema.kind !== 'struct') return `p.${METHODS[schema.kind]}(${v}, ${quote(name)});`;
  return `${scope.name(encoderOf(schema))}(${v}, p);`;
}

function hasKeys(map: object): boolean {
  for (const _ in map) return true;
  return false;
}
