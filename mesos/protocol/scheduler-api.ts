/**
 * The scheduler API (v1): what a framework posts to /api/v1/scheduler, and the stream of events that it gets.
 *
 *   framework ──Call SUBSCRIBE──▶ master ──Event SUBSCRIBED, OFFERS, UPDATE, HEARTBEAT, …──▶ framework
 *   framework ──Call ACCEPT, DECLINE, KILL, ACKNOWLEDGE, …──▶ master
 *
 * Calls are answered 202 when they are valid, not when they are done. Events are at most once per subscription,
 * except UPDATE and UPDATE_OPERATION_STATUS, which repeat until acknowledged.
 *
 * Source: v1/scheduler/scheduler.proto.
 */
import {
  bytes,
  double,
  enumeration,
  type Infer,
  int32,
  map,
  opt,
  rep,
  req,
  string,
  struct,
  uint32,
} from '../../libprocess/index.ts';
import { KillPolicy } from './commands.ts';
import { FrameworkInfo } from './frameworks.ts';
import { AgentID, ExecutorID, FrameworkID, OfferID, OperationID, ResourceProviderID, TaskID } from './ids.ts';
import { MasterInfo } from './masters.ts';
import { Filters, InverseOffer, Offer, OfferOperation, Request } from './offers.ts';
import { OperationStatus } from './operations.ts';
import { TaskStatus } from './tasks.ts';

export const AttributeConstraintSelectorPseudoattributeType = enumeration(
  'mesos.v1.scheduler.AttributeConstraint.Selector.PseudoattributeType',
  { UNKNOWN: 0, HOSTNAME: 1, REGION: 2, ZONE: 3 },
);
export type AttributeConstraintSelectorPseudoattributeType = Infer<
  typeof AttributeConstraintSelectorPseudoattributeType
>;

export const AttributeConstraintSelector = struct('mesos.v1.scheduler.AttributeConstraint.Selector', {
  pseudoattribute_type: opt(1, AttributeConstraintSelectorPseudoattributeType),
  attribute_name: opt(2, string),
});
export type AttributeConstraintSelector = Infer<typeof AttributeConstraintSelector>;

export const AttributeConstraintPredicateExists = struct('mesos.v1.scheduler.AttributeConstraint.Predicate.Exists', {});
export type AttributeConstraintPredicateExists = Infer<typeof AttributeConstraintPredicateExists>;

export const AttributeConstraintPredicateNotExists = struct(
  'mesos.v1.scheduler.AttributeConstraint.Predicate.NotExists',
  {},
);
export type AttributeConstraintPredicateNotExists = Infer<typeof AttributeConstraintPredicateNotExists>;

export const AttributeConstraintPredicateTextEquals = struct(
  'mesos.v1.scheduler.AttributeConstraint.Predicate.TextEquals',
  {
    value: req(1, string),
  },
);
export type AttributeConstraintPredicateTextEquals = Infer<typeof AttributeConstraintPredicateTextEquals>;

export const AttributeConstraintPredicateTextNotEquals = struct(
  'mesos.v1.scheduler.AttributeConstraint.Predicate.TextNotEquals',
  {
    value: req(1, string),
  },
);
export type AttributeConstraintPredicateTextNotEquals = Infer<typeof AttributeConstraintPredicateTextNotEquals>;

export const AttributeConstraintPredicateTextMatches = struct(
  'mesos.v1.scheduler.AttributeConstraint.Predicate.TextMatches',
  {
    regex: req(1, string),
  },
);
export type AttributeConstraintPredicateTextMatches = Infer<typeof AttributeConstraintPredicateTextMatches>;

export const AttributeConstraintPredicateTextNotMatches = struct(
  'mesos.v1.scheduler.AttributeConstraint.Predicate.TextNotMatches',
  {
    regex: req(1, string),
  },
);
export type AttributeConstraintPredicateTextNotMatches = Infer<typeof AttributeConstraintPredicateTextNotMatches>;

export const AttributeConstraintPredicate = struct('mesos.v1.scheduler.AttributeConstraint.Predicate', {
  exists: opt(1, AttributeConstraintPredicateExists),
  not_exists: opt(2, AttributeConstraintPredicateNotExists),
  text_equals: opt(3, AttributeConstraintPredicateTextEquals),
  text_not_equals: opt(4, AttributeConstraintPredicateTextNotEquals),
  text_matches: opt(5, AttributeConstraintPredicateTextMatches),
  text_not_matches: opt(6, AttributeConstraintPredicateTextNotMatches),
});
export type AttributeConstraintPredicate = Infer<typeof AttributeConstraintPredicate>;

