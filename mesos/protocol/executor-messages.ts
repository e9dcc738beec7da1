/**
 * Executor and agent over libprocess messages (v0); the HTTP form is executor-api.ts.
 *
 *   executor ──RegisterExecutorMessage────▶ agent ──ExecutorRegisteredMessage────▶ executor
 *   executor ◀──ReconnectExecutorMessage──  agent                     (a restarted agent looks for its executors)
 *   executor ──ReregisterExecutorMessage──▶ agent ──ExecutorReregisteredMessage──▶ executor
 *   executor ──ExecutorToFrameworkMessage─▶ agent ──▶ master or scheduler
 *   executor ◀──FrameworkToExecutorMessage─ agent ◀── master or scheduler
 *
 * All at most once: an executor that gets no answer to its registration is killed after a time. Tasks and their
 * updates: task-launch.ts, status-updates.ts.
 *
 * Source: messages.proto.
 */
import { type BodyOf, bool, bytes, int32, message, opt, rep, req } from '../../libprocess/index.ts';
import { SlaveInfo } from './agents.ts';
import { ExecutorInfo } from './executors.ts';
import { FrameworkInfo } from './frameworks.ts';
import { AgentID, ExecutorID, FrameworkID, TaskID } from './ids.ts';
import { StatusUpdate } from './status-updates.ts';
import { TaskInfo } from './tasks.ts';

/** The executor is up. Its agent knew that it would come, and in which container. */
export const RegisterExecutorMessage = message('mesos.internal.RegisterExecutorMessage', {
  framework_id: req(1, FrameworkID),
  executor_id: req(2, ExecutorID),
});
export type RegisterExecutorMessage = BodyOf<typeof RegisterExecutorMessage>;

export const ExecutorRegisteredMessage = message('mesos.internal.ExecutorRegisteredMessage', {
  executor_info: req(2, ExecutorInfo),
  framework_id: req(3, FrameworkID),
  framework_info: req(4, FrameworkInfo),
  agent_id: req(5, AgentID),
  agent_info: req(6, SlaveInfo),
});
export type ExecutorRegisteredMessage = BodyOf<typeof ExecutorRegisteredMessage>;

/** The agent was restarted and recovered this executor. */
export const ReconnectExecutorMessage = message('mesos.internal.ReconnectExecutorMessage', {
  agent_id: req(1, AgentID),
});
export type ReconnectExecutorMessage = BodyOf<typeof ReconnectExecutorMessage>;

/** The answer: `tasks` not yet acknowledged once, `updates` not yet acknowledged. */
export const ReregisterExecutorMessage = message('mesos.internal.ReregisterExecutorMessage', {
  executor_id: req(1, ExecutorID),
  framework_id: req(2, FrameworkID),
  tasks: rep(3, TaskInfo),
  updates: rep(4, StatusUpdate),
});
export type ReregisterExecutorMessage = BodyOf<typeof ReregisterExecutorMessage>;

export const ExecutorReregisteredMessage = message('mesos.internal.ExecutorReregisteredMessage', {
  agent_id: req(1, AgentID),
  agent_info: req(2, SlaveInfo),
});
export type ExecutorReregisteredMessage = BodyOf<typeof ExecutorReregisteredMessage>;

/** Bytes for the scheduler. May get lost anywhere on the way. */
export const ExecutorToFrameworkMessage = message('mesos.internal.ExecutorToFrameworkMessage', {
  agent_id: req(1, AgentID),
  framework_id: req(2, FrameworkID),
  executor_id: req(3, ExecutorID),
  data: req(4, bytes),
});
export type ExecutorToFrameworkMessage = BodyOf<typeof ExecutorToFrameworkMessage>;

/** Bytes for the executor. May get lost anywhere on the way. */
export const FrameworkToExecutorMessage = message('mesos.internal.FrameworkToExecutorMessage', {
  agent_id: req(1, AgentID),
  framework_id: req(2, FrameworkID),
  executor_id: req(3, ExecutorID),
  data: req(4, bytes),
});
export type FrameworkToExecutorMessage = BodyOf<typeof FrameworkToExecutorMessage>;

/** What a health checker found; the executor makes a status update of it. */
export const TaskHealthStatus = message('mesos.internal.TaskHealthStatus', {
  task_id: req(1, TaskID),
  healthy: req(2, bool),
  kill_task: opt(3, bool, false),
  consecutive_failures: opt(4, int32),
});
export type TaskHealthStatus = BodyOf<typeof TaskHealthStatus>;
