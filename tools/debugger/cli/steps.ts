/**
 * From trace events to the steps of a sequence diagram: one arrow for what crossed the network, although two nodes saw it.
 * Pure.
 *
 *   request (framework ─▶ 10.0.0.1:5050)  + http (outside ─▶ master)        =  framework ─▶ master
 *   message (master ─▶ slave(1)) here     + the same, as it arrived there    =  master ─▶ slave(1)
 *   write (master ─▶ outside)             + read (10.0.0.1:5050 ─▶ framework) =  master ─▶ framework
 */
import { eventsOf, plant, type Step, type TraceEvent, type TraceTree } from '../../../libprocess/trace.ts';
import { shortName } from './event-text.ts';

/** Steps of the runtime's own, which say nothing of a conversation. */
const QUIET: ReadonlySet<string> = new Set(['resume', 'initialize', 'link', 'response', 'terminate']);

/** The steps of `events`, in the order in which they were posted. */
export function stepsOf(events: Iterable<TraceEvent>): Step[] {
  return plant(events)
    .flatMap(stepsOfTree)
    .sort((a, b) => a.at - b.at);
}

/** The steps of one tree. No consequence comes before its cause, whatever the clocks of their nodes say. */
export function stepsOfTree(root: TraceTree): Step[] {
  const steps: Step[] = [];
  const open: Visit[] = [{ tree: root, parent: null, notBefore: 0 }];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { tree } = visit;
    const at = Math.max(tree.event.at, visit.notBefore);
    const step = stepOf(visit, at);
    if (step !== null) steps.push(step);
    for (const child of [...tree.children].reverse()) open.push({ tree: child, parent: tree.event, notBefore: at });
  }
  return steps.sort((a, b) => a.at - b.at);
}

interface Visit {
  readonly tree: TraceTree;
  readonly parent: TraceEvent | null;
  readonly notBefore: number;
}

/** The trees that hold an event that `fits`. */
export function treesWith(events: Iterable<TraceEvent>, fits: (event: TraceEvent) => boolean): TraceTree[] {
  return plant(events).filter(root => {
    for (const event of eventsOf(root)) if (fits(event)) return true;
    return false;
  });
}

/** Null for what says nothing, and for what is seen again where it arrived. */
function stepOf({ tree: { event, children }, parent }: Visit, at: number): Step | null {
  if (QUIET.has(event.kind) || children.some(child => isArrivalOf(child.event, event))) return null;
  const sent = parent !== null && isArrivalOf(event, parent) ? parent : event;
  return {
    at,
    kind: event.kind,
    name: nameOf(sent),
    from: named(sent.from),
    to: named(event.to),
    dropped: event.dropped,
  };
}

function nameOf({ name, stream }: TraceEvent): string {
  return stream === undefined ? name : `${stream.to - stream.from} B of ${name.slice(name.lastIndexOf(' ') + 1)}`;
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

function named(pid: string): string {
  return pid.startsWith('@') || pid === '' ? shortName(pid) : pid;
}
