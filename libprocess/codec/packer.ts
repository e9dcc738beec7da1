/**
 * Writes values as msgpack: nil, booleans, numbers, texts, bytes and lists, which is all that bodies are made of.
 *
 * By hand, because the compiled coders write field by field, without a list in between, and because pieces are written
 * one behind the other into slabs of memory. What has been written once is never written again, so a piece may be
 * handed to a socket as it is.
 */

const SLAB_BYTES = 64 * 1024;
/** The most that a value without parts takes: its type and a double. */
const SCALAR_BYTES_MAX = 9;
/** Texts up to this are written letter by letter, which is faster than a call into the buffer. */
const SHORT_TEXT = 40;
const TWO_TO_32 = 0x1_0000_0000;

export class Packer {
  /** Where the piece lies: from `start` to `end` of `slab`. */
  slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  start = 0;
  end = 0;

  /** Begins a piece with room for `head` bytes in front, which the caller fills in. */
  begin(head = 0): void {
    this.start = this.end;
    this.#reserve(head);
    this.end += head;
  }

  /** Drops the piece since `begin`. */
  drop(): void {
    this.end = this.start;
  }

  /** The piece since `begin`. */
  take(): Buffer {
    return this.slab.subarray(this.start, this.end);
  }

  /** Any value at all. @throws TypeError for what is no value of a body: a bug of the codec. */
  value(value: unknown): void {
    if (typeof value === 'number') this.number(value);
    else if (typeof value === 'string') this.text(value);
    else if (value === null || value === undefined) this.nil();
    else if (typeof value === 'boolean') this.bool(value);
    else if (Array.isArray(value)) this.#values(value);
    else if (value instanceof Uint8Array) this.bytes(value);
    else throw new TypeError(`a ${typeof value} cannot be packed`);
  }

  nil(): void {
    this.#byte(0xc0);
  }

  bool(value: boolean, name?: string): void {
    if (typeof value !== 'boolean') throw unfit(value, 'a boolean', name);
    this.#byte(value ? 0xc3 : 0xc2);
  }

  number(value: number, name?: string): void {
    if (typeof value !== 'number') throw unfit(value, 'a number', name);
    if (!Number.isSafeInteger(value)) this.#double(value);
    else if (value >= 0) this.#positive(value);
    else if (value >= -32) this.#byte(value + 256);
    else if (value >= -0x8000_0000) this.#sized(0xd2, 4, value + TWO_TO_32);
    else this.#wide(0xd3, value);
  }

  text(text: string, name?: string): void {
    if (typeof text !== 'string') throw unfit(text, 'a text', name);
    if (text.length <= SHORT_TEXT && this.#shortText(text)) return;
    const length = Buffer.byteLength(text);
    this.#head(0xd9, length);
    this.end += this.slab.write(text, this.end, length, 'utf8');
  }

  bytes(bytes: Uint8Array, name?: string): void {
    if (!(bytes instanceof Uint8Array)) throw unfit(bytes, 'bytes', name);
    this.#head(0xc4, bytes.length);
    this.#copy(bytes);
  }

  /** The head of a list: `length` values follow. */
  list(length: number): void {
    if (length < 16) this.#byte(0x90 | length);
    else if (length < 0x1_0000) this.#sized(0xdc, 2, length);
    else this.#sized(0xdd, 4, length);
  }

  /** A value that was packed before. */
  packed(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#copy(bytes);
  }

  #values(list: readonly unknown[]): void {
    this.list(list.length);
    for (const each of list) this.value(each);
  }

  #positive(value: number): void {
    if (value < 0x80) this.#byte(value);
    else if (value < 0x100) this.#sized(0xcc, 1, value);
    else if (value < 0x1_0000) this.#sized(0xcd, 2, value);
    else if (value < TWO_TO_32) this.#sized(0xce, 4, value);
    else this.#wide(0xcf, value);
  }

  #double(value: number): void {
    this.#reserve(SCALAR_BYTES_MAX);
    this.slab[this.end] = 0xcb;
    this.end = this.slab.writeDoubleBE(value, this.end + 1);
  }

  /** Eight bytes, in two's complement. */
  #wide(type: number, value: number): void {
    const high = Math.floor(value / TWO_TO_32);
    this.#sized(type, 4, high < 0 ? high + TWO_TO_32 : high);
    this.#reserve(4);
    this.#put(4, value - high * TWO_TO_32);
  }

  /** False when it has letters beyond ASCII. */
  #shortText(text: string): boolean {
    const { length } = text;
    this.#reserve(length + 2);
    const { slab } = this;
    let at = this.end;
    if (length < 32) slab[at++] = 0xa0 | length;
    else {
      slab[at++] = 0xd9;
      slab[at++] = length;
    }
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      slab[at++] = code;
    }
    this.end = at;
    return true;
  }

  /** Room for them has been made. */
  #copy(bytes: Uint8Array): void {
    this.slab.set(bytes, this.end);
    this.end += bytes.length;
  }

  /** The head of a text or of bytes, with room for them. */
  #head(type: number, length: number): void {
    this.#reserve(SCALAR_BYTES_MAX + length);
    if (length < 0x100) this.#sized(type, 1, length);
    else if (length < 0x1_0000) this.#sized(type + 1, 2, length);
    else this.#sized(type + 2, 4, length);
  }

  #sized(type: number, width: number, value: number): void {
    this.#byte(type);
    this.#put(width, value);
  }

  #byte(byte: number): void {
    this.#reserve(SCALAR_BYTES_MAX);
    this.slab[this.end] = byte;
    this.end += 1;
  }

  #put(width: number, value: number): void {
    const { slab } = this;
    const at = this.end;
    this.end = at + width;
    if (width === 1) slab[at] = value;
    else if (width === 2) slab.writeUInt16BE(value, at);
    else slab.writeUInt32BE(value, at);
  }

  /** Room for `count` bytes more; a piece that has begun moves along to a new slab. */
  #reserve(count: number): void {
    if (this.end + count <= this.slab.length) return;
    const begun = this.take();
    const size = Math.max(SLAB_BYTES, (begun.length + count) * 2);
    this.slab = Buffer.allocUnsafeSlow(size);
    this.slab.set(begun);
    this.start = 0;
    this.end = begun.length;
  }
}

function unfit(value: unknown, wanted: string, name?: string): TypeError {
  const found = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  return new TypeError(`${name === undefined ? '' : `${name}: `}${found} cannot be packed as ${wanted}`);
}
