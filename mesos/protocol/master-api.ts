/**
 * The operator API of the master (v1): POST /api/v1.
 *
 *   operator ──Call GET_STATE, TEARDOWN, …──▶ master ──Response──▶ operator
 *   operator ──Call SUBSCRIBE──▶ master ──Event SUBSCRIBED, TASK_ADDED, …──▶ operator
 *
 * A call that asks gets a Response of the same type; one that orders gets 200 or 202 without a body. A new subscriber
 * gets the whole state first; events are at most once and stop with the connection.
 *
 * Source: v1/master/master.proto.
 */
import {
  bool,
  bytes,
  double,
  enumeration,
  type Infer,
  opt,
  rep,
  req,
  string,
  struct,
  uint32,
  uint64,
} from '../../libprocess/index.ts';
import { MachineID } from './addresses.ts';
import { AgentInfoCapability, DrainInfo, SlaveInfo } from './agents.ts';
import { ExecutorInfo } from './executors.ts';
import { FrameworkInfo } from './frameworks.ts';
import { AgentID, FrameworkID } from './ids.ts';
import { FileInfo, Flag, Metric, VersionInfo } from './introspection.ts';
import { ClusterStatus, Schedule } from './maintenance.ts';
import { MasterInfo } from './masters.ts';
import { InverseOffer, Offer } from './offers.ts';
import { Operation } from './operations.ts';
import { QuotaConfig, QuotaRequest, QuotaStatus, Role, WeightInfo } from './quota.ts';
import { ResourceProviderInfo } from './resource-providers.ts';
import { Resource } from './resources.ts';
import { OfferConstraints } from './scheduler-api.ts';
import { Task, TaskState, TaskStatus } from './tasks.ts';
import { Duration, DurationInfo, TimeInfo } from './time.ts';
import { ValueScalar } from './values.ts';

export const CallType = enumeration('mesos.v1.master.Call.Type', {
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
  GET_AGENTS: 10,
  GET_FRAMEWORKS: 11,
  GET_EXECUTORS: 12,
  GET_OPERATIONS: 33,
  GET_TASKS: 13,
  GET_ROLES: 14,
  GET_WEIGHTS: 15,
  UPDATE_WEIGHTS: 16,
  GET_MASTER: 17,
  SUBSCRIBE: 18,
  RESERVE_RESOURCES: 19,
  UNRESERVE_RESOURCES: 20,
  CREATE_VOLUMES: 21,
  DESTROY_VOLUMES: 22,
  GROW_VOLUME: 34,
  SHRINK_VOLUME: 35,
  GET_MAINTENANCE_STATUS: 23,
  GET_MAINTENANCE_SCHEDULE: 24,
  UPDATE_MAINTENANCE_SCHEDULE: 25,
  START_MAINTENANCE: 26,
  STOP_MAINTENANCE: 27,
  DRAIN_AGENT: 37,
  DEACTIVATE_AGENT: 38,
  REACTIVATE_AGENT: 39,
  GET_QUOTA: 28,
  UPDATE_QUOTA: 36,
  SET_QUOTA: 29,
  REMOVE_QUOTA: 30,
  TEARDOWN: 31,
  MARK_AGENT_GONE: 32,
});
export type CallType = Infer<typeof CallType>;

export const CallGetMetrics = struct('mesos.v1.master.Call.GetMetrics', {
  timeout: opt(1, DurationInfo),
});
export type CallGetMetrics = Infer<typeof CallGetMetrics>;

export const CallSetLoggingLevel = struct('mesos.v1.master.Call.SetLoggingLevel', {
  level: req(1, uint32),
  duration: req(2, DurationInfo),
});
export type CallSetLoggingLevel = Infer<typeof CallSetLoggingLevel>;

export const CallListFiles = struct('mesos.v1.master.Call.ListFiles', {
  path: req(1, string),
});
export type CallListFiles = Infer<typeof CallListFiles>;

export const CallReadFile = struct('mesos.v1.master.Call.ReadFile', {
  path: req(1, string),
  offset: req(2, uint64),
  length: opt(3, uint64),
});
export type CallReadFile = Infer<typeof CallReadFile>;

export const CallUpdateWeights = struct('mesos.v1.master.Call.UpdateWeights', {
  weight_infos: rep(1, WeightInfo),
});
export type CallUpdateWeights = Infer<typeof CallUpdateWeights>;

export const CallReserveResources = struct('mesos.v1.master.Call.ReserveResources', {
  agent_id: req(1, AgentID),
  source: rep(3, Resource),
  resources: rep(2, Resource),
});
export type CallReserveResources = Infer<typeof CallReserveResources>;

