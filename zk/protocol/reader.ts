/**
 * Reads Jute. Whatever the bytes are, each read gives a value or fails MALFORMED: nothing is read behind the end, and no
 * length that the bytes claim is believed before it is compared with what is there.
 *
 * Source: Apache ZooKeeper zookeeper-jute (BinaryInputArchive).
 */
import { Failure, MALFORMED } from '../../libprocess/index.ts';

/** Takes Jute values from `bytes`, one after the other. */
export class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Uint8Array, from = 0) {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#at = from;
  }

  /** How many bytes have not been read. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Any byte but 0 is true. */
  bool(): boolean {
    return this.#bytes[this.#take(1, 'bool')] !== 0;
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#take(4, 'int'));
  }

  long(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8, 'long'));
  }

  /** What Writer.double wrote. */
  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8, 'double'));
  }

  /** A view of the bytes that are read from: copy it to keep it. */
  buffer(): Buffer | null {
    const length = this.#length('buffer');
    if (length === -1) return null;
    const at = this.#take(length, 'buffer');
    return this.#bytes.subarray(at, at + length);
  }

  /** What is not UTF-8 becomes U+FFFD, as it does in Java. */
  string(): string | null {
    const length = this.#length('string');
    if (length === -1) return null;
    const at = this.#take(length, 'string');
    return this.#bytes.toString('utf8', at, at + length);
  }

  /** The count of a vector's elements; -1 for null. Each takes a byte or more, so that more cannot be true. */
  count(): number {
    const count = this.#length('vector');
    if (count > this.left) throw new Failure(`a vector of ${count} elements in ${this.left} bytes`, MALFORMED);
    return count;
  }

  #length(what: string): number {
    const length = this.int();
    if (length < -1) throw new Failure(`a ${what} of length ${length}`, MALFORMED);
    return length;
  }

  #take(count: number, what: string): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) {
      throw new Failure(`a ${what} of ${count} bytes, of which ${this.left} are there`, MALFORMED);
    }
    this.#at = at + count;
    return at;
  }
}
