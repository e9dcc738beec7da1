/**
 * Entries of the state storage, and how they are written to the replicated log.
 *
 * Source: state/state.proto, messages/state.proto.
 */
import { bytes, enumeration, type Infer, opt, req, string, struct } from '../../libprocess/index.ts';

/** A named value; the uuid changes with every write. */
export const Entry = struct('mesos.internal.state.Entry', {
  name: req(1, string),
  uuid: req(2, bytes),
  value: req(3, bytes),
});
export type Entry = Infer<typeof Entry>;

export const StateOperationType = enumeration('mesos.internal.state.Operation.Type', {
  SNAPSHOT: 1,
  DIFF: 3,
  EXPUNGE: 2,
});
export type StateOperationType = Infer<typeof StateOperationType>;

export const StateOperationSnapshot = struct('mesos.internal.state.Operation.Snapshot', {
  entry: req(1, Entry),
});
export type StateOperationSnapshot = Infer<typeof StateOperationSnapshot>;

export const StateOperationDiff = struct('mesos.internal.state.Operation.Diff', {
  entry: req(1, Entry),
});
export type StateOperationDiff = Infer<typeof StateOperationDiff>;

export const StateOperationExpunge = struct('mesos.internal.state.Operation.Expunge', {
  name: req(1, string),
});
export type StateOperationExpunge = Infer<typeof StateOperationExpunge>;

export const StateOperation = struct('mesos.internal.state.Operation', {
  type: req(1, StateOperationType),
  snapshot: opt(2, StateOperationSnapshot),
  diff: opt(4, StateOperationDiff),
  expunge: opt(3, StateOperationExpunge),
});
export type StateOperation = Infer<typeof StateOperation>;
