/**
 * Names of things: each kind of id is a struct of its own, so that a task's name cannot pass for an agent's.
 *
 * An id is unique within its giver's realm: framework ids come from the master, task and executor ids from the
 * framework (unique within it), container ids from the agent.
 *
 * Source: mesos.proto.
 */
import { bytes, type Infer, opt, req, type Schema, type Struct, string, struct } from '../../libprocess/index.ts';

/** Given by the master that first saw the framework; survives its failovers. */
export const FrameworkID = struct('mesos.v1.FrameworkID', {
  value: req(1, string),
});
export type FrameworkID = Infer<typeof FrameworkID>;

/** Given by the master; an offer is answered or rescinded once. */
export const OfferID = struct('mesos.v1.OfferID', {
  value: req(1, string),
});
export type OfferID = Infer<typeof OfferID>;

/** Given by the master at registration; a new one after the agent lost its work directory. */
export const AgentID = struct('mesos.v1.AgentID', {
  value: req(1, string),
});
export type AgentID = Infer<typeof AgentID>;

/** Chosen by the framework; may not be used again while the task lives. */
export const TaskID = struct('mesos.v1.TaskID', {
  value: req(1, string),
});
export type TaskID = Infer<typeof TaskID>;

/** Chosen by the framework; a task without an executor is its own: the ids are then equal. */
export const ExecutorID = struct('mesos.v1.ExecutorID', {
  value: req(1, string),
});
export type ExecutorID = Infer<typeof ExecutorID>;

/** Given by the agent, or by whoever launches a container nested in `parent`. */
export interface ContainerID {
  readonly value: string;
  readonly parent?: ContainerID | undefined;
}
export const ContainerID: Struct<ContainerID> = struct('mesos.v1.ContainerID', {
  value: req(1, string),
  parent: opt(2, (): Schema<ContainerID> => ContainerID),
});

/** Given by the agent to a resource provider that it runs. */
export const ResourceProviderID = struct('mesos.v1.ResourceProviderID', {
  value: req(1, string),
});
export type ResourceProviderID = Infer<typeof ResourceProviderID>;

/** Chosen by a framework that wants to hear how its offer operation ends. */
export const OperationID = struct('mesos.v1.OperationID', {
  value: req(1, string),
});
export type OperationID = Infer<typeof OperationID>;

/** Sixteen random bytes. */
export const UUID = struct('mesos.v1.UUID', {
  value: req(1, bytes),
});
export type UUID = Infer<typeof UUID>;
