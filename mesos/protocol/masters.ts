/**
 * Masters as they introduce themselves; in ZooKeeper too, as JSON.
 *
 * Source: mesos.proto.
 */
import { enumeration, type Infer, opt, rep, req, string, struct, uint32 } from '../../libprocess/index.ts';
import { Address, DomainInfo } from './addresses.ts';

export const MasterInfoCapabilityType = enumeration('mesos.v1.MasterInfo.Capability.Type', {
  UNKNOWN: 0,
  AGENT_UPDATE: 1,
  AGENT_DRAINING: 2,
  QUOTA_V2: 3,
});
export type MasterInfoCapabilityType = Infer<typeof MasterInfoCapabilityType>;

export const MasterInfoCapability = struct('mesos.v1.MasterInfo.Capability', {
  type: opt(1, MasterInfoCapabilityType),
});
export type MasterInfoCapability = Infer<typeof MasterInfoCapability>;

/** A master. `ip` is in network byte order; newer readers use `address`. */
export const MasterInfo = struct('mesos.v1.MasterInfo', {
  id: req(1, string),
  ip: req(2, uint32), // Network byte order, as the bytes lie in a little-endian word.
  port: req(3, uint32),
  pid: opt(4, string),
  hostname: opt(5, string),
  version: opt(6, string),
  address: opt(7, Address),
  domain: opt(8, DomainInfo),
  capabilities: rep(9, MasterInfoCapability),
});
export type MasterInfo = Infer<typeof MasterInfo>;
