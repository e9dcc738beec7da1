/**
 * Schemas: values that describe the data of a message, once.
 *
 *   struct('mesos.v1.TaskStatus', { task_id: req(1, TaskID), message: opt(4, string), resources: rep(5, Resource) })
 *      │
 *      ├── Infer<typeof TaskStatus>   the type of its bodies
 *      ├── codec/native.ts            positional arrays between our own nodes
 *      ├── codec/json.ts              JSON by Mesos' rules
 *      └── codec/protobuf.ts          the bytes that Mesos' own programs read
 *
 * A field has a number (protobuf's), a name (the wire's spelling) and a place (declaration order is the order of
 * JSON output and of native arrays). Bodies are plain data: a missing field and an undefined one mean the same, and
 * no decoder fills in defaults, because whether a field was set is itself a fact (`role` against `roles`).
 *
 * int64 and uint64 are numbers: beyond 2^53 they round (a nanosecond time of today to at most 256 ns).
 *
 * Source: protobuf's proto2 language, as far as Mesos' .proto files use it.
 */

export type ScalarKind = 'string' | 'bool' | 'double' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'bytes';

/** Describes values of type T. What it is, is told by `kind`; see AnySchema. */
export interface Schema<out T> {
  readonly kind: ScalarKind | 'enum' | 'struct';
  /** Never present: it carries T for inference. */
  readonly _T?: T;
}

export interface Scalar<out T> extends Schema<T> {
  readonly kind: ScalarKind;
}

/** The names that a field may hold, and their numbers on the wire. */
export interface Enumeration<Name extends string> extends Schema<Name> {
  readonly kind: 'enum';
  readonly name: string;
  /** Names to numbers, in declaration order. */
  readonly values: { readonly [N in Name]: number };
  /** Numbers to names. */
  readonly names: ReadonlyMap<number, string>;
  /** How JSON spells a name where it spells it differently: see renamed(). */
  readonly jsonNames: ReadonlyMap<string, string>;
}

/** A schema of fields. */
export interface Struct<out Body> extends Schema<Body> {
  readonly kind: 'struct';
  readonly name: string;
  /** In declaration order. */
  readonly members: readonly Member[];
}

export type AnySchema = Scalar<unknown> | Enumeration<string> | Struct<unknown>;

/** The type of the values that a schema describes. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

export type Rule = 'required' | 'optional' | 'repeated' | 'map';

/** One field as it is declared: everything but its name. T is the type of the property. */
export interface Field<out T, out R extends Rule = Rule> {
  readonly number: number;
  readonly rule: R;
  /** The schema of one value: of an element where the field is repeated, of an entry's value where it is a map. */
  readonly type: Lazy<unknown>;
  readonly default: unknown;
  readonly deprecated: boolean;
  readonly showEmpty: boolean;
  readonly _T?: T;
}

/** A field in its struct: with its names, and with its schema resolved at first use (recursion needs that). */
export interface Member {
  readonly number: number;
  readonly rule: Rule;
  readonly default: unknown;
  readonly deprecated: boolean;
  readonly showEmpty: boolean;
  readonly name: string;
  readonly jsonName: string;
  readonly schema: AnySchema;
}

export type Fields = { readonly [name: string]: Field<unknown> };

type RequiredNames<F> = { [K in keyof F]: F[K] extends Field<unknown, 'required'> ? K : never }[keyof F];

/** The type of the bodies of a struct with the fields F. */
export type Body<F> = Flat<
  { readonly [K in RequiredNames<F>]: Property<F[K]> } & {
    readonly [K in Exclude<keyof F, RequiredNames<F>>]?: Property<F[K]> | undefined;
  }
>;
type Property<F> = F extends Field<infer T> ? T : never;
type Flat<T> = { [K in keyof T]: T[K] };

/** A schema, or how to get at it once all declarations have run: a struct that holds itself needs the latter. */
type Lazy<T> = Schema<T> | (() => Schema<T>);

/** Text. */
export const string: Scalar<string> = { kind: 'string' };
/** True or false. */
export const bool: Scalar<boolean> = { kind: 'bool' };
/** A number as JavaScript has it. */
export const double: Scalar<number> = { kind: 'double' };
/** A whole number of 32 bits with a sign. */
export const int32: Scalar<number> = { kind: 'int32' };
/** A whole number of 32 bits without a sign. */
export const uint32: Scalar<number> = { kind: 'uint32' };
/** A whole number of 64 bits with a sign; beyond 2^53 it is rounded. */
export const int64: Scalar<number> = { kind: 'int64' };
/** A whole number of 64 bits without a sign; beyond 2^53 it is rounded. */
export const uint64: Scalar<number> = { kind: 'uint64' };
/** Bytes; base64 in JSON. */
export const bytes: Scalar<Uint8Array> = { kind: 'bytes' };

/** The field must be there. */
export function req<T>(number: number, type: Lazy<T>): Field<T, 'required'> {
  return { number, rule: 'required', type, default: undefined, deprecated: false, showEmpty: false };
}

