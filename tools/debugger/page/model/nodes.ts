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

export interface Timed<T> {
  readonly at: number;
  readonly value: T;
}

export interface NodeState {
  readonly address: string;
  readonly hello: Hello | null;
  readonly status: TraceStatus | null;
  readonly actors: readonly ActorReport[];
  readonly actorsAt: number;
  /** Turns a second of each actor, by its id, between the last two reports. */
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
    const rates = ratesOf(node, report.actors, now);
    return { ...node, actors: report.actors, actorsAt: now, rates, loops };
  }
  if ('status' in report) return { ...node, status: report.status };
  if ('held' in report) return { ...node, held: report.held };
  if ('gone' in report) return { ...node, gone: report.gone, actors: [], held: [] };
  return node;
}

function ratesOf(node: NodeState, actors: readonly ActorReport[], now: number): ReadonlyMap<string, number> {
  const seconds = (now - node.actorsAt) / 1_000;
  if (node.actorsAt === 0 || seconds <= 0) return new Map();
  const before = new Map(node.actors.map(({ id, turns }) => [id, turns]));
  const rates = new Map<string, number>();
  for (const { id, turns } of actors) {
    const earlier = before.get(id);
    if (turns !== null && earlier !== undefined && earlier !== null) {
      rates.set(id, Math.max(0, turns - earlier) / seconds);
    }
  }
  return rates;
}

function unknownNode(address: string): NodeState {
  return {
    address,
    hello: null,
    status: null,
    actors: [],
    actorsAt: 0,
    rates: new Map(),
    loops: [],
    held: [],
    skipped: 0,
    gone: null,
  };
}

/** What people call a node: its title, and its address where that is all there is. */
export function titleOf(nodes: Nodes, address: string): string {
  return nodes.get(address)?.hello?.title || address;
}
