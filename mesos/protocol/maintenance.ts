/**
 * Maintenance: which machines go down when, and who has agreed.
 *
 * Source: maintenance/maintenance.proto, allocator/allocator.proto.
 */
import { enumeration, type Infer, rep, req, struct } from '../../libprocess/index.ts';
import { MachineID } from './addresses.ts';
import { FrameworkID } from './ids.ts';
import { TimeInfo, Unavailability } from './time.ts';

export const InverseOfferStatusStatus = enumeration('mesos.v1.allocator.InverseOfferStatus.Status', {
  UNKNOWN: 1,
  ACCEPT: 2,
  DECLINE: 3,
});
export type InverseOfferStatusStatus = Infer<typeof InverseOfferStatusStatus>;

/** What a framework answered to an inverse offer. */
export const InverseOfferStatus = struct('mesos.v1.allocator.InverseOfferStatus', {
  status: req(1, InverseOfferStatusStatus),
  framework_id: req(2, FrameworkID),
  timestamp: req(3, TimeInfo),
});
export type InverseOfferStatus = Infer<typeof InverseOfferStatus>;

/** Machines that go down together. */
export const Window = struct('mesos.v1.maintenance.Window', {
  machine_ids: rep(1, MachineID),
  unavailability: req(2, Unavailability),
});
export type Window = Infer<typeof Window>;

export const Schedule = struct('mesos.v1.maintenance.Schedule', {
  windows: rep(1, Window),
});
export type Schedule = Infer<typeof Schedule>;

export const ClusterStatusDrainingMachine = struct('mesos.v1.maintenance.ClusterStatus.DrainingMachine', {
  id: req(1, MachineID),
  statuses: rep(2, InverseOfferStatus),
});
export type ClusterStatusDrainingMachine = Infer<typeof ClusterStatusDrainingMachine>;

/** Which machines drain and which are down. */
export const ClusterStatus = struct('mesos.v1.maintenance.ClusterStatus', {
  draining_machines: rep(1, ClusterStatusDrainingMachine),
  down_machines: rep(2, MachineID),
});
export type ClusterStatus = Infer<typeof ClusterStatus>;
