/**
 * The life of executors: launched, registered, given their tasks, shut down, gone.
 *
 *   launch ─▶ containerizer ─▶ RegisterExecutorMessage ─▶ ExecutorRegisteredMessage, RunTaskMessage…
 *   its end ─▶ updates for what still ran ─▶ ExitedExecutorMessage ─▶ all acknowledged: removed
 *
 * Source: Mesos Framework::addExecutor, Slave::launchExecutor, registerExecutor, shutdownExecutor, executorTerminated,
 * removeExecutor (slave.cpp).
 */
import { Failure, type Future, type PID } from '../../libprocess/index.ts';
import { debuggerEnvironment } from '../common/debugger-flags.ts';
import { describeStatus, statusFromRaw } from '../executor/signals.ts';
import {
  type ExecutorInfo,
  ExecutorRegisteredMessage,
  ExitedExecutorMessage,
  type executor as executorApi,
  type RegisterExecutorMessage,
  RunTaskMessage,
  ShutdownExecutorMessage,
  type TaskInfo,
  type TaskState,
} from '../protocol/index.ts';
import type { ContainerConfig, Termination } from './containerizer/containerizer.ts';
import { executorEnvironment } from './containerizer/environment.ts';
import { type AgentContext, taskOf } from './context.ts';
import { Executor } from './executor.ts';
import { sendEvent } from './executor-events.ts';
import type { Framework } from './framework.ts';
import { type RunIds, runDir, virtualLatestRun } from './paths.ts';
import type { TaskUpdates } from './task-updates.ts';

const NS_PER_MS = 1e6;

export class Executors {
  constructor(
    private readonly agent: AgentContext,
    private readonly updates: () => TaskUpdates,
  ) {}

  /** A new executor for `framework`; it is being launched when this returns. */
  add(framework: Framework, info: ExecutorInfo, user: string, isGenerated: boolean): Executor {
    const { agent } = this;
    const containerId = agent.uuid();
    const ids = this.#ids(framework.id, info, containerId);
    const executor = new Executor({
      info,
      frameworkId: framework.id,
      containerId,
      sandbox: runDir(agent.flags.work_dir, ids),
      runDir: framework.checkpoint ? runDir(agent.checkpointer.metaDir, ids) : null,
      user,
      isGenerated,
    });
    framework.executors.set(executor.id, executor);
    if (framework.checkpoint) executor.durable = agent.checkpointer.executor(ids, info, isGenerated);
    agent.log.info(
      { resources: info.resources },
      `Launching executor '${executor.id}' of framework ${framework.id} in work directory '${executor.sandbox}'`,
    );
    return executor;
  }

  /** Starts the executor's container; when that fails its tasks have failed. */
  async launch(framework: Framework, executor: Executor): Promise<void> {
    const { agent } = this;
    agent.log.info(
      `Launching container ${executor.containerId} for executor '${executor.id}' of framework ${framework.id}`,
    );
    agent.delay(agent.flags.executor_registration_timeout, this.#registrationTimedOut, framework, executor);
    try {
      await agent.turn(executor.durable);
      await this.#contain(framework, executor, this.#containerConfig(framework, executor));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await this.#launchFailed(framework, executor, error);
    }
  }

  /** Starts the container and waits for its end. */
  async #contain(framework: Framework, executor: Executor, config: ContainerConfig): Promise<void> {
    const { agent } = this;
    const launched = agent.containerizer.launch(config);
    const ended = agent.containerizer.wait(config.containerId);
    const osPid = await agent.turn(launched);
    executor.osPid ??= osPid; // The task may have told its own already.
    this.attachSandbox(executor);
    await this.watch(framework, executor, ended);
  }

  /** Waits for the end of a container. */
  async watch(framework: Framework, executor: Executor, ended: Future<Termination | null>): Promise<void> {
    const termination = await this.agent.turn(ended);
    await this.#ended(framework, executor, termination ?? { status: null, hostLost: false });
  }

