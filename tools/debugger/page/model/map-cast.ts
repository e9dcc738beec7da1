/**
 * Which actors are on the map: those that were active of late, the busiest of each node. Whoever is on it stays until it is
 * gone or a busier one needs the room, so that the map rests. Pure.
 */
import { addressOf, idOf } from '../../../../libprocess/trace.ts';
import type { Flows } from './flows.ts';
import type { MapActor } from './map-layout.ts';
import type { NodeState } from './nodes.ts';

/** Actors of one node that are shown. */
export const ACTORS_PER_NODE = 12;

export interface Cast {
  readonly actors: readonly MapActor[];
  /** Actors of each node that are not shown. */
  readonly left: ReadonlyMap<string, number>;
}

/** Actors that every runtime has, for its own endpoints: they are shown only when they are used. */
const HOUSEKEEPING = /^(__\w+__|help|logging|metrics|profiler|system|files|version)$/;

/** @param flows - of a longer time than rates are shown for. */
export function castOf(nodes: readonly NodeState[], flows: Flows, before: Cast | null): Cast {
  const activity = new Map<string, number>();
  for (const { address, actors } of nodes) {
    for (const { id, mailbox } of actors) {
      if (mailbox > 0 || !HOUSEKEEPING.test(id)) activity.set(`${id}@${address}`, 0);
    }
  }
  for (const { pid, received, sent } of flows.actors.values()) {
    if (idOf(pid) !== '' && addressOf(pid) !== '') activity.set(pid, received + sent);
  }
  const stays = new Set(before?.actors.map(({ pid }) => pid));
  const byNode = new Map<string, string[]>();
  for (const pid of activity.keys()) byNode.set(addressOf(pid), [...(byNode.get(addressOf(pid)) ?? []), pid]);
  const actors: MapActor[] = [];
  const left = new Map<string, number>();
  for (const [node, pids] of byNode) {
    const score = (pid: string): number =>
      (activity.get(pid) ?? 0) * (stays.has(pid) ? 2 : 1) + (stays.has(pid) ? 1 : 0);
    const chosen = pids.sort((a, b) => score(b) - score(a) || a.localeCompare(b)).slice(0, ACTORS_PER_NODE);
    if (pids.length > chosen.length) left.set(node, pids.length - chosen.length);
    for (const pid of chosen.sort()) actors.push({ pid, node });
  }
  return { actors, left };
}

/** The same text for the same cast. */
export function keyOf({ actors }: Cast): string {
  return actors.map(({ pid }) => pid).join(' ');
}