export const CallUnreserveResources = struct('mesos.v1.master.Call.UnreserveResources', {
  agent_id: req(1, AgentID),
  resources: rep(2, Resource),
});
export type CallUnreserveResources = Infer<typeof CallUnreserveResources>;

export const CallCreateVolumes = struct('mesos.v1.master.Call.CreateVolumes', {
  agent_id: req(1, AgentID),
  volumes: rep(2, Resource),
});
export type CallCreateVolumes = Infer<typeof CallCreateVolumes>;

export const CallDestroyVolumes = struct('mesos.v1.master.Call.DestroyVolumes', {
  agent_id: req(1, AgentID),
  volumes: rep(2, Resource),
});
export type CallDestroyVolumes = Infer<typeof CallDestroyVolumes>;

export const CallGrowVolume = struct('mesos.v1.master.Call.GrowVolume', {
  agent_id: opt(1, AgentID),
  volume: req(2, Resource),
  addition: req(3, Resource),
});
export type CallGrowVolume = Infer<typeof CallGrowVolume>;

export const CallShrinkVolume = struct('mesos.v1.master.Call.ShrinkVolume', {
  agent_id: opt(1, AgentID),
  volume: req(2, Resource),
  subtract: req(3, ValueScalar),
});
export type CallShrinkVolume = Infer<typeof CallShrinkVolume>;

export const CallUpdateMaintenanceSchedule = struct('mesos.v1.master.Call.UpdateMaintenanceSchedule', {
  schedule: req(1, Schedule),
});
export type CallUpdateMaintenanceSchedule = Infer<typeof CallUpdateMaintenanceSchedule>;

export const CallStartMaintenance = struct('mesos.v1.master.Call.StartMaintenance', {
  machines: rep(1, MachineID),
});
export type CallStartMaintenance = Infer<typeof CallStartMaintenance>;

export const CallStopMaintenance = struct('mesos.v1.master.Call.StopMaintenance', {
  machines: rep(1, MachineID),
});
export type CallStopMaintenance = Infer<typeof CallStopMaintenance>;

export const CallDrainAgent = struct('mesos.v1.master.Call.DrainAgent', {
  agent_id: req(1, AgentID),
  max_grace_period: opt(2, Duration),
  mark_gone: opt(3, bool, false),
});
export type CallDrainAgent = Infer<typeof CallDrainAgent>;

export const CallDeactivateAgent = struct('mesos.v1.master.Call.DeactivateAgent', {
  agent_id: req(1, AgentID),
});
export type CallDeactivateAgent = Infer<typeof CallDeactivateAgent>;

export const CallReactivateAgent = struct('mesos.v1.master.Call.ReactivateAgent', {
  agent_id: req(1, AgentID),
});
export type CallReactivateAgent = Infer<typeof CallReactivateAgent>;

export const CallUpdateQuota = struct('mesos.v1.master.Call.UpdateQuota', {
  force: opt(1, bool),
  quota_configs: rep(2, QuotaConfig),
});
export type CallUpdateQuota = Infer<typeof CallUpdateQuota>;

export const CallTeardown = struct('mesos.v1.master.Call.Teardown', {
  framework_id: req(1, FrameworkID),
});
export type CallTeardown = Infer<typeof CallTeardown>;

export const CallMarkAgentGone = struct('mesos.v1.master.Call.MarkAgentGone', {
  agent_id: req(1, AgentID),
});
export type CallMarkAgentGone = Infer<typeof CallMarkAgentGone>;

export const CallSetQuota = struct('mesos.v1.master.Call.SetQuota', {
  quota_request: req(1, QuotaRequest),
});
export type CallSetQuota = Infer<typeof CallSetQuota>;

export const CallRemoveQuota = struct('mesos.v1.master.Call.RemoveQuota', {
  role: req(1, string),
});
export type CallRemoveQuota = Infer<typeof CallRemoveQuota>;

