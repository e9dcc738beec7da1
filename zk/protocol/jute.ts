/**
 * Types of Jute values: what a record holds is declared once, and read, written and typed from that.
 *
 *   const SetDataRequest = record('SetDataRequest', { path: ustring, data: buffer, version: int });
 *   type SetDataRequest = Infer<typeof SetDataRequest>;   // { readonly path: string; readonly data: Uint8Array | null; … }
 *
 * Longs are bigints: session ids use all 64 bits. A record is its fields in declaration order, with nothing around it;
 * bytes behind the fields that are known are left alone.
 *
 * Source: Apache ZooKeeper zookeeper-jute.
 */
import { Failure, MALFORMED } from '../../libprocess/index.ts';
import type { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** How a value of type T is read and written. */
export interface JuteType<T> {
  /** @throws Failure MALFORMED */
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
}

/** The type of the values that `S` reads. */
export type Infer<S> = S extends { read(reader: Reader): infer T } ? T : never;

/** The fields of a record, in the order of the wire. */
export type Fields = { readonly [name: string]: JuteType<unknown> };

export type Body<F extends Fields> = { readonly [K in keyof F]: Infer<F[K]> };

/** A record: named fields. */
export interface JuteRecord<T> extends JuteType<T> {
  readonly name: string;
  readonly fields: readonly string[];
}

export const bool: JuteType<boolean> = {
  read: reader => reader.bool(),
  write: (writer, value) => writer.bool(value),
};

export const int: JuteType<number> = {
  read: reader => reader.int(),
  write: (writer, value) => writer.int(value),
};

export const long: JuteType<bigint> = {
  read: reader => reader.long(),
  write: (writer, value) => writer.long(value),
};

/** Bytes; null is not the same as empty. What is read is a view of the frame. */
export const buffer: JuteType<Uint8Array | null> = {
  read: reader => reader.buffer(),
  write: (writer, value) => writer.buffer(value),
};

export const nullableString: JuteType<string | null> = {
  read: reader => reader.string(),
  write: (writer, value) => writer.string(value),
};

/** Text that must be there. */
export const ustring: JuteType<string> = {
  read: reader => present(reader.string(), 'string'),
  write: (writer, value) => writer.string(value),
};

/** A list that must be there. */
export function vector<T>(element: JuteType<T>): JuteType<readonly T[]> {
  const { read, write } = nullableVector(element);
  return { read: reader => present(read(reader), 'vector'), write };
}

export function nullableVector<T>(element: JuteType<T>): JuteType<readonly T[] | null> {
  return {
    read: reader => readElements(reader, element),
    write: (writer, values) => {
      writer.int(values === null ? -1 : values.length);
      for (const value of values ?? []) element.write(writer, value);
    },
  };
}

/** The last field of a record, which older peers leave out: undefined then. */
export function trailing<T>(type: JuteType<T>): JuteType<T | undefined> {
  return {
    read: reader => (reader.left === 0 ? undefined : type.read(reader)),
    write: (writer, value) => {
      if (value !== undefined) type.write(writer, value);
    },
  };
}

export function record<const F extends Fields>(name: string, fields: F): JuteRecord<Body<F>> {
  const entries = Object.entries<JuteType<unknown>>(fields);
  return {
    name,
    fields: entries.map(([field]) => field),
    read: reader => {
      const body: { [field: string]: unknown } = {};
      for (const [field, type] of entries) body[field] = type.read(reader);
      return body as Body<F>;
    },
    write: (writer, body) => {
      for (const [field, type] of entries) type.write(writer, body[field]);
    },
  };
}

/** The bytes of `value` alone. */
export function encode<T>(type: JuteType<T>, value: T): Buffer {
  const writer = new Writer();
  type.write(writer, value);
  return writer.take();
}

function readElements<T>(reader: Reader, element: JuteType<T>): T[] | null {
  const count = reader.count();
  if (count === -1) return null;
  const values: T[] = [];
  for (let index = 0; index < count; index++) values.push(element.read(reader));
  return values;
}

function present<T>(value: T | null, what: string): T {
  if (value === null) throw new Failure(`a null ${what} where one is needed`, MALFORMED);
  return value;
}
