/**
 * Transactions: what changes the tree and the sessions, as it stands in the log.
 *
 * They carry results, not wishes: the full path, the new version, the parent's counter. So they can be applied again to a
 * tree that has some of them already, and every check was made before. A multi is a transaction with several changes; a
 * write that failed is one with an error, since it spends a zxid.
 *
 *   TxnHeader (clientId, cxid, zxid, time, type) + record of that type; a multi: vector of { type, record as buffer }
 *
 * Source: Apache ZooKeeper zookeeper.jute (org.apache.zookeeper.txn), SerializeUtils.
 */
import { Failure, MALFORMED } from '../../libprocess/index.ts';
import {
  bool,
  buffer,
  encode,
  type Infer,
  int,
  type JuteRecord,
  long,
  record,
  ustring,
  vector,
} from '../protocol/jute.ts';
import { OPCODES } from '../protocol/operations.ts';
import { ACL } from '../protocol/permissions.ts';
import { Reader } from '../protocol/reader.ts';
import type { Writer } from '../protocol/writer.ts';
import { CONTAINER_OWNER, PERSISTENT_OWNER, ttlOf, ttlOwner } from './owners.ts';

export interface Create {
  readonly kind: 'create';
  readonly path: string;
  readonly data: Uint8Array | null;
  readonly acl: readonly ACL[];
  readonly owner: bigint;
  /** The parent's counter of creates, this one included. */
  readonly parentCreates: number;
}

export type Change =
  | Create
  | { readonly kind: 'delete'; readonly path: string }
  | { readonly kind: 'setData'; readonly path: string; readonly data: Uint8Array | null; readonly version: number }
  | { readonly kind: 'setACL'; readonly path: string; readonly acl: readonly ACL[]; readonly version: number }
  | { readonly kind: 'createSession'; readonly timeoutMs: number }
  | { readonly kind: 'closeSession'; readonly paths: readonly string[] }
  | { readonly kind: 'check'; readonly path: string; readonly version: number }
  | { readonly kind: 'error'; readonly code: number };

/** Changes that happen at once, at one zxid and one time. */
export interface Transaction {
  readonly zxid: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Who asked. */
  readonly session: bigint;
  readonly cxid: number;
  readonly changes: readonly Change[];
}

const TxnHeader = record('TxnHeader', { clientId: long, cxid: int, zxid: long, time: long, type: int });
const acl = vector(ACL);
const CreateTxn = record('CreateTxn', { path: ustring, data: buffer, acl, ephemeral: bool, parentCVersion: int });
const CreateTTLTxn = record('CreateTTLTxn', { path: ustring, data: buffer, acl, parentCVersion: int, ttl: long });
const CreateContainerTxn = record('CreateContainerTxn', { path: ustring, data: buffer, acl, parentCVersion: int });
const DeleteTxn = record('DeleteTxn', { path: ustring });
const SetDataTxn = record('SetDataTxn', { path: ustring, data: buffer, version: int });
const SetACLTxn = record('SetACLTxn', { path: ustring, acl, version: int });
const CheckVersionTxn = record('CheckVersionTxn', { path: ustring, version: int });
const CreateSessionTxn = record('CreateSessionTxn', { timeOut: int });
const CloseSessionTxn = record('CloseSessionTxn', { paths2Delete: vector(ustring) });
const ErrorTxn = record('ErrorTxn', { err: int });
const Txn = record('Txn', { type: int, data: buffer });
const MultiTxn = record('MultiTxn', { txns: vector(Txn) });

/** How the changes of one type are kept: `from` gives the change that a body stands for. */
interface Form<T> {
  readonly type: number;
  readonly record: JuteRecord<T>;
  from(body: T, session: bigint): Change;
}

const form = <T>(type: number, record: JuteRecord<T>, from: Form<T>['from']): Form<T> => ({ type, record, from });

