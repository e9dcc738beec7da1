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
const NEWLINE = 0x0a;

/** `record` with its length in front, in one piece. */
export function encodeRecord(record: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${record.length}\n`), record]);
}

/** Puts the records of one stream together again. */
export class RecordDecoder {
  #rest: Buffer = Buffer.alloc(0);
  /** Pieces of a record that is not whole yet, and how many bytes of it they are. */
  #parts: Uint8Array[] = [];
  #have = 0;
  /** The length of the record that is being read; null before it is known. */
  #length: number | null = null;

  /** The records that `piece` completes. @throws Failure MALFORMED; the stream cannot be read any further. */
  decode(piece: Uint8Array): Uint8Array[] {
    const records: Uint8Array[] = [];
    let rest: Buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    for (;;) {
      if (this.#length === null) {
        const after = this.#readLength(rest);
        if (after === null) return records;
        rest = after;
      }
      const record = this.#take(rest);
      if (record === null) return records;
      rest = rest.subarray(record.used);
      records.push(record.bytes);
    }
  }

  /** What follows the length's newline; null when the newline has not come yet. */
  #readLength(piece: Buffer): Buffer | null {
    const at = piece.indexOf(NEWLINE);
    const head = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const end = at < 0 ? head.length : this.#rest.length + at;
    const digits = head.toString('latin1', 0, Math.min(end, LENGTH_DIGITS_MAX + 1));
    const isOpen = at < 0 && digits === '';
    if (!isOpen && !/^\d{1,20}$/.test(digits))
      throw new Failure(`'${digits}' is not the length of a record`, MALFORMED);
    if (at < 0) {
      this.#rest = Buffer.from(head);
      return null;
    }
    this.#rest = Buffer.alloc(0);
    this.#length = Number(digits);
    if (this.#length > RECORD_BYTES_MAX) throw new Failure(`a record of ${digits} bytes is too long`, MALFORMED);
    return piece.subarray(at + 1);
  }

  #take(piece: Buffer): { readonly bytes: Uint8Array; readonly used: number } | null {
    const missing = (this.#length ?? 0) - this.#have;
    if (piece.length < missing) {
      if (piece.length > 0) this.#parts.push(piece);
      this.#have += piece.length;
      return null;
    }
    const last = piece.subarray(0, missing);
    const bytes = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    this.#have = 0;
    this.#length = null;
    return { bytes, used: missing };
  }
}
