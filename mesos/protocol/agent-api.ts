/**
 * The operator API of an agent (v1): POST /api/v1.
 *
 *   operator ──Call GET_CONTAINERS, LAUNCH_CONTAINER, …──▶ agent ──Response──▶ operator
 *   operator ──Call ATTACH_CONTAINER_INPUT, … (a stream of them)──▶ agent
 *   operator ◀──ProcessIO, … (a stream)── agent                      after ATTACH_CONTAINER_OUTPUT
 *
 * Source: v1/agent/agent.proto.
 */
import {
  bool,
  bytes,
  enumeration,
  type Infer,
  int32,
  map,
  opt,
  rep,
  req,
  string,
  struct,
  uint32,
  uint64,
} from '../../libprocess/index.ts';
import { AgentInfo, DrainConfig } from './agents.ts';
import { CommandInfo } from './commands.ts';
import { ContainerInfo, ContainerStatus, TTYInfo } from './containers.ts';
import { ExecutorInfo } from './executors.ts';
import { FrameworkInfo } from './frameworks.ts';
import { ContainerID, ExecutorID, FrameworkID, ResourceProviderID } from './ids.ts';
import { FileInfo, Flag, Metric, VersionInfo } from './introspection.ts';
import { Operation } from './operations.ts';
import { ResourceProviderInfo } from './resource-providers.ts';
import { Resource, TaskResourceLimitation } from './resources.ts';
import { ResourceStatistics } from './statistics.ts';
import { Task, TaskState, TaskStatusReason } from './tasks.ts';
import { DurationInfo, TimeInfo } from './time.ts';
import { ValueScalar } from './values.ts';
import { Image } from './volumes.ts';

export const ProcessIOType = enumeration('mesos.v1.agent.ProcessIO.Type', { UNKNOWN: 0, DATA: 1, CONTROL: 2 });
export type ProcessIOType = Infer<typeof ProcessIOType>;

export const ProcessIODataType = enumeration('mesos.v1.agent.ProcessIO.Data.Type', {
  UNKNOWN: 0,
  STDIN: 1,
  STDOUT: 2,
  STDERR: 3,
});
export type ProcessIODataType = Infer<typeof ProcessIODataType>;

export const ProcessIOData = struct('mesos.v1.agent.ProcessIO.Data', {
  type: opt(1, ProcessIODataType),
  data: opt(2, bytes),
});
export type ProcessIOData = Infer<typeof ProcessIOData>;

export const ProcessIOControlType = enumeration('mesos.v1.agent.ProcessIO.Control.Type', {
  UNKNOWN: 0,
  TTY_INFO: 1,
  HEARTBEAT: 2,
});
export type ProcessIOControlType = Infer<typeof ProcessIOControlType>;

export const ProcessIOControlHeartbeat = struct('mesos.v1.agent.ProcessIO.Control.Heartbeat', {
  interval: opt(1, DurationInfo),
});
export type ProcessIOControlHeartbeat = Infer<typeof ProcessIOControlHeartbeat>;

export const ProcessIOControl = struct('mesos.v1.agent.ProcessIO.Control', {
  type: opt(1, ProcessIOControlType),
  tty_info: opt(2, TTYInfo),
  heartbeat: opt(3, ProcessIOControlHeartbeat),
});
export type ProcessIOControl = Infer<typeof ProcessIOControl>;

/** A piece of a container's input or output; empty input data is its end. */
export const ProcessIO = struct('mesos.v1.agent.ProcessIO', {
  type: opt(1, ProcessIOType),
  data: opt(2, ProcessIOData),
  control: opt(3, ProcessIOControl),
});
export type ProcessIO = Infer<typeof ProcessIO>;

