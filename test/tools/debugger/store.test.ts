import { describe, expect, test } from 'vitest';
import { plant, type TraceEvent, type TraceTree } from '../../../libprocess/trace.ts';
import { type Entry, entriesOf } from '../../../tools/debugger/page/model/entry.ts';
import { Store } from '../../../tools/debugger/page/model/store.ts';
import { Story } from '../../fixtures/debugger-events.ts';
import { traceEvent } from '../../libprocess/trace/events.ts';

describe('the store', () => {
  test('keeps events by time, however they come', () => {
    const store = new Store();
    store.add([traceEvent('a/3'), traceEvent('a/1')]);
    store.add([traceEvent('b/2', { at: 2 }), traceEvent('a/4')]);
    expect(store.entries.map(({ event }) => event.id)).toEqual(['a/1', 'b/2', 'a/3', 'a/4']);
  });

  test('says from which place on the list has changed', () => {
    const store = new Store();
    expect(store.add([traceEvent('a/1'), traceEvent('a/5')]).from).toBe(0);
    expect(store.add([traceEvent('a/7')]).from).toBe(2);
    expect(store.add([traceEvent('b/3', { at: 3 })]).from).toBe(1);
  });

  test('takes what is told later of an event, and counts it as no new one', () => {
    const store = new Store();
    store.add([traceEvent('a/1', { ended: null })]);
    expect(store.add([traceEvent('a/1', { ended: 9 })])).toMatchObject({ added: 0, updated: 1 });
    expect(store.entries.map(({ event }) => event.ended)).toEqual([9]);
  });

  test('lets the oldest quarter go when it is full, and counts it', () => {
    const store = new Store(100);
    store.add(Array.from({ length: 101 }, (_, index) => traceEvent(`a/${index}`)));
    expect(store.entries).toHaveLength(75);
    expect(store.forgotten).toBe(26);
    expect(store.entries[0]?.event.id).toBe('a/26');
    expect(store.get('a/25')).toBeUndefined();
  });

  test('finds the place of a time', () => {
    const store = new Store();
    store.add([1, 2, 2, 5].map((at, index) => traceEvent(`a/${index}`, { at })));
    expect([0, 2, 3, 9].map(at => store.placeOf(at))).toEqual([0, 1, 3, 4]);
  });
});

describe('trees that grow', () => {
  test.each([1, 2, 3])(
    'are those that are planted when all is known, in whatever order events come (seed %i)',
    seed => {
      const { events } = new Story(seed, 1_000).tell(600);
      const store = new Store();
      for (const portion of portions(shuffled(events, seed), 7)) store.add(portion);
      const grown = store.entries.filter(({ parent }) => parent === null).map(outlineOf);
      expect(grown.sort()).toEqual(plant(events).map(outline).sort());
    },
  );

  test('know how many events they have', () => {
    const { events } = new Story(4, 1_000).tell(300);
    const store = new Store();
    store.add(shuffled(events, 4));
    for (const root of store.entries.filter(({ parent }) => parent === null)) {
      expect(root.size).toBe(entriesOf(root).length);
    }
  });

  test('take in an orphan when its cause comes', () => {
    const store = new Store();
    store.add([traceEvent('a/2', { cause: 'a/1' })]);
    expect(rootIdOf(store, 'a/2')).toBe('a/2');
    store.add([traceEvent('a/1')]);
    expect(rootIdOf(store, 'a/2')).toBe('a/1');
  });

  test('never become a ring', () => {
    const store = new Store();
    store.add([
      traceEvent('a/1', { cause: 'b/1' }),
      traceEvent('b/1', { cause: 'a/1' }),
      traceEvent('c/1', { cause: 'c/1' }),
    ]);
    expect(store.entries.filter(({ parent }) => parent === null).length).toBeGreaterThan(0);
    for (const entry of store.entries) expect(store.rootOf(entry).parent).toBeNull();
  });

  test('begin anew with a timer', () => {
    const store = new Store();
    store.add([traceEvent('a/1'), traceEvent('a/2', { kind: 'timer', cause: 'a/1' })]);
    expect(rootIdOf(store, 'a/2')).toBe('a/2');
  });

  test('hang a piece that was read below the write of its last byte, whichever comes first', () => {
    const store = new Store();
    const stream = (from: number, to: number) => ({ of: 'c/1', from, to });
    store.add([traceEvent('c/2', { kind: 'read', cause: 'c/1', stream: stream(0, 30) })]);
    store.add([traceEvent('m/1', { kind: 'write', stream: stream(0, 10) })]);
    expect(rootIdOf(store, 'c/2')).toBe('c/2');
    store.add([traceEvent('m/2', { kind: 'write', stream: stream(10, 30) })]);
    expect(rootIdOf(store, 'c/2')).toBe('m/2');
  });
});

function rootIdOf(store: Store, id: string): string | undefined {
  const entry = store.get(id);
  return entry === undefined ? undefined : store.rootOf(entry).event.id;
}

function outline({ event, children }: TraceTree): string {
  return `${event.id}(${children.map(outline).sort().join(',')})`;
}

function outlineOf({ event, children }: Entry): string {
  return `${event.id}(${children.map(outlineOf).sort().join(',')})`;
}

function portions<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

/** The same order from the same seed. */
function shuffled(events: readonly TraceEvent[], seed: number): TraceEvent[] {
  let state = seed;
  const mixed = [...events];
  for (let index = mixed.length - 1; index > 0; index--) {
    state = (state * 48_271) % 2_147_483_647;
    const other = state % (index + 1);
    [mixed[index], mixed[other]] = [mixed[other] as TraceEvent, mixed[index] as TraceEvent];
  }
  return mixed;
}
