/**
 * Running and ending tasks: what the master orders, and what agent and executor pass on.
 *
 *   master ──RunTaskMessage, RunTaskGroupMessage──▶ agent ──RunTaskMessage──▶ executor
 *   master ──KillTaskMessage──────────────────────▶ agent ──KillTaskMessage─▶ executor
 *   master ──ShutdownFrameworkMessage─────────────▶ agent ──ShutdownExecutorMessage──▶ executor
 *   master ──ShutdownExecutorMessage──────────────▶ agent
 *   master ──UpdateFrameworkMessage───────────────▶ agent
 *   master ◀──ExitedExecutorMessage────────────────  agent
 *
 * All at most once. A task that never arrives is found by reconciliation when the agent registers again; a kill for
 * an unknown task is answered with a status update.
 *
 * Source: messages.proto.
 */
import { type BodyOf, bool, int32, message, opt, rep, req, string } from '../../libprocess/index.ts';
import { KillPolicy } from './commands.ts';
import { ExecutorInfo } from './executors.ts';
import { FrameworkInfo } from './frameworks.ts';
import { AgentID, ExecutorID, FrameworkID, TaskID } from './ids.ts';
import { ResourceVersionUUID } from './operation-updates.ts';
import { TaskGroupInfo, TaskInfo } from './tasks.ts';

/** Run `task`; with `launch_executor` false only if its executor is there already. `pid` is the scheduler (v0). */
export const RunTaskMessage = message('mesos.internal.RunTaskMessage', {
  framework_id: opt(1, FrameworkID),
  framework: req(2, FrameworkInfo),
  task: req(4, TaskInfo),
  resource_version_uuids: rep(5, ResourceVersionUUID),
  pid: opt(3, string),
  launch_executor: opt(6, bool),
});
export type RunTaskMessage = BodyOf<typeof RunTaskMessage>;

/** Run all tasks of the group in `executor`, or none. */
export const RunTaskGroupMessage = message('mesos.internal.RunTaskGroupMessage', {
  framework: req(1, FrameworkInfo),
  executor: req(2, ExecutorInfo),
  task_group: req(3, TaskGroupInfo),
  resource_version_uuids: rep(4, ResourceVersionUUID),
  launch_executor: opt(5, bool),
});
export type RunTaskGroupMessage = BodyOf<typeof RunTaskGroupMessage>;

/** Also when the task is not known to run: the answer is then a status update. */
export const KillTaskMessage = message('mesos.internal.KillTaskMessage', {
  framework_id: req(1, FrameworkID),
  task_id: req(2, TaskID),
  kill_policy: opt(3, KillPolicy),
});
export type KillTaskMessage = BodyOf<typeof KillTaskMessage>;

/** The framework is gone: end its executors. */
export const ShutdownFrameworkMessage = message('mesos.internal.ShutdownFrameworkMessage', {
  framework_id: req(1, FrameworkID),
});
export type ShutdownFrameworkMessage = BodyOf<typeof ShutdownFrameworkMessage>;

/** To an agent: end this executor. To an executor (no fields set): end yourself. */
export const ShutdownExecutorMessage = message('mesos.internal.ShutdownExecutorMessage', {
  executor_id: opt(1, ExecutorID),
  framework_id: opt(2, FrameworkID),
});
export type ShutdownExecutorMessage = BodyOf<typeof ShutdownExecutorMessage>;

/** The framework's info or the pid of its scheduler changed. */
export const UpdateFrameworkMessage = message('mesos.internal.UpdateFrameworkMessage', {
  framework_id: req(1, FrameworkID),
  pid: opt(2, string),
  framework_info: opt(3, FrameworkInfo),
});
export type UpdateFrameworkMessage = BodyOf<typeof UpdateFrameworkMessage>;

/** An executor ended; `status` is its raw wait status. */
export const ExitedExecutorMessage = message('mesos.internal.ExitedExecutorMessage', {
  agent_id: req(1, AgentID),
  framework_id: req(2, FrameworkID),
  executor_id: req(3, ExecutorID),
  status: req(4, int32),
});
export type ExitedExecutorMessage = BodyOf<typeof ExitedExecutorMessage>;