export const CallType = enumeration('mesos.v1.agent.Call.Type', {
  UNKNOWN: 0,
  GET_HEALTH: 1,
  GET_FLAGS: 2,
  GET_VERSION: 3,
  GET_METRICS: 4,
  GET_LOGGING_LEVEL: 5,
  SET_LOGGING_LEVEL: 6,
  LIST_FILES: 7,
  READ_FILE: 8,
  GET_STATE: 9,
  GET_CONTAINERS: 10,
  GET_FRAMEWORKS: 11,
  GET_EXECUTORS: 12,
  GET_OPERATIONS: 31,
  GET_TASKS: 13,
  GET_AGENT: 20,
  GET_RESOURCE_PROVIDERS: 26,
  LAUNCH_NESTED_CONTAINER: 14,
  WAIT_NESTED_CONTAINER: 15,
  KILL_NESTED_CONTAINER: 16,
  REMOVE_NESTED_CONTAINER: 21,
  LAUNCH_NESTED_CONTAINER_SESSION: 17,
  ATTACH_CONTAINER_INPUT: 18,
  ATTACH_CONTAINER_OUTPUT: 19,
  LAUNCH_CONTAINER: 22,
  WAIT_CONTAINER: 23,
  KILL_CONTAINER: 24,
  REMOVE_CONTAINER: 25,
  ADD_RESOURCE_PROVIDER_CONFIG: 27,
  UPDATE_RESOURCE_PROVIDER_CONFIG: 28,
  REMOVE_RESOURCE_PROVIDER_CONFIG: 29,
  MARK_RESOURCE_PROVIDER_GONE: 32,
  PRUNE_IMAGES: 30,
});
export type CallType = Infer<typeof CallType>;

export const CallGetMetrics = struct('mesos.v1.agent.Call.GetMetrics', {
  timeout: opt(1, DurationInfo),
});
export type CallGetMetrics = Infer<typeof CallGetMetrics>;

export const CallSetLoggingLevel = struct('mesos.v1.agent.Call.SetLoggingLevel', {
  level: req(1, uint32),
  duration: req(2, DurationInfo),
});
export type CallSetLoggingLevel = Infer<typeof CallSetLoggingLevel>;

export const CallListFiles = struct('mesos.v1.agent.Call.ListFiles', {
  path: req(1, string),
});
export type CallListFiles = Infer<typeof CallListFiles>;

export const CallReadFile = struct('mesos.v1.agent.Call.ReadFile', {
  path: req(1, string),
  offset: req(2, uint64),
  length: opt(3, uint64),
});
export type CallReadFile = Infer<typeof CallReadFile>;

export const CallGetContainers = struct('mesos.v1.agent.Call.GetContainers', {
  show_nested: opt(1, bool),
  show_standalone: opt(2, bool),
});
export type CallGetContainers = Infer<typeof CallGetContainers>;

export const CallLaunchNestedContainer = struct('mesos.v1.agent.Call.LaunchNestedContainer', {
  container_id: req(1, ContainerID),
  command: opt(2, CommandInfo),
  container: opt(3, ContainerInfo),
});
export type CallLaunchNestedContainer = Infer<typeof CallLaunchNestedContainer>;

export const CallWaitNestedContainer = struct('mesos.v1.agent.Call.WaitNestedContainer', {
  container_id: req(1, ContainerID),
});
export type CallWaitNestedContainer = Infer<typeof CallWaitNestedContainer>;

export const CallKillNestedContainer = struct('mesos.v1.agent.Call.KillNestedContainer', {
  container_id: req(1, ContainerID),
  signal: opt(2, int32),
});
export type CallKillNestedContainer = Infer<typeof CallKillNestedContainer>;

export const CallRemoveNestedContainer = struct('mesos.v1.agent.Call.RemoveNestedContainer', {
  container_id: req(1, ContainerID),
});
export type CallRemoveNestedContainer = Infer<typeof CallRemoveNestedContainer>;

export const CallLaunchNestedContainerSession = struct('mesos.v1.agent.Call.LaunchNestedContainerSession', {
  container_id: req(1, ContainerID),
  command: opt(2, CommandInfo),
  container: opt(3, ContainerInfo),
});
export type CallLaunchNestedContainerSession = Infer<typeof CallLaunchNestedContainerSession>;

export const CallAttachContainerInputType = enumeration('mesos.v1.agent.Call.AttachContainerInput.Type', {
  UNKNOWN: 0,
  CONTAINER_ID: 1,
  PROCESS_IO: 2,
});
export type CallAttachContainerInputType = Infer<typeof CallAttachContainerInputType>;

export const CallAttachContainerInput = struct('mesos.v1.agent.Call.AttachContainerInput', {
  type: opt(1, CallAttachContainerInputType),
  container_id: opt(2, ContainerID),
  process_io: opt(3, ProcessIO),
});
export type CallAttachContainerInput = Infer<typeof CallAttachContainerInput>;