/**
 * The field may be missing; readers then use `fallback`, by `??` or by defaults().
 *
 * @param fallback - the default that Mesos declares: JSON output shows it where the field is unset.
 * @param options - `deprecated` keeps an unset field out of JSON output although it has a default.
 */
export function opt<T>(
  number: number,
  type: Lazy<T>,
  fallback?: NoInfer<T>,
  options?: { readonly deprecated?: boolean },
): Field<T, 'optional'> {
  return {
    number,
    rule: 'optional',
    type,
    default: fallback,
    deprecated: options?.deprecated ?? false,
    showEmpty: false,
  };
}

/**
 * A list; empty and missing mean the same.
 *
 * @param options - `showEmpty` puts an empty list into JSON output, where Mesos' answers have it.
 */
export function rep<T>(
  number: number,
  type: Lazy<T>,
  options?: { readonly showEmpty?: boolean },
): Field<readonly T[], 'repeated'> {
  const showEmpty = options?.showEmpty ?? false;
  return { number, rule: 'repeated', type, default: undefined, deprecated: false, showEmpty };
}

/** A map from strings to `type`; empty and missing mean the same. */
export function map<T>(number: number, type: Lazy<T>): Field<Readonly<Record<string, T>>, 'map'> {
  return { number, rule: 'map', type, default: undefined, deprecated: false, showEmpty: false };
}

/** An enumeration: bodies hold its names, the wires its numbers. The first name is what unset reads as. */
export function enumeration<const V extends Readonly<Record<string, number>>>(
  name: string,
  values: V,
): Enumeration<Extract<keyof V, string>> {
  const names = new Map(Object.entries(values).map(([key, number]) => [number, key]));
  return { kind: 'enum', name, values, names, jsonNames: new Map() };
}

/** A record with named fields. Field names and numbers must be unique, names plain identifiers: codecs compile them. */
export function struct<const F extends Fields>(name: string, fields: F): Struct<Body<F>> {
  const entries: [string, Field<unknown>][] = Object.entries(fields);
  const numbers = new Set<number>();
  for (const [key, field] of entries) {
    if (!IDENTIFIER.test(key)) throw new Error(`${name}: '${key}' is no field name`);
    if (numbers.has(field.number)) throw new Error(`${name}: two fields have the number ${field.number}`);
    numbers.add(field.number);
  }
  return { kind: 'struct', name, members: entries.map(([key, field]) => member(key, key, field, field.type)) };
}

const IDENTIFIER = /^[a-z][a-z0-9_]*$/i;

/**
 * The same bodies and the same wire, with other names in JSON. An older API of the same data is declared this way.
 *
 * @param rename - what JSON calls a field or an enum's name; called once for each, at first use.
 */
export function renamed<T>(schema: Struct<T>, rename: (name: string) => string): Struct<T> {
  return renameStruct(schema, rename, new Map());
}

function renameStruct<T>(
  schema: Struct<T>,
  rename: (name: string) => string,
  done: Map<Struct<unknown>, Struct<unknown>>,
): Struct<T> {
  const known = done.get(schema);
  if (known !== undefined) return known as Struct<T>; // The map pairs a struct with the renamed form of the same bodies.
  const members = schema.members.map(each =>
    member(each.name, rename(each.name), each, () => renameSchema(each.schema, rename, done)),
  );
  const result: Struct<T> = { kind: 'struct', name: schema.name, members };
  done.set(schema, result);
  return result;
}

function renameSchema(
  schema: AnySchema,
  rename: (name: string) => string,
  done: Map<Struct<unknown>, Struct<unknown>>,
): AnySchema {
  if (schema.kind === 'struct') return renameStruct(schema, rename, done);
  if (schema.kind === 'enum') {
    return { ...schema, jsonNames: new Map(Object.keys(schema.values).map(name => [name, rename(name)])) };
  }
  return schema;
}

function member(
  name: string,
  jsonName: string,
  field: Omit<Member, 'name' | 'jsonName' | 'schema'>,
  type: Lazy<unknown>,
): Member {
  let schema: AnySchema | null = null;
  return {
    number: field.number,
    rule: field.rule,
    default: field.default,
    deprecated: field.deprecated,
    showEmpty: field.showEmpty,
    name,
    jsonName,
    get schema() {
      schema ??= resolve(type);
      return schema;
    },
  };
}

/** Every schema is made in this file, so `kind` tells which of the union it is. */
function resolve(type: Lazy<unknown>): AnySchema {
  return (typeof type === 'function' ? type() : type) as AnySchema;
}

/**
 * The declared defaults of a struct's optional fields: `{ ...defaults(Filters), ...filters }` reads as Mesos reads.
 * (Where `filters` holds an explicit undefined, that wins: decoded bodies never do.)
 */
export function defaults<T>(schema: Struct<T>): Partial<T> {
  const entries = schema.members.filter(each => each.default !== undefined).map(each => [each.name, each.default]);
  return Object.fromEntries(entries) as Partial<T>; // opt() checked each default against its field's type.
}
