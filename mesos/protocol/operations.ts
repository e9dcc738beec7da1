/**
 * Offer operations under way: their states and the master's record of them.
 *
 * Source: mesos.proto.
 */
import { enumeration, type Infer, opt, rep, req, string, struct } from '../../libprocess/index.ts';
import { AgentID, FrameworkID, OperationID, ResourceProviderID, UUID } from './ids.ts';
import { OfferOperation } from './offers.ts';
import { Resource } from './resources.ts';

export const OperationState = enumeration('mesos.v1.OperationState', {
  OPERATION_UNSUPPORTED: 0,
  OPERATION_PENDING: 1,
  OPERATION_FINISHED: 2,
  OPERATION_FAILED: 3,
  OPERATION_ERROR: 4,
  OPERATION_DROPPED: 5,
  OPERATION_UNREACHABLE: 6,
  OPERATION_GONE_BY_OPERATOR: 7,
  OPERATION_RECOVERING: 8,
  OPERATION_UNKNOWN: 9,
});
export type OperationState = Infer<typeof OperationState>;

/** An operation has this state. An update of it with a `uuid` must be acknowledged. */
export const OperationStatus = struct('mesos.v1.OperationStatus', {
  operation_id: opt(1, OperationID),
  state: req(2, OperationState),
  message: opt(3, string),
  converted_resources: rep(4, Resource),
  uuid: opt(5, UUID),
  agent_id: opt(6, AgentID),
  resource_provider_id: opt(7, ResourceProviderID),
});
export type OperationStatus = Infer<typeof OperationStatus>;

/** An operation as masters and agents remember it. */
export const Operation = struct('mesos.v1.Operation', {
  framework_id: opt(1, FrameworkID),
  agent_id: opt(2, AgentID),
  info: req(3, OfferOperation),
  latest_status: req(4, OperationStatus),
  statuses: rep(5, OperationStatus),
  uuid: req(6, UUID),
});
export type Operation = Infer<typeof Operation>;
