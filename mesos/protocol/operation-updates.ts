/**
 * Offer operations between master and agent: doing them, hearing how they end.
 *
 *   master ──ApplyOperationMessage, CheckpointResourcesMessage──▶ agent
 *   master ◀──UpdateOperationStatusMessage──────────────────────  agent
 *   master ──AcknowledgeOperationStatusMessage──────────────────▶ agent
 *   master ──ReconcileOperationsMessage─────────────────────────▶ agent
 *
 * A status is repeated until it is acknowledged; the rest is sent once. CheckpointResourcesMessage arrives before
 * the RunTaskMessage of the same ACCEPT: one link keeps the order.
 *
 * Source: messages.proto.
 */
import { type BodyOf, enumeration, type Infer, message, opt, rep, req, struct } from '../../libprocess/index.ts';
import { AgentID, FrameworkID, OperationID, ResourceProviderID, UUID } from './ids.ts';
import { OfferOperation } from './offers.ts';
import { OperationStatus } from './operations.ts';
import { Resource } from './resources.ts';

/** Names a state of the resources: an operation upon an older one is dropped. */
export const ResourceVersionUUID = struct('mesos.internal.ResourceVersionUUID', {
  resource_provider_id: opt(1, ResourceProviderID),
  uuid: req(2, UUID),
});
export type ResourceVersionUUID = Infer<typeof ResourceVersionUUID>;

/** Do `operation_info` if the resources are still in the version that the master knew. */
export const ApplyOperationMessage = message('mesos.internal.ApplyOperationMessage', {
  framework_id: opt(1, FrameworkID),
  operation_info: req(2, OfferOperation),
  operation_uuid: req(3, UUID),
  resource_version_uuid: req(4, ResourceVersionUUID),
});
export type ApplyOperationMessage = BodyOf<typeof ApplyOperationMessage>;

/** The reserved resources and volumes that the agent has from now on: all of them. */
export const CheckpointResourcesMessage = message('mesos.internal.CheckpointResourcesMessage', {
  resources: rep(1, Resource),
});
export type CheckpointResourcesMessage = BodyOf<typeof CheckpointResourcesMessage>;

/** An operation reached `status`; `latest_status` may be ahead of it. Repeated until acknowledged. */
export const UpdateOperationStatusMessage = message('mesos.internal.UpdateOperationStatusMessage', {
  framework_id: opt(1, FrameworkID),
  agent_id: opt(2, AgentID),
  status: req(3, OperationStatus),
  latest_status: opt(4, OperationStatus),
  operation_uuid: opt(5, UUID),
});
export type UpdateOperationStatusMessage = BodyOf<typeof UpdateOperationStatusMessage>;

export const UpdateOperationStatusRecordType = enumeration('mesos.internal.UpdateOperationStatusRecord.Type', {
  UPDATE: 0,
  ACK: 1,
});
export type UpdateOperationStatusRecordType = Infer<typeof UpdateOperationStatusRecordType>;

/** An entry of the agent's file of operation updates. */
export const UpdateOperationStatusRecord = struct('mesos.internal.UpdateOperationStatusRecord', {
  type: req(1, UpdateOperationStatusRecordType),
  update: opt(2, UpdateOperationStatusMessage.body),
  uuid: opt(3, UUID),
});
export type UpdateOperationStatusRecord = Infer<typeof UpdateOperationStatusRecord>;

/** The framework (or for want of one the master) has the update `status_uuid`. */
export const AcknowledgeOperationStatusMessage = message('mesos.internal.AcknowledgeOperationStatusMessage', {
  status_uuid: req(1, UUID),
  operation_uuid: req(2, UUID),
  resource_provider_id: opt(3, ResourceProviderID),
});
export type AcknowledgeOperationStatusMessage = BodyOf<typeof AcknowledgeOperationStatusMessage>;

export const ReconcileOperationsMessageOperation = struct('mesos.internal.ReconcileOperationsMessage.Operation', {
  operation_uuid: opt(1, UUID),
  operation_id: opt(3, OperationID),
  resource_provider_id: opt(2, ResourceProviderID),
});
export type ReconcileOperationsMessageOperation = Infer<typeof ReconcileOperationsMessageOperation>;

/** The master knows these operations; the agent answers for those it does not. */
export const ReconcileOperationsMessage = message('mesos.internal.ReconcileOperationsMessage', {
  operations: rep(1, ReconcileOperationsMessageOperation),
  framework_id: opt(2, FrameworkID),
});
export type ReconcileOperationsMessage = BodyOf<typeof ReconcileOperationsMessage>;
