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
