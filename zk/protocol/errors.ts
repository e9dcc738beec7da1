/**
 * ZooKeeper's error codes: what the `err` of a ReplyHeader says.
 *
 * Source: Apache ZooKeeper KeeperException.Code.
 */

/** From -1 to -99 something is wrong with the system, from -100 on with what was asked. */
export const ERRORS = {
  OK: 0,
  SYSTEMERROR: -1,
  RUNTIMEINCONSISTENCY: -2,
  DATAINCONSISTENCY: -3,
  CONNECTIONLOSS: -4, // Made by clients only.
  MARSHALLINGERROR: -5,
  UNIMPLEMENTED: -6,
  OPERATIONTIMEOUT: -7, // Made by clients only.
  BADARGUMENTS: -8,
  INVALIDSTATE: -9, // Made by the C client only.
  UNKNOWNSESSION: -12,
  NEWCONFIGNOQUORUM: -13,
  RECONFIGINPROGRESS: -14,
  NONODE: -101,
  NOAUTH: -102,
  BADVERSION: -103,
  NOCHILDRENFOREPHEMERALS: -108,
  NODEEXISTS: -110,
  NOTEMPTY: -111,
  SESSIONEXPIRED: -112,
  INVALIDCALLBACK: -113,
  INVALIDACL: -114,
  AUTHFAILED: -115,
  SESSIONMOVED: -118,
  NOTREADONLY: -119,
  EPHEMERALONLOCALSESSION: -120,
  NOWATCHER: -121,
  REQUESTTIMEOUT: -122,
  RECONFIGDISABLED: -123,
  SESSIONCLOSEDREQUIRESASLAUTH: -124,
  QUOTAEXCEEDED: -125,
  THROTTLEDOP: -127,
} as const;

export type ErrorName = keyof typeof ERRORS;
export type ErrorCode = (typeof ERRORS)[ErrorName];

const NAMES = new Map<number, string>(Object.entries(ERRORS).map(([name, code]) => [code, name]));

/** What an error code is called; peers may know more codes than we do. */
export function errorName(code: number): string {
  return NAMES.get(code) ?? `UNKNOWN(${code})`;
}
