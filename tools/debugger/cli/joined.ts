/**
 * Trees as people think of them: what crossed the network is one event, although two nodes saw it, and turns that only go
 * on with what was begun are left out. Pure.
 *
 *   request (framework ─▶ 10.0.0.1:5050)   + http (outside ─▶ master)           =  framework ─▶ master
 *   message (master ─▶ slave(1)) here      + the same, as it arrived there       =  master ─▶ slave(1)
 *   write (master ─▶ outside)              + read (10.0.0.1:5050 ─▶ framework)   =  master ─▶ framework
 */
import type { TraceEvent, TraceKind, TraceTree } from '../../../libprocess/trace.ts';

/** What says nothing of a conversation. */
const QUIET: ReadonlySet<TraceKind> = new Set<TraceKind>(['resume', 'link', 'response']);

interface Visit {
  readonly tree: TraceTree;
  readonly into: TraceTree[];
  readonly notBefore: number;
}

/** The tree below `root`; several where the root itself is left out. No consequence comes before its cause. */
export function joined(root: TraceTree): TraceTree[] {
  const roots: TraceTree[] = [];
  // A list of one's own: a chain of ten thousand causes is deeper than calls can be.
  const open: Visit[] = [{ tree: root, into: roots, notBefore: 0 }];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { event, children } = withArrival(visit.tree);
    const at = Math.max(event.at, visit.notBefore);
    const tree: TraceTree = { event: { ...event, at }, children: [] };
    const isQuiet = QUIET.has(event.kind);
    if (!isQuiet) visit.into.push(tree);
    for (const child of children.toReversed()) {
      open.push({ tree: child, into: isQuiet ? visit.into : tree.children, notBefore: at });
    }
  }
  return roots;
}

function withArrival(tree: TraceTree): TraceTree {
  const { event, children } = tree;
  const arrival = children.find(child => isArrivalOf(child.event, event));
  if (arrival === undefined) return tree;
  const { name, from, at, body } = event;
  const whole: TraceEvent = { ...arrival.event, name, from, at, ...(body === undefined ? {} : { body }) };
  return { event: whole, children: [...arrival.children, ...children.filter(child => child !== arrival)] };
}

/** True where `event` is the other half of `cause`, seen where it arrived. */
function isArrivalOf(event: TraceEvent, cause: TraceEvent): boolean {
  switch (cause.kind) {
    case 'request':
      return event.kind === 'http';
    case 'write':
      return event.kind === 'read';
    case 'message':
      return (
        event.kind === 'message' && event.node !== cause.node && event.to === cause.to && event.name === cause.name
      );
    default:
      return false;
  }
}
