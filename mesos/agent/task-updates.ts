/**
 * Status updates inside the agent: from executors and from the agent itself, into the manager, on to the master; and
 * acknowledgements back.
 *
 *   executor ──StatusUpdateMessage──▶ agent ──▶ manager (durable) ──▶ agent ──StatusUpdateMessage──▶ master
 *   executor ◀──Acknowledgement────── agent ◀──┘                       agent ◀──Acknowledgement──── master
 *
 * Source: Mesos Slave::statusUpdate, _statusUpdate, forward, statusUpdateAcknowledgement (slave.cpp).
 */
import type { PID } from '../../libprocess/index.ts';
import { isTerminal } from '../common/task-states.ts';
import {
  type ContainerStatus,
  type executor,
  type FrameworkID,
  type StatusUpdate,
  StatusUpdateAcknowledgementMessage,
  StatusUpdateMessage,
  type TaskID,
} from '../protocol/index.ts';
import type { AgentContext } from './context.ts';
import type { Executor } from './executor.ts';
import type { Framework } from './framework.ts';
import { countEnd } from './metrics.ts';
import { taskDir, taskUpdatesPath } from './paths.ts';
import { agentUpdate, completed, describeUpdate, type Verdict } from './status-updates.ts';

/** What updates have to do to executors. */
export interface ExecutorControl {
  /** A queued task is a launched one from now on. */
  ensureLaunched(executor: Executor, taskId: string): void;
  shutdown(framework: Framework, executor: Executor): void;
  removeIfDone(framework: Framework, executor: Executor): void;
  event(executor: Executor, event: executor.Event): void;
}

export class TaskUpdates {
  constructor(
    private readonly agent: AgentContext,
    private readonly executors: () => ExecutorControl,
  ) {}

  /** The agent's own word on a task. */
  async say(framework: Framework, taskId: TaskID, executor: Executor | undefined, verdict: Verdict): Promise<void> {
    const { books } = this.agent;
    const update = agentUpdate(
      { value: framework.id },
      taskId,
      executor === undefined ? undefined : executor.info.executor_id,
      verdict,
      { agentId: books.agentId, timestamp: this.agent.wall(), uuid: this.agent.uuid() },
    );
    await this.take(update, null);
  }

  /** The agent's word on a task that it knows nothing of. */
  async sayUnknown(framework_id: FrameworkID, taskId: TaskID, verdict: Verdict): Promise<void> {
    const { agent } = this;
    const stamp = { agentId: agent.books.agentId, timestamp: agent.wall(), uuid: agent.uuid() };
    await agent.turn(agent.manager.update(agentUpdate(framework_id, taskId, undefined, verdict, stamp), null));
  }

  /** An executor's word, from its pid; null for the agent's own and for HTTP executors. */
  async take(update: StatusUpdate, from: PID | null): Promise<void> {
    const { log, books } = this.agent;
    const { status } = update;
    log.info(`Handling status update ${describeUpdate(update)}${from === null ? '' : ` from ${from}`}`);
    const framework = books.framework(update.framework_id.value);
    if (framework === undefined) return this.#refuse(update, 'for unknown framework');
    const executor = framework.executorOf(status.task_id.value);
    if (from !== null && status.state === 'TASK_STAGING') {
      log.error(`Received TASK_STAGING from executor of framework ${framework.id} which is not allowed`);
      if (executor !== undefined) this.executors().shutdown(framework, executor);
      return;
    }
    this.agent.count('slave/valid_status_updates');
    await this.#deliver(update, framework, executor, from);
  }

