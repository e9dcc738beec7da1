import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Quantities } from '../../../../mesos/common/quantities.ts';
import { DrfSorter, Totals } from '../../../../mesos/master/allocator/sorter.ts';

function q(amounts: Record<string, number>): Quantities {
  return Quantities.of(Object.entries(amounts));
}

function sorter(total: Record<string, number>, paths: readonly string[], excluded: readonly string[] = []) {
  const totals = new Totals();
  totals.add(q(total));
  const made = new DrfSorter<string>(totals, new Set(excluded));
  for (const path of paths) {
    made.add(path, path);
    made.activate(path);
  }
  return { totals, sorter: made, order: () => made.sort().map(({ value }) => value) };
}

test('the smaller dominant share goes first', () => {
  const { sorter: drf, order } = sorter({ cpus: 100, mem: 100 }, ['b', 'a']);
  drf.allocated('a', q({ cpus: 5, mem: 30 }));
  drf.allocated('b', q({ cpus: 20, mem: 10 }));
  expect(order()).toEqual(['b', 'a']);
  expect([drf.share('a'), drf.share('b')]).toEqual([0.3, 0.2]);
});

test('of equal shares the one that was given less often goes first, then the path decides', () => {
  const { sorter: drf, order } = sorter({ cpus: 100 }, ['b', 'a', 'c']);
  expect(order()).toEqual(['a', 'b', 'c']);
  drf.allocated('a', q({ cpus: 1 }));
  drf.unallocated('a', q({ cpus: 1 }));
  expect(order()).toEqual(['b', 'c', 'a']);
});

test('weight divides the share', () => {
  const { sorter: drf, order } = sorter({ cpus: 100 }, ['a', 'b']);
  drf.allocated('a', q({ cpus: 30 }));
  drf.allocated('b', q({ cpus: 20 }));
  drf.updateWeight('a', 2);
  expect(order()).toEqual(['a', 'b']);
});

test('what nobody has, and what is excluded, does not count', () => {
  const { sorter: drf, order } = sorter({ cpus: 10, gpus: 10 }, ['a', 'b'], ['gpus']);
  drf.allocated('a', q({ gpus: 10, unheard: 5 }));
  drf.allocated('b', q({ cpus: 1 }));
  expect(order()).toEqual(['a', 'b']);
});

test('a change of the total changes the order', () => {
  const { sorter: drf, order, totals } = sorter({ cpus: 10, mem: 100 }, ['a', 'b']);
  drf.allocated('a', q({ cpus: 5 }));
  drf.allocated('b', q({ mem: 40 }));
  expect(order()).toEqual(['b', 'a']);
  totals.add(q({ cpus: 90 }));
  expect(order()).toEqual(['a', 'b']);
});

test('the inactive are left out until they are activated', () => {
  const { sorter: drf, order } = sorter({ cpus: 10 }, ['a', 'b']);
  drf.deactivate('a');
  expect(order()).toEqual(['b']);
  drf.activate('a');
  expect(order()).toEqual(['a', 'b']);
});

test('a list stays as it is until the next sort', () => {
  const { sorter: drf } = sorter({ cpus: 10 }, ['a', 'b']);
  const list = drf.sort();
  drf.allocated('a', q({ cpus: 1 }));
  expect(list.map(({ value }) => value)).toEqual(['a', 'b']);
});

describe('a tree', () => {
  test('compares whole subtrees first', () => {
    const { sorter: drf, order } = sorter({ cpus: 100 }, ['a/x', 'a/y', 'b']);
    drf.allocated('a/x', q({ cpus: 20 }));
    drf.allocated('b', q({ cpus: 15 }));
    expect(order()).toEqual(['b', 'a/y', 'a/x']);
    drf.allocated('b', q({ cpus: 10 }));
    expect(order()).toEqual(['a/y', 'a/x', 'b']);
  });

  test('a client that gets others below it competes with them as one of its own children', () => {
    const { sorter: drf, order } = sorter({ cpus: 100 }, ['a', 'b']);
    drf.allocated('a', q({ cpus: 10 }));
    drf.add('a/x', 'a/x');
    drf.activate('a/x');
    expect(order()).toEqual(['b', 'a/x', 'a']);
    drf.updateWeight('a', 10); // Of the inner node: its own leaf keeps weight 1.
    drf.allocated('b', q({ cpus: 2 }));
    expect(order()).toEqual(['a/x', 'a', 'b']);
    drf.remove('a/x');
    expect(order()).toEqual(['a', 'b']);
    expect(drf.share('a')).toBe(0.01);
  });

  test('is gone with its last client', () => {
    const { sorter: drf, order } = sorter({ cpus: 100 }, ['a/x/y']);
    drf.allocated('a/x/y', q({ cpus: 10 }));
    drf.remove('a/x/y');
    drf.add('a', 'a');
    drf.activate('a');
    expect([order(), drf.share('a')]).toEqual([['a'], 0]);
  });
});

test('moving what has grown gives the same order as sorting anew', () => {
  const paths = ['a', 'b', 'c/x', 'c/y', 'c', 'd/e/f', 'd/e/g', 'h'];
  const step = fc.record({
    path: fc.constantFrom(...paths),
    cpus: fc.integer({ min: 0, max: 50 }),
    mem: fc.integer({ min: 0, max: 50 }),
    sorts: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const moved = sorter({ cpus: 1000, mem: 700 }, paths);
      const anew = sorter({ cpus: 1000, mem: 700 }, paths);
      for (const { path, cpus, mem, sorts } of steps) {
        for (const { sorter: drf } of [moved, anew]) drf.allocated(path, q({ cpus, mem }));
        if (sorts) moved.order();
      }
      anew.totals.add(q({ other: 1 }));
      expect(moved.order()).toEqual(anew.order());
    }),
  );
});
