/**
 * Putting a client's watches back after it reconnected: those that missed something fire at once, the others are armed.
 *
 * Source: Apache ZooKeeper DataTree.setWatches.
 */
import { EVENTS, type EventType, NO_ZXID } from '../protocol/connect.ts';
import { OPEN_ACL } from '../protocol/permissions.ts';
import type { SetWatches2 } from '../protocol/requests.ts';
import type { DataTree } from './tree.ts';
import type { Notice, Watches } from './watches.ts';

/** What `watcher` has missed since `request.relativeZxid`, in the order of its lists; nothing is checked but that. */
export function rearm<W>(tree: DataTree, watches: Watches<W>, watcher: W, request: SetWatches2): Notice<W>[] {
  const { relativeZxid: seen } = request;
  const notices: Notice<W>[] = [];
  const fireOrArm = (paths: readonly string[], missed: (path: string) => EventType | null, arm: Arm): void => {
    for (const path of paths) {
      const type = missed(path);
      if (type === null) arm(path);
      else notices.push({ watcher, type, path, zxid: NO_ZXID, acl: OPEN_ACL });
    }
  };
  const watchData = (path: string): void => watches.watchData(path, watcher);
  fireOrArm(request.dataWatches, path => dataMissed(tree, path, seen), watchData);
  fireOrArm(request.existWatches, path => (tree.get(path) === undefined ? null : EVENTS.NODE_CREATED), watchData);
  fireOrArm(
    request.childWatches,
    path => childrenMissed(tree, path, seen),
    path => watches.watchChildren(path, watcher),
  );
  for (const path of request.persistentWatches) watches.watchAlways(path, watcher, 'persistent');
  for (const path of request.persistentRecursiveWatches) watches.watchAlways(path, watcher, 'persistentRecursive');
  return notices;
}

type Arm = (path: string) => void;

function dataMissed(tree: DataTree, path: string, seen: bigint): EventType | null {
  const node = tree.get(path);
  if (node === undefined) return EVENTS.NODE_DELETED;
  return BigInt(node.mzxid) > seen ? EVENTS.NODE_DATA_CHANGED : null;
}

function childrenMissed(tree: DataTree, path: string, seen: bigint): EventType | null {
  const node = tree.get(path);
  if (node === undefined) return EVENTS.NODE_DELETED;
  return BigInt(node.pzxid) > seen ? EVENTS.NODE_CHILDREN_CHANGED : null;
}
