/**
 * From a wish to a change: every check that a write must pass, in ZooKeeper's order, since the first one that fails is
 * what the client hears.
 *
 *   create    flags, TTL ▸ slash ▸ ACL ▸ parent ▸ CREATE ▸ final path ▸ exists ▸ parent ephemeral ▸ quota
 *   delete    special ▸ parent ▸ DELETE on it ▸ node ▸ version ▸ children
 *   setData   path ▸ node ▸ WRITE ▸ quota ▸ version
 *   setACL    path ▸ ACL ▸ node ▸ ADMIN ▸ version of the ACL
 *   check     path ▸ node ▸ READ ▸ version
 *
 * Source: Apache ZooKeeper PrepRequestProcessor.
 */
import { type CreateMode, createMode, TTL_MS_MAX } from '../protocol/create-modes.ts';
import type { Infer } from '../protocol/jute.ts';
import type { MultiRequest } from '../protocol/multi.ts';
import type { RequestOf } from '../protocol/operations.ts';
import { type ACL, type Id, PERMISSIONS } from '../protocol/permissions.ts';
import type { CheckVersionRequest, CreateRequest, SetACLRequest } from '../protocol/requests.ts';
import { fixupAcl, isAllowed } from './acl.ts';
import { CONTAINER_OWNER, PERSISTENT_OWNER, sessionOf, ttlOwner } from './owners.ts';
import { isSpecial, parentOf, pathFault, sequenceSuffix } from './paths.ts';
import { refusal } from './refusal.ts';
import type { Change } from './transaction.ts';
import type { NodeFacts } from './znode.ts';

/** The nodes as they would be once all that was prepared before is applied. */
export interface View {
  get(path: string): NodeFacts | undefined;
}

/** Who asks. */
export interface Asker {
  readonly session: bigint;
  readonly identities: readonly Id[];
}

/** What the server's configuration decides. */
export interface Rules {
  /** `skipACL=yes` turns it off. */
  readonly checksAcls: boolean;
  /** `extendedTypesEnabled`: nodes may have a time to live. */
  readonly allowsTtl: boolean;
  /** @throws Failure QUOTAEXCEEDED when so much more at `path` is refused. */
  admit(path: string, addedCount: number, addedBytes: number): void;
}

/** One wish that changes nodes. */
export type WriteRequest =
  | Exclude<MultiRequest, { readonly name: 'getData' | 'getChildren' }>
  | { readonly name: 'setACL'; readonly body: RequestOf<'setACL'> };

type CheckVersion = Infer<typeof CheckVersionRequest>;

/** The change that `request` asks for. @throws Failure with the name of an error. */
export function prepare(view: View, { name, body }: WriteRequest, asker: Asker, rules: Rules): Change {
  switch (name) {
    case 'create':
    case 'create2':
      return create(view, body, ownerOf(modeOf(body.flags), null, asker, rules), asker, rules);
    case 'createContainer':
      return create(view, body, containerOwner(modeOf(body.flags), body.path), asker, rules);
    case 'createTTL':
      return create(view, body, ownerOf(modeOf(body.flags), body.ttl, asker, rules), asker, rules);
    case 'delete':
      return remove(view, body, asker, rules);
    case 'setData':
      return setData(view, body, asker, rules);
    case 'setACL':
      return setAcl(view, body, asker, rules);
    case 'check':
      return check(view, body, asker, rules);
  }
}

/** Refuses unless `asker` has one of the rights `perms`. @throws Failure NOAUTH */
export function demand(acl: readonly ACL[], perms: number, path: string, asker: Asker, rules: Rules): void {
  if (rules.checksAcls && !isAllowed(acl, perms, asker.identities)) throw refusal('NOAUTH', path);
}

/** The version after `version`: an int, which wraps and is never -1. */
export function nextVersion(version: number): number {
  const next = (version + 1) | 0;
  return next === -1 ? 0 : next;
}

function modeOf(flags: number): CreateMode {
  const mode = createMode(flags);
  if (mode === null) throw refusal('BADARGUMENTS', `flags ${flags}`);
  return mode;
}

