/**
 * Status updates: what agents, the master and schedulers tell one another about a task's state.
 *
 *   executor ──StatusUpdateMessage──▶ agent ──StatusUpdateMessage──▶ master ──StatusUpdateMessage──▶ scheduler
 *   executor ◀──Acknowledgement────── agent ◀──Acknowledgement────── master ◀──Acknowledgement────── scheduler
 *
 * Delivery is at least once: the agent repeats an update until its `uuid` comes back, so receivers must expect
 * duplicates. Updates of one task stay in order; tasks are independent. The agent acknowledges to the executor when
 * the update is on its disk, not when the scheduler has it.
 *
 * Source: messages.proto.
 */
import {
  type BodyOf,
  bytes,
  double,
  enumeration,
  type Infer,
  message,
  opt,
  req,
  string,
  struct,
} from '../../libprocess/index.ts';
import { AgentID, ExecutorID, FrameworkID, TaskID } from './ids.ts';
import { TaskState, TaskStatus } from './tasks.ts';

/**
 * One update. `latest_state` is where the task is by now, so that resources can be freed before older updates are
 * acknowledged.
 */
export const StatusUpdate = struct('mesos.internal.StatusUpdate', {
  framework_id: req(1, FrameworkID),
  executor_id: opt(2, ExecutorID),
  agent_id: opt(3, AgentID),
  status: req(4, TaskStatus),
  timestamp: req(5, double), // Seconds since the epoch.
  uuid: opt(6, bytes),
  latest_state: opt(7, TaskState),
});
export type StatusUpdate = Infer<typeof StatusUpdate>;

/** A task's state changed. `pid` is the agent: where the acknowledgement has to get. */
export const StatusUpdateMessage = message('mesos.internal.StatusUpdateMessage', {
  update: req(1, StatusUpdate),
  pid: opt(2, string),
});
export type StatusUpdateMessage = BodyOf<typeof StatusUpdateMessage>;

/** The update `uuid` has arrived; the agent may send the task's next one. */
export const StatusUpdateAcknowledgementMessage = message('mesos.internal.StatusUpdateAcknowledgementMessage', {
  agent_id: req(1, AgentID),
  framework_id: req(2, FrameworkID),
  task_id: req(3, TaskID),
  uuid: req(4, bytes),
});
export type StatusUpdateAcknowledgementMessage = BodyOf<typeof StatusUpdateAcknowledgementMessage>;

export const StatusUpdateRecordType = enumeration('mesos.internal.StatusUpdateRecord.Type', { UPDATE: 0, ACK: 1 });
export type StatusUpdateRecordType = Infer<typeof StatusUpdateRecordType>;

/** An entry of the agent's file `task.updates`. */
export const StatusUpdateRecord = struct('mesos.internal.StatusUpdateRecord', {
  type: req(1, StatusUpdateRecordType),
  update: opt(2, StatusUpdate),
  uuid: opt(3, bytes),
});
export type StatusUpdateRecord = Infer<typeof StatusUpdateRecord>;