  /** The sandbox can be looked at over HTTP. */
  attachSandbox({ sandbox, frameworkId, id }: Executor): void {
    const { files } = this.agent;
    files.attach(sandbox, sandbox);
    files.attach(sandbox, sandbox.replace(/[^/]+$/, 'latest'));
    files.attach(sandbox, virtualLatestRun(frameworkId, id));
  }

  // Registration.

  /** An executor that speaks libprocess is up. */
  async register({ framework_id, executor_id }: RegisterExecutorMessage, from: PID): Promise<void> {
    const { log, books } = this.agent;
    log.info(`Got registration for executor '${executor_id.value}' of framework ${framework_id.value} from ${from}`);
    const framework = books.framework(framework_id.value);
    const executor = framework?.executors.get(executor_id.value);
    if (framework === undefined || framework.isTerminating || executor?.state !== 'registering') {
      log.warn(`Shutting down executor '${executor_id.value}': nobody waits for it`);
      this.agent.send(from, ShutdownExecutorMessage, {});
      return;
    }
    this.connected(executor, from);
    executor.become('running');
    this.agent.send(from, ExecutorRegisteredMessage, {
      executor_info: executor.info,
      framework_id,
      framework_info: framework.info,
      agent_id: books.agentId,
      agent_info: books.info,
    });
    await this.begin(framework, executor);
  }

  /** From now on the executor is at `pid`. */
  connected(executor: Executor, pid: PID): void {
    executor.pid = pid;
    this.agent.link(pid);
    const { runDir: run } = executor;
    if (run !== null) this.#also(executor, this.agent.checkpointer.libprocessPid(run, String(pid)));
  }

  /** The executor is running: it gets what waits for it, or is sent away when all of that was killed. */
  async begin(framework: Framework, executor: Executor): Promise<void> {
    await this.deliver(framework, executor);
    if (executor.state === 'running' && !executor.hasIncompleteTasks && executor.completed.length === 0) {
      this.agent.log.warn(
        `Shutting down executor '${executor.id}' of framework ${framework.id} because it has no tasks`,
      );
      this.shutdown(framework, executor);
    }
  }

  /** Gives a running executor all that is queued for it, once that is durable. */
  async deliver(framework: Framework, executor: Executor): Promise<void> {
    await this.agent.turn(executor.durable);
    if (executor.state !== 'running') return;
    for (const task of [...executor.queued.values()]) {
      this.agent.log.info(
        `Sending queued task '${task.task_id.value}' to executor '${executor.id}' of framework ${framework.id}${executor.where}`,
      );
      this.ensureLaunched(executor, task.task_id.value);
      this.#run(framework, executor, task);
    }
  }

  /** A queued task is a launched one from now on. */
  ensureLaunched(executor: Executor, taskId: string): void {
    const task = executor.queued.get(taskId);
    if (task === undefined) return;
    executor.launch(taskOf(task, { value: executor.frameworkId }, 'TASK_STAGING'));
  }

  /** Puts `task` into the executor's queue, and on disk. */
  queue(executor: Executor, task: TaskInfo): void {
    const { id, runDir: run } = executor;
    executor.queued.set(task.task_id.value, task);
    if (run !== null) {
      const record = taskOf(task, { value: executor.frameworkId }, 'TASK_STAGING');
      this.#also(executor, this.agent.checkpointer.task(run, record));
    }
    this.agent.log.info(
      `Queued task '${task.task_id.value}' for executor '${id}' of framework ${executor.frameworkId}`,
    );
  }

