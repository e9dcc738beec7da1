/**
 * Status updates on their way from agents to frameworks, and acknowledgements back.
 *
 *   agent ──StatusUpdateMessage──▶ master ──UPDATE──▶ framework
 *   agent ◀──Acknowledgement────── master ◀──ACKNOWLEDGE──
 *
 * The agent repeats an update until it is acknowledged, so whatever cannot be forwarded now is simply dropped. What
 * the master says itself has no uuid and is never acknowledged.
 *
 * Source: Mesos src/master/master.cpp (Master::statusUpdate, forward, updateTask, acknowledge).
 */
import type { PID } from '../../libprocess/index.ts';
import { isTerminal } from '../common/task-states.ts';
import type { CallAcknowledge } from '../protocol/scheduler-api.ts';
import {
  type StatusUpdate,
  StatusUpdateAcknowledgementMessage,
  type StatusUpdateMessage,
} from '../protocol/status-updates.ts';
import type { TaskState, TaskStatus, TaskStatusReason } from '../protocol/tasks.ts';
import type { MasterContext } from './context.ts';
import type { Framework } from './framework.ts';
import { isRemovable, type TaskRecord } from './task-record.ts';

export class StatusUpdates {
  constructor(private readonly master: MasterContext) {}

  /** An agent tells of a task. */
  fromAgent({ update }: StatusUpdateMessage, from: PID): void {
    const { cluster, metrics } = this.master;
    metrics.count('messages_status_update');
    const agent = cluster.agents.get(update.agent_id?.value ?? '');
    if (agent === undefined) {
      this.#refuse(update, `from unknown agent ${update.agent_id?.value ?? ''} at ${from}`);
      return;
    }
    const framework = cluster.frameworks.get(update.framework_id.value);
    if (framework === undefined) {
      this.#refuse(update, 'because the framework is unknown');
      return;
    }
    this.master.log.info(`Status update ${describe(update)} from agent ${agent}`);
    metrics.count('valid_status_updates');
    this.#forwardFromAgent(framework, update);
    const record = agent.task(framework.id, update.status.task_id.value);
    if (record !== undefined) this.#apply(record, update.status, update.latest_state);
  }

  /** The master says so itself: the framework hears it once, if it is there. */
  announce(framework: Framework, status: TaskStatus): void {
    this.master.log.info(
      `Sending status update ${status.state} for task ${status.task_id.value} of framework ${framework} '${status.message ?? ''}'`,
    );
    framework.send({ type: 'UPDATE', update: { status } });
  }

  /** A status as the master makes them. */
  status(
    taskId: string,
    state: TaskState,
    reason: TaskStatusReason | undefined,
    message: string,
    more: Partial<TaskStatus> = {},
  ): TaskStatus {
    return {
      task_id: { value: taskId },
      state,
      source: 'SOURCE_MASTER',
      reason,
      message,
      timestamp: this.master.wall(),
      ...more,
    };
  }

  /** A task of the master's reaches `status`: resources are freed, and the framework hears of it. */
  transition(record: TaskRecord, status: TaskStatus): void {
    const framework = this.master.cluster.frameworks.get(record.frameworkId);
    this.settle(record, status);
    if (framework !== undefined) this.announce(framework, status);
  }

  /** The same, without telling the framework. */
  settle(record: TaskRecord, status: TaskStatus): void {
    const before = record.state;
    record.become(status.state, status);
    this.master.cluster.watcher?.taskUpdated(record, status);
    this.#count(before, record, status);
    if (!isRemovable(before) && isRemovable(record.state)) this.#release(record);
  }

  acknowledge(framework: Framework, { agent_id, task_id, uuid }: CallAcknowledge): void {
    const { cluster, metrics, log } = this.master;
    metrics.count('messages_status_update_acknowledgement');
    const agent = cluster.agents.get(agent_id.value);
    if (agent === undefined || !agent.connected) {
      const why = agent === undefined ? 'is not registered' : 'is disconnected';
      log.warn(
        `Cannot send status update acknowledgement for task ${task_id.value} of framework ${framework} to agent ${agent_id.value} because agent ${why}`,
      );
      metrics.count('invalid_status_update_acknowledgements');
      return;
    }
    const record = agent.task(framework.id, task_id.value);
    if (record !== undefined && sameBytes(record.task.status_update_uuid, uuid)) this.#acknowledged(record);
    log.info(
      `Processing ACKNOWLEDGE call for status ${uuidText(uuid)} for task ${task_id.value} of framework ${framework} on agent ${agent.id}`,
    );
    this.master.send(agent.pid, StatusUpdateAcknowledgementMessage, {
      agent_id,
      framework_id: { value: framework.id },
      task_id,
      uuid,
    });
    metrics.count('valid_status_update_acknowledgements');
  }

  #forwardFromAgent(framework: Framework, { status }: StatusUpdate): void {
    if (!framework.isConnected) {
      this.master.log.warn(
        `Received update ${status.state} for task ${status.task_id.value} of disconnected framework ${framework}: the agent will send it again`,
      );
      return;
    }
    framework.send({ type: 'UPDATE', update: { status } });
  }

  #apply(record: TaskRecord, status: TaskStatus, latestState: TaskState | undefined): void {
    const before = record.state;
    record.update(status, latestState);
    if (before !== record.state || isCheck(status)) this.master.cluster.watcher?.taskUpdated(record, status);
    this.#count(before, record, status);
    if (!isRemovable(before) && isRemovable(record.state)) this.#release(record);
  }

  /** The framework knows how the task ended: nobody needs it any more. */
  #acknowledged(record: TaskRecord): void {
    const { status_update_state: delivered } = record.task;
    if (delivered !== undefined && isTerminal(delivered)) this.master.cluster.removeTask(record);
  }

  #release(record: TaskRecord): void {
    const resources = this.master.cluster.releaseTask(record);
    this.master.allocator.recoverResources(record.frameworkId, record.agentId, resources, undefined, true).ignore();
  }

  #count(before: TaskState, record: TaskRecord, status: TaskStatus): void {
    if (isTerminal(before) || !isTerminal(record.state)) return;
    this.master.metrics.taskEnded(record.state, status.source, status.reason);
  }

  #refuse(update: StatusUpdate, why: string): void {
    this.master.log.warn(`Ignoring status update ${describe(update)} ${why}`);
    this.master.metrics.count('invalid_status_updates');
  }
}

/** An update that is about a check, not about the state. */
function isCheck({ reason }: TaskStatus): boolean {
  return reason === 'REASON_TASK_CHECK_STATUS_UPDATED' || reason === 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED';
}

function describe({ status, framework_id }: StatusUpdate): string {
  const uuid = status.uuid === undefined ? '' : ` (Status UUID: ${uuidText(status.uuid)})`;
  return `${status.state}${uuid} for task ${status.task_id.value} of framework ${framework_id.value}`;
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}

/** Sixteen bytes as `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`. */
export function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
