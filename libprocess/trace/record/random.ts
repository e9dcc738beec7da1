/**
 * Chance that follows from a key, and is fit for secrets for as long as the key is one: AES-256 in counter mode. A
 * recording keeps the key in place of all that was ever drawn.
 */
import { type Cipher, createCipheriv } from 'node:crypto';
import { type Random, systemRandom } from '../../random.ts';

const KEY_BYTES = 32;
const BLOCK = Buffer.alloc(4_096);
const START = Buffer.alloc(16);

/** A key that nobody has had before. */
export function newKey(): Uint8Array {
  return systemRandom.bytes(KEY_BYTES);
}

export class KeyedRandom implements Random {
  readonly #cipher: Cipher;
  #block: Buffer = Buffer.alloc(0);
  #used = 0;

  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv('aes-256-ctr', key, START);
  }

  next(): number {
    const bytes = this.#take(8);
    return ((bytes.readUInt32BE(0) >>> 5) * 2 ** 26 + (bytes.readUInt32BE(4) >>> 6)) / 2 ** 53;
  }

  uuid(): string {
    const bytes = this.#take(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  bytes(count: number): Uint8Array {
    return new Uint8Array(this.#take(count));
  }

  #take(count: number): Buffer {
    if (count > BLOCK.length) return this.#cipher.update(Buffer.alloc(count));
    if (this.#used + count > this.#block.length) {
      this.#block = this.#cipher.update(BLOCK);
      this.#used = 0;
    }
    this.#used += count;
    return this.#block.subarray(this.#used - count, this.#used);
  }
}
