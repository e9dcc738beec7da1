/**
 * Where things are: addresses, machines and fault domains.
 *
 * Source: mesos.proto.
 */
import { enumeration, type Infer, int32, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { Parameter } from './labels.ts';
import { Unavailability } from './time.ts';

/** At least one of `hostname` and `ip` is set. */
export const Address = struct('mesos.v1.Address', {
  hostname: opt(1, string),
  ip: opt(2, string),
  port: req(3, int32),
});
export type Address = Infer<typeof Address>;

export const URL = struct('mesos.v1.URL', {
  scheme: req(1, string),
  address: req(2, Address),
  path: opt(3, string),
  query: rep(4, Parameter),
  fragment: opt(5, string),
});
export type URL = Infer<typeof URL>;

/** A machine of the cluster, as maintenance names it: one or both of hostname and ip. */
export const MachineID = struct('mesos.v1.MachineID', {
  hostname: opt(1, string),
  ip: opt(2, string),
});
export type MachineID = Infer<typeof MachineID>;

export const MachineInfoMode = enumeration('mesos.v1.MachineInfo.Mode', { UP: 1, DRAINING: 2, DOWN: 3 });
export type MachineInfoMode = Infer<typeof MachineInfoMode>;

/** A machine and where it stands in maintenance. */
export const MachineInfo = struct('mesos.v1.MachineInfo', {
  id: req(1, MachineID),
  mode: opt(2, MachineInfoMode),
  unavailability: opt(3, Unavailability),
});
export type MachineInfo = Infer<typeof MachineInfo>;

export const DomainInfoFaultDomainRegionInfo = struct('mesos.v1.DomainInfo.FaultDomain.RegionInfo', {
  name: req(1, string),
});
export type DomainInfoFaultDomainRegionInfo = Infer<typeof DomainInfoFaultDomainRegionInfo>;

export const DomainInfoFaultDomainZoneInfo = struct('mesos.v1.DomainInfo.FaultDomain.ZoneInfo', {
  name: req(1, string),
});
export type DomainInfoFaultDomainZoneInfo = Infer<typeof DomainInfoFaultDomainZoneInfo>;

export const DomainInfoFaultDomain = struct('mesos.v1.DomainInfo.FaultDomain', {
  region: req(1, DomainInfoFaultDomainRegionInfo),
  zone: req(2, DomainInfoFaultDomainZoneInfo),
});
export type DomainInfoFaultDomain = Infer<typeof DomainInfoFaultDomain>;

/** Which region and zone a machine is in. */
export const DomainInfo = struct('mesos.v1.DomainInfo', {
  fault_domain: opt(1, DomainInfoFaultDomain),
});
export type DomainInfo = Infer<typeof DomainInfo>;
