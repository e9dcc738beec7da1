/**
 * What an executor has sent and its agent has not acknowledged: it is repeated when the executor registers again.
 *
 * Source: Mesos ExecutorProcess (exec.cpp): `updates`, `tasks`.
 */
import type { StatusUpdate, TaskInfo } from '../protocol/index.ts';

export class Unacknowledged {
  readonly #updates = new Map<string, StatusUpdate>();
  readonly #tasks = new Map<string, TaskInfo>();

  get updates(): readonly StatusUpdate[] {
    return [...this.#updates.values()];
  }

  /** Tasks of which the agent may not know yet that they have arrived. */
  get tasks(): readonly TaskInfo[] {
    return [...this.#tasks.values()];
  }

  launched(task: TaskInfo): void {
    this.#tasks.set(task.task_id.value, task);
  }

  sent(uuid: Uint8Array, update: StatusUpdate): void {
    this.#updates.set(keyOf(uuid), update);
  }

  acknowledged(taskId: string, uuid: Uint8Array): void {
    this.#updates.delete(keyOf(uuid));
    this.#tasks.delete(taskId);
  }
}

function keyOf(uuid: Uint8Array): string {
  return Buffer.from(uuid).toString('hex');
}
