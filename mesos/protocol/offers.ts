/**
 * Offers, and what can be done with them.
 *
 * Source: mesos.proto.
 */
import { double, enumeration, type Infer, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { DomainInfo, URL } from './addresses.ts';
import { ExecutorInfo } from './executors.ts';
import { AgentID, ExecutorID, FrameworkID, OfferID, OperationID } from './ids.ts';
import { Resource, ResourceAllocationInfo, ResourceDiskInfoSourceType } from './resources.ts';
import { TaskGroupInfo, TaskInfo } from './tasks.ts';
import { Unavailability } from './time.ts';
import { Attribute, ValueScalar } from './values.ts';

/** Resources of one agent for one role of one framework, until accepted, declined or rescinded. */
export const Offer = struct('mesos.v1.Offer', {
  id: req(1, OfferID),
  framework_id: req(2, FrameworkID),
  agent_id: req(3, AgentID),
  hostname: req(4, string),
  url: opt(8, URL),
  domain: opt(11, DomainInfo),
  resources: rep(5, Resource),
  attributes: rep(7, Attribute),
  executor_ids: rep(6, ExecutorID),
  unavailability: opt(9, Unavailability),
  allocation_info: opt(10, ResourceAllocationInfo),
});
export type Offer = Infer<typeof Offer>;

export const OfferOperationType = enumeration('mesos.v1.Offer.Operation.Type', {
  UNKNOWN: 0,
  LAUNCH: 1,
  LAUNCH_GROUP: 6,
  RESERVE: 2,
  UNRESERVE: 3,
  CREATE: 4,
  DESTROY: 5,
  GROW_VOLUME: 11,
  SHRINK_VOLUME: 12,
  CREATE_DISK: 13,
  DESTROY_DISK: 14,
});
export type OfferOperationType = Infer<typeof OfferOperationType>;

export const OfferOperationLaunch = struct('mesos.v1.Offer.Operation.Launch', {
  task_infos: rep(1, TaskInfo),
});
export type OfferOperationLaunch = Infer<typeof OfferOperationLaunch>;

export const OfferOperationLaunchGroup = struct('mesos.v1.Offer.Operation.LaunchGroup', {
  executor: req(1, ExecutorInfo),
  task_group: req(2, TaskGroupInfo),
});
export type OfferOperationLaunchGroup = Infer<typeof OfferOperationLaunchGroup>;

export const OfferOperationReserve = struct('mesos.v1.Offer.Operation.Reserve', {
  source: rep(2, Resource),
  resources: rep(1, Resource),
});
export type OfferOperationReserve = Infer<typeof OfferOperationReserve>;

export const OfferOperationUnreserve = struct('mesos.v1.Offer.Operation.Unreserve', {
  resources: rep(1, Resource),
});
export type OfferOperationUnreserve = Infer<typeof OfferOperationUnreserve>;

export const OfferOperationCreate = struct('mesos.v1.Offer.Operation.Create', {
  volumes: rep(1, Resource),
});
export type OfferOperationCreate = Infer<typeof OfferOperationCreate>;

export const OfferOperationDestroy = struct('mesos.v1.Offer.Operation.Destroy', {
  volumes: rep(1, Resource),
});
export type OfferOperationDestroy = Infer<typeof OfferOperationDestroy>;

export const OfferOperationGrowVolume = struct('mesos.v1.Offer.Operation.GrowVolume', {
  volume: req(1, Resource),
  addition: req(2, Resource),
});
export type OfferOperationGrowVolume = Infer<typeof OfferOperationGrowVolume>;

export const OfferOperationShrinkVolume = struct('mesos.v1.Offer.Operation.ShrinkVolume', {
  volume: req(1, Resource),
  subtract: req(2, ValueScalar),
});
export type OfferOperationShrinkVolume = Infer<typeof OfferOperationShrinkVolume>;

export const OfferOperationCreateDisk = struct('mesos.v1.Offer.Operation.CreateDisk', {
  source: req(1, Resource),
  target_type: req(2, ResourceDiskInfoSourceType),
  target_profile: opt(3, string),
});
export type OfferOperationCreateDisk = Infer<typeof OfferOperationCreateDisk>;

export const OfferOperationDestroyDisk = struct('mesos.v1.Offer.Operation.DestroyDisk', {
  source: req(1, Resource),
});
export type OfferOperationDestroyDisk = Infer<typeof OfferOperationDestroyDisk>;

/** One thing to do with the resources of an offer. */
export const OfferOperation = struct('mesos.v1.Offer.Operation', {
  type: opt(1, OfferOperationType),
  id: opt(12, OperationID),
  launch: opt(2, OfferOperationLaunch),
  launch_group: opt(7, OfferOperationLaunchGroup),
  reserve: opt(3, OfferOperationReserve),
  unreserve: opt(4, OfferOperationUnreserve),
  create: opt(5, OfferOperationCreate),
  destroy: opt(6, OfferOperationDestroy),
  grow_volume: opt(13, OfferOperationGrowVolume),
  shrink_volume: opt(14, OfferOperationShrinkVolume),
  create_disk: opt(15, OfferOperationCreateDisk),
  destroy_disk: opt(16, OfferOperationDestroyDisk),
});
export type OfferOperation = Infer<typeof OfferOperation>;

/** A request to leave an agent by a given time. */
export const InverseOffer = struct('mesos.v1.InverseOffer', {
  id: req(1, OfferID),
  url: opt(2, URL),
  framework_id: req(3, FrameworkID),
  agent_id: opt(4, AgentID),
  unavailability: req(5, Unavailability),
  resources: rep(6, Resource),
});
export type InverseOffer = Infer<typeof InverseOffer>;

/** For how long a framework does not want to see the resources that it declined. */
export const Filters = struct('mesos.v1.Filters', {
  refuse_seconds: opt(1, double, 5),
});
export type Filters = Infer<typeof Filters>;

/** Resources that a framework would like. Masters only pass it to the allocator. */
export const Request = struct('mesos.v1.Request', {
  agent_id: opt(1, AgentID),
  resources: rep(2, Resource),
});
export type Request = Infer<typeof Request>;
