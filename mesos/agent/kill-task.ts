/**
 * Killing tasks, and what else a framework can lose on an agent: executors, or all of it.
 *
 * Source: Mesos Slave::killTask, shutdownFramework, shutdownExecutor (slave.cpp).
 */
import type { PID } from '../../libprocess/index.ts';
import {
  FrameworkToExecutorMessage as FrameworkToExecutor,
  type FrameworkToExecutorMessage,
  KillTaskMessage,
  type ShutdownExecutorMessage,
  type ShutdownFrameworkMessage,
  type TaskInfo,
} from '../protocol/index.ts';
import type { AgentContext } from './context.ts';
import type { Executor } from './executor.ts';
import type { Executors } from './executors.ts';
import type { Framework } from './framework.ts';
import type { TaskUpdates } from './task-updates.ts';

const KILLED_BEFORE_DELIVERY = {
  state: 'TASK_KILLED',
  reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
  message: 'Killed before delivery to the executor',
} as const;

export class TaskKiller {
  constructor(
    private readonly agent: AgentContext,
    private readonly executors: Executors,
    private readonly updates: TaskUpdates,
  ) {}

  async killTask(body: KillTaskMessage, from: PID): Promise<void> {
    const { log } = this.agent;
    const taskId = body.task_id.value;
    log.info(`Got a request to kill task ${taskId} of framework ${body.framework_id.value}`);
    const framework = this.#frameworkOf(body.framework_id.value, from);
    if (framework === null) return;
    const pending = framework.pending.get(taskId);
    if (pending !== undefined) return this.#killPending(framework, pending);
    const executor = framework.executorOf(taskId);
    if (executor === undefined) {
      log.warn(`Cannot kill task ${taskId} of framework ${framework.id}: there is no executor that has it`);
      const state = framework.droppedState;
      const message = 'Cannot find executor';
      await this.updates.say(framework, body.task_id, undefined, {
        state,
        reason: 'REASON_EXECUTOR_TERMINATED',
        message,
      });
    } else if (executor.queued.has(taskId)) {
      await this.#killQueued(framework, executor, body);
    } else if (executor.pid !== null) {
      this.agent.send(executor.pid, KillTaskMessage, body);
    } else {
      this.executors.event(executor, { type: 'KILL', kill: { task_id: body.task_id, kill_policy: body.kill_policy } });
    }
  }

  /** All executors of the framework end; then it is forgotten. */
  shutdownFramework({ framework_id }: ShutdownFrameworkMessage, from: PID): void {
    const { log, books } = this.agent;
    if (from !== books.master && from !== this.agent.pid) {
      log.warn(`Ignoring shutdown of framework ${framework_id.value} from ${from}: not the master`);
      return;
    }
    log.info(`Asked to shut down framework ${framework_id.value} by ${from}`);
    const framework = books.framework(framework_id.value);
    if (framework === undefined) {
      log.warn(`Cannot shut down unknown framework ${framework_id.value}`);
      return;
    }
    this.shutdownAll(framework);
  }

  shutdownAll(framework: Framework): void {
    this.agent.log.info(`Shutting down framework ${framework.id}`);
    framework.isTerminating = true;
    framework.pending.clear();
    this.agent.manager.cleanup(framework.id);
    for (const executor of [...framework.executors.values()]) {
      this.executors.shutdown(framework, executor);
      this.executors.removeIfDone(framework, executor);
    }
    if (framework.isIdle && this.agent.books.frameworks.has(framework.id)) this.executors.removeFramework(framework);
  }

  shutdownExecutor({ executor_id, framework_id }: ShutdownExecutorMessage, from: PID): void {
    const framework = this.#frameworkOf(framework_id?.value ?? '', from);
    const executor = framework?.executors.get(executor_id?.value ?? '');
    this.agent.log.info(
      `Asked to shut down executor '${executor_id?.value}' of framework ${framework_id?.value} by ${from}`,
    );
    if (framework !== null && executor !== undefined) this.executors.shutdown(framework, executor);
  }

  /** Bytes from the scheduler for one of its executors. */
  message(body: FrameworkToExecutorMessage): void {
    const executor = this.agent.books.framework(body.framework_id.value)?.executors.get(body.executor_id.value);
    if (executor?.state !== 'running') {
      this.agent.count('slave/invalid_framework_messages');
      this.agent.log.warn(`Dropping message for executor '${body.executor_id.value}': it is not running`);
      return;
    }
    this.agent.count('slave/valid_framework_messages');
    if (executor.pid !== null) this.agent.send(executor.pid, FrameworkToExecutor, body);
    else this.executors.event(executor, { type: 'MESSAGE', message: { data: body.data } });
  }

  async #killPending(framework: Framework, task: TaskInfo): Promise<void> {
    framework.pending.delete(task.task_id.value);
    await this.updates.say(framework, task.task_id, undefined, KILLED_BEFORE_DELIVERY);
    if (framework.isIdle) this.executors.removeFramework(framework);
  }

  async #killQueued(framework: Framework, executor: Executor, { task_id }: KillTaskMessage): Promise<void> {
    await this.updates.say(framework, task_id, executor, KILLED_BEFORE_DELIVERY);
    const isIdle = executor.queued.size === 0 && executor.launched.size === 0;
    if (isIdle && executor.state === 'running') this.executors.shutdown(framework, executor);
  }

  #frameworkOf(id: string, from: PID): Framework | null {
    const { books, log } = this.agent;
    if (from !== books.master) {
      log.warn(`Ignoring a request about framework ${id} from ${from}: not the master`);
      return null;
    }
    const framework = books.framework(id);
    if (framework === undefined) log.warn(`Ignoring a request about unknown framework ${id}`);
    return framework ?? null;
  }
}
