/** From trace events to the steps of a sequence diagram. Pure. */
import { eventsOf, plant, type Step, type TraceEvent, type TraceTree } from '../../../libprocess/trace.ts';
import { shortName } from './event-text.ts';
import { joined } from './joined.ts';

/** Steps of the runtime's own, which say nothing of a conversation. */
const QUIET: ReadonlySet<string> = new Set(['initialize', 'terminate']);

/** The steps of `events`, in the order in which they were posted. */
export function stepsOf(events: Iterable<TraceEvent>): Step[] {
  return inOrder(plant(events));
}

/** The steps of trees, in the order in which they were posted. */
export function inOrder(trees: readonly TraceTree[]): Step[] {
  return trees.flatMap(stepsOfTree).sort((a, b) => a.at - b.at);
}

/** The trees that hold an event that `fits`. */
export function treesWith(events: Iterable<TraceEvent>, fits: (event: TraceEvent) => boolean): TraceTree[] {
  return plant(events).filter(root => {
    for (const event of eventsOf(root)) if (fits(event)) return true;
    return false;
  });
}

function stepsOfTree(root: TraceTree): Step[] {
  return joined(root)
    .flatMap(tree => [...eventsOf(tree)])
    .filter(({ kind }) => !QUIET.has(kind))
    .map(event => ({
      at: event.at,
      kind: event.kind,
      name: nameOf(event),
      from: named(event.from),
      to: named(event.to),
      dropped: event.dropped,
    }));
}

/** Messages by their last word: `mesos.internal.` on every arrow would push the columns apart. */
function nameOf({ name, kind, stream }: TraceEvent): string {
  if (kind === 'message') return name.slice(name.lastIndexOf('.') + 1);
  return stream === undefined ? name : `${stream.to - stream.from} B of ${name.slice(name.lastIndexOf(' ') + 1)}`;
}

/** PIDs as they are: a diagram shortens them where that is clear. */
function named(pid: string): string {
  return pid.startsWith('@') || pid === '' ? shortName(pid) : pid;
}