/** `type` says which of the other fields counts. */
export const Call = struct('mesos.v1.master.Call', {
  type: opt(1, CallType),
  get_metrics: opt(2, CallGetMetrics),
  set_logging_level: opt(3, CallSetLoggingLevel),
  list_files: opt(4, CallListFiles),
  read_file: opt(5, CallReadFile),
  update_weights: opt(6, CallUpdateWeights),
  reserve_resources: opt(7, CallReserveResources),
  unreserve_resources: opt(8, CallUnreserveResources),
  create_volumes: opt(9, CallCreateVolumes),
  destroy_volumes: opt(10, CallDestroyVolumes),
  grow_volume: opt(18, CallGrowVolume),
  shrink_volume: opt(19, CallShrinkVolume),
  update_maintenance_schedule: opt(11, CallUpdateMaintenanceSchedule),
  start_maintenance: opt(12, CallStartMaintenance),
  stop_maintenance: opt(13, CallStopMaintenance),
  drain_agent: opt(21, CallDrainAgent),
  deactivate_agent: opt(22, CallDeactivateAgent),
  reactivate_agent: opt(23, CallReactivateAgent),
  update_quota: opt(20, CallUpdateQuota),
  teardown: opt(16, CallTeardown),
  mark_agent_gone: opt(17, CallMarkAgentGone),
  set_quota: opt(14, CallSetQuota),
  remove_quota: opt(15, CallRemoveQuota),
});
export type Call = Infer<typeof Call>;

export const ResponseType = enumeration('mesos.v1.master.Response.Type', {
  UNKNOWN: 0,
  GET_HEALTH: 1,
  GET_FLAGS: 2,
  GET_VERSION: 3,
  GET_METRICS: 4,
  GET_LOGGING_LEVEL: 5,
  LIST_FILES: 6,
  READ_FILE: 7,
  GET_STATE: 8,
  GET_AGENTS: 9,
  GET_FRAMEWORKS: 10,
  GET_EXECUTORS: 11,
  GET_OPERATIONS: 19,
  GET_TASKS: 12,
  GET_ROLES: 13,
  GET_WEIGHTS: 14,
  GET_MASTER: 15,
  GET_MAINTENANCE_STATUS: 16,
  GET_MAINTENANCE_SCHEDULE: 17,
  GET_QUOTA: 18,
});
export type ResponseType = Infer<typeof ResponseType>;

export const ResponseGetHealth = struct('mesos.v1.master.Response.GetHealth', {
  healthy: req(1, bool),
});
export type ResponseGetHealth = Infer<typeof ResponseGetHealth>;

export const ResponseGetFlags = struct('mesos.v1.master.Response.GetFlags', {
  flags: rep(1, Flag),
});
export type ResponseGetFlags = Infer<typeof ResponseGetFlags>;

export const ResponseGetVersion = struct('mesos.v1.master.Response.GetVersion', {
  version_info: req(1, VersionInfo),
});
export type ResponseGetVersion = Infer<typeof ResponseGetVersion>;

export const ResponseGetMetrics = struct('mesos.v1.master.Response.GetMetrics', {
  metrics: rep(1, Metric),
});
export type ResponseGetMetrics = Infer<typeof ResponseGetMetrics>;

export const ResponseGetLoggingLevel = struct('mesos.v1.master.Response.GetLoggingLevel', {
  level: req(1, uint32),
});
export type ResponseGetLoggingLevel = Infer<typeof ResponseGetLoggingLevel>;

export const ResponseListFiles = struct('mesos.v1.master.Response.ListFiles', {
  file_infos: rep(1, FileInfo),
});
export type ResponseListFiles = Infer<typeof ResponseListFiles>;

export const ResponseReadFile = struct('mesos.v1.master.Response.ReadFile', {
  size: req(1, uint64),
  data: req(2, bytes),
});
export type ResponseReadFile = Infer<typeof ResponseReadFile>;

export const ResponseGetTasks = struct('mesos.v1.master.Response.GetTasks', {
  pending_tasks: rep(1, Task),
  tasks: rep(2, Task, { showEmpty: true }),
  unreachable_tasks: rep(5, Task, { showEmpty: true }),
  completed_tasks: rep(3, Task, { showEmpty: true }),
  orphan_tasks: rep(4, Task),
});
export type ResponseGetTasks = Infer<typeof ResponseGetTasks>;

export const ResponseGetExecutorsExecutor = struct('mesos.v1.master.Response.GetExecutors.Executor', {
  executor_info: req(1, ExecutorInfo),
  agent_id: req(2, AgentID),
});
export type ResponseGetExecutorsExecutor = Infer<typeof ResponseGetExecutorsExecutor>;

export const ResponseGetExecutors = struct('mesos.v1.master.Response.GetExecutors', {
  executors: rep(1, ResponseGetExecutorsExecutor, { showEmpty: true }),
  orphan_executors: rep(2, ResponseGetExecutorsExecutor),
});
export type ResponseGetExecutors = Infer<typeof ResponseGetExecutors>;

