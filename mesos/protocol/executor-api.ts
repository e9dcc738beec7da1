/**
 * The executor API (v1): what an executor posts to its agent, and the stream of events that it gets.
 *
 *   executor ──Call SUBSCRIBE──▶ agent ──Event SUBSCRIBED, LAUNCH, KILL, ACKNOWLEDGED, SHUTDOWN, …──▶ executor
 *   executor ──Call UPDATE, MESSAGE, HEARTBEAT──▶ agent
 *
 * An executor repeats at SUBSCRIBE what it sent and was not acknowledged; events are at most once.
 *
 * Source: v1/executor/executor.proto.
 */
import { bytes, enumeration, type Infer, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { AgentInfo } from './agents.ts';
import { KillPolicy } from './commands.ts';
import { ExecutorInfo } from './executors.ts';
import { FrameworkInfo } from './frameworks.ts';
import { ContainerID, ExecutorID, FrameworkID, TaskID } from './ids.ts';
import { TaskGroupInfo, TaskInfo, TaskStatus } from './tasks.ts';

export const CallType = enumeration('mesos.v1.executor.Call.Type', {
  UNKNOWN: 0,
  SUBSCRIBE: 1,
  UPDATE: 2,
  MESSAGE: 3,
  HEARTBEAT: 4,
});
export type CallType = Infer<typeof CallType>;

export const CallUpdate = struct('mesos.v1.executor.Call.Update', {
  status: req(1, TaskStatus),
});
export type CallUpdate = Infer<typeof CallUpdate>;

export const CallSubscribe = struct('mesos.v1.executor.Call.Subscribe', {
  unacknowledged_tasks: rep(1, TaskInfo),
  unacknowledged_updates: rep(2, CallUpdate),
});
export type CallSubscribe = Infer<typeof CallSubscribe>;

export const CallMessage = struct('mesos.v1.executor.Call.Message', {
  data: req(2, bytes),
});
export type CallMessage = Infer<typeof CallMessage>;

/** `type` says which of the other fields counts. */
export const Call = struct('mesos.v1.executor.Call', {
  executor_id: req(1, ExecutorID),
  framework_id: req(2, FrameworkID),
  type: opt(3, CallType),
  subscribe: opt(4, CallSubscribe),
  update: opt(5, CallUpdate),
  message: opt(6, CallMessage),
});
export type Call = Infer<typeof Call>;

export const EventType = enumeration('mesos.v1.executor.Event.Type', {
  UNKNOWN: 0,
  SUBSCRIBED: 1,
  LAUNCH: 2,
  LAUNCH_GROUP: 8,
  KILL: 3,
  ACKNOWLEDGED: 4,
  MESSAGE: 5,
  ERROR: 6,
  SHUTDOWN: 7,
  HEARTBEAT: 9,
});
export type EventType = Infer<typeof EventType>;

export const EventSubscribed = struct('mesos.v1.executor.Event.Subscribed', {
  executor_info: req(1, ExecutorInfo),
  framework_info: req(2, FrameworkInfo),
  agent_info: req(3, AgentInfo),
  container_id: opt(4, ContainerID),
});
export type EventSubscribed = Infer<typeof EventSubscribed>;

export const EventAcknowledged = struct('mesos.v1.executor.Event.Acknowledged', {
  task_id: req(1, TaskID),
  uuid: req(2, bytes),
});
export type EventAcknowledged = Infer<typeof EventAcknowledged>;

export const EventLaunch = struct('mesos.v1.executor.Event.Launch', {
  task: req(1, TaskInfo),
});
export type EventLaunch = Infer<typeof EventLaunch>;

export const EventLaunchGroup = struct('mesos.v1.executor.Event.LaunchGroup', {
  task_group: req(1, TaskGroupInfo),
});
export type EventLaunchGroup = Infer<typeof EventLaunchGroup>;

export const EventKill = struct('mesos.v1.executor.Event.Kill', {
  task_id: req(1, TaskID),
  kill_policy: opt(2, KillPolicy),
});
export type EventKill = Infer<typeof EventKill>;

export const EventMessage = struct('mesos.v1.executor.Event.Message', {
  data: req(1, bytes),
});
export type EventMessage = Infer<typeof EventMessage>;

export const EventError = struct('mesos.v1.executor.Event.Error', {
  message: req(1, string),
});
export type EventError = Infer<typeof EventError>;

/** `type` says which of the other fields counts. */
export const Event = struct('mesos.v1.executor.Event', {
  type: opt(1, EventType),
  subscribed: opt(2, EventSubscribed),
  acknowledged: opt(3, EventAcknowledged),
  launch: opt(4, EventLaunch),
  launch_group: opt(8, EventLaunchGroup),
  kill: opt(5, EventKill),
  message: opt(6, EventMessage),
  error: opt(7, EventError),
});
export type Event = Infer<typeof Event>;
