/**
 * Journals: records in the order in which they were appended, safe once said to be.
 *
 *   const journal = await Journal.open({ disk, folder, restore: snapshot => …, replay: record => … });
 *   const sequence = await this.turn(journal.append(bytes));          // durable now
 *   await this.turn(journal.snapshot(state));                         // all records so far, in one
 *   await this.turn(journal.purge());                                 // what the snapshot made needless
 *
 * Records are numbered from 1 without a gap. Appends that are asked for while a sync is under way share the next one.
 * What is read back is always a prefix of what was appended, with at least all that was said to be durable; where that
 * cannot be had, opening is refused with JOURNAL_CORRUPT, which names file and offset. It never has a hole.
 *
 * One journal has one owner, since two that write to one folder would destroy it: who opens it while another process
 * has it is refused. A journal that has failed is closed before it is opened anew.
 *
 * Source: none; Mesos' replicated log keeps its records in LevelDB, which can lose some from the middle in silence.
 */
import type { Clock } from '../clock.ts';
import { currentClock } from '../current.ts';
import type { Disk, Lock } from '../disk/disk.ts';
import { Failure } from '../failure.ts';
import { Future } from '../future.ts';
import { type Segment, type SnapshotFile, snapshotAt } from './files.ts';
import { encodeSnapshot, type JournalRecord, PAYLOAD_BYTES_MAX } from './record.ts';
import { firstNeeded, type Recovered, type Replay, readRecords, recover } from './recovery.ts';
import { Writer } from './writer.ts';

/** Where a journal is, who hears of what is in it, and how large its parts may be. */
export interface JournalOptions extends Replay {
  readonly disk: Disk;
  /** Made if need be; nothing else should be in it. */
  readonly folder: string;
  /** When the end is marked as whole. By default the clock of the actor that opens the journal. */
  readonly clock?: Clock | undefined;
  /** A segment that would grow beyond this is followed by another. By default 64 MiB. */
  readonly segmentBytes?: number | undefined;
  /** Longer payloads are refused. By default 16 MiB. */
  readonly recordBytesMax?: number | undefined;
}

/** How safe a record must be before its append is ready. */
export interface AppendOptions {
  /** False: ready once the system has the bytes; durable with the next sync. */
  readonly sync?: boolean | undefined;
}

const SEGMENT_BYTES = 64 * 1024 * 1024;
const RECORD_BYTES_MAX = 16 * 1024 * 1024;

/** Records in the order in which they were appended, each safe once its append is ready. */
export class Journal {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #recordBytesMax: number;
  readonly #segments: Segment[];
  readonly #snapshots: SnapshotFile[];
  readonly #writer: Writer;
  readonly #lock: Lock;

  private constructor(options: JournalOptions, clock: Clock, recovered: Recovered, lock: Lock) {
    const { disk, folder, segmentBytes = SEGMENT_BYTES, recordBytesMax = RECORD_BYTES_MAX } = options;
    this.#disk = disk;
    this.#lock = lock;
    this.#folder = folder;
    this.#recordBytesMax = Math.min(recordBytesMax, PAYLOAD_BYTES_MAX);
    this.#segments = recovered.segments;
    this.#snapshots = recovered.snapshots;
    this.#writer = new Writer(disk, folder, segmentBytes, clock, recovered);
  }

  /**
   * The journal in `options.folder`, once the newest snapshot and the records behind it have been replayed.
   *
   * Fails JOURNAL_CORRUPT; LOCKED when it is open already, here or in another process; or as the disk does. Some records
   * may have been replayed by then.
   */
  static open(options: JournalOptions): Future<Journal> {
    const { disk, folder, clock = currentClock() } = options;
    return Future.from(async () => {
      await disk.mkdir(folder, { durable: true });
      const lock = await disk.lock(folder);
      try {
        return new Journal(options, clock, await recover(disk, folder, options), lock);
      } catch (error) {
        await lock.release();
        throw error;
      }
    });
  }

  /** The number of the record that was appended last, durable or not; 0 when there is none. */
  get lastSequence(): number {
    return this.#writer.last;
  }