/** A condition upon an attribute (or a pseudo-attribute) of an agent. */
export const AttributeConstraint = struct('mesos.v1.scheduler.AttributeConstraint', {
  selector: req(1, AttributeConstraintSelector),
  predicate: req(2, AttributeConstraintPredicate),
});
export type AttributeConstraint = Infer<typeof AttributeConstraint>;

export const OfferConstraintsRoleConstraintsGroup = struct(
  'mesos.v1.scheduler.OfferConstraints.RoleConstraints.Group',
  {
    attribute_constraints: rep(1, AttributeConstraint),
  },
);
export type OfferConstraintsRoleConstraintsGroup = Infer<typeof OfferConstraintsRoleConstraintsGroup>;

export const OfferConstraintsRoleConstraints = struct('mesos.v1.scheduler.OfferConstraints.RoleConstraints', {
  groups: rep(1, OfferConstraintsRoleConstraintsGroup),
});
export type OfferConstraintsRoleConstraints = Infer<typeof OfferConstraintsRoleConstraints>;

/** Which agents a framework wants offers of, by role: any group of constraints suffices. */
export const OfferConstraints = struct('mesos.v1.scheduler.OfferConstraints', {
  role_constraints: map(1, OfferConstraintsRoleConstraints),
});
export type OfferConstraints = Infer<typeof OfferConstraints>;

export const CallType = enumeration('mesos.v1.scheduler.Call.Type', {
  UNKNOWN: 0,
  SUBSCRIBE: 1,
  TEARDOWN: 2,
  ACCEPT: 3,
  DECLINE: 4,
  ACCEPT_INVERSE_OFFERS: 13,
  DECLINE_INVERSE_OFFERS: 14,
  REVIVE: 5,
  KILL: 6,
  SHUTDOWN: 7,
  ACKNOWLEDGE: 8,
  ACKNOWLEDGE_OPERATION_STATUS: 15,
  RECONCILE: 9,
  RECONCILE_OPERATIONS: 16,
  MESSAGE: 10,
  REQUEST: 11,
  SUPPRESS: 12,
  UPDATE_FRAMEWORK: 17,
});
export type CallType = Infer<typeof CallType>;

export const CallSubscribe = struct('mesos.v1.scheduler.Call.Subscribe', {
  framework_info: req(1, FrameworkInfo),
  suppressed_roles: rep(2, string),
  offer_constraints: opt(3, OfferConstraints),
});
export type CallSubscribe = Infer<typeof CallSubscribe>;

export const CallAccept = struct('mesos.v1.scheduler.Call.Accept', {
  offer_ids: rep(1, OfferID),
  operations: rep(2, OfferOperation),
  filters: opt(3, Filters),
});
export type CallAccept = Infer<typeof CallAccept>;

export const CallDecline = struct('mesos.v1.scheduler.Call.Decline', {
  offer_ids: rep(1, OfferID),
  filters: opt(2, Filters),
});
export type CallDecline = Infer<typeof CallDecline>;

export const CallAcceptInverseOffers = struct('mesos.v1.scheduler.Call.AcceptInverseOffers', {
  inverse_offer_ids: rep(1, OfferID),
  filters: opt(2, Filters),
});
export type CallAcceptInverseOffers = Infer<typeof CallAcceptInverseOffers>;

export const CallDeclineInverseOffers = struct('mesos.v1.scheduler.Call.DeclineInverseOffers', {
  inverse_offer_ids: rep(1, OfferID),
  filters: opt(2, Filters),
});
export type CallDeclineInverseOffers = Infer<typeof CallDeclineInverseOffers>;

export const CallRevive = struct('mesos.v1.scheduler.Call.Revive', {
  roles: rep(1, string),
});
export type CallRevive = Infer<typeof CallRevive>;

export const CallKill = struct('mesos.v1.scheduler.Call.Kill', {
  task_id: req(1, TaskID),
  agent_id: opt(2, AgentID),
  kill_policy: opt(3, KillPolicy),
});
export type CallKill = Infer<typeof CallKill>;

