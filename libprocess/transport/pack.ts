/**
 * The values of a frame as msgpack: nil, booleans, numbers, texts, bytes and lists, which is all that bodies are made
 * of. Maps and extensions are refused.
 *
 * By hand, because one pass does what takes msgpackr two (it reserves memory for whatever a list claims to hold, so its
 * input has to be checked before), and because frames can be written one behind the other into one piece of memory.
 *
 * Pure. Reading trusts nothing: it fails MALFORMED, and costs no more memory than the bytes deserve.
 */
import { Failure, MALFORMED } from '../failure.ts';

/** Lists in lists deeper than this are refused; bodies have limits of their own. */
const DEPTH_MAX = 256;
const SLAB_BYTES = 64 * 1024;
/** The most that a value without parts takes: its type and a double. */
const SCALAR_BYTES_MAX = 9;
/** Texts up to this are written and read letter by letter, which is faster than a call into the buffer. */
const SHORT_TEXT = 40;
const TWO_TO_32 = 0x1_0000_0000;

/**
 * Writes values into slabs of memory, one behind the other. What has been taken is never written again, so a piece may
 * be handed to a socket as it is.
 */
export class Packer {
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #start = 0;
  #at = 0;

  /** Begins a piece with room for `head` bytes in front, which the caller fills in. */
  begin(head: number): void {
    this.#start = this.#at;
    this.#reserve(head);
    this.#at += head;
  }

  /** The piece since `begin`. */
  take(): Buffer {
    return this.#slab.subarray(this.#start, this.#at);
  }

  /** Drops the piece since `begin`. */
  drop(): void {
    this.#at = this.#start;
  }

  /** @throws TypeError for what is no value of a body: a bug of the codec. */
  value(value: unknown): void {
    if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'string') this.#text(value);
    else if (value === null || value === undefined) this.#byte(0xc0);
    else if (typeof value === 'boolean') this.#byte(value ? 0xc3 : 0xc2);
    else if (Array.isArray(value)) this.list(value);
    else if (value instanceof Uint8Array) this.#bytes(value);
    else throw new TypeError(`a ${typeof value} cannot be packed`);
  }

  list(list: readonly unknown[]): void {
    const { length } = list;
    if (length < 16) this.#byte(0x90 | length);
    else if (length < 0x1_0000) this.#sized(0xdc, 2, length);
    else this.#sized(0xdd, 4, length);
    for (let index = 0; index < length; index++) this.value(list[index]);
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) this.#double(value);
    else if (value >= 0) this.#positive(value);
    else if (value >= -32) this.#byte(value + 256);
    else if (value >= -0x8000_0000) this.#sized(0xd2, 4, value + TWO_TO_32);
    else this.#wide(0xd3, value);
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
    this.#slab[this.#at] = 0xcb;
    this.#at = this.#slab.writeDoubleBE(value, this.#at + 1);
  }

  /** Eight bytes, in two's complement. */
  #wide(type: number, value: number): void {
    const high = Math.floor(value / TWO_TO_32);
    this.#sized(type, 4, high < 0 ? high + TWO_TO_32 : high);
    this.#reserve(4);
    this.#put(4, value - high * TWO_TO_32);
  }

  #text(text: string): void {
    if (text.length <= SHORT_TEXT && this.#shortText(text)) return;
    const length = Buffer.byteLength(text);
    this.#head(0xd9, length);
    this.#at += this.#slab.write(text, this.#at, length, 'utf8');
  }

  /** False when it has letters beyond ASCII. */
  #shortText(text: string): boolean {
    const { length } = text;
    this.#reserve(length + 2);
    const slab = this.#slab;
    let at = this.#at;
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
    this.#at = at;
    return true;
  }

  #bytes(bytes: Uint8Array): void {
    this.#head(0xc4, bytes.length);
    this.#slab.set(bytes, this.#at);
    this.#at += bytes.length;
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
    this.#slab[this.#at] = byte;
    this.#at += 1;
  }

  #put(width: number, value: number): void {
    const slab = this.#slab;
    const at = this.#at;
    this.#at = at + width;
    if (width === 1) slab[at] = value;
    else if (width === 2) slab.writeUInt16BE(value, at);
    else slab.writeUInt32BE(value, at);
  }

  /** Room for `count` bytes more; a piece that has begun moves along to a new slab. */
  #reserve(count: number): void {
    if (this.#at + count <= this.#slab.length) return;
    const begun = this.#slab.subarray(this.#start, this.#at);
    const size = Math.max(SLAB_BYTES, (begun.length + count) * 2);
    this.#slab = Buffer.allocUnsafeSlow(size);
    this.#slab.set(begun);
    this.#start = 0;
    this.#at = begun.length;
  }
}

