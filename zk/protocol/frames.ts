/**
 * Cuts a stream of bytes into frames: an int length, then so many bytes.
 *
 * Source: Apache ZooKeeper NIOServerCnxn (readLength), jute.maxbuffer.
 */
import { Failure, MALFORMED } from '../../libprocess/index.ts';

/** jute.maxbuffer: longer frames end the connection. */
export const FRAME_BYTES_MAX = 1_048_575;

const LENGTH_BYTES = 4;
const NONE = Buffer.alloc(0);

/** Takes chunks as they come and gives the frames that are whole. */
export class FrameDecoder {
  readonly #bytesMax: number;
  /** The chunk that is being cut up. */
  #chunk: Buffer = NONE;
  #at = 0;
  /** Chunks that belong to a frame that is not whole: joined once they suffice, so that no byte is copied twice. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  constructor(bytesMax = FRAME_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** How many bytes have come that no frame has taken. */
  get buffered(): number {
    return this.#chunk.length - this.#at + this.#waitingBytes;
  }

  push(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
  }

  /** The int that comes next, not taken: a length, or a four-letter word. Null until four bytes are there. */
  peek(): number | null {
    return this.#have(LENGTH_BYTES) ? this.#chunk.readInt32BE(this.#at) : null;
  }

  /**
   * The next frame, without its length: a view of what came. Null until it is whole.
   *
   * @throws Failure MALFORMED when its length is negative or too great: nothing behind it can be read then.
   */
  next(): Buffer | null {
    const length = this.peek();
    if (length === null) return null;
    if (length < 0 || length > this.#bytesMax) {
      throw new Failure(`a frame of ${length} bytes; at most ${this.#bytesMax} will do`, MALFORMED);
    }
    if (!this.#have(LENGTH_BYTES + length)) return null;
    const from = this.#at + LENGTH_BYTES;
    this.#at = from + length;
    return this.#chunk.subarray(from, this.#at);
  }

  /** Whether `count` bytes are there; if so they are in the chunk, in one piece. */
  #have(count: number): boolean {
    const inChunk = this.#chunk.length - this.#at;
    if (inChunk >= count) return true;
    if (inChunk + this.#waitingBytes < count) return false;
    const rest = inChunk > 0 ? [this.#chunk.subarray(this.#at)] : [];
    const [first = NONE, ...others] = [...rest, ...this.#waiting];
    this.#chunk = others.length === 0 ? first : Buffer.concat([first, ...others]);
    this.#at = 0;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return true;
  }
}
