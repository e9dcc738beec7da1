/**
 * Frames: what travels over a native link.
 *
 *   ┌────────────┬─────────┬──────────────────────────┐
 *   │ u32 length │ u8 kind │ msgpack: one list        │      length counts the kind and the list
 *   └────────────┴─────────┴──────────────────────────┘
 *
 *   hello     [version, address, incarnation, nonce]     the first frame of either side; the nonce may be nil
 *   proof     [proof]                                    the second, where the two share a secret
 *   names     [name, [struct, fields], …]…               messages that will be sent by their index from now on
 *   message   [index, to, from, ask or 0, body]          `from` is an id at the sender's address, or a whole PID
 *   answer    [ask, index, true, value]                  or [ask, index, false, code, message]
 *   discard   [ask]                                      the asker has lost interest
 *   ping, pong []
 *
 * Pure. Decoding trusts nothing: a hostile frame fails MALFORMED, and costs no more memory than its own bytes deserve.
 */
import { Failure, MALFORMED } from '../failure.ts';
import { Packer, Unpacker } from './pack.ts';

/** The largest frame, once a peer has said who it is. */
export const FRAME_BYTES_MAX = 16 * 1024 * 1024;
/** The largest frame before that. */
export const HELLO_BYTES_MAX = 64 * 1024;

export const FRAME = { hello: 1, names: 2, message: 3, answer: 4, discard: 5, ping: 6, pong: 7, proof: 8 } as const;

const LENGTH_BYTES = 4;
const HEAD_BYTES = LENGTH_BYTES + 1;

const packer = new Packer();
const unpacker = new Unpacker();

/**
 * A frame; those that are encoded one after the other mostly lie so in memory.
 *
 * @throws Failure FRAME_TOO_LARGE.
 */
export function encodeFrame(kind: number, list: readonly unknown[]): Buffer {
  packer.begin(HEAD_BYTES);
  packer.list(list);
  const frame = packer.take();
  const length = frame.length - LENGTH_BYTES;
  if (length > FRAME_BYTES_MAX) {
    packer.drop();
    throw new Failure(`a frame of ${length} bytes is over the limit of ${FRAME_BYTES_MAX}`, 'FRAME_TOO_LARGE');
  }
  frame.writeUInt32BE(length, 0);
  frame[LENGTH_BYTES] = kind;
  return frame;
}

/**
 * The list that a frame holds. Its bytes lie in `bytes`: copy what is kept.
 *
 * @throws Failure MALFORMED unless `bytes` from `start` to `end` are one list.
 */
export function decodeList(bytes: Buffer, start = 0, end = bytes.length): readonly unknown[] {
  return unpacker.list(bytes, start, end);
}

/** Takes a frame: the bytes of its list are those of `bytes` from `start` to `end`. */
export type TakeFrame = (kind: number, bytes: Buffer, start: number, end: number) => void;

/** Cuts a stream of bytes into frames. */
export class FrameDecoder {
  /** Frames over this are refused; raised once the peer has said who it is. */
  bytesMax = HELLO_BYTES_MAX;
  readonly #take: TakeFrame;
  readonly #chunks: Buffer[] = [];
  #buffered = 0;
  /** Nothing can be done before this much is there. */
  #needed = HEAD_BYTES;

  constructor(take: TakeFrame) {
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
      this.#take(bytes[at + LENGTH_BYTES] as number, bytes, at + HEAD_BYTES, end);
      at = end;
    }
  }
}