/** Texts that came before: ids come again and again. By a hash of their bytes. */
const KNOWN_TEXTS = 1024;

/** Reads values. The bytes of a value lie in the memory that was read: copy what is kept. */
export class Unpacker {
  readonly #known: string[] = new Array(KNOWN_TEXTS).fill('');
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  /** @throws Failure MALFORMED unless `bytes` from `start` to `end` are one list. */
  list(bytes: Buffer, start: number, end: number): readonly unknown[] {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    const value = this.#value(0);
    if (this.#at !== end) throw malformed('holds more than one value');
    if (!Array.isArray(value)) throw malformed('holds no list');
    return value;
  }

  #value(depth: number): unknown {
    const first = this.#uint(1);
    if (first <= 0x7f) return first;
    if (first >= 0xe0) return first - 256;
    if (first >= 0xa0 && first <= 0xbf) return this.#text(first & 0x1f);
    if (first >= 0x90 && first <= 0x9f) return this.#list(first & 0x0f, depth);
    return this.#tagged(first, depth);
  }

  #tagged(first: number, depth: number): unknown {
    switch (first) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.#slice(this.#uint(1));
      case 0xc5:
        return this.#slice(this.#uint(2));
      case 0xc6:
        return this.#slice(this.#uint(4));
      case 0xcb:
        return this.#bytes.readDoubleBE(this.#skip(8));
      case 0xcc:
        return this.#uint(1);
      case 0xcd:
        return this.#uint(2);
      case 0xce:
        return this.#uint(4);
      case 0xcf:
        return this.#uint(4) * TWO_TO_32 + this.#uint(4);
      case 0xd2:
        return this.#uint(4) | 0;
      case 0xd3:
        return (this.#uint(4) | 0) * TWO_TO_32 + this.#uint(4);
      case 0xd9:
        return this.#text(this.#uint(1));
      case 0xda:
        return this.#text(this.#uint(2));
      case 0xdb:
        return this.#text(this.#uint(4));
      case 0xdc:
        return this.#list(this.#uint(2), depth);
      case 0xdd:
        return this.#list(this.#uint(4), depth);
      default:
        throw malformed(`holds the unknown type ${first}`);
    }
  }

  #list(length: number, depth: number): unknown[] {
    if (length > this.#end - this.#at) throw malformed('claims more than it holds');
    if (depth >= DEPTH_MAX) throw malformed(`holds lists deeper than ${DEPTH_MAX}`);
    const list: unknown[] = [];
    for (let index = 0; index < length; index++) list.push(this.#value(depth + 1));
    return list;
  }

  #text(length: number): string {
    const start = this.#skip(length);
    if (length > SHORT_TEXT) return this.#bytes.toString('utf8', start, start + length);
    return this.#knownText(start, start + length);
  }

  #knownText(start: number, end: number): string {
    const bytes = this.#bytes;
    let hash = 0;
    for (let at = start; at < end; at++) hash = (hash * 31 + (bytes[at] as number)) | 0;
    const slot = hash & (KNOWN_TEXTS - 1);
    const known = this.#known[slot] as string;
    if (known.length === end - start && sameLetters(known, bytes, start)) return known;
    const text = bytes.toString('utf8', start, end);
    this.#known[slot] = text;
    return text;
  }

  #slice(length: number): Buffer {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  #uint(width: number): number {
    const at = this.#skip(width);
    const bytes = this.#bytes;
    if (width === 1) return bytes[at] as number;
    return width === 2 ? bytes.readUInt16BE(at) : bytes.readUInt32BE(at);
  }

  /** Where the next `length` bytes begin. */
  #skip(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) throw malformed('claims more than it holds');
    this.#at = at + length;
    return at;
  }
}

/** Of ASCII letters only: a letter beyond is of several bytes, none of which is its code. */
function sameLetters(text: string, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== bytes[start + index] || code > 0x7f) return false;
  }
  return true;
}

function malformed(what: string): Failure {
  return new Failure(`a frame ${what}`, MALFORMED);
}
