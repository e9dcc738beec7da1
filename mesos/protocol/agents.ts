/**
 * Agents as they introduce themselves, and their draining.
 *
 * Source: mesos.proto.
 */
import { bool, enumeration, type Infer, int32, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { DomainInfo } from './addresses.ts';
import { AgentID } from './ids.ts';
import { Resource } from './resources.ts';
import { DurationInfo } from './time.ts';
import { Attribute } from './values.ts';

/** An agent. Its resources are the total, before reservations and volumes that were made later. */
export const AgentInfo = struct('mesos.v1.AgentInfo', {
  hostname: req(1, string),
  port: opt(8, int32, 5051),
  resources: rep(3, Resource),
  attributes: rep(5, Attribute),
  id: opt(6, AgentID),
  domain: opt(10, DomainInfo),
});
export type AgentInfo = Infer<typeof AgentInfo>;

/** AgentInfo as agents and masters tell it one another, and as v0 JSON shows it: with `checkpoint`, always true. */
export const SlaveInfo = struct('mesos.SlaveInfo', {
  hostname: req(1, string),
  port: opt(8, int32, 5051),
  resources: rep(3, Resource),
  attributes: rep(5, Attribute),
  id: opt(6, AgentID),
  domain: opt(10, DomainInfo),
  checkpoint: opt(7, bool, false),
});
export type SlaveInfo = Infer<typeof SlaveInfo>;

/** How far an agent has got with emptying itself. */
export const DrainState = enumeration('mesos.v1.DrainState', { UNKNOWN: 0, DRAINING: 1, DRAINED: 2 });
export type DrainState = Infer<typeof DrainState>;

/** How an agent is to be drained. */
export const DrainConfig = struct('mesos.v1.DrainConfig', {
  max_grace_period: opt(1, DurationInfo),
  mark_gone: opt(2, bool, false),
});
export type DrainConfig = Infer<typeof DrainConfig>;

export const DrainInfo = struct('mesos.v1.DrainInfo', {
  state: req(1, DrainState),
  config: req(2, DrainConfig),
});
export type DrainInfo = Infer<typeof DrainInfo>;

export const AgentInfoCapabilityType = enumeration('mesos.v1.AgentInfo.Capability.Type', {
  UNKNOWN: 0,
  MULTI_ROLE: 1,
  HIERARCHICAL_ROLE: 2,
  RESERVATION_REFINEMENT: 3,
  RESOURCE_PROVIDER: 4,
  RESIZE_VOLUME: 5,
  AGENT_OPERATION_FEEDBACK: 6,
  AGENT_DRAINING: 7,
  TASK_RESOURCE_LIMITS: 8,
});
export type AgentInfoCapabilityType = Infer<typeof AgentInfoCapabilityType>;

export const AgentInfoCapability = struct('mesos.v1.AgentInfo.Capability', {
  type: opt(1, AgentInfoCapabilityType),
});
export type AgentInfoCapability = Infer<typeof AgentInfoCapability>;
