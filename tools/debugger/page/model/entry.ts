/**
 * An event as the page holds it: with what caused it and what it caused, as far as both are known.
 */
import type { TraceEvent } from '../../../../libprocess/trace.ts';

export class Entry {
  parent: Entry | null = null;
  readonly children: Entry[] = [];
  /** Some way up to the root, for `Families`; a root's own is itself. */
  up: Entry = this;
  /** Events in the tree, where this is its root. */
  size = 1;

  constructor(
    /** Replaced when more is told of it. */
    public event: TraceEvent,
    /** How many came before it; ties of time are broken by it. */
    readonly order: number,
  ) {}
}

/** All entries below `root`, each after what caused it. */
export function entriesOf(root: Entry): Entry[] {
  const found: Entry[] = [];
  const open = [root];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    found.push(entry);
    for (let index = entry.children.length - 1; index >= 0; index--) open.push(entry.children[index] as Entry);
  }
  return found;
}
