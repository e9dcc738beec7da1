/**
 * Resources: what agents have, the master offers, and tasks consume.
 *
 * A resource has a name, a value, and qualities that make it unlike others of its name: reservations (refined from
 * the front of the list to its end), the role it is allocated to, the disk it lies on, whether it can be revoked or
 * shared. `role` and `reservation` are how frameworks from before reservation refinement see `reservations`.
 *
 * Source: mesos.proto.
 */
import { enumeration, type Infer, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { ResourceProviderID } from './ids.ts';
import { Labels } from './labels.ts';
import { ValueRanges, ValueScalar, ValueSet, ValueType } from './values.ts';
import { Volume } from './volumes.ts';

export const ResourceAllocationInfo = struct('mesos.v1.Resource.AllocationInfo', {
  role: opt(1, string),
});
export type ResourceAllocationInfo = Infer<typeof ResourceAllocationInfo>;

export const ResourceReservationInfoType = enumeration('mesos.v1.Resource.ReservationInfo.Type', {
  UNKNOWN: 0,
  STATIC: 1,
  DYNAMIC: 2,
});
export type ResourceReservationInfoType = Infer<typeof ResourceReservationInfoType>;

export const ResourceReservationInfo = struct('mesos.v1.Resource.ReservationInfo', {
  type: opt(4, ResourceReservationInfoType),
  role: opt(3, string),
  principal: opt(1, string),
  labels: opt(2, Labels),
});
export type ResourceReservationInfo = Infer<typeof ResourceReservationInfo>;

export const ResourceDiskInfoPersistence = struct('mesos.v1.Resource.DiskInfo.Persistence', {
  id: req(1, string),
  principal: opt(2, string),
});
export type ResourceDiskInfoPersistence = Infer<typeof ResourceDiskInfoPersistence>;

export const ResourceDiskInfoSourceType = enumeration('mesos.v1.Resource.DiskInfo.Source.Type', {
  UNKNOWN: 0,
  PATH: 1,
  MOUNT: 2,
  BLOCK: 3,
  RAW: 4,
});
export type ResourceDiskInfoSourceType = Infer<typeof ResourceDiskInfoSourceType>;

export const ResourceDiskInfoSourcePath = struct('mesos.v1.Resource.DiskInfo.Source.Path', {
  root: opt(1, string),
});
export type ResourceDiskInfoSourcePath = Infer<typeof ResourceDiskInfoSourcePath>;

export const ResourceDiskInfoSourceMount = struct('mesos.v1.Resource.DiskInfo.Source.Mount', {
  root: opt(1, string),
});
export type ResourceDiskInfoSourceMount = Infer<typeof ResourceDiskInfoSourceMount>;

export const ResourceDiskInfoSource = struct('mesos.v1.Resource.DiskInfo.Source', {
  type: req(1, ResourceDiskInfoSourceType),
  path: opt(2, ResourceDiskInfoSourcePath),
  mount: opt(3, ResourceDiskInfoSourceMount),
  vendor: opt(7, string),
  id: opt(4, string),
  metadata: opt(5, Labels),
  profile: opt(6, string),
});
export type ResourceDiskInfoSource = Infer<typeof ResourceDiskInfoSource>;

export const ResourceDiskInfo = struct('mesos.v1.Resource.DiskInfo', {
  persistence: opt(1, ResourceDiskInfoPersistence),
  volume: opt(2, Volume),
  source: opt(3, ResourceDiskInfoSource),
});
export type ResourceDiskInfo = Infer<typeof ResourceDiskInfo>;

export const ResourceRevocableInfo = struct('mesos.v1.Resource.RevocableInfo', {});
export type ResourceRevocableInfo = Infer<typeof ResourceRevocableInfo>;

export const ResourceSharedInfo = struct('mesos.v1.Resource.SharedInfo', {});
export type ResourceSharedInfo = Infer<typeof ResourceSharedInfo>;

export const Resource = struct('mesos.v1.Resource', {
  provider_id: opt(12, ResourceProviderID),
  name: req(1, string),
  type: req(2, ValueType),
  scalar: opt(3, ValueScalar),
  ranges: opt(4, ValueRanges),
  set: opt(5, ValueSet),
  role: opt(6, string, '*', { deprecated: true }),
  allocation_info: opt(11, ResourceAllocationInfo),
  reservation: opt(8, ResourceReservationInfo),
  reservations: rep(13, ResourceReservationInfo),
  disk: opt(7, ResourceDiskInfo),
  revocable: opt(9, ResourceRevocableInfo),
  shared: opt(10, ResourceSharedInfo),
});
export type Resource = Infer<typeof Resource>;

/** The resources whose limit a killed task had passed. */
export const TaskResourceLimitation = struct('mesos.v1.TaskResourceLimitation', {
  resources: rep(1, Resource),
});
export type TaskResourceLimitation = Infer<typeof TaskResourceLimitation>;
