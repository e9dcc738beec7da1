/**
 * One framework of the agent: its executors, and the tasks that are on the way to one.
 *
 * Source: Mesos `Framework` (slave.hpp, slave.cpp).
 */
import { PID } from '../../libprocess/index.ts';
import type { FrameworkInfo, FrameworkInfoCapabilityType, TaskInfo, TaskState } from '../protocol/index.ts';
import type { Executor } from './executor.ts';

export class Framework {
  readonly executors = new Map<string, Executor>();
  readonly completedExecutors: Executor[] = [];
  /** Received, and not yet queued for an executor: they can be killed before they run. */
  readonly pending = new Map<string, TaskInfo>();
  /** Its executors are being shut down; it gets no new ones. */
  isTerminating = false;

  constructor(
    readonly id: string,
    public info: FrameworkInfo,
    /** The scheduler; null for one that speaks HTTP with the master. */
    public pid: PID | null,
    private readonly completedMax: number,
  ) {}

  get checkpoint(): boolean {
    return this.info.checkpoint ?? false;
  }

  /** Nothing of it is left on this agent. */
  get isIdle(): boolean {
    return this.executors.size === 0 && this.pending.size === 0;
  }

  can(type: FrameworkInfoCapabilityType): boolean {
    return this.info.capabilities?.some(capability => capability.type === type) ?? false;
  }

  /** What a task that never ran is called: old frameworks know only TASK_LOST. */
  get droppedState(): TaskState {
    return this.can('PARTITION_AWARE') ? 'TASK_DROPPED' : 'TASK_LOST';
  }

  /** What a task that ran, and whose end nobody saw, is called. */
  get goneState(): TaskState {
    return this.can('PARTITION_AWARE') ? 'TASK_GONE' : 'TASK_LOST';
  }

  /** The executor that has the task, be it over or not. */
  executorOf(taskId: string): Executor | undefined {
    return [...this.executors.values()].find(executor => executor.has(taskId));
  }

  /** The master has news of it: a scheduler that failed over, or other settings. */
  update(info: FrameworkInfo | undefined, pid: string | undefined): void {
    if (info !== undefined) this.info = info;
    if (pid !== undefined) this.pid = pid === '' ? null : PID.parse(pid);
  }

  removed(executor: Executor): void {
    this.executors.delete(executor.id);
    this.completedExecutors.push(executor);
    if (this.completedExecutors.length > this.completedMax) this.completedExecutors.shift();
  }
}
