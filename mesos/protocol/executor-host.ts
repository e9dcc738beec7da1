/**
 * Agent and executor host: our own, beside Mesos' messages. The host is one OS process that holds the command
 * executors of one user; each of them then speaks with the agent as Mesos' own `mesos-executor` does.
 *
 *   host  ──RegisterExecutorHostMessage──▶ agent       the host is up, or was asked who it is
 *   agent ──HostExecutorMessage──────────▶ host        start an executor; it registers itself with the agent
 *   agent ──DestroyExecutorMessage───────▶ host        end it and its task, now
 *   host  ──ExecutorEndedMessage─────────▶ agent       it is gone: what wait(2) is for an executor of its own process
 *   agent ──ReconnectExecutorHostMessage─▶ host        a restarted agent found the host
 *
 * At most once, in order; when the connection breaks for good the agent holds all executors of the host for gone.
 */
import { type BodyOf, bool, int32, message, opt, rep, req, string } from '../../libprocess/index.ts';
import { Environment } from './commands.ts';
import { FrameworkInfo } from './frameworks.ts';
import { AgentID, ContainerID, ExecutorID, FrameworkID } from './ids.ts';
import { TaskInfo } from './tasks.ts';

/** The host runs as `user` in the OS process `pid`, with the executors in `containers`. */
export const RegisterExecutorHostMessage = message('mesos.internal.RegisterExecutorHostMessage', {
  user: req(1, string),
  pid: req(2, int32),
  containers: rep(3, ContainerID),
});
export type RegisterExecutorHostMessage = BodyOf<typeof RegisterExecutorHostMessage>;

/** The agent, restarted, is now where this message came from. */
export const ReconnectExecutorHostMessage = message('mesos.internal.ReconnectExecutorHostMessage', {
  agent_id: opt(1, AgentID),
});
export type ReconnectExecutorHostMessage = BodyOf<typeof ReconnectExecutorHostMessage>;

/** Start a command executor; `environment` is all that the executor, and the task in it, gets. */
export const HostExecutorMessage = message('mesos.internal.HostExecutorMessage', {
  framework_id: req(1, FrameworkID),
  executor_id: req(2, ExecutorID),
  container_id: req(3, ContainerID),
  environment: req(4, Environment),
  /** Where pid and wait status of the task are noted; absent when the task is not to survive. */
  run_directory: opt(5, string),
  /** The task that runs there already, of a framework that is `framework`: the host before died without it. */
  adopted_task: opt(6, TaskInfo),
  framework: opt(7, FrameworkInfo),
});
export type HostExecutorMessage = BodyOf<typeof HostExecutorMessage>;

/** End the executor and kill its task at once. */
export const DestroyExecutorMessage = message('mesos.internal.DestroyExecutorMessage', {
  container_id: req(1, ContainerID),
});
export type DestroyExecutorMessage = BodyOf<typeof DestroyExecutorMessage>;

/** The executor is gone; `status` is the raw wait status that it would have had as a process. */
export const ExecutorEndedMessage = message('mesos.internal.ExecutorEndedMessage', {
  container_id: req(1, ContainerID),
  status: req(2, int32),
  destroyed: opt(3, bool, false),
});
export type ExecutorEndedMessage = BodyOf<typeof ExecutorEndedMessage>;
