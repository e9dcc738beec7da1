/** Protobuf: bytes as other implementations write and read them, and what broken ones do. */
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { fromProtobuf, toProtobuf } from '../../../libprocess/codec/protobuf.ts';
import { Failure } from '../../../libprocess/failure.ts';
import { bodyOf } from './arbitrary.ts';
import { Everything, Point, Strict, Tree } from './shapes.ts';

function refusal(schema: Parameters<typeof fromProtobuf>[0], bytes: Uint8Array): Failure | null {
  try {
    fromProtobuf(schema, bytes);
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** The same declaration in protobuf's own language, read by protobufjs' own compiler. */
const Reference = protobuf
  .parse(`
  syntax = "proto2";
  enum Colour { RED = 1; GREEN = 7; }
  message Point { required double x = 1; optional double y = 2; }
  message Tree { required string value = 1; optional Tree parent = 2; }
  message Everything {
    required string name = 2; optional Colour colour = 1; optional bool flag = 3; optional double ratio = 4;
    optional int32 small = 5; optional uint32 natural = 6; optional int64 big = 7; optional uint64 huge = 8;
    optional bytes data = 9; optional Point point = 10; optional Tree tree = 11; repeated string words = 12;
    repeated Colour colours = 13; repeated Point points = 14; repeated uint32 numbers = 15;
    map<string, Point> places = 16; optional string old = 17; repeated string shown = 18;
  }`)
  .root.lookupType('Everything');

test('bytes are those that another compiler of the same declaration writes', () => {
  fc.assert(
    fc.property(bodyOf(Everything), body => {
      const theirs = Reference.encode(Reference.fromObject(body)).finish();
      expect(Buffer.from(toProtobuf(Everything, body)).toString('hex')).toBe(Buffer.from(theirs).toString('hex'));
    }),
  );
});

test('any body comes back equal', () => {
  fc.assert(
    fc.property(bodyOf(Everything), body => {
      expect(fromProtobuf(Everything, toProtobuf(Everything, body))).toEqual(body);
    }),
  );
});

test('fields are written in the order of their numbers', () => {
  expect(toProtobuf(Everything, { name: 'n', colour: 'GREEN' })).toEqual(hex('0807 12016e'));
});

test('what was absent stays absent: no default is filled in', () => {
  expect(Object.keys(fromProtobuf(Everything, hex('12016e')))).toEqual(['name']);
});

test.each([
  { bytes: '12016e 0863', body: {}, why: 'an unknown enum number is unset' },
  { bytes: '12016e 9a0600 a2060178', body: {}, why: 'unknown fields are ignored' },
  { bytes: '12016e 1a0101', body: {}, why: 'a field of another wire type is ignored' },
  { bytes: '12016e 7a03010203', body: { numbers: [1, 2, 3] }, why: 'a packed list is a list' },
  { bytes: '12016e 7801 7802', body: { numbers: [1, 2] }, why: 'an unpacked list is a list' },
  { bytes: '12016e 1800 1801', body: { flag: true }, why: 'of a repeated single field the last counts' },
  { bytes: '12016e 38ffffffffffffffff7f', body: { big: 2 ** 63 - 1024 }, why: 'the largest integer stays positive' },
  { bytes: '12016e 38ffffffffffffffffff01', body: { big: -1 }, why: 'a negative integer is negative' },
  { bytes: '12016e 40ffffffffffffffffff01', body: { huge: 2 ** 64 - 2048 }, why: 'the largest natural fits' },
  { bytes: '12016e 8201020a00', body: {}, why: 'a map entry without a value is not there' },
])('read: $why', ({ bytes, body }) => {
  expect(fromProtobuf(Everything, hex(bytes))).toEqual({ name: 'n', ...body });
});

test('the largest integers are written as they were read', () => {
  const body: Everything = { name: 'n', big: 2 ** 63 - 1024, huge: 2 ** 64 - 2048 };
  expect(fromProtobuf(Everything, toProtobuf(Everything, body))).toEqual(body);
});

test.each([
  { bytes: '', why: 'test.Everything: missing name' },
  { bytes: '12056e', why: 'ends within a string' },
  { bytes: '12', why: 'ends after a tag' },
  { bytes: '12016e 17', why: 'an impossible wire type' },
  { bytes: '12016e 5203090000', why: 'ends within a part' },
  { bytes: '12016e 520209000000000000f03f', why: 'a part that eats its neighbour' },
  { bytes: '12016e ffffffffffffffffffff', why: 'an endless number' },
])('refused: $why', ({ bytes }) => {
  expect(refusal(Everything, hex(bytes))?.code).toBe('MALFORMED');
});

test('required fields that are missing are named with their path', () => {
  expect(refusal(Strict, hex('2200'))?.message).toBe('test.Strict: missing b, a, at[0].x');
});

test('a required enum of an unknown number is missing', () => {
  expect(refusal(Strict, hex('0863 120162'))?.message).toBe('test.Strict: missing a');
});

test('structs nested deeper than the limit are refused', () => {
  let tree: Tree = { value: '' };
  for (let depth = 0; depth < 200; depth++) tree = { value: '', parent: tree };
  expect(refusal(Tree, toProtobuf(Tree, tree))?.message).toBe('test.Tree: nested deeper than 100');
});

test('whatever arrives, only a Failure comes out', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
      refusal(Everything, bytes);
    }),
  );
  fc.assert(
    fc.property(bodyOf(Everything), fc.nat(), fc.nat(255), (body, at, value) => {
      const bytes = toProtobuf(Everything, body);
      bytes[at % bytes.length] = value;
      refusal(Everything, bytes);
    }),
  );
});

test('decoded bytes are a copy: the buffer they came in may be used again', () => {
  const frame = Buffer.from(toProtobuf(Everything, { name: 'n', data: new Uint8Array([1, 2]) }));
  const { data } = fromProtobuf(Everything, frame);
  frame.fill(0);
  expect(data).toEqual(new Uint8Array([1, 2]));
});

test('a double keeps infinity', () => {
  expect(fromProtobuf(Point, toProtobuf(Point, { x: Number.POSITIVE_INFINITY }))).toEqual({
    x: Number.POSITIVE_INFINITY,
  });
});