  /** Of a framework that is gone nobody wants to hear: what ends there is only noted. */
  async #deliver(
    update: StatusUpdate,
    framework: Framework,
    executor: Executor | undefined,
    from: PID | null,
  ): Promise<void> {
    const { status } = update;
    const taskId = status.task_id.value;
    const isNew = executor === undefined || this.#apply(executor, taskId, update);
    const latest = executor?.taskOf(taskId)?.state ?? status.state;
    const filled = completed(
      update,
      this.agent.books.agentId,
      executor?.info.executor_id,
      executor === undefined ? null : this.#containerOf(executor),
      latest,
    );
    const path = executor === undefined ? null : updatesPath(executor, taskId);
    if (executor !== undefined) await this.agent.turn(executor.durable);
    if (isNew && !framework.isTerminating) await this.agent.turn(this.agent.manager.update(filled, path));
    this.#acknowledge(executor, update, from);
  }

  /** False for an update of a task that is over: it is dropped, and acknowledged all the same. */
  #apply(executor: Executor, taskId: string, update: StatusUpdate): boolean {
    executor.osPid = update.status.container_status?.executor_pid ?? executor.osPid;
    const container_status = { ...this.#containerOf(executor), ...update.status.container_status };
    const uuid = update.status.uuid ?? update.uuid;
    this.executors().ensureLaunched(executor, taskId);
    if (executor.update(taskId, { ...update.status, uuid, container_status })) {
      if (isTerminal(update.status.state)) countEnd(this.agent, update.status.state);
      return true;
    }
    const known = executor.terminated.get(taskId)?.statuses?.some(({ uuid }) => sameBytes(uuid, update.uuid)) ?? false;
    if (!known) this.agent.log.warn(`Dropping status update ${describeUpdate(update)}: the task is over`);
    return known;
  }

  #containerOf(executor: Executor): ContainerStatus {
    return {
      container_id: { value: executor.containerId },
      network_infos: [{ ip_addresses: [{ protocol: 'IPv4', ip_address: this.agent.pid.address.ip }] }],
      executor_pid: executor.osPid ?? undefined,
    };
  }

  /** The update is safe: the executor may forget it. */
  #acknowledge(executor: Executor | undefined, update: StatusUpdate, from: PID | null): void {
    const uuid = update.uuid ?? update.status.uuid;
    if (uuid === undefined) return;
    const { task_id } = update.status;
    if (from !== null) {
      this.agent.log.info(`Sending acknowledgement for status update ${describeUpdate(update)} to ${from}`);
      const { framework_id } = update;
      const agent_id = this.agent.books.agentId;
      this.agent.send(from, StatusUpdateAcknowledgementMessage, { agent_id, framework_id, task_id, uuid });
    } else if (executor !== undefined && executor.http !== null && update.status.source !== 'SOURCE_AGENT') {
      this.executors().event(executor, { type: 'ACKNOWLEDGED', acknowledged: { task_id, uuid } });
    }
  }

  #refuse(update: StatusUpdate, why: string): void {
    this.agent.count('slave/invalid_status_updates');
    this.agent.log.warn(`Ignoring status update ${describeUpdate(update)} ${why}`);
  }

  /** The manager wants the head of a stream to go to the master. */
  forward(update: StatusUpdate): void {
    const { books, log, pid } = this.agent;
    if (books.phase !== 'running' || books.master === null) {
      log.warn(`Dropping status update ${describeUpdate(update)} sent by status update manager: no master`);
      return;
    }
    const executor = books.framework(update.framework_id.value)?.executorOf(update.status.task_id.value);
    const taskId = update.status.task_id.value;
    executor?.forwarded(taskId, update.status.state, update.uuid);
    const latest_state = executor?.taskOf(taskId)?.state ?? update.latest_state;
    log.info(`Forwarding the update ${describeUpdate(update)} to ${books.master}`);
    this.agent.send(books.master, StatusUpdateMessage, { update: { ...update, latest_state }, pid: String(pid) });
  }

  /** The scheduler has an update: its stream goes on, and after the last one the task is complete. */
  async acknowledged(body: StatusUpdateAcknowledgementMessage, from: PID): Promise<void> {
    const { books, log } = this.agent;
    if (from !== books.master) {
      log.warn(`Ignoring status update acknowledgement for task ${body.task_id.value} from ${from}: not the master`);
      return;
    }
    const { framework_id, task_id, uuid } = body;
    const known = await this.agent.turn(this.agent.manager.acknowledge(framework_id.value, task_id.value, uuid));
    if (known) this.#complete(framework_id, task_id, uuid);
  }

  #complete(frameworkId: FrameworkID, taskId: TaskID, uuid: Uint8Array): void {
    const framework = this.agent.books.framework(frameworkId.value);
    const executor = framework?.executorOf(taskId.value);
    const task = executor?.terminated.get(taskId.value);
    if (framework === undefined || executor === undefined || task === undefined) return;
    const last = task.statuses?.at(-1);
    if (last === undefined || !isTerminal(last.state) || !sameBytes(last.uuid, uuid)) return;
    executor.complete(taskId.value);
    this.executors().removeIfDone(framework, executor);
  }
}

/** Where the task's updates are recorded; null without checkpointing. */
export function updatesPath(executor: Executor, taskId: string): string | null {
  return executor.runDir === null ? null : taskUpdatesPath(taskDir(executor.runDir, taskId));
}

export function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
}