export const CallShutdown = struct('mesos.v1.scheduler.Call.Shutdown', {
  executor_id: req(1, ExecutorID),
  agent_id: req(2, AgentID),
});
export type CallShutdown = Infer<typeof CallShutdown>;

export const CallAcknowledge = struct('mesos.v1.scheduler.Call.Acknowledge', {
  agent_id: req(1, AgentID),
  task_id: req(2, TaskID),
  uuid: req(3, bytes),
});
export type CallAcknowledge = Infer<typeof CallAcknowledge>;

export const CallAcknowledgeOperationStatus = struct('mesos.v1.scheduler.Call.AcknowledgeOperationStatus', {
  agent_id: opt(1, AgentID),
  resource_provider_id: opt(2, ResourceProviderID),
  uuid: req(3, bytes),
  operation_id: req(4, OperationID),
});
export type CallAcknowledgeOperationStatus = Infer<typeof CallAcknowledgeOperationStatus>;

export const CallReconcileTask = struct('mesos.v1.scheduler.Call.Reconcile.Task', {
  task_id: req(1, TaskID),
  agent_id: opt(2, AgentID),
});
export type CallReconcileTask = Infer<typeof CallReconcileTask>;

export const CallReconcile = struct('mesos.v1.scheduler.Call.Reconcile', {
  tasks: rep(1, CallReconcileTask),
});
export type CallReconcile = Infer<typeof CallReconcile>;

export const CallReconcileOperationsOperation = struct('mesos.v1.scheduler.Call.ReconcileOperations.Operation', {
  operation_id: req(1, OperationID),
  agent_id: opt(2, AgentID),
  resource_provider_id: opt(3, ResourceProviderID),
});
export type CallReconcileOperationsOperation = Infer<typeof CallReconcileOperationsOperation>;

export const CallReconcileOperations = struct('mesos.v1.scheduler.Call.ReconcileOperations', {
  operations: rep(1, CallReconcileOperationsOperation),
});
export type CallReconcileOperations = Infer<typeof CallReconcileOperations>;

export const CallMessage = struct('mesos.v1.scheduler.Call.Message', {
  agent_id: req(1, AgentID),
  executor_id: req(2, ExecutorID),
  data: req(3, bytes),
});
export type CallMessage = Infer<typeof CallMessage>;

export const CallRequest = struct('mesos.v1.scheduler.Call.Request', {
  requests: rep(1, Request),
});
export type CallRequest = Infer<typeof CallRequest>;

export const CallSuppress = struct('mesos.v1.scheduler.Call.Suppress', {
  roles: rep(1, string),
});
export type CallSuppress = Infer<typeof CallSuppress>;

export const CallUpdateFramework = struct('mesos.v1.scheduler.Call.UpdateFramework', {
  framework_info: req(1, FrameworkInfo),
  suppressed_roles: rep(2, string),
  offer_constraints: opt(3, OfferConstraints),
});
export type CallUpdateFramework = Infer<typeof CallUpdateFramework>;

/** `type` says which of the other fields counts. All but SUBSCRIBE carry the framework id. */
export const Call = struct('mesos.v1.scheduler.Call', {
  framework_id: opt(1, FrameworkID),
  type: opt(2, CallType),
  subscribe: opt(3, CallSubscribe),
  accept: opt(4, CallAccept),
  decline: opt(5, CallDecline),
  accept_inverse_offers: opt(13, CallAcceptInverseOffers),
  decline_inverse_offers: opt(14, CallDeclineInverseOffers),
  revive: opt(15, CallRevive),
  kill: opt(6, CallKill),
  shutdown: opt(7, CallShutdown),
  acknowledge: opt(8, CallAcknowledge),
  acknowledge_operation_status: opt(17, CallAcknowledgeOperationStatus),
  reconcile: opt(9, CallReconcile),
  reconcile_operations: opt(18, CallReconcileOperations),
  message: opt(10, CallMessage),
  request: opt(11, CallRequest),
  suppress: opt(16, CallSuppress),
  update_framework: opt(19, CallUpdateFramework),
});
export type Call = Infer<typeof Call>;

