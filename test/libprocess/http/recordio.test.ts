/** RecordIO, however the stream is cut into pieces. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRecord, Failure, RecordDecoder } from '../../../libprocess/index.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test('a record is its length, a newline and its bytes, in one piece', () => {
  expect(text(encodeRecord(Buffer.from('{"type":"HEARTBEAT"}')))).toBe('20\n{"type":"HEARTBEAT"}');
});

test('records come out whole wherever the stream was cut', () => {
  const records = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(records, fc.integer({ min: 1, max: 30 }), (wanted, size) => {
      const stream = Buffer.concat(wanted.map(encodeRecord));
      const decoder = new RecordDecoder();
      const got: Uint8Array[] = [];
      for (let at = 0; at < stream.length; at += size) got.push(...decoder.decode(stream.subarray(at, at + size)));
      expect(got.map(bytes => [...bytes])).toEqual(wanted.map(bytes => [...bytes]));
    }),
  );
});

test.each(['abc\n', '-1\n', '1.5\n{}', '\n', '9'.repeat(30), '99999999999\n'])('%j does not begin a record', stream => {
  expect(() => new RecordDecoder().decode(Buffer.from(stream))).toThrow(Failure);
});

test('one stream that was refused stays refused', () => {
  const decoder = new RecordDecoder();
  expect(() => decoder.decode(Buffer.from('x'))).toThrow(Failure);
  expect(() => decoder.decode(Buffer.from('1\na'))).toThrow("'x' is not the length of a record");
});

/** All that comes of `stream` when it is cut after each of `cuts` bytes, by turns. */
function decodeAll(stream: Uint8Array, cuts: readonly number[]) {
  const decoder = new RecordDecoder();
  const records: string[] = [];
  try {
    for (let at = 0, turn = 0; at < stream.length; turn++) {
      const size = cuts[turn % cuts.length] ?? 1;
      records.push(...decoder.decode(stream.subarray(at, at + size)).map(text));
      at += size;
    }
    return { records, failure: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { records, failure: error.code };
  }
}

test('garbage, however it is cut, yields records or is refused as MALFORMED, and both alike for every cut', () => {
  // Digits and newlines are what a length is made of, so garbage of those goes furthest.
  const byte = fc.oneof(fc.constantFrom(0x0a, 0x30, 0x31, 0x32), fc.integer({ min: 0, max: 255 }));
  const stream = fc.array(byte, { maxLength: 60 }).map(bytes => Uint8Array.from(bytes));
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(stream, cuts, (bytes, sizes) => {
      const [one, some] = [decodeAll(bytes, [1]), decodeAll(bytes, sizes)];
      expect(some.failure).toBe(one.failure);
      // Records that end in the piece that is refused are lost with it.
      expect(some.records).toEqual(one.records.slice(0, some.records.length));
      if (some.failure === null) expect(some.records).toEqual(one.records);
    }),
    { numRuns: 2_000 },
  );
});

test('a large record that trickles in is put together without keeping every piece', () => {
  const record = Buffer.alloc(1 << 20, 'abcdefg');
  const stream = encodeRecord(record);
  const decoder = new RecordDecoder();
  const got: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += 3) got.push(...decoder.decode(stream.subarray(at, at + 3)));
  expect(got).toHaveLength(1);
  expect(Buffer.compare(got[0] ?? Buffer.alloc(0), record)).toBe(0);
});
