import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FRAME_BYTES_MAX, FrameDecoder } from '../../../zk/protocol/frames.ts';

const framed = (payload: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(payload.length);
  return Buffer.concat([length, payload]);
};

test('however a stream is cut up, the same frames come out', () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(payloads, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (expected, sizes) => {
      const stream = Buffer.concat(expected.map(framed));
      const decoder = new FrameDecoder();
      const frames: Uint8Array[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        decoder.push(stream.subarray(at, at + size));
        at += size;
        for (let frame = decoder.next(); frame !== null; frame = decoder.next()) frames.push(new Uint8Array(frame));
      }
      expect(frames).toEqual(expected);
      expect(decoder.buffered).toBe(0);
    }),
  );
});

test.each([-1, -(2 ** 31), FRAME_BYTES_MAX + 1])('a length of %i is refused before its bytes are there', length => {
  const head = Buffer.alloc(4);
  head.writeInt32BE(length);
  const decoder = new FrameDecoder();
  decoder.push(head);
  expect(() => decoder.next()).toThrow(`a frame of ${length} bytes`);
});

test('the greatest length is waited for', () => {
  const decoder = new FrameDecoder();
  decoder.push(framed(Buffer.alloc(FRAME_BYTES_MAX)).subarray(0, -1));
  expect(decoder.next()).toBeNull();
  decoder.push(Buffer.alloc(1));
  expect(decoder.next()).toHaveLength(FRAME_BYTES_MAX);
});

test('the first four bytes can be looked at before they are taken', () => {
  const decoder = new FrameDecoder();
  decoder.push(Buffer.from('ru'));
  expect(decoder.peek()).toBeNull();
  decoder.push(Buffer.from('ok'));
  expect(decoder.peek()).toBe(Buffer.from('ruok').readInt32BE());
});