export const ResponseGetFrameworksFramework = struct('mesos.v1.master.Response.GetFrameworks.Framework', {
  framework_info: req(1, FrameworkInfo),
  active: req(2, bool),
  connected: req(3, bool),
  recovered: req(11, bool),
  registered_time: opt(4, TimeInfo),
  reregistered_time: opt(5, TimeInfo),
  unregistered_time: opt(6, TimeInfo),
  offers: rep(7, Offer),
  inverse_offers: rep(8, InverseOffer),
  allocated_resources: rep(9, Resource),
  offered_resources: rep(10, Resource),
  offer_constraints: opt(12, OfferConstraints),
});
export type ResponseGetFrameworksFramework = Infer<typeof ResponseGetFrameworksFramework>;

export const ResponseGetFrameworks = struct('mesos.v1.master.Response.GetFrameworks', {
  frameworks: rep(1, ResponseGetFrameworksFramework, { showEmpty: true }),
  completed_frameworks: rep(2, ResponseGetFrameworksFramework, { showEmpty: true }),
  recovered_frameworks: rep(3, FrameworkInfo),
});
export type ResponseGetFrameworks = Infer<typeof ResponseGetFrameworks>;

export const ResponseGetAgentsAgentResourceProvider = struct(
  'mesos.v1.master.Response.GetAgents.Agent.ResourceProvider',
  {
    resource_provider_info: req(1, ResourceProviderInfo),
    total_resources: rep(2, Resource),
  },
);
export type ResponseGetAgentsAgentResourceProvider = Infer<typeof ResponseGetAgentsAgentResourceProvider>;

export const ResponseGetAgentsAgent = struct('mesos.v1.master.Response.GetAgents.Agent', {
  agent_info: req(1, SlaveInfo), // The answer shows `checkpoint`, though v1 does not declare it.
  active: req(2, bool),
  deactivated: opt(12, bool),
  version: req(3, string),
  pid: opt(4, string),
  registered_time: opt(5, TimeInfo),
  reregistered_time: opt(6, TimeInfo),
  total_resources: rep(7, Resource),
  allocated_resources: rep(8, Resource),
  offered_resources: rep(9, Resource),
  capabilities: rep(10, AgentInfoCapability),
  resource_providers: rep(11, ResponseGetAgentsAgentResourceProvider),
  drain_info: opt(13, DrainInfo),
  estimated_drain_start_time: opt(14, TimeInfo),
});
export type ResponseGetAgentsAgent = Infer<typeof ResponseGetAgentsAgent>;

export const ResponseGetAgents = struct('mesos.v1.master.Response.GetAgents', {
  agents: rep(1, ResponseGetAgentsAgent, { showEmpty: true }),
  recovered_agents: rep(2, SlaveInfo, { showEmpty: true }),
});
export type ResponseGetAgents = Infer<typeof ResponseGetAgents>;

export const ResponseGetState = struct('mesos.v1.master.Response.GetState', {
  get_tasks: opt(1, ResponseGetTasks),
  get_executors: opt(2, ResponseGetExecutors),
  get_frameworks: opt(3, ResponseGetFrameworks),
  get_agents: opt(4, ResponseGetAgents),
});
export type ResponseGetState = Infer<typeof ResponseGetState>;

export const ResponseGetOperations = struct('mesos.v1.master.Response.GetOperations', {
  operations: rep(1, Operation),
});
export type ResponseGetOperations = Infer<typeof ResponseGetOperations>;

export const ResponseGetRoles = struct('mesos.v1.master.Response.GetRoles', {
  roles: rep(1, Role),
});
export type ResponseGetRoles = Infer<typeof ResponseGetRoles>;

export const ResponseGetWeights = struct('mesos.v1.master.Response.GetWeights', {
  weight_infos: rep(1, WeightInfo),
});
export type ResponseGetWeights = Infer<typeof ResponseGetWeights>;

export const ResponseGetMaster = struct('mesos.v1.master.Response.GetMaster', {
  master_info: opt(1, MasterInfo),
  start_time: opt(2, double),
  elected_time: opt(3, double),
});
export type ResponseGetMaster = Infer<typeof ResponseGetMaster>;

export const ResponseGetMaintenanceStatus = struct('mesos.v1.master.Response.GetMaintenanceStatus', {
  status: req(1, ClusterStatus),
});
export type ResponseGetMaintenanceStatus = Infer<typeof ResponseGetMaintenanceStatus>;

export const ResponseGetMaintenanceSchedule = struct('mesos.v1.master.Response.GetMaintenanceSchedule', {
  schedule: req(1, Schedule),
});
export type ResponseGetMaintenanceSchedule = Infer<typeof ResponseGetMaintenanceSchedule>;

