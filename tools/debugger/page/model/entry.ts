/**
 * An event as the page holds it: with what caused it and what it caused, as far as both are known.
 */
import type { TraceEvent } from '../../../../libprocess/trace.ts';

const NONE: readonly Entry[] = [];

export class Entry {
  parent: Entry | null = null;
  /** Most entries have none, and share this list. */
  children: readonly Entry[] = NONE;
  /** Some way up to the root, for `Families`; a root's own is itself. */
  up: Entry = this;
  /** Events in the tree, where this is its root. */
  size = 1;
  /** When it was posted; what is told later does not change that. */
  readonly at: number;

  constructor(
    /** Replaced when more is told of it. */
    public event: TraceEvent,
    /** How many came before it; ties of time are broken by it. */
    readonly order: number,
  ) {
    this.at = event.at;
  }
}

/** Its turn is, or was to be, at the node that tells of it; false for what it sends to others. */
export function isServedHere({ to, node }: TraceEvent): boolean {
  return to.endsWith(node) && to.charCodeAt(to.length - node.length - 1) === AT_SIGN;
}

const AT_SIGN = 64;

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
