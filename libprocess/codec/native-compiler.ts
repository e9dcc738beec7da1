/**
 * Compiles a schema to the functions that turn bodies into native arrays and back.
 *
 * The functions are written out as source, one pair for each struct, because that makes them as fast as if they had
 * been written by hand: every property is named, every check is inline, nothing is allocated but the result. Only
 * identifiers that struct() has checked, numbers and quoted strings get into the source; nothing of a peer's does.
 *
 *   encode: v = b.hostname; if (v != null) { while (a.length < 3) a.push(null); a.push(v); }
 *   decode: v = a[3]; if (v != null) { if (typeof v !== 'string') throw bad('…', 'hostname', 'string', v); o.hostname = v; }
 */
import { Failure, MALFORMED } from '../failure.ts';
import type { AnySchema, Enumeration, Member, Schema, Struct } from '../schema.ts';
import { type Limits, tooDeep, tooLong } from './limits.ts';
import { isInt64, isUint64 } from './numbers.ts';

/** Struct names with their field names in order, as announced in a handshake. */
export type FieldTable = { readonly [struct: string]: readonly string[] };

/** At which place each member of a struct stands in the array; -1 for nowhere. */
export type Places = (struct: Struct<unknown>) => readonly number[];

export interface Coder {
  encode: (value: unknown) => unknown;
  decode: (value: unknown, limits: Limits, depth: number) => unknown;
}

/** Compiles `schema` and every struct in it that is not among `known` yet, and adds them there. */
export function compile(schema: AnySchema, places: Places, known: WeakMap<Schema<unknown>, Coder>): Coder {
  if (schema.kind !== 'struct') return compileValue(schema, places, known);
  const coder: Coder = { encode: unready, decode: unready };
  known.set(schema, coder); // Before its members: one of them may be itself.
  const scope = new Scope(places, known);
  const encoder = encoderSource(schema, places(schema), scope);
  const decoder = decoderSource(schema, places(schema), scope);
  const made = scope.evaluate(`return { encode: ${encoder}, decode: ${decoder} };`);
  coder.encode = made.encode;
  coder.decode = made.decode;
  return coder;
}

/** A bare scalar or enum: a reply may be one. */
function compileValue(schema: AnySchema, places: Places, known: WeakMap<Schema<unknown>, Coder>): Coder {
  const scope = new Scope(places, known);
  const at = `'value', ''`;
  const coder = scope.evaluate(`return {
    encode: v => ${encodeValue(schema, 'v', scope)},
    decode: (v, limits, depth) => { let r; ${decodeValue(schema, 'v', at, scope, x => `r = ${x};`)} return r; },
  };`);
  known.set(schema, coder);
  return coder;
}

function unready(): never {
  throw new Error('a coder was used before it was compiled');
}

/** The names that generated source may use, and what they stand for. */
class Scope {
  readonly #names = new Map<unknown, string>();
  readonly #values: unknown[] = [];

  constructor(
    private readonly places: Places,
    private readonly known: WeakMap<Schema<unknown>, Coder>,
  ) {}

  coder(struct: Struct<unknown>): string {
    return this.#name(this.known.get(struct) ?? compile(struct, this.places, this.known));
  }

  numbers(schema: Enumeration<string>): string {
    return this.#name(schema.values);
  }

  names(schema: Enumeration<string>): string {
    return this.#name(schema.names);
  }

  evaluate(source: string): Coder {
    const names = ['bad', 'missing', 'tooDeep', 'tooLong', 'isInt64', 'isUint64', 'put'];
    const helpers = [bad, missing, tooDeep, tooLong, isInt64, isUint64, put];
    return new Function(...names, ...this.#names.values(), source)(...helpers, ...this.#values);
  }

  #name(value: unknown): string {
    let name = this.#names.get(value);
    if (name === undefined) {
      name = `x${this.#values.length}`;
      this.#names.set(value, name);
      this.#values.push(value);
    }
    return name;
  }
}

function encoderSource(struct: Struct<unknown>, places: readonly number[], scope: Scope): string {
  const steps = struct.members
    .map((member, index) => ({ member, place: places[index] ?? -1 }))
    .filter(({ place }) => place >= 0)
    .sort((one, other) => one.place - other.place)
    .map(({ member, place }) => encodeMember(member, place, scope));
  return `b => { const a = []; let v; ${steps.join('\n')} return a; }`;
}

function encodeMember(member: Member, place: number, scope: Scope): string {
  const fill = `while (a.length < ${place}) a.push(null);`;
  const value = (v: string): string => encodeValue(member.schema, v, scope);
  const present = `v = b.${member.name}; if (v !== undefined && v !== null`;
  if (member.rule === 'repeated') {
    const list =
      value('x') === 'x' ? 'a.push(v);' : `const l = []; for (const x of v) l.push(${value('x')}); a.push(l);`;
    return `${present} && v.length > 0) { ${fill} ${list} }`;
  }
  if (member.rule === 'map') {
    return `${present}) { const l = []; for (const k of Object.keys(v)) l.push(k, ${value('v[k]')}); if (l.length > 0) { ${fill} a.push(l); } }`;
  }
  return `${present}) { ${fill} a.push(${value('v')}); }`;
}

function encodeValue(schema: AnySchema, v: string, scope: Scope): string {
  if (schema.kind === 'struct') return `${scope.coder(schema)}.encode(${v})`;
  if (schema.kind === 'enum') return `${scope.numbers(schema)}[${v}]`;
  return v;
}

