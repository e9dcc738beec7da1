/**
 * The agent's status updates, all tasks of it: each update is durable before it is forwarded, and is forwarded until
 * the scheduler has acknowledged it.
 *
 *   update ──▶ record, synced ──▶ forward ──(10 s, 20 s, … 10 min)──▶ forward again … acknowledgement ──▶ record ──▶ next
 *
 * While there is no master the manager is paused: it takes updates in and forwards none. Streams are independent of
 * one another; within one the steps follow each other, however long the disk takes.
 *
 * Source: Mesos TaskStatusUpdateManagerProcess (task_status_update_manager.cpp), constants.hpp.
 */
import { Failure, Future, ID, Process, Promised, type Timer } from '../../libprocess/index.ts';
import { uuidText } from '../common/uuids.ts';
import { type StatusUpdate, StatusUpdateRecord } from '../protocol/index.ts';
import { record } from './records.ts';
import { StatusUpdateStream } from './status-update-stream.ts';
import { describeUpdate } from './status-updates.ts';

export const RETRY_INTERVAL_MIN_MS = 10_000;
export const RETRY_INTERVAL_MAX_MS = 600_000;

interface Entry {
  readonly stream: StatusUpdateStream;
  /** Done once the step before has ended. */
  last: Future<void>;
  retry: Timer | null;
}

export class StatusUpdateManager extends Process {
  /** By framework, then by task. */
  readonly #entries = new Map<string, Map<string, Entry>>();
  #paused = true;

  constructor(private readonly forward: (update: StatusUpdate) => void) {
    super(ID.generate('task-status-update-manager'));
  }

  /** Forwards nothing until `resume`. */
  pause(): void {
    this.log.info('Pausing sending task status updates');
    this.#paused = true;
    for (const entry of this.#all()) entry.retry?.cancel();
  }

  /** There is a master again: the head of every stream goes to it at once. */
  resume(): void {
    this.log.info('Resuming sending task status updates');
    this.#paused = false;
    for (const entry of this.#all()) this.#next(entry);
  }

  /** Takes over a stream that was read back from disk. */
  recover(stream: StatusUpdateStream): void {
    if (!stream.isClosed) this.#insert({ stream, last: Future.ready(undefined), retry: null });
  }

  /**
   * Takes `update` in; ready once it is safe. One that came before changes nothing.
   *
   * @param path - the file of the task's records; null without checkpointing.
   * @throws Failure NO_UUID, MISMATCHED_CHECKPOINT, or the disk's code.
   */
  async update(update: StatusUpdate, path: string | null): Promise<void> {
    this.log.info(`Received task status update ${describeUpdate(update)}`);
    const entry = this.#entryFor(update, path);
    if (!(await this.#record(entry, () => entry.stream.accept(update)))) return;
    if (entry.stream.pending.length === 1) this.#next(entry);
  }

  /**
   * The scheduler has the update `uuid`. True when it was the head of its stream.
   *
   * @throws Failure NO_STREAM, DUPLICATE_ACK, or the disk's code.
   */
  async acknowledge(frameworkId: string, taskId: string, uuid: Uint8Array): Promise<boolean> {
    const what = `(UUID: ${uuidText(uuid)}) for task ${taskId} of framework ${frameworkId}`;
    this.log.info(`Received task status update acknowledgement ${what}`);
    const entry = this.#entries.get(frameworkId)?.get(taskId);
    if (entry === undefined) {
      throw new Failure(
        `Cannot find the task status update stream for task ${taskId} of framework ${frameworkId}`,
        'NO_STREAM',
      );
    }
    if (!(await this.#record(entry, () => entry.stream.acknowledge(uuid)))) {
      this.log.warn(`Unexpected task status acknowledgement ${what}`);
      return false;
    }
    if (entry.stream.isClosed) this.#remove(entry);
    else this.#next(entry);
    return true;
  }

  /** The framework is gone: nobody waits for its updates any more. */
  cleanup(frameworkId: string): void {
    this.log.info(`Closing task status update streams for framework ${frameworkId}`);
    for (const entry of this.#entries.get(frameworkId)?.values() ?? []) entry.retry?.cancel();
    this.#entries.delete(frameworkId);
  }

  /** Makes durable and applies what `decide` wants recorded, after the steps before; false when that is nothing. */
  async #record(entry: Entry, decide: () => StatusUpdateRecord | null): Promise<boolean> {
    const before = entry.last;
    const done = new Promised<void>();
    entry.last = done;
    if (before.isPending) await this.turn(before);
    try {
      const wanted = decide();
      if (wanted === null) return false;
      await this.#append(entry.stream, wanted);
      entry.stream.apply(wanted);
      return true;
    } finally {
      done.set(undefined);
    }
  }

  async #append({ path, taskId, frameworkId }: StatusUpdateStream, wanted: StatusUpdateRecord): Promise<void> {
    if (path === null) return;
    this.log.debug(`Checkpointing ${wanted.type} for task ${taskId} of framework ${frameworkId}`);
    const { disk } = this.runtime;
    await this.turn(disk.append(path, record(StatusUpdateRecord, wanted)).then(() => disk.sync(path)));
  }

  /** Forwards the head, if there is one, from now on with growing intervals. */
  #next(entry: Entry): void {
    entry.retry?.cancel();
    entry.retry = null;
    if (!this.#paused && entry.stream.head !== null) this.#forward(entry, RETRY_INTERVAL_MIN_MS);
  }

  #forward(entry: Entry, intervalMs: number): void {
    const { head } = entry.stream;
    if (this.#paused || head === null) return;
    this.forward(head);
    entry.retry = this.delay(intervalMs, this.#again, entry, intervalMs);
  }

  #again(entry: Entry, waitedMs: number): void {
    const { head } = entry.stream;
    if (head !== null) this.log.warn(`Resending task status update ${describeUpdate(head)}`);
    this.#forward(entry, Math.min(waitedMs * 2, RETRY_INTERVAL_MAX_MS));
  }

  #entryFor(update: StatusUpdate, path: string | null): Entry {
    const frameworkId = update.framework_id.value;
    const taskId = update.status.task_id.value;
    const known = this.#entries.get(frameworkId)?.get(taskId);
    if (known === undefined) {
      const stream = new StatusUpdateStream(taskId, frameworkId, path);
      return this.#insert({ stream, last: Future.ready(undefined), retry: null });
    }
    if ((known.stream.path === null) !== (path === null)) {
      throw new Failure(
        `Mismatched checkpoint value for task status update ${describeUpdate(update)}`,
        'MISMATCHED_CHECKPOINT',
      );
    }
    return known;
  }

  #insert(entry: Entry): Entry {
    const { frameworkId, taskId } = entry.stream;
    const tasks = this.#entries.get(frameworkId) ?? new Map<string, Entry>();
    this.#entries.set(frameworkId, tasks.set(taskId, entry));
    return entry;
  }

  #remove({ stream, retry }: Entry): void {
    retry?.cancel();
    const tasks = this.#entries.get(stream.frameworkId);
    tasks?.delete(stream.taskId);
    if (tasks?.size === 0) this.#entries.delete(stream.frameworkId);
  }

  *#all(): Iterable<Entry> {
    for (const tasks of this.#entries.values()) yield* tasks.values();
  }
}
