import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../../libprocess/index.ts';
import {
  bool,
  buffer,
  encode,
  int,
  type JuteType,
  long,
  nullableString,
  nullableVector,
  record,
  trailing,
  ustring,
  vector,
} from '../../../zk/protocol/jute.ts';
import { Reader } from '../../../zk/protocol/reader.ts';
import { Writer } from '../../../zk/protocol/writer.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('a value has the bytes of Jute', () => {
  test.each<{ type: JuteType<unknown>; value: unknown; bytes: string }>([
    { type: bool, value: true, bytes: '01' },
    { type: int, value: -2, bytes: 'fffffffe' },
    { type: long, value: -(2n ** 63n), bytes: '8000000000000000' },
    { type: buffer, value: null, bytes: 'ffffffff' },
    { type: buffer, value: Buffer.alloc(0), bytes: '00000000' },
    { type: buffer, value: Buffer.from([7]), bytes: '00000001 07' },
    { type: ustring, value: 'aä', bytes: '00000003 61c3a4' },
    { type: nullableString, value: null, bytes: 'ffffffff' },
    { type: vector(int), value: [1, 2], bytes: '00000002 00000001 00000002' },
    { type: nullableVector(int), value: null, bytes: 'ffffffff' },
    { type: record('R', { a: int, b: trailing(bool) }), value: { a: 1, b: false }, bytes: '00000001 00' },
    { type: record('R', { a: int, b: trailing(bool) }), value: { a: 1, b: undefined }, bytes: '00000001' },
  ])('$value as $bytes', ({ type, value, bytes }) => {
    expect(encode(type, value)).toEqual(hex(bytes));
    expect(type.read(new Reader(hex(bytes)))).toEqual(value);
  });
});

describe('bytes that are no value fail MALFORMED', () => {
  test.each<{ why: string; type: JuteType<unknown>; bytes: string }>([
    { why: 'a truncated int', type: int, bytes: '000001' },
    { why: 'a truncated long', type: long, bytes: '00000000000001' },
    { why: 'no bool', type: bool, bytes: '' },
    { why: 'a buffer that claims more than there is', type: buffer, bytes: '00000002 07' },
    { why: 'a buffer of 2 GiB', type: buffer, bytes: '7fffffff 07' },
    { why: 'a buffer of length -2', type: buffer, bytes: 'fffffffe' },
    { why: 'a string of length -2', type: nullableString, bytes: 'fffffffe 61' },
    { why: 'a null string where one is needed', type: ustring, bytes: 'ffffffff' },
    { why: 'a null vector where one is needed', type: vector(int), bytes: 'ffffffff' },
    { why: 'a vector that claims more elements than bytes', type: vector(bool), bytes: '7fffffff 01' },
    { why: 'a vector of length -5', type: vector(bool), bytes: 'fffffffb' },
  ])('$why', ({ type, bytes }) => {
    expect(codeOf(() => type.read(new Reader(hex(bytes))))).toBe('MALFORMED');
  });
});

test('any bool but 0 is true', () => {
  expect(bool.read(new Reader(hex('40')))).toBe(true);
});

test('text that is not UTF-8 is read with replacement characters', () => {
  expect(ustring.read(new Reader(hex('00000002 61ff')))).toBe('a\ufffd');
});

test('every string, buffer and long comes back as it was written', () => {
  const Row = record('Row', { text: ustring, bytes: buffer, number: long, list: vector(ustring) });
  const arbitrary = fc.record({
    text: fc.string({ unit: 'binary' }),
    bytes: fc.option(fc.uint8Array().map(bytes => Buffer.from(bytes))),
    number: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    list: fc.array(fc.string({ unit: 'grapheme' })),
  });
  fc.assert(
    fc.property(arbitrary, row => {
      expect(Row.read(new Reader(encode(Row, row)))).toEqual(row);
    }),
  );
});

test('a writer grows, and is empty once its bytes are taken', () => {
  const writer = new Writer();
  writer.string('x'.repeat(5_000));
  expect(writer.take()).toHaveLength(5_004);
  expect(writer.length).toBe(0);
  expect(writer.frame(into => into.int(9))).toEqual(hex('00000004 00000009'));
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  return 'none';
}
