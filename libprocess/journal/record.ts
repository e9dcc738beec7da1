/**
 * The bytes of a journal, without any I/O. A segment is records, one behind the other; numbers are big-endian.
 *
 *   0        4        8              16
 *   ├ length ┼ CRC32C ┼ sequence u64 ┼ payload …
 *     bit 31: when this was written, all that stands before it in the segment was durable
 *     bit 30: a mark: no record, empty, numbered as the record that comes next
 *
 * The checksum covers all but itself. A damaged record with something behind it that has bit 31 was durable once: its
 * loss would be a hole. Without, it is the end of a write that a crash tore, which nobody was told is safe, even where
 * the disk kept a later part of that write and lost an earlier one. A mark says the same for the last records, when
 * no others follow.
 */
import { crc32c } from '@node-rs/crc32';
import { Failure } from '../failure.ts';
import type { Places } from './places.ts';

export const HEADER_BYTES = 16;
/** What the format can hold; a journal sets a lower limit. */
export const PAYLOAD_BYTES_MAX = 2 ** 30 - 1;

const AFTER_SYNC = 2 ** 31;
const MARK = 2 ** 30;
const TABLE = crcTable();

/** One record as it is read back: its number, from 1, and its bytes. */
export interface JournalRecord {
  /** From 1, without a gap. */
  readonly sequence: number;
  /** A view of what was read: copy it to keep it, and do not change it. */
  readonly payload: Uint8Array;
}

/** What stands at some offset. */
export interface Entry extends JournalRecord {
  readonly isMark: boolean;
  /** All before it was durable when it was written. */
  readonly afterSync: boolean;
}

export interface Damage {
  readonly offset: number;
  readonly what: string;
  /** It is the end of a write that was never durable, and may be cut off. */
  readonly isTornTail: boolean;
}

export interface Scan {
  readonly records: readonly JournalRecord[];
  /** The length of what is whole. */
  readonly end: number;
  /** The sequence number that would come next. */
  readonly next: number;
  readonly endsInMark: boolean;
  readonly damage: Damage | null;
}

/** Writes `entry` to `bytes` at `offset`, and returns where it ends. */
export function encodeEntry(bytes: Buffer, offset: number, entry: Entry): number {
  const { sequence, payload, isMark, afterSync } = entry;
  const end = offset + HEADER_BYTES + payload.length;
  const word = (afterSync ? AFTER_SYNC : 0) + (isMark ? MARK : 0) + payload.length;
  bytes.writeUInt32BE(word, offset);
  bytes.writeUInt32BE(Math.floor(sequence / 2 ** 32), offset + 8);
  bytes.writeUInt32BE(sequence >>> 0, offset + 12);
  bytes.set(payload, offset + HEADER_BYTES);
  bytes.writeUInt32BE(checksum(word, bytes, offset + 8, payload), offset + 4);
  return end;
}

/** What stands at `offset`; null when it is not whole. */
function decodeEntry(bytes: Buffer, offset: number): Entry | null {
  if (offset + HEADER_BYTES > bytes.length) return null;
  const word = bytes.readUInt32BE(offset);
  const start = offset + HEADER_BYTES;
  const end = start + (word & PAYLOAD_BYTES_MAX);
  if (end > bytes.length) return null;
  const payload = bytes.subarray(start, end);
  if (bytes.readUInt32BE(offset + 4) !== checksum(word, bytes, offset + 8, payload)) return null;
  return {
    sequence: bytes.readUInt32BE(offset + 8) * 2 ** 32 + bytes.readUInt32BE(offset + 12),
    payload,
    isMark: (word & MARK) !== 0,
    afterSync: word >= AFTER_SYNC,
  };
}

/**
 * Reads a segment, or a part of one, whose first record is to be `first`, up to its end or the first damage.
 *
 * @param places - learns where the records of a whole segment stand.
 */
export function scan(bytes: Buffer, first: number, places: Places | null = null): Scan {
  const records: JournalRecord[] = [];
  let [end, next, endsInMark] = [0, first, false];
  let damage: Damage | null = null;
  while (end < bytes.length) {
    const entry = decodeEntry(bytes, end);
    if (entry === null || entry.sequence !== next) {
      damage = entry === null ? brokenAt(bytes, end, next) : gapAt(end, next, entry);
      break;
    }
    if (!entry.isMark) {
      places?.note(next, end);
      records.push({ sequence: next, payload: entry.payload });
      next += 1;
    }
    endsInMark = entry.isMark;
    end += HEADER_BYTES + entry.payload.length;
  }
  return { records, end, next, endsInMark, damage };
}

/** A file of one record: the state after all records up to `sequence`. */
export function encodeSnapshot({ sequence, payload }: JournalRecord): Buffer {
  if (payload.length > PAYLOAD_BYTES_MAX) {
    throw new Failure(
      `a snapshot of ${payload.length} bytes; at most ${PAYLOAD_BYTES_MAX} will do`,
      'RECORD_TOO_LARGE',
    );
  }
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  encodeEntry(bytes, 0, { sequence, payload, isMark: false, afterSync: true });
  return bytes;
}

/** Null when it is not whole. */
export function decodeSnapshot(bytes: Buffer): JournalRecord | null {
  const entry = decodeEntry(bytes, 0);
  return entry !== null && HEADER_BYTES + entry.payload.length === bytes.length ? entry : null;
}

function brokenAt(bytes: Buffer, offset: number, next: number): Damage {
  const durable = durableBehind(bytes, offset, next);
  const what = `record ${next} is not whole`;
  if (durable === null) return { offset, what, isTornTail: true };
  return { offset, what: `${what}, though what stands at ${durable} says that it was durable`, isTornTail: false };
}

function gapAt(offset: number, next: number, { sequence }: Entry): Damage {
  return { offset, what: `record ${sequence} stands where ${next} was expected`, isTornTail: false };
}

/** Where, behind `offset`, something stands that was written when `offset` was durable. */
function durableBehind(bytes: Buffer, offset: number, next: number): number | null {
  for (let at = offset + 1; at + HEADER_BYTES <= bytes.length; at++) {
    if (bytes.readUInt32BE(at) < AFTER_SYNC) continue;
    const entry = decodeEntry(bytes, at);
    if (entry !== null && entry.sequence >= next) return at;
  }
  return null;
}

/**
 * The length word is the initial state; the sequence number, which stands at `offset`, and the payload are the input.
 *
 * For eight bytes a call of native code, with a view made for it, takes longer than the bytes themselves.
 */
function checksum(word: number, bytes: Buffer, offset: number, payload: Uint8Array): number {
  let state = ~word;
  for (let at = offset; at < offset + 8; at++) state = (state >>> 8) ^ (TABLE[(state ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  const head = ~state >>> 0;
  return payload.length === 0 ? head : crc32c(payload as Buffer, head);
}

/** CRC32C of each byte, its polynomial's bits reversed. */
function crcTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    return crc;
  });
}
