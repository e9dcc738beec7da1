/** Frames: whole, in pieces, and from hostile peers. */
import fc from 'fast-check';
import { unpack } from 'msgpackr';
import { expect, test } from 'vitest';
import { Failure } from '../../../libprocess/index.ts';
import { Batch } from '../../../libprocess/transport/batch.ts';
import {
  decodeList,
  encodeFrame,
  FRAME,
  FRAME_BYTES_MAX,
  FrameDecoder,
  HELLO_BYTES_MAX,
  writeFrame,
} from '../../../libprocess/transport/frame.ts';

const value = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true }),
    fc.maxSafeInteger(),
    fc.string(),
    fc.array(tie('value')),
  ),
})).value;

function decoderInto(frames: [number, readonly unknown[]][]): FrameDecoder {
  return new FrameDecoder((kind, ...range) => frames.push([kind, decodeList(...range)]));
}

/** `bytes` cut at `cuts`. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set(cuts.map(cut => cut % (bytes.length + 1)))].sort((one, other) => one - other);
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
}

test('frames come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.array(value)), fc.array(fc.nat()), (lists, cuts) => {
      const frames: [number, readonly unknown[]][] = [];
      const decoder = decoderInto(frames);
      for (const piece of pieces(Buffer.concat(lists.map(list => encodeFrame(FRAME.message, list))), cuts)) {
        decoder.push(piece);
      }
      expect(frames).toEqual(lists.map(list => [FRAME.message, list.map(withoutMinusZero)]));
    }),
  );
});

test.each([
  ...[0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e300],
  ...[-1, -32, -33, -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53) + 1, 0.5, -0.5, Infinity],
])('the number %d comes out as it went in, as msgpack', number => {
  const frame = encodeFrame(FRAME.message, [number]);
  expect([decodeList(frame, 5), unpack(frame.subarray(5)).map(Number)]).toEqual([[number], [number]]);
});

test.each([31, 32, 40, 41, 255, 256, 65_535, 65_536, 200_000])('texts and bytes of %d come out, as msgpack', length => {
  const list = ['a'.repeat(length), 'ä'.repeat(length), new Uint8Array(length).fill(7)];
  const frame = encodeFrame(FRAME.message, list);
  const [ascii, other, bytes] = decodeList(frame, 5);
  expect([ascii, other, Buffer.from(bytes as Uint8Array)]).toEqual([list[0], list[1], Buffer.alloc(length, 7)]);
  expect(unpack(frame.subarray(5))).toEqual([list[0], list[1], Buffer.alloc(length, 7)]);
});

test('texts of one hash are not taken for one another', () => {
  const texts = ['Aa', 'BB', 'ä', '\u00c3\u00a4', ''];
  for (const text of [...texts, ...texts]) expect(decodeList(encodeFrame(FRAME.message, [text]), 5)).toEqual([text]);
});

test('frames that were encoded one after the other are one piece of a batch, others are not', () => {
  const batch = new Batch();
  const frames: Buffer[] = [];
  for (let index = 0; index < 10; index++) {
    const frame = writeFrame(FRAME.message, [index]);
    frames.push(Buffer.from(frame.take()));
    batch.add(frame);
  }
  const alone = Buffer.from('alone');
  batch.add({ slab: alone, start: 0, end: alone.length });
  const pieces = batch.take();
  expect(pieces.length).toBeLessThan(4); // A slab may have ended in between.
  expect(Buffer.concat(pieces)).toEqual(Buffer.concat([...frames, alone]));
  expect([batch.bytes, batch.take()]).toEqual([0, []]);
});

test('whatever comes, decoding fails with a Failure or not at all', () => {
  const hostile = fc.uint8Array({ maxLength: 60 }).map(bytes => {
    const frame = Buffer.alloc(4 + bytes.length);
    frame.writeUInt32BE(bytes.length);
    frame.set(bytes, 4);
    return frame;
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(hostile, fc.uint8Array().map(Buffer.from))), chunks => {
      const decoder = decoderInto([]);
      try {
        for (const chunk of chunks) decoder.push(Buffer.from(chunk));
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
      }
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  { bytes: [0xdd, 0xff, 0xff, 0xff, 0xff], why: 'a list of four thousand million elements' },
  { bytes: [0x91, 0xdf, 0x7f, 0xff, 0xff, 0xff], why: 'a map of two thousand million entries' },
  { bytes: [0x91, 0xdb, 0xff, 0xff, 0xff, 0xff], why: 'a text longer than the frame' },
  { bytes: [0x91, 0xd6, 0xff, 0, 0, 0, 0], why: 'an extension' },
  { bytes: [0x91, 0xc1], why: 'a type that does not exist' },
  { bytes: [0x90, 0x90], why: 'two values' },
  { bytes: [0x80], why: 'no list' },
  { bytes: [], why: 'nothing' },
])('$why is refused', ({ bytes }) => {
  expect(() => decodeList(Buffer.from(bytes))).toThrow(Failure);
});

test('lists in one another to any depth are refused, not the end of the process', () => {
  expect(() => decodeList(Buffer.concat([Buffer.alloc(1_000_000, 0x91), Buffer.of(0x90)]))).toThrow(Failure);
});

test('a frame over the limit is refused at its head, before its body comes', () => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(HELLO_BYTES_MAX + 1);
  expect(() => decoderInto([]).push(head)).toThrow(Failure);
  const decoder = decoderInto([]);
  decoder.bytesMax = FRAME_BYTES_MAX;
  decoder.push(head);
});

test('what is too large for a frame is not encoded', () => {
  expect(() => encodeFrame(FRAME.message, [Buffer.alloc(FRAME_BYTES_MAX)])).toThrow(
    expect.objectContaining({ code: 'FRAME_TOO_LARGE' }),
  );
});

function withoutMinusZero(item: unknown): unknown {
  if (Array.isArray(item)) return item.map(withoutMinusZero);
  return item === 0 ? 0 : item;
}
