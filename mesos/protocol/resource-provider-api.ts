/**
 * The resource provider API (v1), and the same calls and events as messages.
 *
 *   provider ──Call SUBSCRIBE──▶ agent ──Event SUBSCRIBED, APPLY_OPERATION, …──▶ provider
 *   provider ──Call UPDATE_STATE, UPDATE_OPERATION_STATUS, …──▶ agent
 *
 * Source: v1/resource_provider/resource_provider.proto, messages.proto.
 */
import { type BodyOf, enumeration, type Infer, message, opt, rep, req, struct } from '../../libprocess/index.ts';
import { FrameworkID, ResourceProviderID, UUID } from './ids.ts';
import { OfferOperation } from './offers.ts';
import { Operation, OperationStatus } from './operations.ts';
import { ResourceProviderInfo } from './resource-providers.ts';
import { Resource } from './resources.ts';

export const CallType = enumeration('mesos.v1.resource_provider.Call.Type', {
  UNKNOWN: 0,
  SUBSCRIBE: 1,
  UPDATE_OPERATION_STATUS: 2,
  UPDATE_STATE: 3,
  UPDATE_PUBLISH_RESOURCES_STATUS: 4,
});
export type CallType = Infer<typeof CallType>;

export const CallSubscribe = struct('mesos.v1.resource_provider.Call.Subscribe', {
  resource_provider_info: req(1, ResourceProviderInfo),
});
export type CallSubscribe = Infer<typeof CallSubscribe>;

export const CallUpdateOperationStatus = struct('mesos.v1.resource_provider.Call.UpdateOperationStatus', {
  framework_id: opt(1, FrameworkID),
  status: req(2, OperationStatus),
  latest_status: opt(3, OperationStatus),
  operation_uuid: req(4, UUID),
});
export type CallUpdateOperationStatus = Infer<typeof CallUpdateOperationStatus>;

export const CallUpdateState = struct('mesos.v1.resource_provider.Call.UpdateState', {
  operations: rep(1, Operation),
  resources: rep(2, Resource),
  resource_version_uuid: req(3, UUID),
});
export type CallUpdateState = Infer<typeof CallUpdateState>;

export const CallUpdatePublishResourcesStatusStatus = enumeration(
  'mesos.v1.resource_provider.Call.UpdatePublishResourcesStatus.Status',
  { UNKNOWN: 0, OK: 1, FAILED: 2 },
);
export type CallUpdatePublishResourcesStatusStatus = Infer<typeof CallUpdatePublishResourcesStatusStatus>;

export const CallUpdatePublishResourcesStatus = struct('mesos.v1.resource_provider.Call.UpdatePublishResourcesStatus', {
  uuid: req(1, UUID),
  status: req(2, CallUpdatePublishResourcesStatusStatus),
});
export type CallUpdatePublishResourcesStatus = Infer<typeof CallUpdatePublishResourcesStatus>;

/** `type` says which of the other fields counts. */
export const Call = struct('mesos.v1.resource_provider.Call', {
  resource_provider_id: opt(1, ResourceProviderID),
  type: opt(2, CallType),
  subscribe: opt(3, CallSubscribe),
  update_operation_status: opt(4, CallUpdateOperationStatus),
  update_state: opt(5, CallUpdateState),
  update_publish_resources_status: opt(6, CallUpdatePublishResourcesStatus),
});
export type Call = Infer<typeof Call>;

export const EventType = enumeration('mesos.v1.resource_provider.Event.Type', {
  UNKNOWN: 0,
  SUBSCRIBED: 1,
  APPLY_OPERATION: 2,
  PUBLISH_RESOURCES: 3,
  ACKNOWLEDGE_OPERATION_STATUS: 4,
  RECONCILE_OPERATIONS: 5,
  TEARDOWN: 6,
});
export type EventType = Infer<typeof EventType>;

export const EventSubscribed = struct('mesos.v1.resource_provider.Event.Subscribed', {
  provider_id: req(1, ResourceProviderID),
});
export type EventSubscribed = Infer<typeof EventSubscribed>;

export const EventApplyOperation = struct('mesos.v1.resource_provider.Event.ApplyOperation', {
  framework_id: opt(1, FrameworkID),
  info: req(2, OfferOperation),
  operation_uuid: req(3, UUID),
  resource_version_uuid: req(4, UUID),
});
export type EventApplyOperation = Infer<typeof EventApplyOperation>;

export const EventPublishResources = struct('mesos.v1.resource_provider.Event.PublishResources', {
  uuid: req(1, UUID),
  resources: rep(2, Resource),
});
export type EventPublishResources = Infer<typeof EventPublishResources>;

export const EventAcknowledgeOperationStatus = struct('mesos.v1.resource_provider.Event.AcknowledgeOperationStatus', {
  status_uuid: req(1, UUID),
  operation_uuid: req(2, UUID),
});
export type EventAcknowledgeOperationStatus = Infer<typeof EventAcknowledgeOperationStatus>;

export const EventReconcileOperations = struct('mesos.v1.resource_provider.Event.ReconcileOperations', {
  operation_uuids: rep(1, UUID),
});
export type EventReconcileOperations = Infer<typeof EventReconcileOperations>;

/** `type` says which of the other fields counts. */
export const Event = struct('mesos.v1.resource_provider.Event', {
  type: opt(1, EventType),
  subscribed: opt(2, EventSubscribed),
  apply_operation: opt(3, EventApplyOperation),
  publish_resources: opt(4, EventPublishResources),
  acknowledge_operation_status: opt(5, EventAcknowledgeOperationStatus),
  reconcile_operations: opt(6, EventReconcileOperations),
});
export type Event = Infer<typeof Event>;

export const ResourceProviderCallMessage = message('mesos.internal.ResourceProviderCallMessage', {
  call: req(1, Call),
  uuid: opt(2, UUID),
});
export type ResourceProviderCallMessage = BodyOf<typeof ResourceProviderCallMessage>;

export const ResourceProviderEventMessage = message('mesos.internal.ResourceProviderEventMessage', {
  resource_provider_id: req(1, ResourceProviderID),
  event: req(2, Event),
  uuid: opt(3, UUID),
});
export type ResourceProviderEventMessage = BodyOf<typeof ResourceProviderEventMessage>;
