/**
 * The folder of a journal.
 *
 *   00000000000000000001.journal     a segment, by the number of its first record
 *   00000000000000000734.journal
 *   00000000000000000800.snapshot    the state after record 800
 *
 * Other names are none of the journal's.
 */
import { Failure } from '../failure.ts';
import { Places } from './places.ts';

export interface Segment {
  readonly path: string;
  /** The number of its first record. */
  readonly first: number;
  /** The bytes that were written to it; null for one that has not been looked at, which is complete. */
  size: number | null;
  /** Where some of its records stand. */
  readonly places: Places;
}

export interface SnapshotFile {
  readonly path: string;
  /** The last record that it covers. */
  readonly sequence: number;
}

const DIGITS = 20;
const NAME = /^(\d{20})\.(journal|snapshot)$/;

/** @param size - 0 for a new one. */
export function segmentAt(folder: string, first: number, size: number | null): Segment {
  return { path: `${folder}/${digits(first)}.journal`, first, size, places: new Places() };
}

export function snapshotAt(folder: string, sequence: number): SnapshotFile {
  return { path: `${folder}/${digits(sequence)}.snapshot`, sequence };
}

/** What `names`, sorted, say is in the folder. */
export function parseNames(
  folder: string,
  names: readonly string[],
): { segments: Segment[]; snapshots: SnapshotFile[] } {
  const segments: Segment[] = [];
  const snapshots: SnapshotFile[] = [];
  for (const name of names) {
    const [, number, kind] = NAME.exec(name) ?? [];
    if (kind === 'journal') segments.push(segmentAt(folder, Number(number), null));
    else if (kind === 'snapshot') snapshots.push(snapshotAt(folder, Number(number)));
  }
  return { segments, snapshots };
}

/** Records are missing or not what was written; nothing was changed. */
export function corrupt(path: string, offset: number, what: string): Failure {
  return new Failure(
    `${path} is damaged at offset ${offset}: ${what}. Nothing was changed. Restore its folder from a copy; ` +
      `if others hold the same data, move the folder away and let them fill a new one`,
    'JOURNAL_CORRUPT',
  );
}

function digits(sequence: number): string {
  return String(sequence).padStart(DIGITS, '0');
}
