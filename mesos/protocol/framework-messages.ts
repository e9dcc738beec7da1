/**
 * Framework and master over libprocess messages (v0); the HTTP form is scheduler-api.ts.
 *
 *   scheduler ──SchedulerCall (mesos.scheduler.Call)──▶ master ──FrameworkRegisteredMessage──▶ scheduler
 *   scheduler ◀──ResourceOffersMessage, RescindResourceOfferMessage, StatusUpdateMessage, … master
 *   scheduler ◀──LostSlaveMessage, ExitedExecutorMessage, FrameworkErrorMessage            master
 *
 * Drivers since 0.24 send SchedulerCall; the messages before it are still taken. All at most once.
 *
 * Source: messages.proto, scheduler/scheduler.proto.
 */
import {
  type BodyOf,
  bool,
  enumeration,
  type Infer,
  message,
  opt,
  rep,
  req,
  request,
  string,
  struct,
} from '../../libprocess/index.ts';
import { FrameworkInfo } from './frameworks.ts';
import { AgentID, FrameworkID, OfferID } from './ids.ts';
import { MasterInfo } from './masters.ts';
import { Filters, InverseOffer, Offer, Request } from './offers.ts';
import {
  CallAccept,
  CallAcceptInverseOffers,
  CallAcknowledge,
  CallAcknowledgeOperationStatus,
  CallDecline,
  CallDeclineInverseOffers,
  CallKill,
  CallMessage,
  CallReconcile,
  CallReconcileOperations,
  CallRequest,
  CallRevive,
  CallShutdown,
  CallSuppress,
  CallType,
  CallUpdateFramework,
  OfferConstraints,
} from './scheduler-api.ts';
import { TaskInfo } from './tasks.ts';

/** Where a scheduler or executor driver stands. */
export const DriverStatus = enumeration('mesos.v1.Status', {
  DRIVER_NOT_STARTED: 1,
  DRIVER_RUNNING: 2,
  DRIVER_ABORTED: 3,
  DRIVER_STOPPED: 4,
});
export type DriverStatus = Infer<typeof DriverStatus>;

/** As in the v1 API, but for its numbers and `force`: a framework with the same id is replaced. */
export const SchedulerCallSubscribe = struct('mesos.scheduler.Call.Subscribe', {
  framework_info: req(1, FrameworkInfo),
  force: opt(2, bool),
  suppressed_roles: rep(3, string),
  offer_constraints: opt(4, OfferConstraints),
});
export type SchedulerCallSubscribe = Infer<typeof SchedulerCallSubscribe>;

