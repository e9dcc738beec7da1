/**
 * The operations that change no node: answers from memory, and watches.
 *
 * A watch is set only where the read succeeds, except for exists: that watches what is not there.
 *
 * Source: Apache ZooKeeper FinalRequestProcessor.
 */
import type { MultiRequest, MultiResult } from '../protocol/multi.ts';
import type { RequestOf, ResponseOf } from '../protocol/operations.ts';
import { PERMISSIONS } from '../protocol/permissions.ts';
import { WATCH_MODES, WATCH_TYPES } from '../protocol/requests.ts';
import { isAllowed, maskAcl, userOf } from './acl.ts';
import type { Connection } from './connection.ts';
import { demand, type Rules } from './prepare.ts';
import { refusal, refusalCode } from './refusal.ts';
import type { DataTree } from './tree.ts';
import type { Watches, WatchType } from './watches.ts';
import type { Znode } from './znode.ts';

/** What reads look at. */
export interface Readable {
  readonly tree: DataTree;
  readonly watches: Watches<Connection>;
  readonly rules: Rules;
}

export type ReadName =
  | 'exists'
  | 'getData'
  | 'getACL'
  | 'getChildren'
  | 'getChildren2'
  | 'sync'
  | 'multiRead'
  | 'checkWatches'
  | 'removeWatches'
  | 'addWatch'
  | 'getEphemerals'
  | 'getAllChildrenNumber'
  | 'whoAmI';

type Reads = {
  readonly [N in ReadName]: (from: Readable, request: RequestOf<N>, connection: Connection) => ResponseOf<N>;
};

const TYPES = new Map<number, WatchType>([
  [WATCH_TYPES.CHILDREN, 'children'],
  [WATCH_TYPES.DATA, 'data'],
  [WATCH_TYPES.ANY, 'any'],
  [WATCH_TYPES.PERSISTENT, 'persistent'],
  [WATCH_TYPES.PERSISTENT_RECURSIVE, 'persistentRecursive'],
]);

/** Each of them answers, or throws a Failure with the name of an error. */
export const READS: Reads = {
  exists(from, { path, watch }, connection) {
    if (path.includes('\0')) throw refusal('BADARGUMENTS', path);
    const node = from.tree.get(path);
    if (node !== undefined) demandRead(from, node, path, connection);
    if (watch) from.watches.watchData(path, connection);
    if (node === undefined) throw refusal('NONODE', path);
    return { stat: node.stat() };
  },

  getData(from, { path, watch }, connection) {
    const node = readable(from, path, connection);
    if (watch) from.watches.watchData(path, connection);
    return { data: node.data, stat: node.stat() };
  },

  getACL(from, { path }, connection) {
    const node = existing(from, path);
    demand(node.acl, PERMISSIONS.READ | PERMISSIONS.ADMIN, path, asker(connection), from.rules);
    const isAdmin = !from.rules.checksAcls || isAllowed(node.acl, PERMISSIONS.ADMIN, connection.identities);
    return { acl: isAdmin ? node.acl : maskAcl(node.acl), stat: node.stat() };
  },

  getChildren(from, { path, watch }, connection) {
    return { children: children(from, path, watch, connection) };
  },

  getChildren2(from, { path, watch }, connection) {
    return { children: children(from, path, watch, connection), stat: existing(from, path).stat() };
  },

  sync(_from, { path }) {
    return { path };
  },

  multiRead(from, requests, connection) {
    return requests.map(request => readOne(from, request, connection));
  },

  checkWatches({ watches }, { path, type }, connection) {
    if (!watches.has(path, connection, watchType(type))) throw refusal('NOWATCHER', path);
    return {};
  },

  removeWatches({ watches }, { path, type }, connection) {
    if (!watches.remove(path, connection, watchType(type))) throw refusal('NOWATCHER', path);
    return {};
  },

  addWatch({ watches }, { path, mode }, connection) {
    if (mode === WATCH_MODES.PERSISTENT) watches.watchAlways(path, connection, 'persistent');
    else if (mode === WATCH_MODES.PERSISTENT_RECURSIVE) watches.watchAlways(path, connection, 'persistentRecursive');
    else throw refusal('MARSHALLINGERROR', `a watch of mode ${mode}`);
    return { err: 0 };
  },

  getEphemerals({ tree }, { prefixPath }, connection) {
    const paths = [...tree.owned.of(connection.session?.id ?? 0n)];
    return { ephemerals: paths.filter(path => path.startsWith(prefixPath)) };
  },

  getAllChildrenNumber(from, { path }, connection) {
    readable(from, path, connection);
    return { totalNumber: from.tree.descendantCount(path) };
  },

  whoAmI(_from, _request, { identities }) {
    return { clientInfo: identities.map(id => ({ authScheme: id.scheme, user: userOf(id) })) };
  },
};

function asker({ session, identities }: Connection): { session: bigint; identities: Connection['identities'] } {
  return { session: session?.id ?? 0n, identities };
}

function existing({ tree }: Readable, path: string): Znode {
  const node = tree.get(path);
  if (node === undefined) throw refusal('NONODE', path);
  return node;
}

function demandRead({ rules }: Readable, node: Znode, path: string, connection: Connection): void {
  demand(node.acl, PERMISSIONS.READ, path, asker(connection), rules);
}

function readable(from: Readable, path: string, connection: Connection): Znode {
  const node = existing(from, path);
  demandRead(from, node, path, connection);
  return node;
}

function children(from: Readable, path: string, watch: boolean, connection: Connection): string[] {
  const node = readable(from, path, connection);
  if (watch) from.watches.watchChildren(path, connection);
  return [...node.names];
}

/** One of a multiRead; it sets no watch, and fails for itself alone. */
function readOne(from: Readable, { name, body }: MultiRequest, connection: Connection): MultiResult {
  if (name !== 'getData' && name !== 'getChildren') throw refusal('MARSHALLINGERROR', `${name} in a multiRead`);
  const request = { path: body.path, watch: false };
  try {
    if (name === 'getData') return { name, body: READS.getData(from, request, connection) };
    return { name, body: READS.getChildren(from, request, connection) };
  } catch (error) {
    return { name: 'error', body: { err: refusalCode(error) } };
  }
}

function watchType(type: number): WatchType {
  const name = TYPES.get(type);
  if (name === undefined) throw refusal('MARSHALLINGERROR', `watches of type ${type}`);
  return name;
}
