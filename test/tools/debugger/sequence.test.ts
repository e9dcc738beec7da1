import { describe, expect, test } from 'vitest';
import type { TraceEvent } from '../../../libprocess/trace.ts';
import { entriesOf } from '../../../tools/debugger/page/model/entry.ts';
import { layOut, type Sequence } from '../../../tools/debugger/page/model/lanes.ts';
import { Store } from '../../../tools/debugger/page/model/store.ts';
import { Story } from '../../fixtures/debugger-events.ts';
import { traceEvent } from '../../libprocess/trace/events.ts';

const MASTER = 'master@10.0.0.1:1';
const AGENT = 'slave(1)@10.0.0.2:1';
const REMOTE = '10.0.0.2:1';

describe('a sequence', () => {
  test('has a lane for each actor, those of a node together', () => {
    const { lanes } = layOutEvents([
      traceEvent('a/1', { from: MASTER, to: AGENT }),
      traceEvent('a/2', { from: MASTER, to: 'registrar(1)@10.0.0.1:1' }),
    ]);
    expect(lanes.map(({ label, node }) => `${label} ${node}`)).toEqual([
      'master 10.0.0.1:1',
      'registrar(1) 10.0.0.1:1',
      'slave(1) 10.0.0.2:1',
    ]);
  });

  test('makes one arrow of both sides of a message', () => {
    const { arrows, times } = layOutEvents([
      traceEvent('a/1', { from: MASTER, to: AGENT, started: null, ended: null }),
      traceEvent('b/1', { from: MASTER, to: AGENT, cause: 'a/1', node: REMOTE, at: 2 }),
    ]);
    expect(arrows.map(({ entry, sent }) => [entry.event.id, sent?.event.id])).toEqual([['b/1', 'a/1']]);
    expect(times).toHaveLength(1);
  });

  test('draws an arrow from the row where it left to the row where it came, when something happened between', () => {
    const sequence = layOutEvents([
      traceEvent('a/1', { from: MASTER, to: AGENT, started: null, ended: null }),
      traceEvent('a/2', { from: MASTER, to: MASTER, kind: 'dispatch' }),
      traceEvent('b/1', { from: MASTER, to: AGENT, cause: 'a/1', node: REMOTE, at: 3 }),
    ]);
    expect(rowsOf(sequence)).toEqual({ 'a/2': [1, 1], 'b/1': [0, 2] });
  });

  test('shows no effect before its cause, whatever the clocks say', () => {
    const sequence = layOutEvents([
      traceEvent('a/5', { from: MASTER, to: AGENT, started: null, ended: null }),
      traceEvent('b/1', { from: MASTER, to: AGENT, cause: 'a/5', node: REMOTE, at: 1 }),
      traceEvent('b/2', { from: AGENT, to: AGENT, cause: 'b/1', node: REMOTE, at: 2, kind: 'dispatch' }),
    ]);
    expect(rowsOf(sequence)).toEqual({ 'b/1': [0, 0], 'b/2': [1, 1] });
  });

  test('lets a turn last until the last thing that it sent', () => {
    const { arrows } = layOutEvents([
      traceEvent('a/1', { from: '', to: MASTER, kind: 'timer' }),
      traceEvent('a/2', { cause: 'a/1', from: MASTER, to: AGENT }),
      traceEvent('a/3', { cause: 'a/1', from: MASTER, to: AGENT }),
    ]);
    expect(arrows.map(({ rowEnd }) => rowEnd)).toEqual([2, 1, 2]);
  });

  test('gives a request to the actor that serves it, and the answer from there', () => {
    const [client, server] = ['client(1)@10.0.0.9:1', '@10.0.0.1:1'];
    const { lanes, arrows } = layOutEvents([
      traceEvent('c/1', { kind: 'request', from: client, to: server, node: '10.0.0.9:1' }),
      traceEvent('a/1', { kind: 'http', from: '', to: MASTER, cause: 'c/1', at: 2 }),
      traceEvent('c/2', { kind: 'response', from: server, to: client, cause: 'c/1', node: '10.0.0.9:1', at: 3 }),
    ]);
    const labels = lanes.map(({ label }) => label);
    expect(labels).toEqual(['client(1)', 'master']);
    expect(arrows.map(({ from, to }) => `${labels[from]} → ${labels[to]}`)).toEqual([
      'client(1) → master',
      'master → client(1)',
    ]);
  });

  test('of a request that no traced node sent comes from outside', () => {
    const { lanes } = layOutEvents([traceEvent('a/1', { kind: 'http', from: '', to: MASTER })]);
    expect(lanes.map(({ label }) => label)).toContain('outside');
  });

  test('of thousands of messages is laid out in a moment', () => {
    const { events } = new Story(3, 1_000).tell(20_000);
    const before = process.cpuUsage();
    const { arrows } = layOutEvents(events);
    const { user } = process.cpuUsage(before);
    expect(arrows.length).toBeGreaterThan(10_000);
    expect(user / 1_000).toBeLessThan(4_000);
  });
});

function layOutEvents(events: readonly TraceEvent[]): Sequence {
  const store = new Store();
  store.add(events);
  const roots = store.entries.filter(({ parent }) => parent === null);
  return layOut(roots.flatMap(entriesOf));
}

function rowsOf({ arrows }: Sequence): Record<string, readonly [number, number]> {
  return Object.fromEntries(arrows.map(({ entry, rowFrom, row }) => [entry.event.id, [rowFrom, row] as const]));
}
