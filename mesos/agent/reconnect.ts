/**
 * From what was read back to a working agent: frameworks and executors as they were, streams of updates, and the
 * executors that still live, called one by one.
 *
 *   recovered ─▶ containers looked after ─▶ ReconnectExecutorMessage ─▶ ReregisterExecutorMessage ─▶ running
 *                                             └ not within the timeout: destroyed
 *
 * Source: Mesos Slave::recover, _recover, recoverFramework, reregisterExecutor, reregisterExecutorTimeout (slave.cpp).
 */
import { PID } from '../../libprocess/index.ts';
import { isTerminal } from '../common/task-states.ts';
import {
  ExecutorReregisteredMessage,
  ReconnectExecutorMessage,
  type ReregisterExecutorMessage,
  ShutdownExecutorMessage,
} from '../protocol/index.ts';
import type { RecoveredContainer } from './containerizer/containerizer.ts';
import type { AgentContext } from './context.ts';
import { Executor, withStatus } from './executor.ts';
import type { Executors } from './executors.ts';
import { Framework } from './framework.ts';
import { executorDir, runsDir } from './paths.ts';
import type { RecoveredExecutor, RecoveredFramework, RecoveredState, RecoveredTask } from './recovery.ts';
import type { TaskUpdates } from './task-updates.ts';

export class Reconnector {
  constructor(
    private readonly agent: AgentContext,
    private readonly executors: Executors,
    private readonly updates: TaskUpdates,
  ) {}

  /** Takes over what was recovered; true when there are executors to wait for. */
  async adopt(state: RecoveredState, rebooted: boolean): Promise<boolean> {
    const containers: RecoveredContainer[] = [];
    const live: [Framework, Executor, RecoveredExecutor][] = [];
    for (const recovered of state.frameworks) {
      const framework = this.#framework(recovered);
      for (const each of recovered.executors) {
        const executor = this.#executor(framework, each);
        if (each.run.isCompleted) {
          framework.completedExecutors.push(executor);
          continue;
        }
        framework.executors.set(executor.id, executor);
        containers.push(containerOf(executor, each, rebooted));
        live.push([framework, executor, each]);
      }
      if (framework.isIdle) this.agent.books.completedFrameworks.push(framework);
      else this.agent.books.frameworks.set(framework.id, framework);
    }
    await this.agent.turn(this.agent.containerizer.recover(containers, rebooted));
    this.agent.log.info('Recovering executors');
    for (const [framework, executor, { run }] of live) this.#reconnect(framework, executor, run.libprocessPid);
    return live.length > 0;
  }

  /** An executor answers the call, or one whose host was replaced is there again. */
  async reregister(body: ReregisterExecutorMessage, from: PID): Promise<void> {
    const { executor_id, framework_id } = body;
    const { books, log } = this.agent;
    const framework = books.framework(framework_id.value);
    const executor = framework?.executors.get(executor_id.value);
    const known = executor?.state === 'registering' || executor?.state === 'running';
    if (framework === undefined || executor === undefined || !known) {
      log.warn(`Shutting down executor '${executor_id.value}' of framework ${framework_id.value}: it is unknown`);
      this.agent.send(from, ShutdownExecutorMessage, {});
      return;
    }
    log.info(`Re-registering executor '${executor_id.value}' of framework ${framework_id.value}`);
    const wasRestarted = executor.state === 'registering';
    this.executors.connected(executor, from);
    if (wasRestarted) executor.become('running');
    this.agent.send(from, ExecutorReregisteredMessage, { agent_id: books.agentId, agent_info: books.info });
    for (const update of body.updates ?? []) await this.updates.take(update, from);
    if (wasRestarted)
      await this.dropLost(framework, executor, new Set(body.tasks?.map(({ task_id }) => task_id.value)));
  }