export const EventType = enumeration('mesos.v1.scheduler.Event.Type', {
  UNKNOWN: 0,
  SUBSCRIBED: 1,
  OFFERS: 2,
  INVERSE_OFFERS: 9,
  RESCIND: 3,
  RESCIND_INVERSE_OFFER: 10,
  UPDATE: 4,
  UPDATE_OPERATION_STATUS: 11,
  MESSAGE: 5,
  FAILURE: 6,
  ERROR: 7,
  HEARTBEAT: 8,
});
export type EventType = Infer<typeof EventType>;

export const EventSubscribed = struct('mesos.v1.scheduler.Event.Subscribed', {
  framework_id: req(1, FrameworkID),
  heartbeat_interval_seconds: opt(2, double),
  master_info: opt(3, MasterInfo),
});
export type EventSubscribed = Infer<typeof EventSubscribed>;

export const EventOffers = struct('mesos.v1.scheduler.Event.Offers', {
  offers: rep(1, Offer),
});
export type EventOffers = Infer<typeof EventOffers>;

export const EventInverseOffers = struct('mesos.v1.scheduler.Event.InverseOffers', {
  inverse_offers: rep(1, InverseOffer),
});
export type EventInverseOffers = Infer<typeof EventInverseOffers>;

export const EventRescind = struct('mesos.v1.scheduler.Event.Rescind', {
  offer_id: req(1, OfferID),
});
export type EventRescind = Infer<typeof EventRescind>;

export const EventRescindInverseOffer = struct('mesos.v1.scheduler.Event.RescindInverseOffer', {
  inverse_offer_id: req(1, OfferID),
});
export type EventRescindInverseOffer = Infer<typeof EventRescindInverseOffer>;

export const EventUpdate = struct('mesos.v1.scheduler.Event.Update', {
  status: req(1, TaskStatus),
});
export type EventUpdate = Infer<typeof EventUpdate>;

export const EventUpdateOperationStatus = struct('mesos.v1.scheduler.Event.UpdateOperationStatus', {
  status: req(1, OperationStatus),
});
export type EventUpdateOperationStatus = Infer<typeof EventUpdateOperationStatus>;

export const EventMessage = struct('mesos.v1.scheduler.Event.Message', {
  agent_id: req(1, AgentID),
  executor_id: req(2, ExecutorID),
  data: req(3, bytes),
});
export type EventMessage = Infer<typeof EventMessage>;

export const EventFailure = struct('mesos.v1.scheduler.Event.Failure', {
  agent_id: opt(1, AgentID),
  executor_id: opt(2, ExecutorID),
  status: opt(3, int32),
});
export type EventFailure = Infer<typeof EventFailure>;

export const EventError = struct('mesos.v1.scheduler.Event.Error', {
  message: req(1, string),
});
export type EventError = Infer<typeof EventError>;

/** `type` says which of the other fields counts. */
export const Event = struct('mesos.v1.scheduler.Event', {
  type: opt(1, EventType),
  subscribed: opt(2, EventSubscribed),
  offers: opt(3, EventOffers),
  inverse_offers: opt(9, EventInverseOffers),
  rescind: opt(4, EventRescind),
  rescind_inverse_offer: opt(10, EventRescindInverseOffer),
  update: opt(5, EventUpdate),
  update_operation_status: opt(11, EventUpdateOperationStatus),
  message: opt(6, EventMessage),
  failure: opt(7, EventFailure),
  error: opt(8, EventError),
});
export type Event = Infer<typeof Event>;

export const ResponseType = enumeration('mesos.v1.scheduler.Response.Type', { UNKNOWN: 0, RECONCILE_OPERATIONS: 1 });
export type ResponseType = Infer<typeof ResponseType>;

export const ResponseReconcileOperations = struct('mesos.v1.scheduler.Response.ReconcileOperations', {
  operation_statuses: rep(1, OperationStatus),
});
export type ResponseReconcileOperations = Infer<typeof ResponseReconcileOperations>;

/** The answer to a call that is answered at once. */
export const Response = struct('mesos.v1.scheduler.Response', {
  type: opt(1, ResponseType),
  reconcile_operations: opt(2, ResponseReconcileOperations),
});
export type Response = Infer<typeof Response>;

/** How the scheduler library tells the outcome of a call. */
export const APIResult = struct('mesos.v1.scheduler.APIResult', {
  status_code: req(1, uint32),
  response: opt(2, Response),
  error: opt(3, string),
});
export type APIResult = Infer<typeof APIResult>;
