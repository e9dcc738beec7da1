/**
 * Status updates that the agent makes, and what it adds to those of executors.
 *
 * Source: Mesos protobuf::createStatusUpdate, Slave::statusUpdate (slave.cpp).
 */
import { uuidBytes, uuidText } from '../common/uuids.ts';
import type {
  AgentID,
  ContainerStatus,
  ExecutorID,
  FrameworkID,
  StatusUpdate,
  TaskID,
  TaskState,
  TaskStatus,
  TaskStatusReason,
} from '../protocol/index.ts';

/** What the agent says of a task on its own account. */
export interface Verdict {
  readonly state: TaskState;
  readonly message?: string | undefined;
  readonly reason?: TaskStatusReason | undefined;
  readonly limitation?: TaskStatus['limitation'];
}

export interface UpdateStamp {
  readonly agentId: AgentID;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  /** A fresh UUID, as text. */
  readonly uuid: string;
}

/** An update of the agent's own. */
export function agentUpdate(
  frameworkId: FrameworkID,
  taskId: TaskID,
  executorId: ExecutorID | undefined,
  { state, message, reason, limitation }: Verdict,
  { agentId, timestamp, uuid }: UpdateStamp,
): StatusUpdate {
  const bytes = uuidBytes(uuid);
  const status: TaskStatus = {
    task_id: taskId,
    state,
    message,
    source: 'SOURCE_AGENT',
    reason,
    agent_id: agentId,
    executor_id: executorId,
    timestamp,
    uuid: bytes,
    limitation,
  };
  return { framework_id: frameworkId, executor_id: executorId, agent_id: agentId, status, timestamp, uuid: bytes };
}

/** An executor's update with what only the agent knows: who sent it, and in which container it ran. */
export function completed(
  update: StatusUpdate,
  agentId: AgentID,
  executorId: ExecutorID | undefined,
  container: ContainerStatus | null,
  latestState: TaskState,
): StatusUpdate {
  const { status } = update;
  return {
    ...update,
    agent_id: agentId,
    executor_id: update.executor_id ?? executorId,
    latest_state: latestState,
    status: {
      ...status,
      source: status.source ?? 'SOURCE_EXECUTOR',
      agent_id: agentId,
      executor_id: status.executor_id ?? executorId,
      timestamp: status.timestamp ?? update.timestamp,
      uuid: status.uuid ?? update.uuid,
      container_status: container === null ? status.container_status : { ...container, ...status.container_status },
    },
  };
}

/** `TASK_RUNNING (Status UUID: …) for task t in health state healthy of framework f`, as log lines have it. */
export function describeUpdate({ status, uuid, framework_id }: StatusUpdate): string {
  const id = uuid === undefined ? '' : ` (Status UUID: ${uuidText(uuid)})`;
  const health = status.healthy === undefined ? '' : ` in health state ${status.healthy ? 'healthy' : 'unhealthy'}`;
  return `${status.state}${id} for task ${status.task_id.value}${health} of framework ${framework_id.value}`;
}
