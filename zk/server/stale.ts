/**
 * The nodes that the server removes by itself: containers that were used and are empty, nodes whose time is over.
 *
 * Source: Apache ZooKeeper ContainerManager.
 */
import { ttlOf } from './owners.ts';
import type { DataTree } from './tree.ts';

/** How many go in one sweep, of which there is one a minute. */
export const REMOVED_MAX = 10_000;

/** @param wall - milliseconds since the epoch. */
export function staleNodes(tree: DataTree, wall: number): string[] {
  const containers = [...tree.owned.containers].filter(path => isUsedUp(tree, path));
  const overdue = [...tree.owned.ttls].filter(path => isOverdue(tree, path, wall));
  return [...containers, ...overdue].slice(0, REMOVED_MAX);
}

/** One that never had a child stays. */
function isUsedUp(tree: DataTree, path: string): boolean {
  const { childCount, creates } = tree.at(path);
  return childCount === 0 && creates > 0;
}

function isOverdue(tree: DataTree, path: string, wall: number): boolean {
  const { childCount, mtime, owner } = tree.at(path);
  const ttlMs = ttlOf(owner);
  return childCount === 0 && ttlMs !== null && wall - mtime > ttlMs;
}
