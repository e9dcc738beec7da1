/**
 * Reads values as packer.ts writes them, one by one, each as the kind that the reader expects: another kind reads as
 * undefined and is left where it is. Maps and extensions are refused.
 *
 * It trusts nothing: what is no msgpack fails BROKEN, and costs no more memory than its own bytes deserve.
 */
import { Failure } from '../failure.ts';

/** The code of bytes that are no msgpack as we write it. */
export const BROKEN = 'BROKEN';

/** Lists in lists deeper than this are refused; bodies have limits of their own. */
const DEPTH_MAX = 256;
const TWO_TO_32 = 0x1_0000_0000;
/** Texts up to this are read letter by letter, which is faster than a call into the buffer. */
const SHORT_TEXT = 40;
/** Texts that came before: ids come again and again. By a hash of their bytes. */
const KNOWN_TEXTS = 1024;
/** V8 keeps arrays up to this on its heap, which is cheap; larger ones share pages of ours. */
const SMALL_BYTES = 64;
const PAGE_BYTES = 8 * 1024;

const NIL = 0xc0;

export class Unpacker {
  readonly #known: string[] = new Array(KNOWN_TEXTS).fill('');
  #page = new ArrayBuffer(PAGE_BYTES);
  #pageUsed = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  /** Begins to read `bytes` from `start` to `end`. */
  begin(bytes: Buffer, start = 0, end = bytes.length): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Where the next value begins. */
  get at(): number {
    return this.#at;
  }

  /** @throws Failure BROKEN when something is left. */
  done(): void {
    if (this.#at !== this.#end) throw broken('holds more than it should');
  }

  /** True when the next value is nil, which it goes past. */
  nil(): boolean {
    if (this.#peek() !== NIL) return false;
    this.#at += 1;
    return true;
  }

  bool(): boolean | undefined {
    const type = this.#peek();
    if (type !== 0xc2 && type !== 0xc3) return undefined;
    this.#at += 1;
    return type === 0xc3;
  }

  number(): number | undefined {
    const type = this.#peek();
    if (type <= 0x7f) {
      this.#at += 1;
      return type;
    }
    if (type >= 0xe0) {
      this.#at += 1;
      return type - 256;
    }
    return type >= 0xcb && type <= 0xd3 ? this.#wideNumber(type) : undefined;
  }

  text(): string | undefined {
    const type = this.#peek();
    if (type >= 0xa0 && type <= 0xbf) {
      this.#at += 1;
      return this.#text(type & 0x1f);
    }
    if (type < 0xd9 || type > 0xdb) return undefined;
    this.#at += 1;
    return this.#text(this.#uint(1 << (type - 0xd9)));
  }

  /** A copy: the memory that was read may be kept alive by nothing else, or used again. */
  bytes(): Uint8Array | undefined {
    const type = this.#peek();
    if (type < 0xc4 || type > 0xc6) return undefined;
    this.#at += 1;
    const length = this.#uint(1 << (type - 0xc4));
    const start = this.#skip(length);
    const copy = this.#memory(length);
    copy.set(this.#bytes.subarray(start, start + length));
    return copy;
  }

  /** How many values the list has that begins here; they follow. -1 when there is none. */
  list(): number {
    const type = this.#peek();
    let length: number;
    if (type >= 0x90 && type <= 0x9f) {
      this.#at += 1;
      length = type & 0x0f;
    } else if (type === 0xdc || type === 0xdd) {
      this.#at += 1;
      length = this.#uint(type === 0xdc ? 2 : 4);
    } else {
      return -1;
    }
    if (length > this.#end - this.#at) throw broken('claims more than it holds'); // Each value takes a byte at least.
    return length;
  }

  /** Goes past `count` values, whatever they are. */
  skip(count = 1): void {
    for (let left = count; left > 0; left--) left += this.#skipHead();
  }

  /** Whatever comes next. */
  value(depth = 0): unknown {
    const scalar = this.#scalar();
    if (scalar !== undefined) return scalar;
    const length = this.list();
    if (length < 0) throw broken(`holds the unknown type ${this.#peek()}`);
    if (depth >= DEPTH_MAX) throw broken(`holds lists deeper than ${DEPTH_MAX}`);
    const list: unknown[] = [];
    for (let index = 0; index < length; index++) list.push(this.value(depth + 1));
    return list;
  }

  /** What comes next, in a word for people. */
  get kind(): string {
    if (this.#at === this.#end) return 'nothing';
    const before = this.#at;
    const scalar = this.#scalar();
    this.#at = before;
    if (scalar === undefined) return 'a list';
    if (scalar === null) return 'null';
    return typeof scalar === 'object' ? 'bytes' : typeof scalar;
  }

  #scalar(): unknown {
    if (this.nil()) return null;
    return this.number() ?? this.text() ?? this.bool() ?? this.bytes();
  }

  /** Goes past one value, or past the head of a list; returns how many values follow then. */
  #skipHead(): number {
    const type = this.#peek();
    if (type >= 0xa0 && type <= 0xbf) this.#skip(1 + (type & 0x1f));
    else if (this.nil() || this.number() !== undefined || this.bool() !== undefined) return 0;
    else if (type >= 0xc4 && type <= 0xc6) this.#skipSized(1 << (type - 0xc4));
    else if (type >= 0xd9 && type <= 0xdb) this.#skipSized(1 << (type - 0xd9));
    else {
      const length = this.list();
      if (length < 0) throw broken(`holds the unknown type ${type}`);
      return length;
    }
    return 0;
  }

  #skipSized(width: number): void {
    this.#at += 1;
    this.#skip(this.#uint(width));
  }

  #wideNumber(type: number): number | undefined {
    if (type > 0xcf && type < 0xd2) return undefined;
    this.#at += 1;
    switch (type) {
      case 0xcb:
        return this.#bytes.readDoubleBE(this.#skip(8));
      case 0xcf:
        return this.#uint(4) * TWO_TO_32 + this.#uint(4);
      case 0xd2:
        return this.#uint(4) | 0;
      case 0xd3:
        return (this.#uint(4) | 0) * TWO_TO_32 + this.#uint(4);
      default:
        return this.#uint(1 << (type - 0xcc));
    }
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

  #memory(length: number): Uint8Array {
    if (length <= SMALL_BYTES || length > PAGE_BYTES / 2) return new Uint8Array(length);
    if (this.#pageUsed + length > PAGE_BYTES) {
      this.#page = new ArrayBuffer(PAGE_BYTES);
      this.#pageUsed = 0;
    }
    const memory = new Uint8Array(this.#page, this.#pageUsed, length);
    this.#pageUsed += length;
    return memory;
  }

  #uint(width: number): number {
    const at = this.#skip(width);
    const bytes = this.#bytes;
    if (width === 1) return bytes[at] as number;
    return width === 2 ? bytes.readUInt16BE(at) : bytes.readUInt32BE(at);
  }

  /** The type of the next value. */
  #peek(): number {
    if (this.#at >= this.#end) throw broken('claims more than it holds');
    return this.#bytes[this.#at] as number;
  }

  /** Where the next `length` bytes begin. */
  #skip(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) throw broken('claims more than it holds');
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

function broken(what: string): Failure {
  return new Failure(`a frame ${what}`, BROKEN);
}
