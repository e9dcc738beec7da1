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

export const HEADER_BYTES = 16;
/** What the format can hold; a journal sets a lower limit. */
export const PAYLOAD_BYTES_MAX = 2 ** 30 - 1;

const AFTER_SYNC = 2 ** 31;
const MARK = 2 ** 30;

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
  bytes.writeBigUInt64BE(BigInt(sequence), offset + 8);
  bytes.set(payload, offset + HEADER_BYTES);
  bytes.writeUInt32BE(checksum(bytes, word, offset, end), offset + 4);
  return end;
}

/** What stands at `offset`; null when it is not whole. */
export function decodeEntry(bytes: Buffer, offset: number): Entry | null {
  if (offset + HEADER_BYTES > bytes.length) return null;
  const word = bytes.readUInt32BE(offset);
  const start = offset + HEADER_BYTES;
  const end = start + (word & PAYLOAD_BYTES_MAX);
  if (end > bytes.length || bytes.readUInt32BE(offset + 4) !== checksum(bytes, word, offset, end)) return null;
  return {
    sequence: bytes.readUInt32BE(offset + 8) * 2 ** 32 + bytes.readUInt32BE(offset + 12),
    payload: bytes.subarray(start, end),
    isMark: (word & MARK) !== 0,
    afterSync: word >= AFTER_SYNC,
  };
}

/** Reads a segment whose first record is to be `first`, up to its end or the first damage. */
export function scan(bytes: Buffer, first: number): Scan {
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

/** The length word is the initial state, the rest is the input. */
function checksum(bytes: Buffer, word: number, offset: number, end: number): number {
  return crc32c(bytes.subarray(offset + 8, end), word);
}