  /** The last record that a snapshot covers; 0 when there is none. */
  get snapshotSequence(): number {
    return this.#snapshots.at(-1)?.sequence ?? 0;
  }

  /**
   * Appends `payload`, which must not change until then; ready with its sequence number when it is durable.
   *
   * Fails RECORD_TOO_LARGE; JOURNAL_CLOSED; JOURNAL_FAILED when the disk failed, and from then on always: whether the
   * record is safe is then known only after opening anew.
   */
  append(payload: Uint8Array, { sync = true }: AppendOptions = {}): Future<number> {
    if (payload.length <= this.#recordBytesMax) return this.#writer.append(payload, sync);
    const what = `a record of ${payload.length} bytes for ${this.#folder}; at most ${this.#recordBytesMax} will do`;
    return Future.failed(new Failure(what, 'RECORD_TOO_LARGE'));
  }

  /** Makes durable what was appended without. Fails as `append` does. */
  sync(): Future<void> {
    return this.#writer.sync().then(() => undefined);
  }

  /**
   * The records from number `from` to `to`, both included, as far as they have been written. Of the segments they are in
   * not much more than they themselves is read, and all that is read is checked.
   *
   * Fails PURGED when they go too far back; JOURNAL_CORRUPT.
   */
  read(from: number, to: number = this.lastSequence): Future<JournalRecord[]> {
    return Future.from(() => this.#read(from, to));
  }

  /** The record of this number. Fails NO_RECORD when it has not been written, PURGED, JOURNAL_CORRUPT. */
  get(sequence: number): Future<JournalRecord> {
    return this.read(sequence, sequence).then(([record]) => {
      if (record === undefined) throw new Failure(`${this.#folder} has no record ${sequence} yet`, 'NO_RECORD');
      return record;
    });
  }

  /**
   * Keeps `state`, which stands for all records up to `covers`, at once and durably.
   *
   * @param covers - by default all records that were appended.
   * @throws Error when they are not there, or fewer than an earlier snapshot covers: a bug in the caller.
   */
  snapshot(state: Uint8Array, covers: number = this.lastSequence): Future<void> {
    if (covers > this.lastSequence || covers < this.snapshotSequence) {
      throw new Error(`a snapshot of ${this.#folder} up to ${covers}, of ${this.lastSequence} records`);
    }
    const file = snapshotAt(this.#folder, covers);
    // A snapshot that covers what is not durable would leave a hole behind it after a crash.
    return this.sync()
      .then(() => this.#disk.write(file.path, encodeSnapshot({ sequence: covers, payload: state })))
      .then(() => {
        if (this.snapshotSequence < covers) this.#snapshots.push(file);
      });
  }

  /** Removes the segments that the newest snapshot covers whole, oldest first, and then the older snapshots. */
  purge(): Future<void> {
    const segments = this.#segments.splice(0, firstNeeded(this.#segments, this.snapshotSequence));
    const snapshots = this.#snapshots.splice(0, Math.max(0, this.#snapshots.length - 1));
    return [...segments, ...snapshots].reduce(
      (before, { path }) => before.then(() => this.#disk.remove(path)),
      Future.ready<void>(undefined),
    );
  }

  /** Makes everything durable and ends; what is appended afterwards fails JOURNAL_CLOSED. Others may open it then. */
  close(): Future<void> {
    return this.#writer.close().then(() => this.#lock.release());
  }

  async #read(from: number, to: number): Promise<JournalRecord[]> {
    const index = this.#segments.findLastIndex(({ first }) => first <= from);
    const needed = this.#segments.slice(Math.max(0, index)).filter(({ first }) => first <= to);
    if (index === -1 && from <= Math.min(to, this.lastSequence)) throw this.#purged(from);
    const parts: JournalRecord[][] = [];
    for (const segment of needed) {
      try {
        parts.push(await readRecords(this.#disk, segment, from, to));
      } catch (error) {
        throw this.#segments.includes(segment) ? error : this.#purged(from);
      }
    }
    return parts.flat();
  }

  #purged(sequence: number): Failure {
    return new Failure(`record ${sequence} of ${this.#folder} was purged`, 'PURGED');
  }
}
