/**
 * Who sent how much to whom in a span of time: the edges of the map, and the rates of actors.
 *
 * A message between two traced nodes is two events, one at each side: it counts where it was served, or where it left
 * when nobody told of its arrival. Pure.
 */
import type { TraceEvent } from '../../../../libprocess/trace.ts';
import { type Entry, isServedHere } from './entry.ts';
import { placeIn } from './store.ts';

export interface Flow {
  readonly from: string;
  readonly to: string;
  count: number;
  bytes: number;
  dropped: number;
  /** Of each kind. */
  readonly kinds: Map<string, number>;
}

export interface ActorFlow {
  readonly pid: string;
  received: number;
  sent: number;
  /** Milliseconds in turns. */
  busy: number;
}

export interface Flows {
  readonly since: number;
  readonly until: number;
  readonly edges: ReadonlyMap<string, Flow>;
  readonly actors: ReadonlyMap<string, ActorFlow>;
}

/** What happened from `since` until `until`, in milliseconds since the epoch. */
export function flowsOf(entries: readonly Entry[], since: number, until: number): Flows {
  const edges = new Map<string, Flow>();
  const actors = new Map<string, ActorFlow>();
  for (let place = placeIn(entries, since); place < entries.length; place++) {
    const entry = entries[place] as Entry;
    const { event } = entry;
    if (event.at > until) break;
    const to = actorOf(actors, event.to);
    if (event.started !== null && event.ended !== null) to.busy += event.ended - event.started;
    if (isToldTwice(entry)) continue;
    to.received += 1;
    const [from, end] = endsOf(entry);
    if (from === '' || from === end) continue;
    actorOf(actors, from).sent += 1;
    countEdge(edges, from, end, event);
  }
  return { since, until, edges, actors };
}

/** It left here, and its arrival elsewhere is an event too. */
export function isToldTwice({ event, children }: Entry): boolean {
  if (children.length === 0 || (isServedHere(event) && event.kind !== 'write')) return false;
  return children.some(child => isArrivalOf(child.event, event));
}

/** True where `arrival` is the far side of `sending`: one arrow, told by both of its ends. */
export function isArrivalOf(arrival: TraceEvent, sending: TraceEvent): boolean {
  if (arrival.cause !== sending.id && arrival.kind !== 'read') return false;
  if (arrival.node === sending.node && sending.kind !== 'write') return false;
  if (sending.kind === 'request') return arrival.kind === 'http';
  if (sending.kind === 'write') return arrival.kind === 'read';
  return arrival.kind === sending.kind && arrival.name === sending.name && arrival.to === sending.to;
}

/** Who sent it and who got it, as far as both sides tell. */
export function endsOf({ event, parent }: Entry): readonly [from: string, to: string] {
  if (event.kind === 'response') return [serverOf(parent) ?? event.from, event.to];
  const sending = parent !== null && isArrivalOf(event, parent.event) ? parent.event : event;
  return [sending.from, event.to];
}

/** The actor that served a request, which its sender knows by its address alone. */
function serverOf(request: Entry | null): string | undefined {
  return request?.children.find(({ event }) => isArrivalOf(event, request.event))?.event.to;
}

function actorOf(actors: Map<string, ActorFlow>, pid: string): ActorFlow {
  let actor = actors.get(pid);
  if (actor === undefined) {
    actor = { pid, received: 0, sent: 0, busy: 0 };
    actors.set(pid, actor);
  }
  return actor;
}

function countEdge(edges: Map<string, Flow>, from: string, to: string, event: TraceEvent): void {
  const key = `${from} ${to}`;
  let flow = edges.get(key);
  if (flow === undefined) {
    flow = { from, to, count: 0, bytes: 0, dropped: 0, kinds: new Map() };
    edges.set(key, flow);
  }
  flow.count += 1;
  flow.bytes += event.bytes ?? 0;
  if (event.dropped !== undefined) flow.dropped += 1;
  flow.kinds.set(event.kind, (flow.kinds.get(event.kind) ?? 0) + 1);
}

/** The kind that most of a flow is of. */
export function mainKind({ kinds }: Flow): string {
  let [main, most] = ['message', 0];
  for (const [kind, count] of kinds) if (count > most) [main, most] = [kind, count];
  return main;
}
