/**
 * Frames: what travels over a native link.
 *
 *   ┌────────────┬─────────┬──────────────────────────┐
 *   │ u32 length │ u8 kind │ msgpack: one list        │      length counts the kind and the list
 *   └────────────┴─────────┴──────────────────────────┘
 *
 *   hello     [version, address, incarnation]            the first frame of either side
 *   names     [name, [struct, fields], …]…               messages that will be sent by their index from now on
 *   message   [index, to, from, ask or 0, body]          `from` is an id at the sender's address, or a whole PID
 *   answer    [ask, index, true, value]                  or [ask, index, false, code, message]
 *   discard   [ask]                                      the asker has lost interest
 *   ping, pong []
 *
 * Pure. Decoding trusts nothing: a hostile frame fails MALFORMED, and costs no more memory than its own bytes deserve.
 */
import { Packr } from 'msgpackr';
import { Failure, MALFORMED } from '../failure.ts';

/** The largest frame, once a peer has said who it is. */
export const FRAME_BYTES_MAX = 16 * 1024 * 1024;
/** The largest frame before that. */
export const HELLO_BYTES_MAX = 64 * 1024;

export const FRAME = { hello: 1, names: 2, message: 3, answer: 4, discard: 5, ping: 6, pong: 7 } as const;

const LENGTH_BYTES = 4;
const HEAD_BYTES = LENGTH_BYTES + 1;
/** msgpackr: leaves this many bytes free in front (its RESERVE_START_SPACE flag with the count). */
const RESERVE_HEAD = 2048 | HEAD_BYTES;

const packr = new Packr({
  useRecords: false,
  encodeUndefinedAsNil: true,
  int64AsType: 'number',
  copyBuffers: true, // Bytes of a body may be kept for long: they must not keep a socket's whole buffer.
});

/** @throws Failure FRAME_TOO_LARGE. */
export function encodeFrame(kind: number, list: readonly unknown[]): Buffer {
  const frame = packr.pack(list, RESERVE_HEAD);
  const length = frame.length - LENGTH_BYTES;
  if (length > FRAME_BYTES_MAX) {
    throw new Failure(`a frame of ${length} bytes is over the limit of ${FRAME_BYTES_MAX}`, 'FRAME_TOO_LARGE');
  }
  frame.writeUInt32BE(length, 0);
  frame[LENGTH_BYTES] = kind;
  return frame;
}

/** @throws Failure MALFORMED unless `bytes` are one list of msgpack. */
export function decodeList(bytes: Uint8Array): readonly unknown[] {
  checkPacked(bytes);
  let value: unknown;
  try {
    value = packr.unpack(bytes);
  } catch (error) {
    // The lengths are right, so what is left is a nesting that is too deep for the stack.
    throw new Failure('a frame cannot be unpacked', MALFORMED, { cause: error });
  }
  if (!Array.isArray(value)) throw new Failure('a frame holds no list', MALFORMED);
  return value;
}

/** Cuts a stream of bytes into frames. */
export class FrameDecoder {
  /** Frames over this are refused; raised once the peer has said who it is. */
  bytesMax = HELLO_BYTES_MAX;
  readonly #take: (kind: number, body: Buffer) => void;
  readonly #chunks: Buffer[] = [];
  #buffered = 0;
  /** Nothing can be done before this much is there. */
  #needed = HEAD_BYTES;

  constructor(take: (kind: number, body: Buffer) => void) {
    this.#take = take;
  }

  /** @throws Failure MALFORMED, and whatever `take` throws; the rest of the stream has no meaning then. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    if (this.#buffered < this.#needed) return;
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const rest = bytes.subarray(this.#takeAll(bytes));
    this.#chunks.length = 0;
    this.#buffered = rest.length;
    if (rest.length > 0) this.#chunks.push(rest);
  }

  /** Takes all whole frames; returns where the first that is not whole begins. */
  #takeAll(bytes: Buffer): number {
    let at = 0;
    for (;;) {
      this.#needed = HEAD_BYTES;
      if (bytes.length - at < HEAD_BYTES) return at;
      const length = bytes.readUInt32BE(at);
      if (length === 0 || length > this.bytesMax) {
        throw new Failure(`a frame of ${length} bytes: want 1 to ${this.bytesMax}`, MALFORMED);
      }
      this.#needed = LENGTH_BYTES + length;
      const end = at + LENGTH_BYTES + length;
      if (bytes.length < end) return at;
      this.#take(bytes[at + LENGTH_BYTES] as number, bytes.subarray(at + HEAD_BYTES, end));
      at = end;
    }
  }
}

/** How many bytes follow the first of a value that has no parts: 0xc0 to 0xdb, without texts and bytes. */
const FIXED: Readonly<Record<number, number>> = {
  192: 0, // nil
  194: 0, // false
  195: 0, // true
  202: 4, // float 32
  203: 8, // float 64
  204: 1, // uint 8 …
  205: 2,
  206: 4,
  207: 8,
  208: 1, // int 8 …
  209: 2,
  210: 4,
  211: 8,
};

/**
 * Refuses what claims more than is there: the five bytes of a list of a thousand million elements would have msgpackr
 * reserve the memory for them. Extensions, which no body of ours has, are refused as well.
 */
function checkPacked(bytes: Uint8Array): void {
  let at = 0;
  let values = 1;
  while (values > 0) {
    if (values > bytes.length - at) throw new Failure('a frame claims more than it holds', MALFORMED);
    const first = bytes[at] as number;
    at += 1;
    values -= 1;
    if (first <= 0x7f || first >= 0xe0) continue;
    if (first <= 0x8f) values += (first & 0x0f) * 2;
    else if (first <= 0x9f) values += first & 0x0f;
    else if (first <= 0xbf) at += first & 0x1f;
    else if (first >= 0xdc) {
      const width = first & 1 ? 4 : 2;
      const length = uint(bytes, at, width);
      at += width;
      values += first >= 0xde ? length * 2 : length;
    } else {
      const fixed = FIXED[first];
      if (fixed !== undefined) at += fixed;
      else at = afterText(bytes, at, first);
    }
  }
  if (at !== bytes.length) throw new Failure('a frame holds more than one value', MALFORMED);
}

/** Where a text (0xd9 to 0xdb) or bytes (0xc4 to 0xc6) end. */
function afterText(bytes: Uint8Array, at: number, first: number): number {
  const size = first >= 0xd9 ? first - 0xd9 : first - 0xc4;
  if (size < 0 || size > 2) throw new Failure(`a frame holds the unknown type ${first}`, MALFORMED);
  const width = 1 << size;
  return at + width + uint(bytes, at, width);
}

function uint(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = 0; index < width; index++) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}
