/**
 * The replicated log: how a coordinator and its replicas agree on each position.
 *
 *   coordinator ──PromiseRequest──▶ replica ──PromiseResponse──▶ coordinator     (phase 1)
 *   coordinator ──WriteRequest────▶ replica ──WriteResponse────▶ coordinator     (phase 2)
 *   coordinator ──LearnedMessage──▶ replica
 *   recovering replica ──RecoverRequest──▶ replica ──RecoverResponse──▶ recovering replica
 *
 * At most once; a question that lacks a quorum of answers is asked again by a new round.
 *
 * Source: messages/log.proto.
 */
import {
  type BodyOf,
  bool,
  bytes,
  enumeration,
  type Infer,
  message,
  opt,
  req,
  request,
  struct,
  uint64,
} from '../../libprocess/index.ts';

/** A promise as older replicas stored it. */
export const PromiseRecord = struct('mesos.internal.log.Promise', {
  proposal: req(1, uint64),
});
export type PromiseRecord = Infer<typeof PromiseRecord>;

export const ActionType = enumeration('mesos.internal.log.Action.Type', { NOP: 1, APPEND: 2, TRUNCATE: 3 });
export type ActionType = Infer<typeof ActionType>;

export const ActionNop = struct('mesos.internal.log.Action.Nop', {
  tombstone: opt(1, bool),
});
export type ActionNop = Infer<typeof ActionNop>;

export const ActionAppend = struct('mesos.internal.log.Action.Append', {
  bytes: req(1, bytes),
  cksum: opt(2, bytes),
});
export type ActionAppend = Infer<typeof ActionAppend>;

export const ActionTruncate = struct('mesos.internal.log.Action.Truncate', {
  to: req(1, uint64),
});
export type ActionTruncate = Infer<typeof ActionTruncate>;

/** What one position of the log holds, and which proposals it has seen. */
export const Action = struct('mesos.internal.log.Action', {
  position: req(1, uint64),
  promised: req(2, uint64),
  performed: opt(3, uint64),
  learned: opt(4, bool),
  type: opt(5, ActionType),
  nop: opt(6, ActionNop),
  append: opt(7, ActionAppend),
  truncate: opt(8, ActionTruncate),
});
export type Action = Infer<typeof Action>;

export const MetadataStatus = enumeration('mesos.internal.log.Metadata.Status', {
  VOTING: 1,
  RECOVERING: 2,
  STARTING: 3,
  EMPTY: 4,
});
export type MetadataStatus = Infer<typeof MetadataStatus>;

/** A replica's status and its promise for all positions. */
export const Metadata = struct('mesos.internal.log.Metadata', {
  status: req(1, MetadataStatus),
  promised: req(2, uint64),
});
export type Metadata = Infer<typeof Metadata>;

export const LogRecordType = enumeration('mesos.internal.log.Record.Type', { PROMISE: 1, ACTION: 2, METADATA: 3 });
export type LogRecordType = Infer<typeof LogRecordType>;

/** An entry of a replica's store. */
export const LogRecord = struct('mesos.internal.log.Record', {
  type: req(1, LogRecordType),
  promise: opt(2, PromiseRecord),
  action: opt(3, Action),
  metadata: opt(4, Metadata),
});
export type LogRecord = Infer<typeof LogRecord>;

export const PromiseResponseType = enumeration('mesos.internal.log.PromiseResponse.Type', {
  ACCEPT: 1,
  REJECT: 2,
  IGNORED: 3,
});
export type PromiseResponseType = Infer<typeof PromiseResponseType>;

export const PromiseResponse = struct('mesos.internal.log.PromiseResponse', {
  okay: req(1, bool),
  type: opt(5, PromiseResponseType),
  proposal: req(2, uint64),
  position: opt(4, uint64),
  action: opt(3, Action),
});
export type PromiseResponse = Infer<typeof PromiseResponse>;

/** Promise to take no proposal below this one; without a position for all positions. */
export const PromiseRequest = request(
  'mesos.internal.log.PromiseRequest',
  {
    proposal: req(1, uint64),
    position: opt(2, uint64),
  },
  PromiseResponse,
);
export type PromiseRequest = BodyOf<typeof PromiseRequest>;

export const WriteResponseType = enumeration('mesos.internal.log.WriteResponse.Type', {
  ACCEPT: 1,
  REJECT: 2,
  IGNORED: 3,
});
export type WriteResponseType = Infer<typeof WriteResponseType>;

export const WriteResponse = struct('mesos.internal.log.WriteResponse', {
  okay: req(1, bool),
  type: opt(4, WriteResponseType),
  proposal: req(2, uint64),
  position: req(3, uint64),
});
export type WriteResponse = Infer<typeof WriteResponse>;

/** Accept this action at this position. */
export const WriteRequest = request(
  'mesos.internal.log.WriteRequest',
  {
    proposal: req(1, uint64),
    position: req(2, uint64),
    learned: opt(3, bool),
    type: req(4, ActionType),
    nop: opt(5, ActionNop),
    append: opt(6, ActionAppend),
    truncate: opt(7, ActionTruncate),
  },
  WriteResponse,
);
export type WriteRequest = BodyOf<typeof WriteRequest>;

/** A quorum has accepted this action: it stands. */
export const LearnedMessage = message('mesos.internal.log.LearnedMessage', {
  action: req(1, Action),
});
export type LearnedMessage = BodyOf<typeof LearnedMessage>;

/** The positions that the replica holds, from begin to end. */
export const RecoverResponse = struct('mesos.internal.log.RecoverResponse', {
  status: req(1, MetadataStatus),
  begin: opt(2, uint64),
  end: opt(3, uint64),
});
export type RecoverResponse = Infer<typeof RecoverResponse>;

export const RecoverRequest = request('mesos.internal.log.RecoverRequest', {}, RecoverResponse);
export type RecoverRequest = BodyOf<typeof RecoverRequest>;
