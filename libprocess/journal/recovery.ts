/**
 * Opening a journal: what a crash tore off is cut, what was damaged otherwise is refused.
 *
 *   newest snapshot ─▶ segments from the one that it does not cover whole, in order ─▶ last segment: cut, synced
 *
 * Damage in a segment that another one follows is never a torn write: a segment is begun only once the one before is
 * durable. Reading later a part of a segment begins and ends at places that are known.
 */
import type { Disk } from '../disk/disk.ts';
import { corrupt, parseNames, type Segment, type SnapshotFile } from './files.ts';
import { decodeSnapshot, type JournalRecord, type Scan, scan } from './record.ts';

export interface Replay {
  /** Takes the newest snapshot, before any record; not called when there is none. */
  readonly restore?: ((snapshot: JournalRecord) => void) | undefined;
  /** Takes each record that the snapshot does not cover, in order. */
  readonly replay?: ((record: JournalRecord) => void) | undefined;
}

export interface Recovered {
  /** Oldest first; the last one is written to. */
  readonly segments: Segment[];
  readonly snapshots: SnapshotFile[];
  /** The number of the next record. */
  readonly next: number;
  /** The last segment is empty or ends in a mark. */
  readonly isMarked: boolean;
}

/** @throws Failure JOURNAL_CORRUPT, or what the disk fails with; some may have been replayed already. */
export async function recover(disk: Disk, folder: string, { restore, replay }: Replay): Promise<Recovered> {
  const { segments, snapshots } = parseNames(folder, await disk.list(folder));
  const snapshot = await readSnapshot(disk, snapshots.at(-1));
  if (snapshot !== null) restore?.(snapshot);
  const covered = snapshot?.sequence ?? 0;

  let next = covered + 1;
  let isMarked = true;
  const needed = segments.slice(firstNeeded(segments, covered));
  for (const segment of needed) {
    const isLast = segment === needed.at(-1);
    // The first may begin below what the snapshot covers; the others begin where the one before ends.
    const found = await readSegment(disk, segment, segment === needed[0] ? Math.min(segment.first, next) : next);
    segment.size = found.end;
    if (found.damage !== null) await cutOrRefuse(disk, segment, found, isLast);
    if (isLast) await disk.sync(segment.path);
    for (const record of found.records) if (record.sequence > covered) replay?.(record);
    next = found.next;
    isMarked = found.end === 0 || found.endsInMark;
  }
  const last = needed.at(-1)?.path ?? folder;
  const end = needed.length === 0 ? 0 : next - 1;
  if (end < covered) throw corrupt(last, 0, `it ends at record ${end}, though the snapshot covers ${covered}`);
  return { segments, snapshots, next, isMarked };
}

/** The records of `segment`, which is to begin with record `first`. @throws Failure JOURNAL_CORRUPT if it does not. */
async function readSegment(disk: Disk, segment: Segment, first: number): Promise<Scan> {
  if (segment.first !== first) {
    throw corrupt(segment.path, 0, `it begins with record ${segment.first}, where ${first} was expected`);
  }
  const bytes = await disk.read(segment.path);
  if (bytes === null) throw corrupt(segment.path, 0, 'the file is gone');
  return scan(asBuffer(bytes), first, segment.places);
}

/**
 * The records of `segment` from number `from` to `to`, as far as it has them, reading little more than these.
 *
 * @throws Failure JOURNAL_CORRUPT, or what the disk fails with.
 */
export async function readRecords(disk: Disk, segment: Segment, from: number, to: number): Promise<JournalRecord[]> {
  if (segment.size === null) await look(disk, segment);
  const { path, first, places, size } = segment;
  const begin = places.before(from) ?? { sequence: first, offset: 0 };
  const end = Math.min(places.behind(to)?.offset ?? Infinity, size ?? 0);
  const bytes = await disk.readAt(path, begin.offset, Math.max(0, end - begin.offset));
  const { records, damage } = scan(asBuffer(bytes), begin.sequence);
  if (damage !== null) throw corrupt(path, begin.offset + damage.offset, damage.what);
  return records.filter(({ sequence }) => sequence >= from && sequence <= to);
}

/** Finds out where the records of a segment stand that a snapshot covers: opening has passed it over. */
async function look(disk: Disk, segment: Segment): Promise<void> {
  const { end, damage } = await readSegment(disk, segment, segment.first);
  if (damage !== null) throw corrupt(segment.path, damage.offset, damage.what);
  segment.size = end;
}

/** The index of the first segment that holds a record beyond `covered`, or is the last. */
export function firstNeeded(segments: readonly Segment[], covered: number): number {
  const index = segments.findIndex((_, at) => (segments[at + 1]?.first ?? Infinity) > covered + 1);
  return Math.max(0, index);
}

async function cutOrRefuse(disk: Disk, { path }: Segment, { damage, end }: Scan, isLast: boolean): Promise<void> {
  if (damage === null) return;
  if (!isLast || !damage.isTornTail) throw corrupt(path, damage.offset, damage.what);
  await disk.truncate(path, end);
}

async function readSnapshot(disk: Disk, file: SnapshotFile | undefined): Promise<JournalRecord | null> {
  if (file === undefined) return null;
  const bytes = await disk.read(file.path);
  const snapshot = bytes === null ? null : decodeSnapshot(asBuffer(bytes));
  if (snapshot?.sequence !== file.sequence) throw corrupt(file.path, 0, 'the snapshot is not whole');
  return snapshot;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