  /** Tasks that were on the way to the executor when the agent died. */
  async dropLost(framework: Framework, executor: Executor, received: ReadonlySet<string>): Promise<void> {
    for (const task of [...executor.launched.values()]) {
      if (task.state !== 'TASK_STAGING' || received.has(task.task_id.value)) continue;
      await this.updates.say(framework, task.task_id, executor, {
        state: framework.droppedState,
        reason: 'REASON_AGENT_RESTARTED',
        message: 'Task launched during agent restart',
      });
    }
    if (executor.isGenerated && executor.launched.size === 0 && executor.completed.length === 0) {
      this.executors.shutdown(framework, executor);
    }
  }

  /** The time is over: executors that have not answered are ended. */
  giveUp(): void {
    const { books, log, flags } = this.agent;
    const within = flags.shown['executor_reregistration_timeout'] ?? '';
    for (const framework of books.frameworks.values()) {
      for (const executor of framework.executors.values()) {
        if (executor.state !== 'registering') continue;
        log.info(`Killing un-reregistered executor '${executor.id}' of framework ${framework.id}`);
        this.executors.destroy(executor, {
          state: framework.goneState,
          reason: 'REASON_EXECUTOR_REREGISTRATION_TIMEOUT',
          message: `Executor did not reregister within ${within}`,
        });
      }
    }
  }

  /** Every executor has answered, or is gone. */
  get isDone(): boolean {
    const frameworks = [...this.agent.books.frameworks.values()];
    return frameworks.every(({ executors }) => [...executors.values()].every(({ state }) => state !== 'registering'));
  }

  #framework({ id, info, pid }: RecoveredFramework): Framework {
    const scheduler = pid === null ? null : PID.parse(pid);
    return new Framework(id, info, scheduler, this.agent.flags.max_completed_executors_per_framework);
  }

  #executor(framework: Framework, { info, isGenerated, run }: RecoveredExecutor): Executor {
    const ids = { agentId: this.agent.books.id, frameworkId: framework.id, executorId: info.executor_id.value };
    const executor = new Executor({
      info,
      frameworkId: framework.id,
      containerId: run.containerId,
      sandbox: `${runsDir(executorDir(this.agent.flags.work_dir, ids))}/${run.containerId}`,
      runDir: run.dir,
      user: info.command?.user ?? framework.info.user,
      isGenerated,
    });
    executor.osPid = run.forkedPid;
    for (const each of run.tasks) this.#task(executor, each);
    this.executors.attachSandbox(executor);
    return executor;
  }

  /** The task as its recorded updates have left it. */
  #task(executor: Executor, { task, records, stream }: RecoveredTask): void {
    let replayed = task;
    for (const { update } of records) {
      if (update === undefined || isTerminal(replayed.state)) continue;
      replayed = withStatus(replayed, { ...update.status, uuid: update.status.uuid ?? update.uuid });
    }
    const id = task.task_id.value;
    executor.osPid = replayed.statuses?.at(-1)?.container_status?.executor_pid ?? executor.osPid;
    if (!isTerminal(replayed.state)) executor.launched.set(id, replayed);
    else if (stream.isClosed) executor.completed.push(replayed);
    else executor.terminated.set(id, replayed);
    this.agent.manager.recover(stream);
  }

  #reconnect(framework: Framework, executor: Executor, pid: string | null): void {
    const ended = this.agent.containerizer.wait(executor.containerId);
    this.agent.defer(() => this.executors.watch(framework, executor, ended))();
    if (pid === null || pid === '') return;
    executor.pid = PID.parse(pid);
    this.agent.link(executor.pid);
    this.agent.send(executor.pid, ReconnectExecutorMessage, { agent_id: this.agent.books.agentId });
  }
}

function containerOf(executor: Executor, { run }: RecoveredExecutor, rebooted: boolean): RecoveredContainer {
  return {
    containerId: run.containerId,
    hosted: executor.isGenerated,
    user: executor.user,
    osPid: rebooted ? null : run.forkedPid,
  };
}
