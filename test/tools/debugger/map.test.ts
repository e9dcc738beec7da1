import { describe, expect, test } from 'vitest';
import { flowsOf } from '../../../tools/debugger/page/model/flows.ts';
import { ACTORS_PER_NODE, castOf } from '../../../tools/debugger/page/model/map-cast.ts';
import { type Box, layOutMap } from '../../../tools/debugger/page/model/map-layout.ts';
import { reduce } from '../../../tools/debugger/page/model/nodes.ts';
import { Store } from '../../../tools/debugger/page/model/store.ts';
import { Story } from '../../fixtures/debugger-events.ts';
import { traceEvent } from '../../libprocess/trace/events.ts';

const MASTER = 'master@10.0.0.1:1';
const AGENT = 'slave(1)@10.0.0.2:1';

describe('flows', () => {
  test('count a message once, though both of its sides tell of it', () => {
    const store = storeOf([
      traceEvent('a/1', { from: MASTER, to: AGENT, started: null, ended: null }),
      traceEvent('b/1', { from: MASTER, to: AGENT, cause: 'a/1', node: '10.0.0.2:1', at: 2 }),
    ]);
    const { edges, actors } = flowsOf(store.entries, 0, 10);
    expect([...edges.values()].map(({ from, to, count }) => [from, to, count])).toEqual([[MASTER, AGENT, 1]]);
    expect(actors.get(AGENT)?.received).toBe(1);
    expect(actors.get(MASTER)?.sent).toBe(1);
  });

  test('count what was sent to a node that nobody traces', () => {
    const store = storeOf([traceEvent('a/1', { from: MASTER, to: AGENT, started: null, ended: null })]);
    expect(flowsOf(store.entries, 0, 10).edges.size).toBe(1);
  });

  test('are those of the span alone', () => {
    const store = storeOf([1, 5, 9].map(at => traceEvent(`a/${at}`)));
    const [flow] = flowsOf(store.entries, 5, 8).edges.values();
    expect(flow?.count).toBe(1);
  });

  test('join a streaming answer to its reader', () => {
    const stream = { of: 'c/1', from: 0, to: 9 };
    const store = storeOf([
      traceEvent('a/1', { kind: 'write', from: MASTER, to: '', stream }),
      traceEvent('c/2', { kind: 'read', from: '@10.0.0.1:1', to: AGENT, node: '10.0.0.2:1', stream, at: 2 }),
    ]);
    expect([...flowsOf(store.entries, 0, 10).edges.keys()]).toEqual([`${MASTER} ${AGENT}`]);
  });
});

describe('the map', () => {
  const { entries } = storeOf(new Story(2, 1_000).tell(2_000).events);
  const flows = flowsOf(entries, 0, Number.POSITIVE_INFINITY);
  const cast = castOf([], flows, null);
  const layout = layOutMap(cast.actors, [...flows.edges.values()]);

  test('puts every actor into the box of its node', () => {
    for (const { pid, node } of cast.actors) {
      const box = layout.boxes.find(each => each.node === node) as Box;
      const { x, y } = layout.spots.get(pid) ?? { x: Number.NaN, y: Number.NaN };
      expect(x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height).toBe(true);
    }
  });

  test.each([1, 4, 9, 12])('has no boxes that overlap, with %i actors in some nodes and one in others', most => {
    const actors = Array.from({ length: 8 }, (_, node) =>
      Array.from({ length: node % 3 === 0 ? most : 1 }, (_each, id) => ({
        pid: `x(${id})@n${node}:1`,
        node: `n${node}:1`,
      })),
    ).flat();
    const links = actors.map(({ pid }) => ({ from: pid, to: 'x(0)@n0:1' }));
    const { boxes } = layOutMap(actors, links);
    for (const [index, a] of boxes.entries()) {
      for (const b of boxes.slice(index + 1)) expect(overlap(a, b)).toBe(false);
    }
  });

  test('leaves everything nearly where it was when one actor comes', () => {
    const joined = [...cast.actors, { pid: 'late(1)@10.0.0.1:5050', node: '10.0.0.1:5050' }];
    const next = layOutMap(joined, [...flows.edges.values()], layout.spots);
    const moves = cast.actors.map(({ pid }) => {
      const [before, after] = [layout.spots.get(pid), next.spots.get(pid)];
      return Math.hypot((before?.x ?? 0) - (after?.x ?? 0), (before?.y ?? 0) - (after?.y ?? 0));
    });
    expect(moves.sort((a, b) => a - b)[Math.floor(moves.length / 2)]).toBeLessThan(90);
  });

  test('is the same for the same actors', () => {
    expect(layOutMap(cast.actors, [...flows.edges.values()])).toEqual(layout);
  });

  test('shows the busiest actors of a node, and says how many it leaves out', () => {
    const many = storeOf(
      Array.from({ length: 40 }, (_, index) => traceEvent(`a/${index}`, { from: '', to: `x(${index})@10.0.0.1:1` })),
    );
    const { actors, left } = castOf([], flowsOf(many.entries, 0, 100), null);
    expect(actors).toHaveLength(ACTORS_PER_NODE);
    expect(left.get('10.0.0.1:1')).toBe(40 - ACTORS_PER_NODE);
  });
});

function storeOf(events: Parameters<Store['add']>[0]): Store {
  const store = new Store();
  store.add(events);
  return store;
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

test('actors that every runtime has are on the map only when they are used', () => {
  const report = { type: '', mailbox: 0, paused: false, turns: 0, busy: 0, slowest: [], links: [] };
  const actors = ['master', 'metrics', 'help', '__trace__'].map(id => ({ ...report, id }));
  const node = reduce(new Map(), { node: '10.0.0.1:1', actors, loop: { delayP50: 0, delayP99: 0, utilization: 0 } }, 1);
  const { entries } = storeOf([traceEvent('a/1', { kind: 'http', from: '', to: 'metrics@10.0.0.1:1' })]);
  const cast = castOf([...node.values()], flowsOf(entries, 0, 10), null);
  expect(cast.actors.map(({ pid }) => pid)).toEqual(['master@10.0.0.1:1', 'metrics@10.0.0.1:1']);
});
