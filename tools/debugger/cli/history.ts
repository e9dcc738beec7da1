/** What nodes, or a file, have kept of a trace. */
import { readFile } from 'node:fs/promises';
import { Failure } from '../../../libprocess/index.ts';
import type { TraceEvent } from '../../../libprocess/trace.ts';
import { Nodes, type NodesOptions } from './nodes.ts';

/** More than a node keeps unless it was told to. */
const EVENTS_PER_NODE = 65_536;

/** What all nodes have kept, in the order of their clocks. @throws Failure CONNECT, or NOT_TRACED. */
export async function historyOf(
  address: string,
  options: Pick<NodesOptions, 'headers' | 'all'>,
): Promise<TraceEvent[]> {
  const events = new Map<string, TraceEvent>();
  const onReport: NodesOptions['onReport'] = report => {
    if ('events' in report) for (const event of report.events) events.set(event.id, event);
  };
  const nodes = await Nodes.find(address, { ...options, onReport });
  try {
    // The answer comes behind the events.
    await Promise.all(
      nodes.addresses.map(node => nodes.connection.ask({ do: 'history', limit: EVENTS_PER_NODE }, node)),
    );
    if (events.size === 0) throw new Failure(notTraced(nodes), 'NOT_TRACED');
  } finally {
    await nodes.end();
  }
  return [...events.values()].sort((a, b) => a.at - b.at);
}

function notTraced({ connection: { authority } }: Nodes): string {
  return (
    `nothing was traced at ${authority}: switch it on with \`curl -X POST http://${authority}/__trace__/start\`, ` +
    'run `mesos-debug trace` meanwhile, or start nodes with --trace=65536'
  );
}

/** Events that were saved as JSON lines. @throws Failure BAD_FILE, naming the line. */
export async function readEvents(path: string): Promise<TraceEvent[]> {
  const lines = (await readText(path)).split('\n');
  const events = new Map<string, TraceEvent>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const event = eventIn(line);
    if (event === undefined) throw new Failure(`${path}:${index + 1} is no trace event`, 'BAD_FILE');
    if (event !== null) events.set(event.id, event);
  }
  return [...events.values()].sort((a, b) => a.at - b.at);
}

/** Null for a line that tells how many were skipped, undefined for one that is something else. */
function eventIn(line: string): TraceEvent | null | undefined {
  try {
    const value = JSON.parse(line) as Partial<TraceEvent> & { readonly skipped?: unknown };
    if (typeof value.skipped === 'number') return null;
    const isEvent = typeof value.id === 'string' && typeof value.at === 'number' && typeof value.kind === 'string';
    return isEvent ? (value as TraceEvent) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Failure(`cannot read ${path}: ${(error as Error).message}`, 'BAD_FILE', { cause: error });
  }
}
