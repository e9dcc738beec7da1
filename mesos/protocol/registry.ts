/**
 * The registry: what a master must know about the cluster after a failover.
 *
 * Stored as one value under the name `registry`, by compare and swap. Frameworks are not in it: they come back by
 * themselves, or agents report them.
 *
 * Source: src/master/registry.proto, src/resource_provider/registry.proto.
 */
import { bool, type Infer, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { MachineInfo } from './addresses.ts';
import { DrainInfo, SlaveInfo } from './agents.ts';
import { AgentID, ResourceProviderID } from './ids.ts';
import { Schedule } from './maintenance.ts';
import { MasterInfo } from './masters.ts';
import { QuotaConfig, QuotaInfo, WeightInfo } from './quota.ts';
import { TimeInfo } from './time.ts';

export const ResourceProvider = struct('mesos.resource_provider.registry.ResourceProvider', {
  id: req(1, ResourceProviderID),
  type: opt(2, string),
  name: opt(3, string),
});
export type ResourceProvider = Infer<typeof ResourceProvider>;

export const ResourceProviderRegistry = struct('mesos.resource_provider.registry.Registry', {
  resource_providers: rep(1, ResourceProvider),
  removed_resource_providers: rep(2, ResourceProvider),
});
export type ResourceProviderRegistry = Infer<typeof ResourceProviderRegistry>;

export const RegistryMaster = struct('mesos.internal.Registry.Master', {
  info: req(1, MasterInfo),
});
export type RegistryMaster = Infer<typeof RegistryMaster>;

export const RegistryAgent = struct('mesos.internal.Registry.Slave', {
  info: req(1, SlaveInfo),
  drain_info: opt(2, DrainInfo),
  deactivated: opt(3, bool, false),
});
export type RegistryAgent = Infer<typeof RegistryAgent>;

export const RegistryAgents = struct('mesos.internal.Registry.Slaves', {
  agents: rep(1, RegistryAgent),
});
export type RegistryAgents = Infer<typeof RegistryAgents>;

export const RegistryUnreachableAgent = struct('mesos.internal.Registry.UnreachableSlave', {
  id: req(1, AgentID),
  timestamp: req(2, TimeInfo),
  drain_info: opt(3, DrainInfo),
  deactivated: opt(4, bool, false),
});
export type RegistryUnreachableAgent = Infer<typeof RegistryUnreachableAgent>;

export const RegistryUnreachableAgents = struct('mesos.internal.Registry.UnreachableSlaves', {
  agents: rep(1, RegistryUnreachableAgent),
});
export type RegistryUnreachableAgents = Infer<typeof RegistryUnreachableAgents>;

export const RegistryGoneAgent = struct('mesos.internal.Registry.GoneSlave', {
  id: req(1, AgentID),
  timestamp: req(2, TimeInfo),
});
export type RegistryGoneAgent = Infer<typeof RegistryGoneAgent>;

export const RegistryGoneAgents = struct('mesos.internal.Registry.GoneSlaves', {
  agents: rep(1, RegistryGoneAgent),
});
export type RegistryGoneAgents = Infer<typeof RegistryGoneAgents>;

export const RegistryMachine = struct('mesos.internal.Registry.Machine', {
  info: req(1, MachineInfo),
});
export type RegistryMachine = Infer<typeof RegistryMachine>;

export const RegistryMachines = struct('mesos.internal.Registry.Machines', {
  machines: rep(1, RegistryMachine),
});
export type RegistryMachines = Infer<typeof RegistryMachines>;

export const RegistryQuota = struct('mesos.internal.Registry.Quota', {
  info: req(1, QuotaInfo),
});
export type RegistryQuota = Infer<typeof RegistryQuota>;

export const RegistryWeight = struct('mesos.internal.Registry.Weight', {
  info: req(1, WeightInfo),
});
export type RegistryWeight = Infer<typeof RegistryWeight>;

export const RegistryMinimumCapability = struct('mesos.internal.Registry.MinimumCapability', {
  capability: req(1, string),
});
export type RegistryMinimumCapability = Infer<typeof RegistryMinimumCapability>;

export const Registry = struct('mesos.internal.Registry', {
  master: opt(1, RegistryMaster),
  agents: opt(2, RegistryAgents),
  unreachable: opt(7, RegistryUnreachableAgents),
  gone: opt(8, RegistryGoneAgents),
  machines: opt(3, RegistryMachines),
  schedules: rep(4, Schedule),
  quotas: rep(5, RegistryQuota),
  quota_configs: rep(11, QuotaConfig),
  weights: rep(6, RegistryWeight),
  resource_provider_registry: opt(9, ResourceProviderRegistry),
  minimum_capabilities: rep(10, RegistryMinimumCapability),
});
export type Registry = Infer<typeof Registry>;
