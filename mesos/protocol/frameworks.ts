/**
 * Frameworks as they introduce themselves to the master.
 *
 * Source: mesos.proto.
 */
import { bool, double, enumeration, type Infer, map, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { FrameworkID } from './ids.ts';
import { Labels } from './labels.ts';
import { ValueScalar } from './values.ts';

export const OfferFiltersResourceQuantities = struct('mesos.v1.OfferFilters.ResourceQuantities', {
  quantities: map(1, ValueScalar),
});
export type OfferFiltersResourceQuantities = Infer<typeof OfferFiltersResourceQuantities>;

export const OfferFiltersMinAllocatableResources = struct('mesos.v1.OfferFilters.MinAllocatableResources', {
  quantities: rep(1, OfferFiltersResourceQuantities),
});
export type OfferFiltersMinAllocatableResources = Infer<typeof OfferFiltersMinAllocatableResources>;

/** What a framework never wants to be offered. */
export const OfferFilters = struct('mesos.v1.OfferFilters', {
  min_allocatable_resources: opt(1, OfferFiltersMinAllocatableResources),
});
export type OfferFilters = Infer<typeof OfferFilters>;

export const FrameworkInfoCapabilityType = enumeration('mesos.v1.FrameworkInfo.Capability.Type', {
  UNKNOWN: 0,
  REVOCABLE_RESOURCES: 1,
  TASK_KILLING_STATE: 2,
  GPU_RESOURCES: 3,
  SHARED_RESOURCES: 4,
  PARTITION_AWARE: 5,
  MULTI_ROLE: 6,
  RESERVATION_REFINEMENT: 7,
  REGION_AWARE: 8,
});
export type FrameworkInfoCapabilityType = Infer<typeof FrameworkInfoCapabilityType>;

export const FrameworkInfoCapability = struct('mesos.v1.FrameworkInfo.Capability', {
  type: opt(1, FrameworkInfoCapabilityType),
});
export type FrameworkInfoCapability = Infer<typeof FrameworkInfoCapability>;

/** A framework: its user, its roles, what it can handle and how long its tasks survive it. */
export const FrameworkInfo = struct('mesos.v1.FrameworkInfo', {
  user: req(1, string),
  name: req(2, string),
  id: opt(3, FrameworkID),
  failover_timeout: opt(4, double, 0), // Seconds.
  checkpoint: opt(5, bool, false),
  role: opt(6, string, '*', { deprecated: true }), // Of frameworks without MULTI_ROLE.
  roles: rep(12, string), // Of frameworks with MULTI_ROLE.
  hostname: opt(7, string),
  principal: opt(8, string),
  webui_url: opt(9, string),
  capabilities: rep(10, FrameworkInfoCapability),
  labels: opt(11, Labels),
  offer_filters: map(13, OfferFilters),
});
export type FrameworkInfo = Infer<typeof FrameworkInfo>;