export const CallAttachContainerOutput = struct('mesos.v1.agent.Call.AttachContainerOutput', {
  container_id: req(1, ContainerID),
});
export type CallAttachContainerOutput = Infer<typeof CallAttachContainerOutput>;

export const CallLaunchContainer = struct('mesos.v1.agent.Call.LaunchContainer', {
  container_id: req(1, ContainerID),
  command: opt(2, CommandInfo),
  resources: rep(3, Resource),
  container: opt(4, ContainerInfo),
  limits: map(5, ValueScalar),
});
export type CallLaunchContainer = Infer<typeof CallLaunchContainer>;

export const CallWaitContainer = struct('mesos.v1.agent.Call.WaitContainer', {
  container_id: req(1, ContainerID),
});
export type CallWaitContainer = Infer<typeof CallWaitContainer>;

export const CallKillContainer = struct('mesos.v1.agent.Call.KillContainer', {
  container_id: req(1, ContainerID),
  signal: opt(2, int32),
});
export type CallKillContainer = Infer<typeof CallKillContainer>;

export const CallRemoveContainer = struct('mesos.v1.agent.Call.RemoveContainer', {
  container_id: req(1, ContainerID),
});
export type CallRemoveContainer = Infer<typeof CallRemoveContainer>;

export const CallAddResourceProviderConfig = struct('mesos.v1.agent.Call.AddResourceProviderConfig', {
  info: req(1, ResourceProviderInfo),
});
export type CallAddResourceProviderConfig = Infer<typeof CallAddResourceProviderConfig>;

export const CallUpdateResourceProviderConfig = struct('mesos.v1.agent.Call.UpdateResourceProviderConfig', {
  info: req(1, ResourceProviderInfo),
});
export type CallUpdateResourceProviderConfig = Infer<typeof CallUpdateResourceProviderConfig>;

export const CallRemoveResourceProviderConfig = struct('mesos.v1.agent.Call.RemoveResourceProviderConfig', {
  type: req(1, string),
  name: req(2, string),
});
export type CallRemoveResourceProviderConfig = Infer<typeof CallRemoveResourceProviderConfig>;

export const CallMarkResourceProviderGone = struct('mesos.v1.agent.Call.MarkResourceProviderGone', {
  resource_provider_id: req(1, ResourceProviderID),
});
export type CallMarkResourceProviderGone = Infer<typeof CallMarkResourceProviderGone>;

export const CallPruneImages = struct('mesos.v1.agent.Call.PruneImages', {
  excluded_images: rep(1, Image),
});
export type CallPruneImages = Infer<typeof CallPruneImages>;

/** `type` says which of the other fields counts. */
export const Call = struct('mesos.v1.agent.Call', {
  type: opt(1, CallType),
  get_metrics: opt(2, CallGetMetrics),
  set_logging_level: opt(3, CallSetLoggingLevel),
  list_files: opt(4, CallListFiles),
  read_file: opt(5, CallReadFile),
  get_containers: opt(20, CallGetContainers),
  launch_nested_container: opt(6, CallLaunchNestedContainer),
  wait_nested_container: opt(7, CallWaitNestedContainer),
  kill_nested_container: opt(8, CallKillNestedContainer),
  remove_nested_container: opt(12, CallRemoveNestedContainer),
  launch_nested_container_session: opt(9, CallLaunchNestedContainerSession),
  attach_container_input: opt(10, CallAttachContainerInput),
  attach_container_output: opt(11, CallAttachContainerOutput),
  launch_container: opt(13, CallLaunchContainer),
  wait_container: opt(14, CallWaitContainer),
  kill_container: opt(15, CallKillContainer),
  remove_container: opt(16, CallRemoveContainer),
  add_resource_provider_config: opt(17, CallAddResourceProviderConfig),
  update_resource_provider_config: opt(18, CallUpdateResourceProviderConfig),
  remove_resource_provider_config: opt(19, CallRemoveResourceProviderConfig),
  mark_resource_provider_gone: opt(22, CallMarkResourceProviderGone),
  prune_images: opt(21, CallPruneImages),
});
export type Call = Infer<typeof Call>;

