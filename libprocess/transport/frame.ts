/**
 * Frames: what travels over a native link.
 *
 *   ┌────────────┬─────────┬──────────────────────────┐
 *   │ u32 length │ u8 kind │ msgpack: one list        │      length counts the kind and the list
 *   └────────────┴─────────┴──────────────────────────┘
 *
 *   hello     [version, address, incarnation, nonce]     the first frame of either side; the nonce may be nil
 *   proof     [proof]                                    the second, where the two share a secret
 *   names     [name, [struct, fields]…]…                 messages that will be sent by their index from now on
 *   receiver  [slot, id]                                 an actor of the other side, called by its slot from now on
 *   sender    [slot, id]                                 an actor of ours, or, as a whole PID, of somebody else's
 *   message   [index, receiver, sender, ask, body]       by their slots; `ask` numbers a question, 0 is none
 *             [index, receiver, sender, ask, id, body]   where somebody traces: the envelope's id at the sender
 *   answer    [ask, index, value]                        of the message `index`
 *   failure   [ask, code, words]                         the other answers
 *   discarded [ask]
 *   discard   [ask]                                      the asker has lost interest
 *   ping, pong []
 *
 * Decoding trusts nothing: a hostile frame fails, and costs no more memory than its own bytes deserve.
 */
import { Packer } from '../codec/packer.ts';
import { Unpacker } from '../codec/unpacker.ts';
import { Failure, MALFORMED } from '../failure.ts';

/** The largest frame, once a peer has said who it is. */
export const FRAME_BYTES_MAX = 16 * 1024 * 1024;
/** The largest frame before that. */
export const HELLO_BYTES_MAX = 64 * 1024;

export const FRAME = {
  hello: 1,
  names: 2,
  message: 3,
  answer: 4,
  discard: 5,
  ping: 6,
  pong: 7,
  proof: 8,
  receiver: 9,
  sender: 10,
  failure: 11,
  discarded: 12,
} as const;

const LENGTH_BYTES = 4;
/** What comes before the list. */
export const HEAD_BYTES = LENGTH_BYTES + 1;

/** Writes the frames of all links of this thread, one behind the other: `beginFrame`, the list, `endFrame`. */
export const packer = new Packer();
/** Reads the frames of all links of this thread, one at a time. */
export const unpacker = new Unpacker();

export function beginFrame(): void {
  packer.begin(HEAD_BYTES);
}

/** The frame is the piece of the packer now. @throws Failure FRAME_TOO_LARGE. */
export function endFrame(kind: number): void {
  const { slab, start, end } = packer;
  const length = end - start - LENGTH_BYTES;
  if (length > FRAME_BYTES_MAX) {
    packer.drop();
    throw new Failure(`a frame of ${length} bytes is over the limit of ${FRAME_BYTES_MAX}`, 'FRAME_TOO_LARGE');
  }
  slab.writeUInt32BE(length, start);
  slab[start + LENGTH_BYTES] = kind;
}

/** Writes a whole frame; it is the piece of the packer now. @throws Failure FRAME_TOO_LARGE. */
export function writeFrame(kind: number, list: readonly unknown[]): Packer {
  beginFrame();
  packer.value(list);
  endFrame(kind);
  return packer;
}

/** A whole frame. @throws Failure FRAME_TOO_LARGE. */
export function encodeFrame(kind: number, list: readonly unknown[]): Buffer {
  return writeFrame(kind, list).take();
}

/** The list that a frame holds. @throws Failure BROKEN unless `bytes` from `start` to `end` are one list. */
export function decodeList(bytes: Buffer, start = 0, end = bytes.length): readonly unknown[] {
  unpacker.begin(bytes, start, end);
  const list = unpacker.value();
  unpacker.done();
  if (!Array.isArray(list)) throw new Failure('a frame holds no list', MALFORMED);
  return list;
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

  /** A frame has begun that has not ended. */
  get isWithin(): boolean {
    return this.#buffered > 0;
  }

  /** @throws Failure MALFORMED, and whatever `take` throws; the rest of the stream has no meaning then. */
  push(chunk: Buffer): void {
    if (this.#buffered === 0) {
      this.#keep(chunk, this.#takeAll(chunk));
      return;
    }
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    if (this.#buffered < this.#needed) return;
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks.length = 0;
    this.#keep(bytes, this.#takeAll(bytes));
  }

  #keep(bytes: Buffer, from: number): void {
    this.#buffered = bytes.length - from;
    if (this.#buffered > 0) this.#chunks.push(bytes.subarray(from));
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
