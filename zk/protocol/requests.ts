/**
 * The bodies of requests and of their answers.
 *
 * Source: Apache ZooKeeper zookeeper.jute.
 */
import {
  bool,
  buffer,
  type Infer,
  int,
  long,
  nullableString,
  nullableVector,
  record,
  ustring,
  vector,
} from './jute.ts';
import { ACL } from './permissions.ts';
import { Stat } from './stat.ts';

const acl = nullableVector(ACL);

export const Nothing = record('Nothing', {});
export const PathRequest = record('PathRequest', { path: ustring });
export const WatchableRequest = record('WatchableRequest', { path: ustring, watch: bool });

export const CreateRequest = record('CreateRequest', { path: ustring, data: buffer, acl, flags: int });
export type CreateRequest = Infer<typeof CreateRequest>;
export const CreateTTLRequest = record('CreateTTLRequest', { path: ustring, data: buffer, acl, flags: int, ttl: long });
export type CreateTTLRequest = Infer<typeof CreateTTLRequest>;
export const DeleteRequest = record('DeleteRequest', { path: ustring, version: int });
export const SetDataRequest = record('SetDataRequest', { path: ustring, data: buffer, version: int });
export const SetACLRequest = record('SetACLRequest', { path: ustring, acl, version: int }); // Compared with aversion.
export const CheckVersionRequest = record('CheckVersionRequest', { path: ustring, version: int });
export const ReconfigRequest = record('ReconfigRequest', {
  joiningServers: nullableString,
  leavingServers: nullableString,
  newMembers: nullableString,
  curConfigId: long,
});

/** Types 1 children, 2 data, 3 any, 4 persistent, 5 persistent recursive. */
export const WatchesRequest = record('WatchesRequest', { path: ustring, type: int });
export const AddWatchRequest = record('AddWatchRequest', { path: ustring, mode: int });

export const SetWatches = record('SetWatches', {
  relativeZxid: long, // The last one that the client has seen.
  dataWatches: vector(ustring),
  existWatches: vector(ustring),
  childWatches: vector(ustring),
});
export const SetWatches2 = record('SetWatches2', {
  relativeZxid: long,
  dataWatches: vector(ustring),
  existWatches: vector(ustring),
  childWatches: vector(ustring),
  persistentWatches: vector(ustring),
  persistentRecursiveWatches: vector(ustring),
});
export type SetWatches2 = Infer<typeof SetWatches2>;

export const AuthPacket = record('AuthPacket', { type: int, scheme: ustring, auth: buffer });
export const SaslToken = record('SaslToken', { token: buffer });
export const GetEphemeralsRequest = record('GetEphemeralsRequest', { prefixPath: ustring });

export const PathResponse = record('PathResponse', { path: ustring });
export const CreateResponse = record('CreateResponse', { path: ustring, stat: Stat });
export const StatResponse = record('StatResponse', { stat: Stat });
export const DataResponse = record('DataResponse', { data: buffer, stat: Stat });
export const ACLResponse = record('ACLResponse', { acl: vector(ACL), stat: Stat });
export const ChildrenResponse = record('ChildrenResponse', { children: vector(ustring) });
export const ChildrenStatResponse = record('ChildrenStatResponse', { children: vector(ustring), stat: Stat });
export const EphemeralsResponse = record('EphemeralsResponse', { ephemerals: vector(ustring) });
export const CountResponse = record('CountResponse', { totalNumber: int });
export const ErrorResponse = record('ErrorResponse', { err: int });
export const ClientInfo = record('ClientInfo', { authScheme: ustring, user: ustring });
export const WhoAmIResponse = record('WhoAmIResponse', { clientInfo: vector(ClientInfo) });

/** The modes of addWatch. */
export const WATCH_MODES = { PERSISTENT: 0, PERSISTENT_RECURSIVE: 1 } as const;

/** The types of checkWatches and removeWatches. */
export const WATCH_TYPES = { CHILDREN: 1, DATA: 2, ANY: 3, PERSISTENT: 4, PERSISTENT_RECURSIVE: 5 } as const;
