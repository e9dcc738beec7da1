/** The native form: what it looks like, what it refuses, and how versions get along. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '../../../libprocess/codec/limits.ts';
import { decode, decoderFor, encode, fieldsOf } from '../../../libprocess/codec/native.ts';
import { Failure } from '../../../libprocess/failure.ts';
import { enumeration, opt, renamed, rep, req, string, struct, uint32 } from '../../../libprocess/schema.ts';
import { bodyOf } from './arbitrary.ts';
import { Colour, Everything, Point, Tree } from './shapes.ts';

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
  expect(encode(Everything, { name: 'n', ratio: 2 })).toEqual(['n', null, null, 2]);
  expect(encode(Everything, { name: 'n' })).toEqual(['n']);
});

test('structs nest, enums are numbers, maps are keys and values', () => {
  const body: Everything = { name: 'n', colour: 'GREEN', places: { a: { x: 1 } } };
  const packed = encode(Everything, body);
  expect(packed[1]).toBe(7);
  expect(packed[15]).toEqual(['a', [1]]);
  expect(decode(Everything, packed)).toEqual(body);
});

test('an explicit undefined and an empty list are sent as absent', () => {
  expect(encode(Everything, { name: 'n', flag: undefined, words: [] })).toEqual(['n']);
});

test('what was absent stays absent: no default is filled in', () => {
  expect(Object.keys(decode(Everything, ['n']))).toEqual(['name']);
});

test('any body comes back equal', () => {
  fc.assert(
    fc.property(bodyOf(Everything), body => {
      expect(decode(Everything, encode(Everything, body))).toEqual(body);
    }),
  );
});

test('decoded bytes are a copy: the frame they came in may be used again', () => {
  const frame = Buffer.from([1, 2, 3]);
  const { data } = decode(Everything, ['n', null, null, null, null, null, null, null, frame]);
  frame.fill(0);
  expect(data).toEqual(new Uint8Array([1, 2, 3]));
});

test('a key __proto__ of a map is only a key', () => {
  const places = Object.fromEntries([['__proto__', { x: 1 }]]);
  const body = decode(Everything, encode(Everything, { name: 'n', places }));
  expect(Object.keys(body.places ?? {})).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(body.places)).toBe(Object.prototype);
});

test.each([
  { value: null, why: 'test.Everything: want a list of fields, got null' },
  { value: {}, why: 'test.Everything: want a list of fields, got object' },
  { value: [], why: 'test.Everything.name is missing' },
  { value: [null], why: 'test.Everything.name is missing' },
  { value: [1], why: 'test.Everything.name: want string, got number' },
  { value: ['n', 'RED'], why: 'test.Everything.colour: want a number of test.Colour, got string' },
  { value: place(2, 1), why: 'test.Everything.flag: want bool, got number' },
  { value: place(3, '1'), why: 'test.Everything.ratio: want double, got string' },
  { value: place(4, 2 ** 31), why: 'test.Everything.small: want int32, got number' },
  { value: place(4, 0.5), why: 'test.Everything.small: want int32, got number' },
  { value: place(5, -1), why: 'test.Everything.natural: want uint32, got number' },
  { value: place(5, 1n), why: 'test.Everything.natural: want uint32, got bigint' },
  { value: place(6, Number.NaN), why: 'test.Everything.big: want int64, got number' },
  { value: place(7, -1), why: 'test.Everything.huge: want uint64, got number' },
  { value: place(8, 'AAAA'), why: 'test.Everything.data: want bytes, got string' },
  { value: place(9, [[]]), why: 'test.Point.x: want double, got a list' },
  { value: place(11, 'w'), why: 'test.Everything.words: want a list, got string' },
  { value: place(11, [null]), why: 'test.Everything.words: want string, got null' },
  { value: place(15, [1, [1]]), why: 'test.Everything.places: want a key, got number' },
  { value: place(15, ['a']), why: 'test.Point: want a list of fields, got undefined' },
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
  let tree: unknown[] = ['root'];
  for (let depth = 0; depth < 50_000; depth++) tree = ['leaf', tree];
  expect(refusalOf(() => decode(Tree, tree))?.message).toBe('test.Tree: nested deeper than 100');
});

test('whatever arrives, only a Failure comes out', () => {
  const junk = fc.anything({ withBigInt: true, withTypedArray: true, withSparseArray: true });
  fc.assert(
    fc.property(junk, value => {
      refusalOf(() => decode(Everything, value));
    }),
  );
  fc.assert(
    fc.property(bodyOf(Everything), fc.nat(20), junk, (body, index, value) => {
      const packed = encode(Everything, body);
      packed[index] = value;
      refusalOf(() => decode(Everything, packed));
    }),
  );
});

test('a bare scalar or enum can be a reply', () => {
  expect(decode(string, encode(string, 'x'))).toBe('x');
  expect(decode(Colour, encode(Colour, 'GREEN'))).toBe('GREEN');
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
  expect(decoderFor(Ours, fieldsOf(Theirs))(sent)).toEqual({ id: 't', points: [{ x: 3 }] });
});

test('a peer with the same field lists is read like ourselves', () => {
  expect(decoderFor(Ours, fieldsOf(Ours))(encode(Ours, { id: 't' }))).toEqual({ id: 't' });
});

test.each([{ table: {} }, { table: { 'test.Task': ['label'] } }])(
  'a peer that lacks a required field fails: $table',
  ({ table }) => {
    expect(refusalOf(() => decoderFor(Ours, table)(['l']))?.message).toBe('test.Task.id is missing');
  },
);

test('a struct may be called as something that every object has', () => {
  const Odd = struct('constructor', { id: req(1, string) });
  expect(refusalOf(() => decoderFor(Odd, {})(['x']))?.message).toBe('constructor.id is missing');
});

test('a renamed schema has the same native form', () => {
  const older = renamed(Everything, name => `old_${name}`);
  expect(encode(older, { name: 'n', colour: 'RED' })).toEqual(['n', 1]);
});

test('a new name of an enum reads as unset at an older node', () => {
  const Newer = enumeration('test.Colour', { RED: 1, GREEN: 7, BLUE: 8 });
  const NewerThing = struct('test.Thing', { id: req(1, string), colour: opt(2, Newer) });
  const OlderThing = struct('test.Thing', { id: req(1, string), colour: opt(2, Colour) });
  expect(decode(OlderThing, encode(NewerThing, { id: 'i', colour: 'BLUE' }))).toEqual({ id: 'i' });
});
