/** The native form: what it looks like, what it refuses, and how versions get along. */
import fc from 'fast-check';
import { Unpackr } from 'msgpackr';
import { expect, test } from 'vitest';
import { LIMITS, type Limits } from '../../../libprocess/codec/limits.ts';
import {
  decode as decodeBytes,
  encode,
  type FieldTable,
  fieldsOf,
  read,
  readerFor,
} from '../../../libprocess/codec/native.ts';
import { Packer } from '../../../libprocess/codec/packer.ts';
import { Failure } from '../../../libprocess/failure.ts';
import {
  enumeration,
  opt,
  renamed,
  rep,
  req,
  type Schema,
  string,
  struct,
  uint32,
} from '../../../libprocess/schema.ts';
import { bodyOf } from './arbitrary.ts';
import { Colour, Everything, Point, Tree } from './shapes.ts';

/** The bytes of any value at all, as a peer may send them. */
function packed(value: unknown): Buffer {
  const packer = new Packer();
  packer.begin();
  packer.value(value);
  return packer.take();
}

/** What `schema` makes of the packed `value`. */
function decode<T>(schema: Schema<T>, value: unknown, limits: Limits = LIMITS): T {
  return decodeBytes(schema, packed(value), limits);
}

/** What a body looks like on the wire. */
function packedForm<T>(schema: Schema<T>, body: T): unknown[] {
  return new Unpackr({ int64AsType: 'number', useRecords: false }).unpack(encode(schema, body));
}

function readAs(schema: Schema<unknown>, table: FieldTable, bytes: Uint8Array): unknown {
  return read(readerFor(schema, table), bytes);
}

/** Nothing but a Failure may come out of what a peer sends. */
function refusalOf(act: () => unknown): Failure | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

test('a value stands at its place in the declaration and absent ends are cut', () => {
  expect(packedForm(Everything, { name: 'n', ratio: 2 })).toEqual(['n', null, null, 2]);
  expect(packedForm(Everything, { name: 'n' })).toEqual(['n']);
});

test('structs nest, enums are numbers, maps are keys and values', () => {
  const body: Everything = { name: 'n', colour: 'GREEN', places: { a: { x: 1 } } };
  const form = packedForm(Everything, body);
  expect([form[1], form[15]]).toEqual([7, ['a', [1]]]);
  expect(decodeBytes(Everything, encode(Everything, body))).toEqual(body);
});

test('an explicit undefined and an empty list are sent as absent', () => {
  expect(packedForm(Everything, { name: 'n', flag: undefined, words: [] })).toEqual(['n']);
});

test('what was absent stays absent: no default is filled in', () => {
  expect(Object.keys(decode(Everything, ['n']))).toEqual(['name']);
});

test('any body comes back equal', () => {
  fc.assert(
    fc.property(bodyOf(Everything), body => {
      expect(decodeBytes(Everything, encode(Everything, body))).toEqual(body);
    }),
  );
});

test('decoded bytes are a copy: the frame they came in may be used again', () => {
  for (const length of [3, 64, 65, 1_000, 5_000, 100_000]) {
    const frame = packed(place(8, new Uint8Array(length).fill(7)));
    const { data } = decodeBytes(Everything, frame);
    frame.fill(0);
    expect(data).toEqual(new Uint8Array(length).fill(7));
  }
});

test('a key __proto__ of a map is only a key', () => {
  const places = Object.fromEntries([['__proto__', { x: 1 }]]);
  const body = decodeBytes(Everything, encode(Everything, { name: 'n', places }));
  expect(Object.keys(body.places ?? {})).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(body.places)).toBe(Object.prototype);
});

test.each([
  { value: null, why: 'test.Everything: want a list of fields, got null' },
  { value: 'n', why: 'test.Everything: want a list of fields, got string' },
  { value: [], why: 'test.Everything.name is missing' },
  { value: [null], why: 'test.Everything.name is missing' },
  { value: [1], why: 'test.Everything.name: want string, got number' },
  { value: ['n', 'RED'], why: 'test.Everything.colour: want a number of test.Colour, got string' },
  { value: place(2, 1), why: 'test.Everything.flag: want bool, got number' },
  { value: place(3, '1'), why: 'test.Everything.ratio: want double, got string' },
  { value: place(4, 2 ** 31), why: 'test.Everything.small: want int32, got number' },
  { value: place(4, 0.5), why: 'test.Everything.small: want int32, got number' },
  { value: place(5, -1), why: 'test.Everything.natural: want uint32, got number' },
  { value: place(6, Number.NaN), why: 'test.Everything.big: want int64, got number' },
  { value: place(7, -1), why: 'test.Everything.huge: want uint64, got number' },
  { value: place(8, 'AAAA'), why: 'test.Everything.data: want bytes, got string' },
  { value: place(9, [[]]), why: 'test.Point.x: want double, got a list' },
  { value: place(11, 'w'), why: 'test.Everything.words: want a list, got string' },
  { value: place(11, [null]), why: 'test.Everything.words: want string, got null' },
  { value: place(15, [1, [1]]), why: 'test.Everything.places: want a key, got number' },
  { value: place(15, ['a']), why: 'test.Everything.places: want keys with values, got string' },
])('refused: $why', ({ value, why }) => {
  const refusal = refusalOf(() => decode(Everything, value));
  expect(refusal).toMatchObject({ code: 'MALFORMED', message: why });
});

function place(index: number, value: unknown): unknown[] {
  return ['n', ...Array(index - 1).fill(null), value];
}