/** Any call of the scheduler API as a message: `type` says which of the other fields counts. */
export const SchedulerCall = message('mesos.scheduler.Call', {
  framework_id: opt(1, FrameworkID),
  type: opt(2, CallType),
  subscribe: opt(3, SchedulerCallSubscribe),
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
export type SchedulerCall = BodyOf<typeof SchedulerCall>;

/** A framework without an id asks for one. */
export const RegisterFrameworkMessage = message('mesos.internal.RegisterFrameworkMessage', {
  framework: req(1, FrameworkInfo),
});
export type RegisterFrameworkMessage = BodyOf<typeof RegisterFrameworkMessage>;

/** A framework with an id comes back; with `failover` a new scheduler replaces the old one. */
export const ReregisterFrameworkMessage = message('mesos.internal.ReregisterFrameworkMessage', {
  framework: req(2, FrameworkInfo),
  failover: req(3, bool),
});
export type ReregisterFrameworkMessage = BodyOf<typeof ReregisterFrameworkMessage>;

export const FrameworkRegisteredMessage = message('mesos.internal.FrameworkRegisteredMessage', {
  framework_id: req(1, FrameworkID),
  master_info: req(2, MasterInfo),
});
export type FrameworkRegisteredMessage = BodyOf<typeof FrameworkRegisteredMessage>;

export const FrameworkReregisteredMessage = message('mesos.internal.FrameworkReregisteredMessage', {
  framework_id: req(1, FrameworkID),
  master_info: req(2, MasterInfo),
});
export type FrameworkReregisteredMessage = BodyOf<typeof FrameworkReregisteredMessage>;

/** The framework is done: its tasks end. */
export const UnregisterFrameworkMessage = message('mesos.internal.UnregisterFrameworkMessage', {
  framework_id: req(1, FrameworkID),
});
export type UnregisterFrameworkMessage = BodyOf<typeof UnregisterFrameworkMessage>;

/** No more offers until it comes back. */
export const DeactivateFrameworkMessage = message('mesos.internal.DeactivateFrameworkMessage', {
  framework_id: req(1, FrameworkID),
});
export type DeactivateFrameworkMessage = BodyOf<typeof DeactivateFrameworkMessage>;

export const ResourceRequestMessage = message('mesos.internal.ResourceRequestMessage', {
  framework_id: req(1, FrameworkID),
  requests: rep(2, Request),
});
export type ResourceRequestMessage = BodyOf<typeof ResourceRequestMessage>;

/** `pids` are the offers' agents, in order: the driver then talks to executors directly. */
export const ResourceOffersMessage = message('mesos.internal.ResourceOffersMessage', {
  offers: rep(1, Offer),
  pids: rep(2, string),
});
export type ResourceOffersMessage = BodyOf<typeof ResourceOffersMessage>;

export const InverseOffersMessage = message('mesos.internal.InverseOffersMessage', {
  inverse_offers: rep(1, InverseOffer),
  pids: rep(2, string),
});
export type InverseOffersMessage = BodyOf<typeof InverseOffersMessage>;

/** Launch `tasks` on the offers, which are of one agent; with no task it declines them. */
export const LaunchTasksMessage = message('mesos.internal.LaunchTasksMessage', {
  framework_id: req(1, FrameworkID),
  tasks: rep(3, TaskInfo),
  filters: req(5, Filters),
  offer_ids: rep(6, OfferID),
});
export type LaunchTasksMessage = BodyOf<typeof LaunchTasksMessage>;

/** The offer is no longer valid. */
export const RescindResourceOfferMessage = message('mesos.internal.RescindResourceOfferMessage', {
  offer_id: req(1, OfferID),
});
export type RescindResourceOfferMessage = BodyOf<typeof RescindResourceOfferMessage>;

export const RescindInverseOfferMessage = message('mesos.internal.RescindInverseOfferMessage', {
  inverse_offer_id: req(1, OfferID),
});
export type RescindInverseOfferMessage = BodyOf<typeof RescindInverseOfferMessage>;

/** Forget the framework's filters. */
export const ReviveOffersMessage = message('mesos.internal.ReviveOffersMessage', {
  framework_id: req(1, FrameworkID),
  roles: rep(2, string),
});
export type ReviveOffersMessage = BodyOf<typeof ReviveOffersMessage>;

/** An agent is gone; so are its tasks and offers. */
export const LostSlaveMessage = message('mesos.internal.LostSlaveMessage', {
  agent_id: req(1, AgentID),
});
export type LostSlaveMessage = BodyOf<typeof LostSlaveMessage>;

/** The framework cannot go on. */
export const FrameworkErrorMessage = message('mesos.internal.FrameworkErrorMessage', {
  message: req(2, string),
});
export type FrameworkErrorMessage = BodyOf<typeof FrameworkErrorMessage>;

export const SubmitSchedulerResponse = struct('mesos.internal.SubmitSchedulerResponse', {
  okay: req(1, bool),
});
export type SubmitSchedulerResponse = Infer<typeof SubmitSchedulerResponse>;

export const SubmitSchedulerRequest = request(
  'mesos.internal.SubmitSchedulerRequest',
  {
    name: req(1, string),
  },
  SubmitSchedulerResponse,
);
export type SubmitSchedulerRequest = BodyOf<typeof SubmitSchedulerRequest>;
