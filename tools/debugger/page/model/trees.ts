/**
 * The newest trees that hold any of the entries that are shown. Pure.
 */
import type { Entry } from './entry.ts';

/** Entries that are looked at for it, from the newest. */
const LOOKED_AT_MAX = 50_000;

/** @param least - trees of fewer events are left out. */
export function newestTrees(
  list: readonly Entry[],
  rootOf: (entry: Entry) => Entry,
  most: number,
  least: number,
): Entry[] {
  const roots = new Set<Entry>();
  const end = Math.max(0, list.length - LOOKED_AT_MAX);
  for (let index = list.length - 1; index >= end && roots.size < most; index--) {
    const root = rootOf(list[index] as Entry);
    if (root.size >= least) roots.add(root);
  }
  return [...roots].sort((a, b) => b.event.at - a.event.at);
}