test('an enum number that we do not know reads as unset, in a list as not there', () => {
  expect(decode(Everything, place(1, 99))).toEqual({ name: 'n' });
  expect(decode(Everything, place(12, [1, 99, 7])).colours).toEqual(['RED', 'GREEN']);
  const Needed = struct('test.Needed', { colour: req(1, Colour) });
  expect(refusalOf(() => decode(Needed, [99]))?.message).toBe('test.Needed.colour is missing');
});

test('a list longer than the limit is refused', () => {
  const limits = { ...LIMITS, lengthMax: 2 };
  expect(decode(Everything, place(11, ['a', 'b']), limits).words).toEqual(['a', 'b']);
  expect(refusalOf(() => decode(Everything, place(11, ['a', 'b', 'c']), limits))?.code).toBe('MALFORMED');
});

test('structs nested deeper than the limit are refused', () => {
  const leaf = Buffer.of(0x92, 0xa1, 0x61); // ['a', …
  const tree = Buffer.concat([...Array<Buffer>(50_000).fill(leaf), Buffer.of(0x91, 0xa1, 0x61)]);
  expect(refusalOf(() => decodeBytes(Tree, tree))?.message).toBe('test.Tree: nested deeper than 100');
});

test('whatever arrives, only a Failure comes out', () => {
  const junk = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.anything({ withTypedArray: false, withMap: false, withSet: false, withObjectString: false }).map(jsonOf),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), bytes => void refusalOf(() => decodeBytes(Everything, bytes))),
  );
  fc.assert(
    fc.property(bodyOf(Everything), fc.nat(20), junk, (body, index, value) => {
      const form = packedForm(Everything, body);
      form[index] = value;
      refusalOf(() => decode(Everything, form));
    }),
  );
  fc.assert(
    fc.property(bodyOf(Everything), fc.nat(), fc.nat(255), (body, index, byte) => {
      const bytes = encode(Everything, body);
      bytes[index % bytes.length] = byte;
      refusalOf(() => decodeBytes(Everything, bytes));
    }),
    { numRuns: 1_000 },
  );
});

/** Plain lists and scalars: what a frame can hold. */
function jsonOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === 'object' && value !== null) return Object.entries(value).flat().map(jsonOf);
  return ['string', 'number', 'boolean'].includes(typeof value) ? value : null;
}

test('a body that is not of its type is the bug of who sends it', () => {
  const wrong = (body: object) => (): unknown => encode(Everything, body as Everything);
  expect(wrong({ name: 1 })).toThrow(/Everything\.name: a number cannot be packed as a text/);
  expect(wrong({ name: 'n', flag: 'yes' })).toThrow(/a string cannot be packed as a boolean/);
  expect(wrong({ name: 'n', colour: 'BLUE' })).toThrow(/a undefined cannot be packed as a number/);
  expect(wrong({ name: 'n', data: [1] })).toThrow(/a list cannot be packed as bytes/);
});

test('a bare scalar or enum can be a reply', () => {
  expect(decodeBytes(string, encode(string, 'x'))).toBe('x');
  expect(decodeBytes(Colour, encode(Colour, 'GREEN'))).toBe('GREEN');
  expect(refusalOf(() => decode(uint32, -1))?.code).toBe('MALFORMED');
});

test('fieldsOf lists every struct that a body can hold', () => {
  expect(fieldsOf(struct('test.Line', { from: req(1, Point), tree: opt(2, Tree) }))).toEqual({
    'test.Line': ['from', 'tree'],
    'test.Point': ['x', 'y'],
    'test.Tree': ['value', 'parent'],
  });
});

const Ours = struct('test.Task', { id: req(1, string), label: opt(2, string), points: rep(4, Point) });
const Theirs = struct('test.Task', {
  extra: opt(9, string),
  points: rep(4, struct('test.Point', { z: opt(3, string), x: req(1, uint32) })),
  id: req(1, string),
});

test('a peer with other field lists is understood: what only it knows is ignored', () => {
  const sent = encode(Theirs, { id: 't', extra: 'e', points: [{ z: 'z', x: 3 }] });
  expect(readAs(Ours, fieldsOf(Theirs), sent)).toEqual({ id: 't', points: [{ x: 3 }] });
});

test('a peer with the same field lists is read like ourselves', () => {
  expect(readAs(Ours, fieldsOf(Ours), encode(Ours, { id: 't' }))).toEqual({ id: 't' });
});

test.each([{ table: {} }, { table: { 'test.Task': ['label'] } }])(
  'a peer that lacks a required field fails: $table',
  ({ table }) => {
    expect(refusalOf(() => readAs(Ours, table, packed(['l'])))?.message).toBe('test.Task.id is missing');
  },
);

test('a struct may be called as something that every object has', () => {
  const Odd = struct('constructor', { id: req(1, string) });
  expect(refusalOf(() => readAs(Odd, {}, packed(['x'])))?.message).toBe('constructor.id is missing');
});

test('a renamed schema has the same native form', () => {
  const older = renamed(Everything, name => `old_${name}`);
  expect(packedForm(older, { name: 'n', colour: 'RED' })).toEqual(['n', 1]);
});

test('a new name of an enum reads as unset at an older node', () => {
  const Newer = enumeration('test.Colour', { RED: 1, GREEN: 7, BLUE: 8 });
  const NewerThing = struct('test.Thing', { id: req(1, string), colour: opt(2, Newer) });
  const OlderThing = struct('test.Thing', { id: req(1, string), colour: opt(2, Colour) });
  expect(decodeBytes(OlderThing, encode(NewerThing, { id: 'i', colour: 'BLUE' }))).toEqual({ id: 'i' });
});