const FORMS = {
  create: form(OPCODES.create, CreateTxn, ({ path, data, acl, ephemeral, parentCVersion }, session) =>
    created(path, data, acl, ephemeral ? session : PERSISTENT_OWNER, parentCVersion),
  ),
  createTTL: form(OPCODES.createTTL, CreateTTLTxn, ({ path, data, acl, parentCVersion, ttl }) =>
    created(path, data, acl, ttlOwner(ttl), parentCVersion),
  ),
  createContainer: form(OPCODES.createContainer, CreateContainerTxn, ({ path, data, acl, parentCVersion }) =>
    created(path, data, acl, CONTAINER_OWNER, parentCVersion),
  ),
  delete: form(OPCODES.delete, DeleteTxn, ({ path }) => ({ kind: 'delete', path })),
  setData: form(OPCODES.setData, SetDataTxn, body => ({ kind: 'setData', ...body })),
  setACL: form(OPCODES.setACL, SetACLTxn, body => ({ kind: 'setACL', ...body })),
  check: form(OPCODES.check, CheckVersionTxn, body => ({ kind: 'check', ...body })),
  createSession: form(OPCODES.createSession, CreateSessionTxn, ({ timeOut }) => {
    return { kind: 'createSession', timeoutMs: timeOut };
  }),
  closeSession: form(OPCODES.closeSession, CloseSessionTxn, ({ paths2Delete }) => {
    return { kind: 'closeSession', paths: paths2Delete };
  }),
  error: form(OPCODES.error, ErrorTxn, ({ err }) => ({ kind: 'error', code: err })),
} as const;

const BY_TYPE = new Map<number, Form<unknown>>(Object.values(FORMS).map(known => [known.type, known as Form<unknown>]));

const NO_BYTES = new Uint8Array(0);

/** Writes `transaction` as the log keeps it. */
export function writeTransaction(writer: Writer, transaction: Transaction): void {
  const { zxid, time, session, cxid, changes } = transaction;
  const [only, ...others] = changes;
  const isSingle = only !== undefined && others.length === 0;
  const type = isSingle ? typeOf(only) : OPCODES.multi;
  TxnHeader.write(writer, { clientId: session, cxid, zxid: BigInt(zxid), time: BigInt(time), type });
  if (isSingle) writeChange(writer, only);
  else MultiTxn.write(writer, { txns: changes.map(toTxn) });
}

/** A transaction that keeps nothing of `bytes` alive. @throws Failure MALFORMED when the bytes are none. */
export function readTransaction(bytes: Uint8Array): Transaction {
  const reader = new Reader(Buffer.from(bytes));
  const { clientId: session, cxid, zxid, time, type } = TxnHeader.read(reader);
  const changes =
    type === OPCODES.multi
      ? MultiTxn.read(reader).txns.map(txn => readChange(new Reader(txn.data ?? NO_BYTES), txn.type, session))
      : [readChange(reader, type, session)];
  return { zxid: Number(zxid), time: Number(time), session, cxid, changes };
}

function typeOf(change: Change): number {
  if (change.kind !== 'create') return FORMS[change.kind].type;
  if (change.owner === CONTAINER_OWNER) return FORMS.createContainer.type;
  return ttlOf(change.owner) === null ? FORMS.create.type : FORMS.createTTL.type;
}

function toTxn(change: Change): Infer<typeof Txn> {
  return { type: typeOf(change), data: encode({ read: unread, write: writeChange }, change) };
}

function unread(): never {
  throw new Error('changes are read by their type');
}

function readChange(reader: Reader, type: number, session: bigint): Change {
  const known = BY_TYPE.get(type);
  if (known === undefined) throw new Failure(`a transaction of type ${type}`, MALFORMED);
  return known.from(known.record.read(reader), session);
}

function writeChange(writer: Writer, change: Change): void {
  switch (change.kind) {
    case 'create':
      writeCreate(writer, change);
      break;
    case 'delete':
      DeleteTxn.write(writer, change);
      break;
    case 'setData':
      SetDataTxn.write(writer, change);
      break;
    case 'setACL':
      SetACLTxn.write(writer, change);
      break;
    case 'check':
      CheckVersionTxn.write(writer, change);
      break;
    case 'createSession':
      CreateSessionTxn.write(writer, { timeOut: change.timeoutMs });
      break;
    case 'closeSession':
      CloseSessionTxn.write(writer, { paths2Delete: change.paths });
      break;
    case 'error':
      ErrorTxn.write(writer, { err: change.code });
      break;
  }
}

function writeCreate(writer: Writer, { path, data, acl, owner, parentCreates: parentCVersion }: Create): void {
  const ttl = ttlOf(owner);
  const body = { path, data, acl, parentCVersion };
  if (owner === CONTAINER_OWNER) CreateContainerTxn.write(writer, body);
  else if (ttl !== null) CreateTTLTxn.write(writer, { ...body, ttl: BigInt(ttl) });
  else CreateTxn.write(writer, { ...body, ephemeral: owner !== PERSISTENT_OWNER });
}

function created(
  path: string,
  data: Uint8Array | null,
  acl: readonly ACL[],
  owner: bigint,
  parentCreates: number,
): Change {
  return { kind: 'create', path, data, acl, owner, parentCreates };
}
