/**
 * Compiles a schema, and the places that its fields have at the sender, to the function that reads its bodies.
 *
 *   (u, limits, depth) => {
 *     const n = u.list(); let r_id, r_hostname;
 *     if (n > 0 && !u.nil()) { v = u.text(); if (v === undefined) throw bad('…', 'id', 'string', u); r_id = v; }
 *     …
 *     const o = { id: r_id }; if (r_hostname !== undefined) o.hostname = r_hostname; return o;
 *   }
 *
 * Nothing is trusted: reading and checking are one pass, and nothing is made but the result.
 */
import { Failure, MALFORMED } from '../failure.ts';
import type { AnySchema, Member, Schema, Struct } from '../schema.ts';
import { type Limits, tooDeep, tooLong } from './limits.ts';
import { isInt64, isUint64 } from './numbers.ts';
import { quote, Scope } from './source.ts';
import type { Unpacker } from './unpacker.ts';

/** @throws Failure MALFORMED, or BROKEN for what is no msgpack. */
export type Reader = (from: Unpacker, limits: Limits, depth: number) => unknown;

/** At which place each member of a struct stands at the sender; -1 for nowhere. */
export type Places = (struct: Struct<unknown>) => readonly number[];

/** Compiles `schema` and every struct in it that is not among `known` yet, and adds them there. */
export function compileReader(schema: AnySchema, places: Places, known: WeakMap<Schema<unknown>, Reader>): Reader {
  const compiler = new Compiler(places, known);
  const made = schema.kind === 'struct' ? compiler.struct(schema) : compiler.scalar(schema);
  known.set(schema, made);
  return made;
}

class Compiler {
  readonly #scope = new Scope({ bad, missing, tooDeep, tooLong, isInt64, isUint64, put });

  constructor(
    private readonly places: Places,
    private readonly known: WeakMap<Schema<unknown>, Reader>,
  ) {}

  struct(struct: Struct<unknown>): Reader {
    // Before its members are compiled: one of them may be itself.
    let made: Reader | null = null;
    this.known.set(struct, (from, limits, depth) => made?.(from, limits, depth));
    made = this.#scope.evaluate<Reader>(this.#structSource(struct));
    return made;
  }

  /** A bare scalar or enum: a reply may be one. */
  scalar(schema: AnySchema): Reader {
    const read = this.#valueSource(schema, `'value', ''`, x => `r = ${x};`);
    return this.#scope.evaluate<Reader>(`(u, limits, depth) => { let r, v; ${read} return r; }`);
  }

  /** Required members stand in the object's literal: bodies of one struct then have few hidden classes. */
  #structSource(struct: Struct<unknown>): string {
    const { members } = struct;
    const name = quote(struct.name);
    const required = members.filter(({ rule }) => rule === 'required');
    const checks = required.map(each => `if (r_${each.name} === undefined) throw missing(${position(struct, each)});`);
    const others = members.filter(({ rule }) => rule !== 'required');
    return `(u, limits, depth) => {
      const n = u.list();
      if (n < 0) throw bad(${name}, '', 'a list of fields', u);
      if (depth > limits.depthMax) throw tooDeep(${name}, limits);
      let v${members.map(member => `, r_${member.name}`).join('')};
      ${this.#steps(struct)}
      ${checks.join('\n')}
      const o = { ${required.map(member => `${member.name}: r_${member.name}`).join(', ')} };
      ${others.map(member => `if (r_${member.name} !== undefined) o.${member.name} = r_${member.name};`).join('\n')}
      return o;
    }`;
  }

  /** Reads the members in the order of the sender; what we do not know is passed over. */
  #steps(struct: Struct<unknown>): string {
    const places = this.places(struct);
    const present = struct.members
      .map((member, index) => ({ member, place: places[index] ?? -1 }))
      .filter(({ place }) => place >= 0)
      .sort((one, other) => one.place - other.place);
    let next = 0;
    const steps = present.map(({ member, place }) => {
      const gap = place > next ? `if (n > ${next}) u.skip(Math.min(n, ${place}) - ${next});` : '';
      next = place + 1;
      return `${gap} if (n > ${place} && !u.nil()) { ${this.#memberSource(struct, member)} }`;
    });
    return `${steps.join('\n')} if (n > ${next}) u.skip(n - ${next});`;
  }

  #memberSource(struct: Struct<unknown>, member: Member): string {
    const at = position(struct, member);
    const name = quote(`${struct.name}.${member.name}`);
    const value = (use: (x: string) => string): string => this.#valueSource(member.schema, at, use);
    const list = (
      kind: string,
      length: string,
    ): string => `const m = u.list(); if (m < 0) throw bad(${at}, '${kind}', u);
      if (${length} > limits.lengthMax) throw tooLong(${name}, ${length}, limits);`;
    if (member.rule === 'repeated') {
      return `${list('a list', 'm')} const l = [];
        for (let i = 0; i < m; i++) { ${value(x => `l.push(${x});`)} } r_${member.name} = l;`;
    }
    if (member.rule !== 'map') return value(x => `r_${member.name} = ${x};`);
    return `${list('a list of keys and values', 'm / 2')} const l = {};
      if (m % 2 === 1) throw bad(${at}, 'keys with values', u);
      for (let i = 0; i < m; i += 2) {
        const k = u.text(); if (k === undefined) throw bad(${at}, 'a key', u);
        ${value(x => `put(l, k, ${x});`)}
      } r_${member.name} = l;`;
  }

  /** Source that reads a value, checks it and hands it to `use`; an enum number that we do not know is passed over. */
  #valueSource(schema: AnySchema, at: string, use: (x: string) => string): string {
    const scope = this.#scope;
    if (schema.kind === 'struct') return use(`${scope.name(this.#readerOf(schema))}(u, limits, depth + 1)`);
    if (schema.kind === 'enum') {
      return `v = u.number(); if (v === undefined) throw bad(${at}, 'a number of ${schema.name}', u);
        const e = ${scope.name(schema.names)}.get(v); if (e !== undefined) { ${use('e')} }`;
    }
    const { method, check } = SCALARS[schema.kind];
    return `v = u.${method}(); if (${check}) throw bad(${at}, '${schema.kind}', u, v); ${use('v')}`;
  }

  #readerOf(struct: Struct<unknown>): Reader {
    return this.known.get(struct) ?? compileReader(struct, this.places, this.known);
  }
}

/** How a scalar is read, and when it is none. */
const SCALARS = {
  string: { method: 'text', check: 'v === undefined' },
  bool: { method: 'bool', check: 'v === undefined' },
  double: { method: 'number', check: 'v === undefined' },
  int32: { method: 'number', check: '(v | 0) !== v' },
  uint32: { method: 'number', check: '(v >>> 0) !== v' },
  int64: { method: 'number', check: '!isInt64(v)' },
  uint64: { method: 'number', check: '!isUint64(v)' },
  bytes: { method: 'bytes', check: 'v === undefined' },
} as const;

function position(struct: Struct<unknown>, member: Member): string {
  return `${quote(struct.name)}, ${quote(member.name)}`;
}

/** @param value - what was read, if it was of the right kind at least. */
function bad(struct: string, field: string, wanted: string, from: Unpacker, value?: unknown): Failure {
  const found = value === undefined ? from.kind : typeof value;
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
