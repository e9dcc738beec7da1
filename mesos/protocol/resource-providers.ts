/**
 * Resource providers: what brings an agent resources that it does not find by itself.
 *
 * Source: mesos.proto.
 */
import { bool, double, enumeration, type Infer, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { CommandInfo } from './commands.ts';
import { ContainerInfo } from './containers.ts';
import { ResourceProviderID } from './ids.ts';
import { Resource, ResourceReservationInfo } from './resources.ts';
import { Attribute } from './values.ts';

export const CSIPluginContainerInfoService = enumeration('mesos.v1.CSIPluginContainerInfo.Service', {
  UNKNOWN: 0,
  CONTROLLER_SERVICE: 1,
  NODE_SERVICE: 2,
});
export type CSIPluginContainerInfoService = Infer<typeof CSIPluginContainerInfoService>;

export const CSIPluginContainerInfo = struct('mesos.v1.CSIPluginContainerInfo', {
  services: rep(1, CSIPluginContainerInfoService),
  command: opt(2, CommandInfo),
  resources: rep(3, Resource),
  container: opt(4, ContainerInfo),
});
export type CSIPluginContainerInfo = Infer<typeof CSIPluginContainerInfo>;

export const CSIPluginEndpoint = struct('mesos.v1.CSIPluginEndpoint', {
  csi_service: req(1, CSIPluginContainerInfoService),
  endpoint: req(2, string),
});
export type CSIPluginEndpoint = Infer<typeof CSIPluginEndpoint>;

/** A storage plugin that a provider runs. */
export const CSIPluginInfo = struct('mesos.v1.CSIPluginInfo', {
  type: req(1, string),
  name: opt(2, string, 'default'),
  containers: rep(3, CSIPluginContainerInfo),
  endpoints: rep(4, CSIPluginEndpoint),
  target_path_root: opt(5, string),
  target_path_exists: opt(6, bool),
});
export type CSIPluginInfo = Infer<typeof CSIPluginInfo>;

export const ResourceProviderInfoStorage = struct('mesos.v1.ResourceProviderInfo.Storage', {
  plugin: req(1, CSIPluginInfo),
  reconciliation_interval_seconds: opt(2, double),
});
export type ResourceProviderInfoStorage = Infer<typeof ResourceProviderInfoStorage>;

export const ResourceProviderInfo = struct('mesos.v1.ResourceProviderInfo', {
  id: opt(1, ResourceProviderID),
  attributes: rep(2, Attribute),
  type: req(3, string),
  name: req(4, string),
  default_reservations: rep(5, ResourceReservationInfo),
  storage: opt(6, ResourceProviderInfoStorage),
});
export type ResourceProviderInfo = Infer<typeof ResourceProviderInfo>;
