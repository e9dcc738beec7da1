/**
 * Every operation that a client may ask for: number, bodies, and the name that the four-letter words show.
 *
 * A `write` becomes a transaction, also where it fails. What is not in the table is answered UNIMPLEMENTED, and its
 * connection closed: createSession, deleteContainer, error and notification are never requests, check only part of multi.
 *
 * Source: Apache ZooKeeper ZooDefs.OpCode, zookeeper.jute, Request.op2String.
 */
import type { Infer, JuteType } from './jute.ts';
import { MultiRequests, MultiResults } from './multi.ts';
import {
  ACLResponse,
  AddWatchRequest,
  AuthPacket,
  ChildrenResponse,
  ChildrenStatResponse,
  CountResponse,
  CreateRequest,
  CreateResponse,
  CreateTTLRequest,
  DataResponse,
  DeleteRequest,
  EphemeralsResponse,
  ErrorResponse,
  GetEphemeralsRequest,
  Nothing,
  PathRequest,
  PathResponse,
  ReconfigRequest,
  SaslToken,
  SetACLRequest,
  SetDataRequest,
  SetWatches,
  SetWatches2,
  StatResponse,
  WatchableRequest,
  WatchesRequest,
  WhoAmIResponse,
} from './requests.ts';

/** The numbers of all operations, those inside the server and its log too. */
export const OPCODES = {
  notification: 0,
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getACL: 6,
  setACL: 7,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  reconfig: 16,
  checkWatches: 17,
  removeWatches: 18,
  createContainer: 19,
  deleteContainer: 20,
  createTTL: 21,
  multiRead: 22,
  auth: 100,
  setWatches: 101,
  sasl: 102,
  getEphemerals: 103,
  getAllChildrenNumber: 104,
  setWatches2: 105,
  addWatch: 106,
  whoAmI: 107,
  createSession: -10,
  closeSession: -11,
  error: -1,
} as const;

export interface Operation<Request, Response> {
  readonly request: JuteType<Request>;
  readonly response: JuteType<Response>;
  readonly kind: 'read' | 'write';
  /** What `cons` shows as the last operation. */
  readonly shortName: string;
}

const read = <Q, R>(shortName: string, request: JuteType<Q>, response: JuteType<R>): Operation<Q, R> => {
  return { request, response, kind: 'read', shortName };
};
const write = <Q, R>(shortName: string, request: JuteType<Q>, response: JuteType<R>): Operation<Q, R> => {
  return { request, response, kind: 'write', shortName };
};

export const OPERATIONS = {
  create: write('CREA', CreateRequest, PathResponse),
  delete: write('DELE', DeleteRequest, Nothing),
  exists: read('EXIS', WatchableRequest, StatResponse),
  getData: read('GETD', WatchableRequest, DataResponse),
  setData: write('SETD', SetDataRequest, StatResponse),
  getACL: read('GETA', PathRequest, ACLResponse),
  setACL: write('SETA', SetACLRequest, StatResponse),
  getChildren: read('GETC', WatchableRequest, ChildrenResponse),
  sync: read('SYNC', PathRequest, PathResponse),
  ping: read('PING', Nothing, Nothing),
  getChildren2: read('GETC', WatchableRequest, ChildrenStatResponse),
  multi: write('MULT', MultiRequests, MultiResults),
  create2: write('CREA', CreateRequest, CreateResponse),
  reconfig: write('RECO', ReconfigRequest, DataResponse),
  checkWatches: read('CHKW', WatchesRequest, Nothing),
  removeWatches: read('REMW', WatchesRequest, Nothing),
  createContainer: write('CREA', CreateRequest, CreateResponse),
  createTTL: write('CREA', CreateTTLRequest, CreateResponse),
  multiRead: read('MLTR', MultiRequests, MultiResults),
  auth: read('NA', AuthPacket, Nothing),
  setWatches: read('SETW', SetWatches, Nothing),
  sasl: read('NA', SaslToken, SaslToken),
  getEphemerals: read('GETE', GetEphemeralsRequest, EphemeralsResponse),
  getAllChildrenNumber: read('GETACN', PathRequest, CountResponse),
  setWatches2: read('STW2', SetWatches2, Nothing),
  addWatch: read('ADDW', AddWatchRequest, ErrorResponse),
  whoAmI: read('HOMI', Nothing, WhoAmIResponse),
  closeSession: write('CLOS', Nothing, Nothing),
} as const;

type Operations = typeof OPERATIONS;
export type OperationName = keyof Operations;
export type RequestOf<N extends OperationName> = Infer<Operations[N]['request']>;
export type ResponseOf<N extends OperationName> = Infer<Operations[N]['response']>;

const BY_CODE = new Map<number, OperationName>(
  (Object.keys(OPERATIONS) as OperationName[]).map(name => [OPCODES[name], name]),
);

/** The operation with this number; null when no client may ask for it. */
export function operationName(code: number): OperationName | null {
  return BY_CODE.get(code) ?? null;
}
