/**
 * What the page knows of each node: a reducer over reports.
 *
 *   hello ──▶ known ──actors, status, held──▶ known, newer ──gone──▶ gone ──hello──▶ known again
 *
 * Pure.
 */
import type { ActorReport, Held, Hello, LoopReport, Report, TraceStatus } from '../../../../libprocess/trace.ts';

/** Loop reports that are kept, one a second. */
const LOOPS_MAX = 300;
const RATE_SPAN_MIN_S = 0.8;

export interface Timed<T> {
  readonly at: number;
  readonly value: T;
}

export interface NodeState {
  readonly address: string;
  readonly hello: Hello | null;
  readonly status: TraceStatus | null;
  readonly actors: readonly ActorReport[];
  /** When turns were counted last, for `rates`, and how many there were. */
  readonly countedAt: number;
  readonly counted: ReadonlyMap<string, number>;
  /** Turns a second of each actor, by its id, of late. */
  readonly rates: ReadonlyMap<string, number>;
  readonly loops: readonly Timed<LoopReport>[];
  readonly held: readonly Held[];
  /** Events that were not sent to this page, because it is slow or came late. */
  readonly skipped: number;
  /** Why it cannot be reached; null while it can. */
  readonly gone: string | null;
}

export type Nodes = ReadonlyMap<string, NodeState>;

/** @param now - in milliseconds, of any clock that goes on. */
export function reduce(nodes: Nodes, report: Report, now: number): Nodes {
  const before = nodes.get(report.node) ?? unknownNode(report.node);
  const after = next(before, report, now);
  return after === before && nodes.has(report.node) ? nodes : new Map(nodes).set(report.node, after);
}

function next(node: NodeState, report: Report, now: number): NodeState {
  if ('hello' in report) return { ...node, hello: report.hello, status: report.hello.status, gone: null };
  if ('events' in report) return report.skipped > 0 ? { ...node, skipped: node.skipped + report.skipped } : node;
  if ('actors' in report) {
    const loops = [...node.loops.slice(1 - LOOPS_MAX), { at: now, value: report.loop }];
    return { ...node, actors: report.actors, loops, ...ratesOf(node, report.actors, now) };
  }
  if ('status' in report) return { ...node, status: report.status };
  if ('held' in report) return { ...node, held: report.held };
  if ('gone' in report) return { ...node, gone: report.gone, actors: [], held: [] };
  return node;
}

/** Reports that follow each other closely would make rates that jump. */
function ratesOf(
  { countedAt, counted, rates: before }: NodeState,
  actors: readonly ActorReport[],
  now: number,
): Pick<NodeState, 'countedAt' | 'counted' | 'rates'> {
  const seconds = (now - countedAt) / 1_000;
  if (countedAt > 0 && seconds < RATE_SPAN_MIN_S) return { countedAt, counted, rates: before };
  const turnsOf = new Map(actors.flatMap(({ id, turns }) => (turns === null ? [] : [[id, turns] as const])));
  const rates = new Map<string, number>();
  for (const [id, turns] of turnsOf) {
    const earlier = counted.get(id);
    if (earlier !== undefined) rates.set(id, Math.max(0, turns - earlier) / seconds);
  }
  return { countedAt: now, counted: turnsOf, rates };
}

function unknownNode(address: string): NodeState {
  return {
    address,
    hello: null,
    status: null,
    actors: [],
    countedAt: 0,
    counted: new Map(),
    rates: new Map(),
    loops: [],
    held: [],
    skipped: 0,
    gone: null,
  };
}

/** What a node calls itself, and its address where that is all there is. */
export function nameOf(nodes: Nodes, address: string): string {
  return nodes.get(address)?.hello?.title || address;
}

/** What tells a node from the others: its name, with its address where others have the same name. */
export function titleOf(nodes: Nodes, address: string): string {
  const name = nameOf(nodes, address);
  for (const other of nodes.keys()) {
    if (other !== address && nameOf(nodes, other) === name) return `${name} ${address}`;
  }
  return name;
}
