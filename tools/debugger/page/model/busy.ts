/**
 * Who kept the loop busy: the turns of a span of time, for each node and each actor, and who took how much of it.
 *
 * Pure.
 */
import { type Entry, isServedHere } from './entry.ts';
import { placeIn } from './store.ts';

/** Turns that began longer ago than this before the span are not looked for. */
const TURN_MAX_MS = 10_000;

export interface Turn {
  readonly entry: Entry;
  readonly started: number;
  readonly ended: number;
}

export interface Share {
  readonly pid: string;
  turns: number;
  busy: number;
  slowest: Entry | null;
  slowestMs: number;
}

export interface BusyNode {
  readonly node: string;
  readonly turns: Turn[];
  /** Who took most of it first. */
  readonly shares: readonly Share[];
  readonly busy: number;
}

/** The turns that overlap the span, by node. */
export function busyOf(entries: readonly Entry[], since: number, until: number): BusyNode[] {
  const nodes = new Map<string, { turns: Turn[]; shares: Map<string, Share> }>();
  for (let place = placeIn(entries, since - TURN_MAX_MS); place < entries.length; place++) {
    const entry = entries[place] as Entry;
    const { at, started, ended, node } = entry.event;
    if (at > until) break;
    if (started === null || ended === null || ended < since || started > until) continue;
    if (!isServedHere(entry.event)) continue;
    let found = nodes.get(node);
    if (found === undefined) {
      found = { turns: [], shares: new Map() };
      nodes.set(node, found);
    }
    found.turns.push({ entry, started, ended });
    share(found.shares, entry, Math.min(ended, until) - Math.max(started, since), ended - started);
  }
  return [...nodes].map(([node, { turns, shares }]) => {
    const sorted = [...shares.values()].sort((a, b) => b.busy - a.busy || b.turns - a.turns);
    return { node, turns, shares: sorted, busy: sorted.reduce((sum, { busy }) => sum + busy, 0) };
  });
}

/** How much of each of `columns` equal pieces of the span was spent in turns, from 0 to 1. */
export function density(turns: readonly Turn[], since: number, until: number, columns: number): Float32Array {
  const shares = new Float32Array(columns);
  const width = (until - since) / columns;
  if (width <= 0) return shares;
  for (const { started, ended } of turns) {
    const first = Math.max(0, Math.floor((started - since) / width));
    const last = Math.min(columns - 1, Math.floor((ended - since) / width));
    for (let column = first; column <= last; column++) {
      const begin = since + column * width;
      const part = Math.min(ended, begin + width) - Math.max(started, begin);
      shares[column] = Math.min(1, (shares[column] ?? 0) + part / width);
    }
  }
  return shares;
}

function share(shares: Map<string, Share>, entry: Entry, ms: number, whole: number): void {
  const { to } = entry.event;
  let found = shares.get(to);
  if (found === undefined) {
    found = { pid: to, turns: 0, busy: 0, slowest: null, slowestMs: -1 };
    shares.set(to, found);
  }
  found.turns += 1;
  found.busy += Math.max(0, ms);
  if (whole > found.slowestMs) {
    found.slowest = entry;
    found.slowestMs = whole;
  }
}
