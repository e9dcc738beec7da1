/**
 * Writes Jute, the encoding of everything that ZooKeeper sends: big-endian, no padding, no tags.
 *
 *   bool 1 byte · int 4 · long 8 · buffer, string: int length + bytes · vector: int count + elements · null: length -1
 *
 * Source: Apache ZooKeeper zookeeper-jute (BinaryOutputArchive).
 */

const FIRST_BYTES = 256;
/** More than this is not kept for the next frame. */
const KEPT_BYTES_MAX = 1024 * 1024;
const LENGTH_BYTES = 4;
/** What one UTF-16 unit can take in UTF-8. */
const UNIT_BYTES_MAX = 3;
/** Up to this length a loop is faster than a call out of JavaScript: paths and names are short. */
const SHORT_UNITS_MAX = 64;

/** Collects Jute values, one behind the other, in one growing buffer. */
export class Writer {
  #bytes: Buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  /** How many bytes have been written. */
  get length(): number {
    return this.#length;
  }

  bool(value: boolean): void {
    const at = this.#grow(1);
    this.#bytes[at] = value ? 1 : 0;
  }

  int(value: number): void {
    const at = this.#grow(4);
    this.#bytes.writeInt32BE(value, at);
  }

  long(value: bigint): void {
    const at = this.#grow(8);
    this.#bytes.writeBigInt64BE(value, at);
  }

  /** Not in ZooKeeper's protocol: for numbers up to 2^53 in files of our own. */
  double(value: number): void {
    const at = this.#grow(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  /** Null and empty are different on the wire: length -1 and 0. */
  buffer(value: Uint8Array | null): void {
    this.int(value === null ? -1 : value.length);
    if (value === null) return;
    const at = this.#grow(value.length);
    this.#bytes.set(value, at);
  }

  string(value: string | null): void {
    if (value === null) {
      this.int(-1);
      return;
    }
    const at = this.#grow(LENGTH_BYTES + value.length * UNIT_BYTES_MAX);
    const short = value.length <= SHORT_UNITS_MAX && this.#writeAscii(value, at + LENGTH_BYTES);
    const written = short ? value.length : this.#bytes.write(value, at + LENGTH_BYTES, 'utf8');
    this.#bytes.writeInt32BE(written, at);
    this.#length = at + LENGTH_BYTES + written;
  }

  /** What was written, as bytes of its own; the writer is empty then. */
  take(): Buffer {
    const bytes = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.clear();
    return bytes;
  }

  /** What `write` writes, behind its length; the writer must be empty, and is so afterwards. */
  frame(write: (writer: Writer) => void): Buffer {
    this.int(0);
    write(this);
    this.#bytes.writeInt32BE(this.#length - LENGTH_BYTES, 0);
    return this.take();
  }

  /** Forgets what was written. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES_MAX) this.#bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  /** False when `value` is not all ASCII. */
  #writeAscii(value: string, at: number): boolean {
    const bytes = this.#bytes;
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) return false;
      bytes[at + index] = unit;
    }
    return true;
  }

  /** Makes room for `count` bytes, counts them as written, and returns where they begin. */
  #grow(count: number): number {
    const at = this.#length;
    this.#length = at + count;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    return at;
  }
}