export const ResponseType = enumeration('mesos.v1.agent.Response.Type', {
  UNKNOWN: 0,
  GET_HEALTH: 1,
  GET_FLAGS: 2,
  GET_VERSION: 3,
  GET_METRICS: 4,
  GET_LOGGING_LEVEL: 5,
  LIST_FILES: 6,
  READ_FILE: 7,
  GET_STATE: 8,
  GET_CONTAINERS: 9,
  GET_FRAMEWORKS: 10,
  GET_EXECUTORS: 11,
  GET_OPERATIONS: 17,
  GET_TASKS: 12,
  GET_AGENT: 14,
  GET_RESOURCE_PROVIDERS: 16,
  WAIT_NESTED_CONTAINER: 13,
  WAIT_CONTAINER: 15,
});
export type ResponseType = Infer<typeof ResponseType>;

export const ResponseGetHealth = struct('mesos.v1.agent.Response.GetHealth', {
  healthy: req(1, bool),
});
export type ResponseGetHealth = Infer<typeof ResponseGetHealth>;

export const ResponseGetFlags = struct('mesos.v1.agent.Response.GetFlags', {
  flags: rep(1, Flag),
});
export type ResponseGetFlags = Infer<typeof ResponseGetFlags>;

export const ResponseGetVersion = struct('mesos.v1.agent.Response.GetVersion', {
  version_info: req(1, VersionInfo),
});
export type ResponseGetVersion = Infer<typeof ResponseGetVersion>;

export const ResponseGetMetrics = struct('mesos.v1.agent.Response.GetMetrics', {
  metrics: rep(1, Metric),
});
export type ResponseGetMetrics = Infer<typeof ResponseGetMetrics>;

export const ResponseGetLoggingLevel = struct('mesos.v1.agent.Response.GetLoggingLevel', {
  level: req(1, uint32),
});
export type ResponseGetLoggingLevel = Infer<typeof ResponseGetLoggingLevel>;

export const ResponseListFiles = struct('mesos.v1.agent.Response.ListFiles', {
  file_infos: rep(1, FileInfo),
});
export type ResponseListFiles = Infer<typeof ResponseListFiles>;

export const ResponseReadFile = struct('mesos.v1.agent.Response.ReadFile', {
  size: req(1, uint64),
  data: req(2, bytes),
});
export type ResponseReadFile = Infer<typeof ResponseReadFile>;

export const ResponseGetTasks = struct('mesos.v1.agent.Response.GetTasks', {
  pending_tasks: rep(1, Task, { showEmpty: true }),
  queued_tasks: rep(2, Task, { showEmpty: true }),
  launched_tasks: rep(3, Task, { showEmpty: true }),
  terminated_tasks: rep(4, Task, { showEmpty: true }),
  completed_tasks: rep(5, Task, { showEmpty: true }),
});
export type ResponseGetTasks = Infer<typeof ResponseGetTasks>;

export const ResponseGetExecutorsExecutor = struct('mesos.v1.agent.Response.GetExecutors.Executor', {
  executor_info: req(1, ExecutorInfo),
});
export type ResponseGetExecutorsExecutor = Infer<typeof ResponseGetExecutorsExecutor>;

export const ResponseGetExecutors = struct('mesos.v1.agent.Response.GetExecutors', {
  executors: rep(1, ResponseGetExecutorsExecutor, { showEmpty: true }),
  completed_executors: rep(2, ResponseGetExecutorsExecutor, { showEmpty: true }),
});
export type ResponseGetExecutors = Infer<typeof ResponseGetExecutors>;

export const ResponseGetFrameworksFramework = struct('mesos.v1.agent.Response.GetFrameworks.Framework', {
  framework_info: req(1, FrameworkInfo),
});
export type ResponseGetFrameworksFramework = Infer<typeof ResponseGetFrameworksFramework>;

export const ResponseGetFrameworks = struct('mesos.v1.agent.Response.GetFrameworks', {
  frameworks: rep(1, ResponseGetFrameworksFramework, { showEmpty: true }),
  completed_frameworks: rep(2, ResponseGetFrameworksFramework, { showEmpty: true }),
});
export type ResponseGetFrameworks = Infer<typeof ResponseGetFrameworks>;

