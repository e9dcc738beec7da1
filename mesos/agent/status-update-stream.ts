/**
 * One task's status updates on their way to the master: in order, one at a time, at least once. A pure core.
 *
 *   update ──▶ record on disk ──▶ pending … ──▶ head is forwarded, again and again
 *                                                 │
 *   acknowledge (the head's uuid) ──▶ record ──▶ head leaves, the next is forwarded; after a terminal one: closed
 *
 * A step says first what it would do (`accept`, `acknowledge`), so that the record can be made durable; `apply` then
 * does it. Applying the records of a file in order gives the stream back after a restart.
 *
 * Source: Mesos TaskStatusUpdateStream (task_status_update_manager.cpp).
 */
import { Failure } from '../../libprocess/index.ts';
import { isTerminal } from '../common/task-states.ts';
import { uuidText } from '../common/uuids.ts';
import type { StatusUpdate, StatusUpdateRecord } from '../protocol/index.ts';

export class StatusUpdateStream {
  readonly #received = new Set<string>();
  readonly #acknowledged = new Set<string>();
  readonly #pending: StatusUpdate[] = [];
  #closed = false;

  constructor(
    readonly taskId: string,
    readonly frameworkId: string,
    /** The file of records; null when the framework does not want its tasks to survive the agent. */
    readonly path: string | null,
  ) {}

  /** The update that is to be forwarded; the others wait for its acknowledgement. */
  get head(): StatusUpdate | null {
    return this.#pending[0] ?? null;
  }

  /** An update of a terminal state was acknowledged: there is nothing left to do. */
  get isClosed(): boolean {
    return this.#closed;
  }

  get pending(): readonly StatusUpdate[] {
    return this.#pending;
  }

  /**
   * The record of a new update; null for one that came before, which needs nothing more.
   *
   * @throws Failure NO_UUID for an update that could never be acknowledged.
   */
  accept(update: StatusUpdate): StatusUpdateRecord | null {
    const key = keyOf(update.uuid, `task status update ${update.status.state} of task ${this.taskId} has no uuid`);
    if (this.#acknowledged.has(key) || this.#received.has(key)) return null;
    return { type: 'UPDATE', update };
  }

  /**
   * The record of an acknowledgement.
   *
   * @returns null when `uuid` is not that of the head: unexpected, and ignored.
   * @throws Failure DUPLICATE_ACK
   */
  acknowledge(uuid: Uint8Array): StatusUpdateRecord | null {
    const key = keyOf(uuid, `acknowledgement of task ${this.taskId} has no uuid`);
    if (this.#acknowledged.has(key)) {
      throw new Failure(
        `Duplicate task status acknowledgement (UUID: ${key}) for task ${this.taskId} of framework ${this.frameworkId}`,
        'DUPLICATE_ACK',
      );
    }
    if (this.head === null || keyOf(this.head.uuid, '') !== key) return null;
    return { type: 'ACK', uuid };
  }

  /** Does what a record, made durable or read back, says. */
  apply(record: StatusUpdateRecord): void {
    if (record.type === 'UPDATE') {
      if (record.update !== undefined) this.#applyUpdate(record.update);
    } else if (record.uuid !== undefined) {
      this.#applyAcknowledgement(uuidText(record.uuid));
    }
  }

  #applyUpdate(update: StatusUpdate): void {
    this.#received.add(keyOf(update.uuid, 'a recorded update has no uuid'));
    this.#pending.push(update);
  }

  #applyAcknowledgement(key: string): void {
    this.#acknowledged.add(key);
    const head = this.#pending[0];
    if (head === undefined || keyOf(head.uuid, '') !== key) return;
    this.#pending.shift();
    if (isTerminal(head.status.state)) this.#closed = true;
  }
}

function keyOf(uuid: Uint8Array | undefined, complaint: string): string {
  if (uuid === undefined || uuid.length === 0) throw new Failure(complaint, 'NO_UUID');
  return uuidText(uuid);
}
