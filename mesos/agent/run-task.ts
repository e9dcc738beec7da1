/**
 * Running a task, from the master's word to the executor's queue.
 *
 *   RunTaskMessage ─▶ pending ─▶ checked ─▶ executor found or launched ─▶ queued ─▶ delivered
 *                        └ killed before: TASK_KILLED     └ refused: TASK_DROPPED (TASK_LOST), TASK_ERROR, TASK_FAILED
 *
 * Source: Mesos Slave::runTask, run, _run, __run (slave.cpp).
 */
import { PID } from '../../libprocess/index.ts';
import type {
  ExecutorInfo,
  FrameworkInfo,
  RunTaskGroupMessage,
  RunTaskMessage,
  TaskInfo,
  TaskState,
  TaskStatusReason,
} from '../protocol/index.ts';
import { commandExecutorInfo } from './command-executor-info.ts';
import type { AgentContext } from './context.ts';
import type { ExecutorState } from './executor.ts';
import type { Executors } from './executors.ts';
import { Framework } from './framework.ts';
import type { TaskUpdates } from './task-updates.ts';

/** Why a task does not run. */
export interface Refusal {
  /** Undefined: whatever a task that never ran is called for this framework. */
  readonly state?: TaskState;
  readonly reason: TaskStatusReason;
  readonly message: string;
}

/** What `refusal` looks at. */
export interface Circumstances {
  /** The task is a command: its executor is made for it alone. */
  readonly isCommand: boolean;
  /** What the master believes: true to launch the executor, false to use one; undefined from older masters. */
  readonly launchExecutor: boolean | undefined;
  /** The state of the executor of the task's executor id; null when there is none. */
  readonly executor: ExecutorState | null;
}

/** Why a task cannot go to its executor; null when it can. */
export function refusal({ isCommand, launchExecutor, executor }: Circumstances): Refusal | null {
  if (isCommand && executor !== null) {
    return {
      state: 'TASK_ERROR',
      reason: 'REASON_TASK_INVALID',
      message: 'Cannot reuse an already existing executor for a command task',
    };
  }
  if (launchExecutor === true && executor !== null) {
    return ended('Master wants to launch executor, but one already exists');
  }
  if (launchExecutor === false && executor === null) {
    return ended('No executor is expected to launch and there is none running');
  }
  if (executor === 'terminating') return ended('Executor terminating');
  if (executor === 'terminated') return ended('Executor terminated');
  return null;
}

function ended(message: string): Refusal {
  return { reason: 'REASON_EXECUTOR_TERMINATED', message };
}

export class TaskRunner {
  constructor(
    private readonly agent: AgentContext,
    private readonly executors: Executors,
    private readonly updates: TaskUpdates,
  ) {}

  async runTask(body: RunTaskMessage, from: PID): Promise<void> {
    const { task, framework: info, launch_executor } = body;
    const { log } = this.agent;
    const frameworkId = info.id?.value ?? body.framework_id?.value ?? '';
    log.info(`Got assigned task '${task.task_id.value}' for framework ${frameworkId}`);
    if (!this.#isFromMaster(from, task)) return;
    const framework = await this.#frameworkFor(frameworkId, info, body.pid, [task]);
    if (framework === null || !framework.pending.delete(task.task_id.value)) return; // Killed meanwhile.
    log.info(`Launching task '${task.task_id.value}' for framework ${framework.id}`);
    await this.#assign(framework, task, launch_executor);
  }

  /** Groups need an executor that can take them, which there is none of yet. */
  async runTaskGroup({ framework: info, task_group }: RunTaskGroupMessage, from: PID): Promise<void> {
    const tasks = task_group.tasks ?? [];
    const [first] = tasks;
    if (first === undefined || !this.#isFromMaster(from, first)) return;
    const framework = await this.#frameworkFor(info.id?.value ?? '', info, undefined, tasks);
    if (framework === null) return;
    for (const { task_id } of tasks) {
      framework.pending.delete(task_id.value);
      await this.updates.say(framework, task_id, undefined, {
        state: 'TASK_FAILED',
        reason: 'REASON_CONTAINER_LAUNCH_FAILED',
        message: 'Failed to launch container: task groups and the default executor are not implemented',
      });
    }
    if (framework.isIdle) this.executors.removeFramework(framework);
  }

  #isFromMaster(from: PID, task: TaskInfo): boolean {
    const { books, log } = this.agent;
    if (from !== books.master || books.phase === 'recovering' || books.phase === 'terminating') {
      log.warn(`Ignoring run task '${task.task_id.value}' from ${from} while the agent is ${books.phase}`);
      return false;
    }
    if (task.agent_id.value !== books.id) {
      log.warn(`Ignoring task '${task.task_id.value}' because it is for agent ${task.agent_id.value}`);
      return false;
    }
    return true;
  }

  /** The framework, known from now on, with `tasks` pending; null when it is on its way out. */
  async #frameworkFor(
    id: string,
    info: FrameworkInfo,
    pidText: string | undefined,
    tasks: readonly TaskInfo[],
  ): Promise<Framework | null> {
    const { books, flags, log, checkpointer } = this.agent;
    const known = books.framework(id);
    if (known?.isTerminating) {
      log.warn(`Ignoring tasks of framework ${id} because it is terminating`);
      return null;
    }
    const pid = pidText === undefined || pidText === '' ? null : PID.parse(pidText);
    const framework = known ?? new Framework(id, info, pid, flags.max_completed_executors_per_framework);
    books.frameworks.set(id, framework);
    for (const task of tasks) framework.pending.set(task.task_id.value, task);
    if (known === undefined && framework.checkpoint) {
      await this.agent.turn(checkpointer.framework(books.id, id, info, pid === null ? '' : String(pid)));
    }
    return framework;
  }

  async #assign(framework: Framework, task: TaskInfo, launchExecutor: boolean | undefined): Promise<void> {
    const isCommand = task.executor === undefined;
    const info = this.#executorInfo(framework, task);
    const known = framework.executors.get(info.executor_id.value);
    const refused = refusal({ isCommand, launchExecutor, executor: known?.state ?? null });
    if (refused !== null) {
      await this.updates.say(framework, task.task_id, undefined, { state: framework.droppedState, ...refused });
      if (framework.isIdle) this.executors.removeFramework(framework);
      return;
    }
    const user = info.command?.user ?? framework.info.user;
    const executor = known ?? this.executors.add(framework, info, user, isCommand);
    this.executors.queue(executor, task);
    if (known === undefined) await this.executors.launch(framework, executor);
    else if (known.state === 'running') await this.executors.deliver(framework, known);
  }

  #executorInfo(framework: Framework, task: TaskInfo): ExecutorInfo {
    const framework_id = { value: framework.id };
    if (task.executor !== undefined) return { ...task.executor, framework_id };
    return commandExecutorInfo(framework_id, task, this.agent.launcherDir);
  }
}
