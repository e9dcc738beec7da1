/**
 * Trees of consequences: the events of one or many nodes, each below what caused it.
 *
 * Two joins go beyond `cause`. A piece of a streaming body that was read was caused by the write that spans the same
 * bytes, which is how an offer's tree goes on in the framework. And a timer is a root: what set it is known, but were it
 * followed, all that ever happened would be one tree of ticks.
 *
 * Pure, for browsers too.
 */
import type { Span, TraceEvent } from './event.ts';

export interface TraceTree {
  readonly event: TraceEvent;
  /** In the order in which they were posted. */
  readonly children: TraceTree[];
}

/** The trees of `events`, oldest root first. What a later event of the same id tells, counts. */
export function plant(events: Iterable<TraceEvent>): TraceTree[] {
  const trees = new Map<string, TraceTree>();
  for (const event of events) trees.set(event.id, { event, children: [] });
  const writes = new Writes(trees.values());
  const roots: TraceTree[] = [];
  for (const tree of trees.values()) {
    const parent = trees.get(causeOf(tree.event, writes) ?? '');
    if (parent === undefined || isAbove(tree, parent, trees, writes)) roots.push(tree);
    else parent.children.push(tree);
  }
  for (const { children } of trees.values()) children.sort(byTime);
  return roots.sort(byTime);
}

/** The tree among `roots` that holds the event `id`. */
export function treeOf(roots: readonly TraceTree[], id: string): TraceTree | undefined {
  return roots.find(root => [...eventsOf(root)].some(event => event.id === id));
}

/** All events of a tree, each before what it caused. */
export function* eventsOf(root: TraceTree): Generator<TraceEvent> {
  const open = [root];
  for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
    yield tree.event;
    for (let index = tree.children.length - 1; index >= 0; index--) open.push(tree.children[index] as TraceTree);
  }
}

function causeOf(event: TraceEvent, writes: Writes): string | null {
  if (event.kind === 'timer') return null;
  if (event.kind === 'read' && event.stream !== undefined) return writes.before(event.stream) ?? event.cause;
  return event.cause;
}

/** A cause that comes after its consequence is a mistake, or malice; it must not make a ring. */
function isAbove(tree: TraceTree, parent: TraceTree, trees: ReadonlyMap<string, TraceTree>, writes: Writes): boolean {
  const seen = new Set<TraceTree>();
  for (let at: TraceTree | undefined = parent; at !== undefined; at = trees.get(causeOf(at.event, writes) ?? '')) {
    if (at === tree) return true;
    if (seen.has(at)) return false;
    // Within one node a cause has a smaller number, so a step down the numbers cannot come back.
    if (isOlder(at.event, tree.event)) return false;
    seen.add(at);
  }
  return false;
}

function isOlder(cause: TraceEvent, event: TraceEvent): boolean {
  const [node, number] = cause.id.split('/');
  const [ownNode, ownNumber] = event.id.split('/');
  return node === ownNode && Number(number) < Number(ownNumber);
}

function byTime(a: TraceTree, b: TraceTree): number {
  return a.event.at - b.event.at;
}

/** Which event wrote which bytes of a streaming body. */
class Writes {
  readonly #byStream = new Map<string, TraceEvent[]>();

  constructor(trees: Iterable<TraceTree>) {
    for (const { event } of trees) {
      if (event.kind !== 'write' || event.stream === undefined) continue;
      const writes = this.#byStream.get(event.stream.of);
      if (writes === undefined) this.#byStream.set(event.stream.of, [event]);
      else writes.push(event);
    }
    for (const writes of this.#byStream.values()) writes.sort((a, b) => startOf(a) - startOf(b));
  }

  /** The write that the last byte of `span` came by. */
  before({ of, to }: Span): string | undefined {
    const writes = this.#byStream.get(of) ?? [];
    let low = 0;
    let high = writes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (startOf(writes[middle] as TraceEvent) < to) low = middle + 1;
      else high = middle;
    }
    return writes[low - 1]?.id;
  }
}

function startOf({ stream }: TraceEvent): number {
  return stream?.from ?? 0;
}
