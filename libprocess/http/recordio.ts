/**
 * RecordIO: records in a stream, each after its length.
 *
 *   <decimal number of bytes>\n<bytes> <decimal number of bytes>\n<bytes> …
 *
 * A record is written as one piece, and so leaves as one HTTP chunk, because clients exist that depend on it. A reader
 * takes any pieces.
 *
 * Source: Mesos src/common/recordio.hpp.
 */
import { Failure, MALFORMED } from '../failure.ts';

/** The largest record that a reader takes. */
export const RECORD_BYTES_MAX = 64 * 1024 * 1024;
const LENGTH_DIGITS_MAX = 20;
const DIGITS = /^\d{1,20}$/;
const NEWLINE = 0x0a;
const NOTHING = new Uint8Array(0);

/** `record` with its length in front, in one piece. */
export function encodeRecord(record: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${record.length}\n`), record]);
}

/** A record that comes in many pieces gets at least this much room at once. */
const ROOM_BYTES_MIN = 64 * 1024;

/** Puts the records of one stream together again. */
export class RecordDecoder {
  /** Digits of a length that has not ended yet. */
  #digits = '';
  /** The length of the record that is being read; null before it is known. */
  #length: number | null = null;
  /** What there is of a record that comes in several pieces, and how many bytes that is. */
  #room: Uint8Array = NOTHING;
  #have = 0;
  #failure: Failure | null = null;

  /** The records that `piece` completes. @throws Failure MALFORMED, now and ever after. */
  decode(piece: Uint8Array): Uint8Array[] {
    const records: Uint8Array[] = [];
    let at = 0;
    while (at < piece.length || this.#length === 0) {
      if (this.#length === null) at = this.#readLength(piece, at);
      else {
        const end = Math.min(piece.length, at + this.#length - this.#have);
        const record = this.#take(piece.subarray(at, end), this.#length);
        if (record !== null) records.push(record);
        at = end;
      }
    }
    return records;
  }

  /** @returns where the record begins, or the end of `piece` when its length goes on. */
  #readLength(piece: Uint8Array, at: number): number {
    if (this.#failure !== null) throw this.#failure;
    const newline = piece.indexOf(NEWLINE, at);
    const end = newline < 0 ? piece.length : newline;
    const more = piece.subarray(at, Math.min(end, at + LENGTH_DIGITS_MAX + 1));
    this.#digits += String.fromCharCode(...more);
    if (!DIGITS.test(this.#digits)) throw this.#fail(`'${this.#digits}' is not the length of a record`);
    if (newline < 0) return end;
    const length = Number(this.#digits);
    if (length > RECORD_BYTES_MAX) throw this.#fail(`a record of ${this.#digits} bytes is too long`);
    this.#digits = '';
    this.#length = length;
    return newline + 1;
  }

  /** The record of `length` bytes, once `part` completes it; a whole one is not copied. */
  #take(part: Uint8Array, length: number): Uint8Array | null {
    if (part.length === length) {
      this.#length = null;
      return part;
    }
    const have = this.#have + part.length;
    if (have > this.#room.length) this.#grow(Math.min(length, Math.max(ROOM_BYTES_MIN, have * 2)));
    this.#room.set(part, this.#have);
    this.#have = have;
    if (have < length) return null;
    const record = this.#room.subarray(0, length);
    this.#length = null;
    this.#room = NOTHING;
    this.#have = 0;
    return record;
  }

  #grow(bytes: number): void {
    const room = new Uint8Array(bytes);
    room.set(this.#room.subarray(0, this.#have));
    this.#room = room;
  }

  #fail(message: string): Failure {
    this.#failure = new Failure(message, MALFORMED);
    return this.#failure;
  }
}
