/**
 * Free-form descriptions: labels, parameters, and what service discovery wants to know.
 *
 * Source: mesos.proto.
 */
import { enumeration, type Infer, opt, rep, req, string, struct, uint32 } from '../../libprocess/index.ts';

/** A key that means something to its writer; keys may repeat. */
export const Label = struct('mesos.v1.Label', {
  key: req(1, string),
  value: opt(2, string),
});
export type Label = Infer<typeof Label>;

export const Labels = struct('mesos.v1.Labels', {
  labels: rep(1, Label),
});
export type Labels = Infer<typeof Labels>;

export const Parameter = struct('mesos.v1.Parameter', {
  key: req(1, string),
  value: req(2, string),
});
export type Parameter = Infer<typeof Parameter>;

export const Parameters = struct('mesos.v1.Parameters', {
  parameter: rep(1, Parameter),
});
export type Parameters = Infer<typeof Parameters>;

export const DiscoveryInfoVisibility = enumeration('mesos.v1.DiscoveryInfo.Visibility', {
  FRAMEWORK: 0,
  CLUSTER: 1,
  EXTERNAL: 2,
});
export type DiscoveryInfoVisibility = Infer<typeof DiscoveryInfoVisibility>;

/** A port at which something can be reached. */
export const Port = struct('mesos.v1.Port', {
  number: req(1, uint32),
  name: opt(2, string),
  protocol: opt(3, string),
  visibility: opt(4, DiscoveryInfoVisibility),
  labels: opt(5, Labels),
});
export type Port = Infer<typeof Port>;

export const Ports = struct('mesos.v1.Ports', {
  ports: rep(1, Port),
});
export type Ports = Infer<typeof Ports>;

/** How a task or an executor wants to be found. Mesos only carries it. */
export const DiscoveryInfo = struct('mesos.v1.DiscoveryInfo', {
  visibility: req(1, DiscoveryInfoVisibility),
  name: opt(2, string),
  environment: opt(3, string),
  location: opt(4, string),
  version: opt(5, string),
  ports: opt(6, Ports),
  labels: opt(7, Labels),
});
export type DiscoveryInfo = Infer<typeof DiscoveryInfo>;