export const ResponseGetState = struct('mesos.v1.agent.Response.GetState', {
  get_tasks: opt(1, ResponseGetTasks),
  get_executors: opt(2, ResponseGetExecutors),
  get_frameworks: opt(3, ResponseGetFrameworks),
});
export type ResponseGetState = Infer<typeof ResponseGetState>;

export const ResponseGetContainersContainer = struct('mesos.v1.agent.Response.GetContainers.Container', {
  framework_id: opt(1, FrameworkID),
  executor_id: opt(2, ExecutorID),
  executor_name: opt(3, string),
  container_id: req(4, ContainerID),
  container_status: opt(5, ContainerStatus),
  resource_statistics: opt(6, ResourceStatistics),
});
export type ResponseGetContainersContainer = Infer<typeof ResponseGetContainersContainer>;

export const ResponseGetContainers = struct('mesos.v1.agent.Response.GetContainers', {
  containers: rep(1, ResponseGetContainersContainer),
});
export type ResponseGetContainers = Infer<typeof ResponseGetContainers>;

export const ResponseGetOperations = struct('mesos.v1.agent.Response.GetOperations', {
  operations: rep(1, Operation),
});
export type ResponseGetOperations = Infer<typeof ResponseGetOperations>;

export const ResponseGetAgent = struct('mesos.v1.agent.Response.GetAgent', {
  agent_info: opt(1, AgentInfo),
  drain_config: opt(2, DrainConfig),
  estimated_drain_start_time: opt(3, TimeInfo),
});
export type ResponseGetAgent = Infer<typeof ResponseGetAgent>;

export const ResponseGetResourceProvidersResourceProvider = struct(
  'mesos.v1.agent.Response.GetResourceProviders.ResourceProvider',
  {
    resource_provider_info: req(1, ResourceProviderInfo),
    total_resources: rep(2, Resource),
  },
);
export type ResponseGetResourceProvidersResourceProvider = Infer<typeof ResponseGetResourceProvidersResourceProvider>;

export const ResponseGetResourceProviders = struct('mesos.v1.agent.Response.GetResourceProviders', {
  resource_providers: rep(1, ResponseGetResourceProvidersResourceProvider),
});
export type ResponseGetResourceProviders = Infer<typeof ResponseGetResourceProviders>;

export const ResponseWaitNestedContainer = struct('mesos.v1.agent.Response.WaitNestedContainer', {
  exit_status: opt(1, int32),
  state: opt(2, TaskState),
  reason: opt(3, TaskStatusReason),
  limitation: opt(4, TaskResourceLimitation),
  message: opt(5, string),
});
export type ResponseWaitNestedContainer = Infer<typeof ResponseWaitNestedContainer>;

export const ResponseWaitContainer = struct('mesos.v1.agent.Response.WaitContainer', {
  exit_status: opt(1, int32),
  state: opt(2, TaskState),
  reason: opt(3, TaskStatusReason),
  limitation: opt(4, TaskResourceLimitation),
  message: opt(5, string),
});
export type ResponseWaitContainer = Infer<typeof ResponseWaitContainer>;

/** `type` says which of the other fields counts. */
export const Response = struct('mesos.v1.agent.Response', {
  type: opt(1, ResponseType),
  get_health: opt(2, ResponseGetHealth),
  get_flags: opt(3, ResponseGetFlags),
  get_version: opt(4, ResponseGetVersion),
  get_metrics: opt(5, ResponseGetMetrics),
  get_logging_level: opt(6, ResponseGetLoggingLevel),
  list_files: opt(7, ResponseListFiles),
  read_file: opt(8, ResponseReadFile),
  get_state: opt(9, ResponseGetState),
  get_containers: opt(10, ResponseGetContainers),
  get_frameworks: opt(11, ResponseGetFrameworks),
  get_executors: opt(12, ResponseGetExecutors),
  get_operations: opt(18, ResponseGetOperations),
  get_tasks: opt(13, ResponseGetTasks),
  get_agent: opt(15, ResponseGetAgent),
  get_resource_providers: opt(17, ResponseGetResourceProviders),
  wait_nested_container: opt(14, ResponseWaitNestedContainer),
  wait_container: opt(16, ResponseWaitContainer),
});
export type Response = Infer<typeof Response>;