export const ResponseGetQuota = struct('mesos.v1.master.Response.GetQuota', {
  status: req(1, QuotaStatus),
});
export type ResponseGetQuota = Infer<typeof ResponseGetQuota>;

/** `type` says which of the other fields counts. */
export const Response = struct('mesos.v1.master.Response', {
  type: opt(1, ResponseType),
  get_health: opt(2, ResponseGetHealth),
  get_flags: opt(3, ResponseGetFlags),
  get_version: opt(4, ResponseGetVersion),
  get_metrics: opt(5, ResponseGetMetrics),
  get_logging_level: opt(6, ResponseGetLoggingLevel),
  list_files: opt(7, ResponseListFiles),
  read_file: opt(8, ResponseReadFile),
  get_state: opt(9, ResponseGetState),
  get_agents: opt(10, ResponseGetAgents),
  get_frameworks: opt(11, ResponseGetFrameworks),
  get_executors: opt(12, ResponseGetExecutors),
  get_operations: opt(20, ResponseGetOperations),
  get_tasks: opt(13, ResponseGetTasks),
  get_roles: opt(14, ResponseGetRoles),
  get_weights: opt(15, ResponseGetWeights),
  get_master: opt(16, ResponseGetMaster),
  get_maintenance_status: opt(17, ResponseGetMaintenanceStatus),
  get_maintenance_schedule: opt(18, ResponseGetMaintenanceSchedule),
  get_quota: opt(19, ResponseGetQuota),
});
export type Response = Infer<typeof Response>;

export const EventType = enumeration('mesos.v1.master.Event.Type', {
  UNKNOWN: 0,
  SUBSCRIBED: 1,
  TASK_ADDED: 2,
  TASK_UPDATED: 3,
  AGENT_ADDED: 4,
  AGENT_REMOVED: 5,
  FRAMEWORK_ADDED: 6,
  FRAMEWORK_UPDATED: 7,
  FRAMEWORK_REMOVED: 8,
  HEARTBEAT: 9,
});
export type EventType = Infer<typeof EventType>;

export const EventSubscribed = struct('mesos.v1.master.Event.Subscribed', {
  get_state: opt(1, ResponseGetState),
  heartbeat_interval_seconds: opt(2, double),
});
export type EventSubscribed = Infer<typeof EventSubscribed>;

export const EventTaskAdded = struct('mesos.v1.master.Event.TaskAdded', {
  task: req(1, Task),
});
export type EventTaskAdded = Infer<typeof EventTaskAdded>;

export const EventTaskUpdated = struct('mesos.v1.master.Event.TaskUpdated', {
  framework_id: req(1, FrameworkID),
  status: req(2, TaskStatus),
  state: req(3, TaskState),
});
export type EventTaskUpdated = Infer<typeof EventTaskUpdated>;

export const EventAgentAdded = struct('mesos.v1.master.Event.AgentAdded', {
  agent: req(1, ResponseGetAgentsAgent),
});
export type EventAgentAdded = Infer<typeof EventAgentAdded>;

export const EventAgentRemoved = struct('mesos.v1.master.Event.AgentRemoved', {
  agent_id: req(1, AgentID),
});
export type EventAgentRemoved = Infer<typeof EventAgentRemoved>;

export const EventFrameworkAdded = struct('mesos.v1.master.Event.FrameworkAdded', {
  framework: req(1, ResponseGetFrameworksFramework),
});
export type EventFrameworkAdded = Infer<typeof EventFrameworkAdded>;

export const EventFrameworkUpdated = struct('mesos.v1.master.Event.FrameworkUpdated', {
  framework: req(1, ResponseGetFrameworksFramework),
});
export type EventFrameworkUpdated = Infer<typeof EventFrameworkUpdated>;

export const EventFrameworkRemoved = struct('mesos.v1.master.Event.FrameworkRemoved', {
  framework_info: req(1, FrameworkInfo),
});
export type EventFrameworkRemoved = Infer<typeof EventFrameworkRemoved>;

/** `type` says which of the other fields counts. */
export const Event = struct('mesos.v1.master.Event', {
  type: opt(1, EventType),
  subscribed: opt(2, EventSubscribed),
  task_added: opt(3, EventTaskAdded),
  task_updated: opt(4, EventTaskUpdated),
  agent_added: opt(5, EventAgentAdded),
  agent_removed: opt(6, EventAgentRemoved),
  framework_added: opt(7, EventFrameworkAdded),
  framework_updated: opt(8, EventFrameworkUpdated),
  framework_removed: opt(9, EventFrameworkRemoved),
});
export type Event = Infer<typeof Event>;