/** @param ttlMs - null where the request has none. */
function ownerOf(mode: CreateMode, ttlMs: bigint | null, asker: Asker, rules: Rules): bigint {
  if (mode.kind === 'ttl' && !rules.allowsTtl) throw refusal('UNIMPLEMENTED', 'a time to live');
  if ((mode.kind === 'ttl') !== (ttlMs !== null)) throw refusal('BADARGUMENTS', `flags ${mode.flag}`);
  if (ttlMs !== null) {
    if (ttlMs <= 0n || ttlMs > TTL_MS_MAX) throw refusal('BADARGUMENTS', `a time to live of ${ttlMs} ms`);
    return ttlOwner(ttlMs);
  }
  // A plain create with the flags of a container makes a persistent node.
  return mode.kind === 'ephemeral' ? asker.session : PERSISTENT_OWNER;
}

function containerOwner(mode: CreateMode, path: string): bigint {
  if (mode.kind === 'ephemeral' || mode.kind === 'ttl') throw refusal('BADARGUMENTS', path);
  return CONTAINER_OWNER;
}

function create(view: View, body: CreateRequest, owner: bigint, asker: Asker, rules: Rules): Change {
  const parentPath = parentOf(body.path);
  if (parentPath === null || body.path.includes('\0')) throw refusal('BADARGUMENTS', body.path);
  const acl = storedAcl(body.acl, body.path, asker);
  const parent = found(view, parentPath);
  demand(parent.acl, PERMISSIONS.CREATE, parentPath, asker, rules);
  const path = modeOf(body.flags).isSequential ? body.path + sequenceSuffix(parent.creates) : body.path;
  demandPath(path);
  if (view.get(path) !== undefined) throw refusal('NODEEXISTS', path);
  if (sessionOf(parent.owner) !== PERSISTENT_OWNER) throw refusal('NOCHILDRENFOREPHEMERALS', path);
  const data = copyOf(body.data);
  rules.admit(path, 1, data?.length ?? 0);
  return { kind: 'create', path, data, acl, owner, parentCreates: (parent.creates + 1) | 0 };
}

function remove(view: View, { path, version }: CheckVersion, asker: Asker, rules: Rules): Change {
  const parentPath = parentOf(path);
  if (parentPath === null || path.includes('\0') || isSpecial(path)) throw refusal('BADARGUMENTS', path);
  demand(found(view, parentPath).acl, PERMISSIONS.DELETE, parentPath, asker, rules);
  const node = found(view, path);
  demandVersion(node.version, version, path);
  if (node.childCount > 0) throw refusal('NOTEMPTY', path);
  return { kind: 'delete', path };
}

function setData(view: View, body: RequestOf<'setData'>, asker: Asker, rules: Rules): Change {
  const { path, version } = body;
  demandPath(path);
  const node = found(view, path);
  demand(node.acl, PERMISSIONS.WRITE, path, asker, rules);
  const data = copyOf(body.data);
  rules.admit(path, 0, (data?.length ?? 0) - node.dataBytes);
  demandVersion(node.version, version, path);
  return { kind: 'setData', path, data, version: nextVersion(node.version) };
}

function setAcl(view: View, body: Infer<typeof SetACLRequest>, asker: Asker, rules: Rules): Change {
  const { path, version } = body;
  demandPath(path);
  const acl = storedAcl(body.acl, path, asker);
  const node = found(view, path);
  demand(node.acl, PERMISSIONS.ADMIN, path, asker, rules);
  demandVersion(node.aversion, version, path);
  return { kind: 'setACL', path, acl, version: nextVersion(node.aversion) };
}

function check(view: View, { path, version }: CheckVersion, asker: Asker, rules: Rules): Change {
  demandPath(path);
  const node = found(view, path);
  demand(node.acl, PERMISSIONS.READ, path, asker, rules);
  demandVersion(node.version, version, path);
  return { kind: 'check', path, version };
}

function storedAcl(acl: readonly ACL[] | null, path: string, { identities }: Asker): readonly ACL[] {
  const fixed = fixupAcl(acl, identities);
  if (fixed === null) throw refusal('INVALIDACL', path);
  return fixed;
}

function found(view: View, path: string): NodeFacts {
  const node = view.get(path);
  if (node === undefined) throw refusal('NONODE', path);
  return node;
}

function demandPath(path: string): void {
  const fault = pathFault(path);
  if (fault !== null) throw refusal('BADARGUMENTS', `${JSON.stringify(path)}: ${fault}`);
}

function demandVersion(actual: number, wanted: number, path: string): void {
  if (wanted !== -1 && wanted !== actual) throw refusal('BADVERSION', `${path}: ${wanted}, where it is ${actual}`);
}

/** The frame that it came in is not kept alive. */
function copyOf(data: Uint8Array | null): Uint8Array | null {
  return data === null ? null : Buffer.from(data);
}
