/**
 * A task as the master remembers it.
 *
 * `task` is replaced at each change and never changed itself, so that what was made of it (its JSON) can be kept with
 * it.
 */
import { isTerminal } from '../common/task-states.ts';
import type { ExecutorInfo } from '../protocol/executors.ts';
import type { FrameworkID } from '../protocol/ids.ts';
import type { Resource } from '../protocol/resources.ts';
import type { Task, TaskInfo, TaskState, TaskStatus } from '../protocol/tasks.ts';

/** Whether a task in this state gives its resources back: unreachable ones do, though they may return. */
export function isRemovable(state: TaskState): boolean {
  return isTerminal(state) || state === 'TASK_UNREACHABLE';
}

export class TaskRecord {
  constructor(public task: Task) {}

  get id(): string {
    return this.task.task_id.value;
  }

  get frameworkId(): string {
    return this.task.framework_id.value;
  }

  get agentId(): string {
    return this.task.agent_id.value;
  }

  get state(): TaskState {
    return this.task.state;
  }

  get resources(): readonly Resource[] {
    return this.task.resources ?? [];
  }

  /**
   * Takes in a status: the master shows `latestState`, the newest the agent knows of, while `status` is the one that
   * is being delivered. A terminal task stays what it is.
   */
  update(status: TaskStatus, latestState: TaskState = status.state): void {
    const { task } = this;
    this.task = {
      ...task,
      state: isTerminal(task.state) ? task.state : latestState,
      statuses: withStatus(task.statuses ?? [], status),
      ...(status.uuid === undefined ? {} : { status_update_state: status.state, status_update_uuid: status.uuid }),
    };
  }

  /** The master itself says so: nothing is delivered, nothing awaits acknowledgement. */
  become(state: TaskState, status: TaskStatus): void {
    this.task = { ...this.task, state, statuses: withStatus(this.task.statuses ?? [], status) };
  }
}

/** Of consecutive statuses of one state only the last is kept; its data is nobody's business any more. */
function withStatus(statuses: readonly TaskStatus[], { data: _data, ...status }: TaskStatus): readonly TaskStatus[] {
  const kept = statuses.at(-1)?.state === status.state ? statuses.slice(0, -1) : statuses;
  return [...kept, status];
}

/** A task that is about to be launched. */
export function stagingTask(info: TaskInfo, frameworkId: FrameworkID, executor?: ExecutorInfo): Task {
  return {
    name: info.name,
    task_id: info.task_id,
    framework_id: frameworkId,
    executor_id: (executor ?? info.executor)?.executor_id,
    agent_id: info.agent_id,
    state: 'TASK_STAGING',
    resources: info.resources,
    labels: info.labels,
    discovery: info.discovery,
    container: info.container,
    health_check: info.health_check,
    kill_policy: info.kill_policy,
    user: userOf(info, executor),
    limits: info.limits,
  };
}

function userOf(info: TaskInfo, executor?: ExecutorInfo): string | undefined {
  return info.command?.user ?? (executor ?? info.executor)?.command?.user;
}