/** Required members come first, in the object's literal: bodies of one struct then have few hidden classes. */
function decoderSource(struct: Struct<unknown>, places: readonly number[], scope: Scope): string {
  const name = quote(struct.name);
  const required = struct.members.filter(member => member.rule === 'required');
  const placeOf = (member: Member): number => places[struct.members.indexOf(member)] ?? -1;
  const read = (member: Member): string => (placeOf(member) < 0 ? 'v = undefined;' : `v = a[${placeOf(member)}];`);
  const needed = required.map(
    member => `${read(member)} let r_${member.name}; ${decodeRequired(struct, member, scope)}`,
  );
  const others = struct.members.filter(member => member.rule !== 'required' && placeOf(member) >= 0);
  return `(a, limits, depth) => {
    if (!Array.isArray(a)) throw bad(${name}, '', 'a list of fields', a);
    if (depth > limits.depthMax) throw tooDeep(${name}, limits);
    let v;
    ${needed.join('\n')}
    const o = { ${required.map(member => `${member.name}: r_${member.name}`).join(', ')} };
    ${others.map(member => `${read(member)} if (v !== undefined && v !== null) { ${decodeOther(struct, member, scope)} }`).join('\n')}
    return o;
  }`;
}

function decodeRequired(struct: Struct<unknown>, member: Member, scope: Scope): string {
  const set = (x: string): string => `r_${member.name} = ${x};`;
  const present = decodeValue(member.schema, 'v', position(struct, member), scope, set);
  return `if (v !== undefined && v !== null) { ${present} }
    if (r_${member.name} === undefined) throw missing(${position(struct, member)});`;
}

function decodeOther(struct: Struct<unknown>, member: Member, scope: Scope): string {
  const at = position(struct, member);
  const name = quote(`${struct.name}.${member.name}`);
  const list = (kind: string, length: string): string => `if (!Array.isArray(v)) throw bad(${at}, '${kind}', v);
    if (${length} > limits.lengthMax) throw tooLong(${name}, ${length}, limits);`;
  if (member.rule === 'repeated') {
    const push = decodeValue(member.schema, 'x', at, scope, x => `l.push(${x});`);
    return `${list('a list', 'v.length')} const l = [];
      for (let i = 0; i < v.length; i++) { const x = v[i]; ${push} } o.${member.name} = l;`;
  }
  if (member.rule === 'map') {
    const entry = decodeValue(member.schema, 'x', at, scope, x => `put(m, k, ${x});`);
    return `${list('a list of keys and values', 'v.length / 2')} const m = {};
      for (let i = 0; i < v.length; i += 2) { const k = v[i]; const x = v[i + 1];
        if (typeof k !== 'string') throw bad(${at}, 'a key', k); ${entry} } o.${member.name} = m;`;
  }
  return decodeValue(member.schema, 'v', at, scope, x => `o.${member.name} = ${x};`);
}

const CHECKS = {
  string: (v: string) => `typeof ${v} !== 'string'`,
  bool: (v: string) => `typeof ${v} !== 'boolean'`,
  double: (v: string) => `typeof ${v} !== 'number'`,
  int32: (v: string) => `typeof ${v} !== 'number' || (${v} | 0) !== ${v}`,
  uint32: (v: string) => `typeof ${v} !== 'number' || (${v} >>> 0) !== ${v}`,
  int64: (v: string) => `!isInt64(${v})`,
  uint64: (v: string) => `!isUint64(${v})`,
  bytes: (v: string) => `!(${v} instanceof Uint8Array)`,
} as const;

/** Source that checks the value `v` and hands it to `use`; an enum number that we do not know is passed over. */
function decodeValue(schema: AnySchema, v: string, at: string, scope: Scope, use: (x: string) => string): string {
  if (schema.kind === 'struct') return use(`${scope.coder(schema)}.decode(${v}, limits, depth + 1)`);
  if (schema.kind === 'enum') {
    return `if (typeof ${v} !== 'number') throw bad(${at}, 'a number of ${schema.name}', ${v});
      const e = ${scope.names(schema)}.get(${v}); if (e !== undefined) { ${use('e')} }`;
  }
  // Bytes are copied: they may lie in a frame's buffer, which is kept alive by them or is used again.
  const value = schema.kind === 'bytes' ? `new Uint8Array(${v})` : v;
  return `if (${CHECKS[schema.kind](v)}) throw bad(${at}, '${schema.kind}', ${v}); ${use(value)}`;
}

function position(struct: Struct<unknown>, member: Member): string {
  return `${quote(struct.name)}, ${quote(member.name)}`;
}

const quote = (text: string): string => JSON.stringify(text);

function bad(struct: string, field: string, wanted: string, value: unknown): Failure {
  const found = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  return new Failure(`${path(struct, field)}: want ${wanted}, got ${found}`, MALFORMED);
}

function missing(struct: string, field: string): Failure {
  return new Failure(`${path(struct, field)} is missing`, MALFORMED);
}

function path(struct: string, field: string): string {
  return field === '' ? struct : `${struct}.${field}`;
}

/** Sets an entry of a map whose keys come from elsewhere: `__proto__` too is only a key. */
function put(map: object, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  else (map as Record<string, unknown>)[key] = value;
}
