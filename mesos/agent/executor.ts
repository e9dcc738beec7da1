/**
 * One executor of the agent: its state, and its tasks from queued to completed.
 *
 *   registering ──▶ running ──▶ terminating ──▶ terminated
 *        └───────────────────────┴───────────────▲
 *
 *   queued ──delivered──▶ launched ──terminal update──▶ terminated ──acknowledged──▶ completed
 *
 * Source: Mesos `Executor` (slave.hpp, slave.cpp).
 */
import { Future, type PID, type PipeWriter } from '../../libprocess/index.ts';
import { isTerminal } from '../common/task-states.ts';
import type { ExecutorInfo, Task, TaskInfo, TaskState, TaskStatus } from '../protocol/index.ts';

/** Tasks that are remembered after their end. */
export const COMPLETED_TASKS_MAX = 200;

export type ExecutorState = 'registering' | 'running' | 'terminating' | 'terminated';

const EDGES = {
  registering: ['running', 'terminating', 'terminated'],
  running: ['terminating', 'terminated'],
  terminating: ['terminated'],
  terminated: [],
} as const satisfies Record<ExecutorState, readonly ExecutorState[]>;

/** What the executor said last over HTTP: where its events go. */
export interface HttpConnection {
  readonly writer: PipeWriter;
  readonly contentType: string;
}

export interface ExecutorOptions {
  readonly info: ExecutorInfo;
  readonly frameworkId: string;
  readonly containerId: string;
  readonly sandbox: string;
  /** The run's meta folder; null without checkpointing. */
  readonly runDir: string | null;
  readonly user: string;
  /** Made up by the agent to run a command. */
  readonly isGenerated: boolean;
}

export class Executor {
  readonly queued = new Map<string, TaskInfo>();
  readonly launched = new Map<string, Task>();
  /** Their last update has not been acknowledged yet. */
  readonly terminated = new Map<string, Task>();
  readonly completed: Task[] = [];
  pid: PID | null = null;
  http: HttpConnection | null = null;
  /** The OS process it lives in, once that is known. */
  osPid: number | null = null;
  /** Done once all that was to be checkpointed for it is. */
  durable: Future<unknown> = Future.ready(undefined);
  /** How its end is to be told, when the agent itself has brought it about. */
  verdict: { readonly state: TaskState; readonly reason: TaskStatus['reason']; readonly message: string } | null = null;
  #state: ExecutorState = 'registering';

  constructor(private readonly options: ExecutorOptions) {}

  get id(): string {
    return this.info.executor_id.value;
  }

  get info(): ExecutorInfo {
    return this.options.info;
  }

  get frameworkId(): string {
    return this.options.frameworkId;
  }

  get containerId(): string {
    return this.options.containerId;
  }

  get sandbox(): string {
    return this.options.sandbox;
  }

  get runDir(): string | null {
    return this.options.runDir;
  }

  get user(): string {
    return this.options.user;
  }

  get isGenerated(): boolean {
    return this.options.isGenerated;
  }

  get state(): ExecutorState {
    return this.#state;
  }

  /** @throws Error for a transition that cannot be. */
  become(next: ExecutorState): void {
    const legal: readonly ExecutorState[] = EDGES[this.#state];
    if (!legal.includes(next)) throw new Error(`executor ${this.id}: illegal transition ${this.#state} → ${next}`);
    this.#state = next;
  }

  /** `executor(1)@ip:port` or `(via HTTP)`, as log lines end. */
  get where(): string {
    if (this.pid !== null) return ` at ${this.pid}`;
    return this.http === null ? '' : ' (via HTTP)';
  }

  /** There is a task whose end the framework has not acknowledged. */
  get hasIncompleteTasks(): boolean {
    return this.queued.size > 0 || this.launched.size > 0 || this.terminated.size > 0;
  }

  has(taskId: string): boolean {
    return this.queued.has(taskId) || this.launched.has(taskId) || this.terminated.has(taskId);
  }

  taskOf(taskId: string): Task | undefined {
    return this.launched.get(taskId) ?? this.terminated.get(taskId);
  }

  /** A queued task goes to the executor. */
  launch(task: Task): void {
    this.queued.delete(task.task_id.value);
    this.launched.set(task.task_id.value, task);
  }

  /** Takes in a new status; false when the task is over already, or none of this executor's. */
  update(taskId: string, status: TaskStatus): boolean {
    const task = this.launched.get(taskId);
    if (task === undefined) return false;
    const next = withStatus(task, status);
    if (isTerminal(status.state)) {
      this.launched.delete(taskId);
      this.terminated.set(taskId, next);
    } else {
      this.launched.set(taskId, next);
    }
    return true;
  }

  /** What the framework is to be told next; kept with the task, for a new master to know. */
  forwarded(taskId: string, state: TaskState, uuid: Uint8Array | undefined): void {
    for (const tasks of [this.launched, this.terminated]) {
      const task = tasks.get(taskId);
      if (task !== undefined) tasks.set(taskId, { ...task, status_update_state: state, status_update_uuid: uuid });
    }
  }

  /** The last update of a task was acknowledged. */
  complete(taskId: string): void {
    const task = this.terminated.get(taskId);
    if (task === undefined) return;
    this.terminated.delete(taskId);
    this.completed.push(task);
    if (this.completed.length > COMPLETED_TASKS_MAX) this.completed.shift();
  }
}

/** Of consecutive statuses of one state only the last is kept; its data is not. */
export function withStatus(task: Task, { data: _data, ...status }: TaskStatus): Task {
  const before = task.statuses ?? [];
  const kept = before.at(-1)?.state === status.state ? before.slice(0, -1) : before;
  return { ...task, state: status.state, statuses: [...kept, status] };
}
