/**
 * The writing side of a journal: one batch at a time; what is asked for meanwhile makes the next.
 *
 *   append append append ─▶ batch ─▶ (next segment) ─▶ append, durably ─▶ all ready ─▶ next batch, or, idle, a mark
 *
 * The end of the last segment is
 *
 *   written ──sync──▶ synced ──idle: mark──▶ marked ──append──▶ written     (see record.ts for marks)
 *                      └─ durable append ─▶ synced
 *
 * What is appended durably to what is synced needs one call of the disk instead of two. A mark is written once nothing
 * was asked for a moment, so that it is in nobody's way.
 *
 * After a failed write or sync nobody knows what the disk holds, and a second sync that succeeds would prove nothing:
 * from then on everything fails, until the journal is opened anew.
 */
import type { Clock, Timer } from '../clock.ts';
import type { Disk } from '../disk/disk.ts';
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
import { Ring } from '../ring.ts';
import { type Segment, segmentAt } from './files.ts';
import { encodeEntry, HEADER_BYTES } from './record.ts';
import type { Recovered } from './recovery.ts';

/** What was asked for, and its future: one object, since there are many of them. */
class Pending extends Promised<number> {
  /**
   * @param sequence - of the record, or, for a mere sync, of the last one before it.
   * @param payload - null for a mere sync.
   */
  constructor(
    readonly sequence: number,
    readonly payload: Uint8Array | null,
    readonly sync: boolean,
  ) {
    super();
  }

  /** How much it adds to the segment. */
  get bytes(): number {
    return this.payload === null ? 0 : HEADER_BYTES + this.payload.length;
  }
}

/** How long nothing must have been under way before the end is marked. */
export const MARK_AFTER_MS = 50;

const EMPTY = new Uint8Array(0);

