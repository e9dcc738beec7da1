import { expect, test } from 'vitest';
import { plant, type TraceTree, treeOf } from '../../../libprocess/trace/forest.ts';
import { traceEvent } from './events.ts';

/** `1(2(3),4)` for the tree of the events a/1 to a/4. */
function outline({ event, children }: TraceTree): string {
  const below = children.map(outline).join(',');
  return below === '' ? event.id : `${event.id}(${below})`;
}

test('each event stands below its cause, in the order of posting', () => {
  const events = [
    traceEvent('a/4', { cause: 'a/1' }),
    traceEvent('a/1'),
    traceEvent('a/3', { cause: 'a/2' }),
    traceEvent('a/2', { cause: 'a/1' }),
    traceEvent('a/5'),
  ];
  expect(plant(events).map(outline)).toEqual(['a/1(a/2(a/3),a/4)', 'a/5']);
});

test('a cause on another node joins the trees of both', () => {
  const sent = traceEvent('a/1', { to: 'c@10.0.0.2:1', started: null });
  const arrived = traceEvent('b/1', { cause: 'a/1', node: '10.0.0.2:1' });
  expect(plant([arrived, sent]).map(outline)).toEqual(['a/1(b/1)']);
});

test('an event whose cause nobody kept is a root', () => {
  expect(plant([traceEvent('a/9', { cause: 'a/1' })]).map(outline)).toEqual(['a/9']);
});

test('a timer is a root, though it is known what set it', () => {
  const events = [traceEvent('a/1'), traceEvent('a/2', { kind: 'timer', cause: 'a/1' })];
  expect(plant(events).map(outline)).toEqual(['a/1', 'a/2']);
});

test('a piece that was read hangs on the write that its last byte came by', () => {
  const stream = (from: number, to: number) => ({ of: 'c/1', from, to });
  const events = [
    traceEvent('m/1', { kind: 'write', stream: stream(0, 10) }),
    traceEvent('m/2', { kind: 'write', stream: stream(10, 30) }),
    traceEvent('m/3', { kind: 'write', stream: stream(30, 31) }),
    traceEvent('c/2', { kind: 'read', cause: 'c/1', stream: stream(0, 30) }),
    traceEvent('c/3', { kind: 'read', cause: 'c/1', stream: stream(30, 31) }),
    traceEvent('c/1', { kind: 'request' }),
  ];
  expect(plant(events).map(outline)).toEqual(['m/1', 'c/1', 'm/2(c/2)', 'm/3(c/3)']);
});

test('of an event that came twice the later one counts', () => {
  const [tree] = plant([traceEvent('a/1', { ended: null }), traceEvent('a/1', { ended: 7 })]);
  expect(tree?.event.ended).toBe(7);
});

test('causes that run in a ring make trees all the same', () => {
  const events = [
    traceEvent('a/1', { cause: 'b/1' }),
    traceEvent('b/1', { cause: 'a/1' }),
    traceEvent('c/1', { cause: 'c/1' }),
  ];
  const found = plant(events).flatMap(tree => outline(tree).match(/\w\/1/g) ?? []);
  expect(found.sort()).toEqual(['a/1', 'b/1', 'c/1']);
});

test('ten thousand events in one chain are planted at once', () => {
  const events = Array.from({ length: 10_000 }, (_, index) =>
    traceEvent(`a/${index + 1}`, { cause: index === 0 ? null : `a/${index}` }),
  );
  const roots = plant(events);
  expect(roots).toHaveLength(1);
  expect(treeOf(roots, 'a/10000')).toBe(roots[0]);
});
