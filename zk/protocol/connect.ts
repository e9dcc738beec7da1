/**
 * What is said before, around and between requests.
 *
 *   client ──ConnectRequest──▶ server      in a frame, without a header
 *   client ◀──ConnectResponse─ server      timeOut 0: the session is refused
 *   client ──RequestHeader + body──▶ server
 *   client ◀──ReplyHeader + body──── server      no body when err is not 0
 *   client ◀──ReplyHeader(xid -1) + WatcherEvent── server
 *
 * A frame is an int length and so many bytes. Source: Apache ZooKeeper zookeeper.jute.
 */
import { bool, buffer, type Infer, int, long, record, trailing, ustring } from './jute.ts';

export const ConnectRequest = record('ConnectRequest', {
  protocolVersion: int,
  lastZxidSeen: long,
  timeOut: int, // Milliseconds, as the client wishes.
  sessionId: long, // 0 for a new one.
  passwd: buffer,
  readOnly: trailing(bool), // Clients from before 3.4 leave it out, and are answered without it.
});
export type ConnectRequest = Infer<typeof ConnectRequest>;

export const ConnectResponse = record('ConnectResponse', {
  protocolVersion: int,
  timeOut: int, // Milliseconds, as agreed; 0 when the session is refused.
  sessionId: long,
  passwd: buffer,
  readOnly: trailing(bool),
});
export type ConnectResponse = Infer<typeof ConnectResponse>;

export const PASSWORD_BYTES = 16;

export const RequestHeader = record('RequestHeader', { xid: int, type: int });
export type RequestHeader = Infer<typeof RequestHeader>;

export const ReplyHeader = record('ReplyHeader', { xid: int, zxid: long, err: int });
export type ReplyHeader = Infer<typeof ReplyHeader>;

/** The xids with a meaning; ordinary requests count from 0 or 1. */
export const XIDS = { NOTIFICATION: -1, PING: -2, AUTH: -4, SET_WATCHES: -8 } as const;

export const WatcherEvent = record('WatcherEvent', { type: int, state: int, path: ustring });
export type WatcherEvent = Infer<typeof WatcherEvent>;

/** What a WatcherEvent tells; NONE and the removals are made inside client libraries. */
export const EVENTS = {
  NONE: -1,
  NODE_CREATED: 1,
  NODE_DELETED: 2,
  NODE_DATA_CHANGED: 3,
  NODE_CHILDREN_CHANGED: 4,
  DATA_WATCH_REMOVED: 5,
  CHILD_WATCH_REMOVED: 6,
  PERSISTENT_WATCH_REMOVED: 7,
} as const;
export type EventType = (typeof EVENTS)[keyof typeof EVENTS];

/** The `state` of a WatcherEvent. */
export const STATES = { SYNC_CONNECTED: 3, CONNECTED_READ_ONLY: 5 } as const;

/** The zxid of an event that no transaction stands behind. */
export const NO_ZXID = -1n;