export class Writer {
  readonly #segments: Segment[];
  readonly #waiting = new Ring<Pending>();
  /** The first of those that wait; it alone can be looked at without being taken. */
  #head: Pending | undefined;
  #next: number;
  #tail: 'written' | 'synced' | 'marked';
  #marking: Timer | null = null;
  #busy = false;
  #failure: Failure | null = null;
  #closed: Promised<void> | null = null;

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly segmentBytes: number,
    private readonly clock: Clock,
    { segments, next, isMarked }: Recovered,
  ) {
    this.#segments = segments;
    this.#next = next;
    this.#tail = isMarked ? 'marked' : 'synced';
    this.#pump();
  }

  /** The number of the record that was appended last, durable or not. */
  get last(): number {
    return this.#next - 1;
  }

  append(payload: Uint8Array, sync: boolean): Future<number> {
    if (this.#failure !== null) return Future.failed(this.#failure);
    return this.#enqueue(this.#next++, payload, sync);
  }

  /** Ready once all that was appended before is durable. */
  sync(): Future<number> {
    if (this.#failure !== null) return Future.failed(this.#failure);
    return this.#enqueue(this.last, null, true);
  }

  /** Ready once nothing is under way any more; what is appended afterwards fails. */
  close(): Future<void> {
    if (this.#closed !== null) return this.#closed.undiscardable();
    const closed = new Promised<void>();
    this.#closed = closed;
    if (this.#failure === null) this.#enqueue(this.last, null, true).ignore();
    this.#failure ??= new Failure(`the journal ${this.folder} is closed`, 'JOURNAL_CLOSED');
    this.#pump();
    return closed.undiscardable();
  }

  #enqueue(sequence: number, payload: Uint8Array | null, sync: boolean): Future<number> {
    this.#marking?.cancel();
    this.#marking = null;
    const pending = new Pending(sequence, payload, sync);
    if (this.#head === undefined) this.#head = pending;
    else this.#waiting.push(pending);
    this.#pump();
    return pending;
  }

  /** Begins what comes next, unless something is under way. */
  #pump(): void {
    if (this.#busy) return;
    if (this.#head !== undefined) {
      const rotates = this.#isFull(this.#head);
      const batch = this.#take(rotates);
      this.#begin(this.#write(batch, rotates), batch);
    } else if (this.#tail === 'synced' && this.#closed !== null) {
      this.#begin(this.#mark(), []);
    } else if (this.#tail === 'synced') {
      this.#marking ??= this.clock.timer(MARK_AFTER_MS, () => this.#markIfIdle());
    } else {
      this.#closed?.set();
    }
  }

  #markIfIdle(): void {
    this.#marking = null;
    if (!this.#busy && this.#tail === 'synced') this.#begin(this.#mark(), []);
  }

  #begin(work: Future<void>, batch: readonly Pending[]): void {
    this.#busy = true;
    work.onAny(done => {
      if (done.state === 'ready') for (const pending of batch) pending.set(pending.sequence);
      else this.#fail(done.error, batch);
      this.#busy = false;
      this.#pump();
    });
  }

  #fail(cause: unknown, batch: readonly Pending[]): void {
    const why = cause instanceof Error ? cause.message : String(cause);
    const failure = new Failure(`the journal ${this.folder} must be opened anew: ${why}`, 'JOURNAL_FAILED', { cause });
    this.#failure = failure;
    this.#tail = 'written';
    for (const pending of batch) pending.fail(failure);
    for (let left = this.#shift(); left !== undefined; left = this.#shift()) left.fail(failure);
  }

  /** As many as fit into one segment; at least one. */
  #take(rotates: boolean): Pending[] {
    const batch: Pending[] = [];
    let size = rotates ? 0 : this.#size;
    for (let head = this.#head; head !== undefined; head = this.#head) {
      size += head.bytes;
      if (batch.length > 0 && size > this.segmentBytes) break;
      batch.push(head);
      this.#shift();
    }
    return batch;
  }

  #shift(): Pending | undefined {
    const head = this.#head;
    this.#head = this.#waiting.shift();
    return head;
  }

  #isFull(head: Pending): boolean {
    if (head.payload === null) return false;
    return this.#segments.length === 0 || (this.#size > 0 && this.#size + head.bytes > this.segmentBytes);
  }

  get #size(): number {
    return this.#segments.at(-1)?.size ?? 0;
  }

  #write(batch: readonly Pending[], rotates: boolean): Future<void> {
    const sync = batch.some(pending => pending.sync);
    return (rotates ? this.#rotate(batch) : Future.ready(undefined))
      .then(() => this.#append(this.#encode(batch), sync && this.#tail === 'synced'))
      .then(() => (sync && this.#tail === 'written' ? this.#sync() : undefined));
  }

  #rotate([first]: readonly Pending[]): Future<void> {
    const durable = this.#tail === 'synced' || this.#size === 0 ? Future.ready(undefined) : this.#sync();
    return durable.then(() => {
      if (first !== undefined) this.#segments.push(segmentAt(this.folder, first.sequence, 0));
      this.#tail = 'synced';
    });
  }

  #mark(): Future<void> {
    const bytes = Buffer.allocUnsafe(HEADER_BYTES);
    // All that a batch holds is written when this runs, so the next number is that of the next batch.
    encodeEntry(bytes, 0, { sequence: this.#next, payload: EMPTY, isMark: true, afterSync: true });
    return this.#append(bytes, false).then(() => {
      this.#tail = 'marked';
    });
  }

  #append(bytes: Buffer, durable: boolean): Future<void> {
    const segment = this.#segments.at(-1);
    if (segment === undefined || bytes.length === 0) return Future.ready(undefined);
    return this.disk.append(segment.path, bytes, { durable }).then(() => {
      segment.size = this.#size + bytes.length;
      this.#tail = durable ? 'synced' : 'written';
    });
  }

  #sync(): Future<void> {
    const segment = this.#segments.at(-1);
    if (segment === undefined) return Future.ready(undefined);
    return this.disk.sync(segment.path).then(() => {
      this.#tail = 'synced';
    });
  }

  #encode(batch: readonly Pending[]): Buffer {
    const bytes = Buffer.allocUnsafe(batch.reduce((sum, pending) => sum + pending.bytes, 0));
    const places = this.#segments.at(-1)?.places;
    const start = this.#size;
    let offset = 0;
    for (const { sequence, payload } of batch) {
      if (payload === null) continue;
      const afterSync = offset === 0 && this.#tail === 'synced';
      places?.note(sequence, start + offset);
      offset = encodeEntry(bytes, offset, { sequence, payload, isMark: false, afterSync });
    }
    return bytes;
  }
}