  #run(framework: Framework, executor: Executor, task: TaskInfo): void {
    if (executor.pid === null) {
      this.event(executor, { type: 'LAUNCH', launch: { task } });
      return;
    }
    this.agent.send(executor.pid, RunTaskMessage, {
      framework_id: { value: framework.id },
      framework: framework.info,
      task,
      pid: framework.pid === null ? '' : String(framework.pid),
    });
  }

  /** Tells an HTTP executor something; nothing when it is not connected. */
  event(executor: Executor, event: executorApi.Event): void {
    if (executor.http !== null) sendEvent(executor.http, event);
  }

  #registrationTimedOut = (framework: Framework, executor: Executor): void => {
    if (executor.state !== 'registering') return;
    const { log, flags } = this.agent;
    const timeout = flags.shown['executor_registration_timeout'] ?? '';
    log.info(
      `Terminating executor '${executor.id}' of framework ${framework.id} because it did not register within ${timeout}`,
    );
    executor.verdict = {
      state: 'TASK_FAILED',
      reason: 'REASON_EXECUTOR_REGISTRATION_TIMEOUT',
      message: `Executor did not register within ${timeout}`,
    };
    executor.become('terminating');
    this.agent.containerizer.destroy(executor.containerId).ignore();
  };

  // The end.

  /** Asks the executor to end itself, and ends it when it does not. */
  shutdown(framework: Framework, executor: Executor): void {
    if (executor.state === 'terminating' || executor.state === 'terminated') return;
    this.agent.log.info(`Shutting down executor '${executor.id}' of framework ${framework.id}${executor.where}`);
    executor.become('terminating');
    if (executor.pid !== null) this.agent.send(executor.pid, ShutdownExecutorMessage, {});
    else this.event(executor, { type: 'SHUTDOWN' });
    const grace = executor.info.shutdown_grace_period;
    const graceMs =
      grace === undefined ? this.agent.flags.executor_shutdown_grace_period : grace.nanoseconds / NS_PER_MS;
    this.agent.delay(graceMs, this.#shutdownTimedOut, framework, executor);
  }

  #shutdownTimedOut = (framework: Framework, executor: Executor): void => {
    if (executor.state !== 'terminating') return;
    this.agent.log.info(`Killing executor '${executor.id}' of framework ${framework.id}${executor.where}`);
    this.agent.containerizer.destroy(executor.containerId).ignore();
  };

  /** Ends the executor at once; its tasks come to `verdict`. */
  destroy(executor: Executor, verdict: NonNullable<Executor['verdict']>): void {
    executor.verdict = verdict;
    if (executor.state !== 'terminating') executor.become('terminating');
    this.agent.containerizer.destroy(executor.containerId).ignore();
  }

  async #launchFailed(framework: Framework, executor: Executor, error: Failure): Promise<void> {
    if (executor.state === 'terminated') return;
    this.agent.log.error(
      `Container '${executor.containerId}' for executor '${executor.id}' of framework ${framework.id} failed to start: ${error.message}`,
    );
    this.agent.count('slave/container_launch_errors');
    executor.verdict = {
      state: 'TASK_FAILED',
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      message: `Failed to launch container: ${error.message}`,
    };
    await this.#ended(framework, executor, { status: null, hostLost: false });
  }

  async #ended(framework: Framework, executor: Executor, termination: Termination): Promise<void> {
    if (executor.state === 'terminated') return;
    if (termination.hostLost && this.#canAdopt(executor)) return this.#adopt(framework, executor);
    const { status } = termination;
    const how = status === null ? 'terminated with unknown status' : describeStatus(statusFromRaw(status));
    this.agent.log.info(`Executor '${executor.id}' of framework ${framework.id} ${how}`);
    executor.become('terminated');
    if (executor.http !== null) executor.http.writer.close();
    const verdict = executor.verdict ?? {
      state: 'TASK_FAILED' as TaskState,
      reason: 'REASON_EXECUTOR_TERMINATED' as const,
      message: 'Executor terminated',
    };
    for (const task of [...executor.queued.values(), ...executor.launched.values()]) {
      await this.updates().say(framework, task.task_id, executor, verdict);
    }
    this.#tellMaster(framework, executor, status);
    this.removeIfDone(framework, executor);
  }

  /** A command task whose wrapper notes how it fares outlives its executor host. */
  #canAdopt(executor: Executor): boolean {
    return (
      executor.isGenerated && executor.runDir !== null && executor.launched.size === 1 && executor.verdict === null
    );
  }

  async #adopt(framework: Framework, executor: Executor): Promise<void> {
    const { log } = this.agent;
    const [task] = executor.launched.values();
    if (task === undefined) return;
    log.info(`Adopting task '${task.task_id.value}' of framework ${framework.id}, whose executor host ended`);
    const info: TaskInfo = {
      name: task.name,
      task_id: task.task_id,
      agent_id: task.agent_id,
      resources: task.resources,
      kill_policy: task.kill_policy,
      health_check: task.health_check,
    };
    const config = {
      ...this.#containerConfig(framework, executor),
      adopted: { task: info, framework: framework.info },
    };
    try {
      await this.#contain(framework, executor, config);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await this.#launchFailed(framework, executor, error);
    }
  }

  #tellMaster(framework: Framework, executor: Executor, status: number | null): void {
    const { books } = this.agent;
    if (executor.isGenerated || books.master === null) return;
    this.agent.send(books.master, ExitedExecutorMessage, {
      agent_id: books.agentId,
      framework_id: { value: framework.id },
      executor_id: executor.info.executor_id,
      status: status ?? -1,
    });
  }

  /** Forgets an executor that is gone once nothing of it waits to be acknowledged, or nobody is there to do it. */
  removeIfDone(framework: Framework, executor: Executor): void {
    if (executor.state !== 'terminated' || (executor.hasIncompleteTasks && !framework.isTerminating)) return;
    if (framework.executors.get(executor.id) !== executor) return;
    this.agent.log.info(`Cleaning up executor '${executor.id}' of framework ${framework.id}${executor.where}`);
    framework.removed(executor);
    if (executor.runDir !== null) {
      this.agent.checkpointer.sentinel(executor.runDir).onFailed(error => {
        this.agent.log.error({ error }, `Failed to mark the run of executor '${executor.id}' as completed`);
      });
    }
    if (framework.isIdle) this.removeFramework(framework);
  }

  /** Nothing runs for the framework any more; updates that nobody has acknowledged are still repeated. */
  removeFramework(framework: Framework): void {
    this.agent.log.info(`Cleaning up framework ${framework.id}`);
    this.agent.books.retire(framework);
    if (this.agent.books.phase === 'terminating' && this.agent.books.frameworks.size === 0) this.agent.shutdown();
  }

  /** Something more that has to be on disk before the executor gets tasks. */
  #also(executor: Executor, write: Future<unknown>): void {
    const before = executor.durable;
    executor.durable = write.then(() => before);
  }

  #ids(frameworkId: string, info: ExecutorInfo, containerId: string): RunIds {
    return { agentId: this.agent.books.id, frameworkId, executorId: info.executor_id.value, containerId };
  }

  #containerConfig(framework: Framework, executor: Executor): ContainerConfig {
    const { agent } = this;
    const { flags, books, pid } = agent;
    const command = executor.info.command ?? {};
    const grace = executor.info.shutdown_grace_period;
    return {
      containerId: executor.containerId,
      frameworkId: framework.id,
      executorId: executor.id,
      hosted: executor.isGenerated,
      command,
      sandbox: executor.sandbox,
      runDir: executor.runDir,
      user: executor.user,
      environment: executorEnvironment({
        base: { ...debuggerEnvironment(flags), ...flags.executorEnvironment },
        ip: flags.ip,
        agentId: books.id,
        agentPid: String(pid),
        agentEndpoint: pid.address.text,
        frameworkId: framework.id,
        executorId: executor.id,
        sandbox: executor.sandbox,
        checkpoint: framework.checkpoint,
        shutdownGraceMs: grace === undefined ? flags.executor_shutdown_grace_period : grace.nanoseconds / NS_PER_MS,
        recoveryTimeoutMs: flags.recovery_timeout,
        reregistrationTimeoutMs: flags.executor_reregistration_timeout,
        command,
      }),
    };
  }
}
