/**
 * How an agent joins a master, comes back to it, and is told to go.
 *
 *   agent ──RegisterSlaveMessage────▶ master ──SlaveRegisteredMessage────▶ agent
 *   agent ──ReregisterSlaveMessage──▶ master ──SlaveReregisteredMessage──▶ agent
 *   agent ──UpdateSlaveMessage──────▶ master
 *   agent ──UnregisterSlaveMessage──▶ master
 *   agent ◀──ShutdownMessage, DrainSlaveMessage── master
 *
 * The agent repeats (Re)register with growing intervals until it is answered; the master drops a repetition that it
 * is still working on and answers a late one again.
 *
 * Source: messages.proto.
 */
import {
  type BodyOf,
  bool,
  double,
  type Infer,
  message,
  opt,
  rep,
  req,
  string,
  struct,
} from '../../libprocess/index.ts';
import { AgentInfoCapability, DrainConfig, SlaveInfo } from './agents.ts';
import { ExecutorInfo } from './executors.ts';
import { FrameworkInfo } from './frameworks.ts';
import { AgentID, FrameworkID, UUID } from './ids.ts';
import { Operation } from './operations.ts';
import { ResourceProviderInfo } from './resource-providers.ts';
import { Resource } from './resources.ts';
import { Task, TaskStatus } from './tasks.ts';

/** What the master demands of the connection. */
export const MasterSlaveConnection = struct('mesos.internal.MasterSlaveConnection', {
  total_ping_timeout_seconds: opt(1, double),
});
export type MasterSlaveConnection = Infer<typeof MasterSlaveConnection>;

export const ArchiveFramework = struct('mesos.internal.Archive.Framework', {
  framework_info: req(1, FrameworkInfo),
  pid: opt(2, string),
  tasks: rep(3, Task),
});
export type ArchiveFramework = Infer<typeof ArchiveFramework>;

/** Frameworks of the past, as an agent reports them. */
export const Archive = struct('mesos.internal.Archive', {
  frameworks: rep(1, ArchiveFramework),
});
export type Archive = Infer<typeof Archive>;

/** Which tasks the sender believes in. From a framework none means all. */
export const ReconcileTasksMessage = message('mesos.internal.ReconcileTasksMessage', {
  framework_id: req(1, FrameworkID),
  statuses: rep(2, TaskStatus),
  framework: opt(3, FrameworkInfo),
});
export type ReconcileTasksMessage = BodyOf<typeof ReconcileTasksMessage>;

/** An agent without an id asks for one. */
export const RegisterSlaveMessage = message('mesos.internal.RegisterSlaveMessage', {
  agent: req(1, SlaveInfo),
  checkpointed_resources: rep(3, Resource),
  version: opt(2, string),
  agent_capabilities: rep(4, AgentInfoCapability),
  resource_version_uuid: opt(5, UUID),
});
export type RegisterSlaveMessage = BodyOf<typeof RegisterSlaveMessage>;

/** An agent with an id comes back with all that runs on it. */
export const ReregisterSlaveMessage = message('mesos.internal.ReregisterSlaveMessage', {
  agent: req(2, SlaveInfo),
  checkpointed_resources: rep(7, Resource),
  executor_infos: rep(4, ExecutorInfo),
  tasks: rep(3, Task),
  frameworks: rep(8, FrameworkInfo),
  completed_frameworks: rep(5, ArchiveFramework),
  version: opt(6, string),
  agent_capabilities: rep(9, AgentInfoCapability),
  resource_version_uuid: opt(10, UUID),
});
export type ReregisterSlaveMessage = BodyOf<typeof ReregisterSlaveMessage>;

/** The agent is in the registry under `agent_id`. */
export const SlaveRegisteredMessage = message('mesos.internal.SlaveRegisteredMessage', {
  agent_id: req(1, AgentID),
  connection: opt(2, MasterSlaveConnection),
});
export type SlaveRegisteredMessage = BodyOf<typeof SlaveRegisteredMessage>;

/** The agent is back; `reconciliations` are tasks that the master knows and the agent did not report. */
export const SlaveReregisteredMessage = message('mesos.internal.SlaveReregisteredMessage', {
  agent_id: req(1, AgentID),
  reconciliations: rep(2, ReconcileTasksMessage.body),
  connection: opt(3, MasterSlaveConnection),
});
export type SlaveReregisteredMessage = BodyOf<typeof SlaveReregisteredMessage>;

/** The agent shuts down for good. */
export const UnregisterSlaveMessage = message('mesos.internal.UnregisterSlaveMessage', {
  agent_id: req(1, AgentID),
});
export type UnregisterSlaveMessage = BodyOf<typeof UnregisterSlaveMessage>;

export const UpdateSlaveMessageOperations = struct('mesos.internal.UpdateSlaveMessage.Operations', {
  operations: rep(1, Operation),
});
export type UpdateSlaveMessageOperations = Infer<typeof UpdateSlaveMessageOperations>;

export const UpdateSlaveMessageResourceProvider = struct('mesos.internal.UpdateSlaveMessage.ResourceProvider', {
  info: opt(1, ResourceProviderInfo),
  total_resources: rep(2, Resource),
  operations: req(3, UpdateSlaveMessageOperations),
  resource_version_uuid: req(4, UUID),
});
export type UpdateSlaveMessageResourceProvider = Infer<typeof UpdateSlaveMessageResourceProvider>;

export const UpdateSlaveMessageResourceProviders = struct('mesos.internal.UpdateSlaveMessage.ResourceProviders', {
  providers: rep(1, UpdateSlaveMessageResourceProvider),
});
export type UpdateSlaveMessageResourceProviders = Infer<typeof UpdateSlaveMessageResourceProviders>;

/** The agent's oversubscribed resources, resource providers or operations changed. */
export const UpdateSlaveMessage = message('mesos.internal.UpdateSlaveMessage', {
  agent_id: req(1, AgentID),
  update_oversubscribed_resources: opt(5, bool),
  oversubscribed_resources: rep(2, Resource),
  operations: opt(6, UpdateSlaveMessageOperations),
  resource_version_uuid: opt(7, UUID),
  resource_providers: opt(8, UpdateSlaveMessageResourceProviders),
});
export type UpdateSlaveMessage = BodyOf<typeof UpdateSlaveMessage>;

/** Kill all tasks, each within its grace period. */
export const DrainSlaveMessage = message('mesos.internal.DrainSlaveMessage', {
  config: req(1, DrainConfig),
});
export type DrainSlaveMessage = BodyOf<typeof DrainSlaveMessage>;

/** The master refuses the agent for good: it must end itself, and its tasks. */
export const ShutdownMessage = message('mesos.internal.ShutdownMessage', {
  message: opt(1, string),
});
export type ShutdownMessage = BodyOf<typeof ShutdownMessage>;
