import { expect, test } from 'vitest';
import { busyOf, density } from '../../../tools/debugger/page/model/busy.ts';
import { Store } from '../../../tools/debugger/page/model/store.ts';
import { traceEvent } from '../../libprocess/trace/events.ts';

test('turns are counted for the part that lies in the span', () => {
  const store = new Store();
  store.add([
    traceEvent('a/1', { at: 0, started: 0, ended: 10 }),
    traceEvent('a/2', { at: 12, started: 12, ended: 14 }),
    traceEvent('a/3', { at: 30, started: 30, ended: 31 }),
  ]);
  const [node] = busyOf(store.entries, 5, 20);
  expect(node?.busy).toBe(7);
  expect(node?.shares).toMatchObject([{ pid: 'b@10.0.0.1:1', turns: 2, busy: 7, slowestMs: 10 }]);
});

test('the busiest actor comes first', () => {
  const store = new Store();
  store.add([
    traceEvent('a/1', { to: 'quick@10.0.0.1:1', started: 1, ended: 2 }),
    traceEvent('a/2', { to: 'slow@10.0.0.1:1', started: 2, ended: 9 }),
  ]);
  expect(busyOf(store.entries, 0, 10)[0]?.shares.map(({ pid }) => pid)).toEqual([
    'slow@10.0.0.1:1',
    'quick@10.0.0.1:1',
  ]);
});

test('what another node serves is no turn here', () => {
  const store = new Store();
  store.add([traceEvent('a/1', { to: 'b@10.0.0.2:1' })]);
  expect(busyOf(store.entries, 0, 10)).toEqual([]);
});

test('density is the share of each column that was spent in turns', () => {
  const store = new Store();
  store.add([traceEvent('a/1', { at: 5, started: 5, ended: 15 })]);
  const { turns = [] } = busyOf(store.entries, 0, 40)[0] ?? {};
  expect([...density(turns, 0, 40, 4)]).toEqual([0.5, 0.5, 0, 0]);
});
