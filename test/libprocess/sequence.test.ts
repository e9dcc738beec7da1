/** Sequences: one call at a time. */
import { expect, test } from 'vitest';
import { type Future, Promised, Sequence } from '../../libprocess/index.ts';

test('the next call starts when the one before is done, in whatever state', () => {
  const { sequence, started, gates } = scene(4);
  expect(started).toEqual([0]);
  gates[0]?.set();
  expect(started).toEqual([0, 1]);
  gates[1]?.fail(new Error('no'));
  expect(started).toEqual([0, 1, 2]);
  gates[2]?.discarded();
  expect(started).toEqual([0, 1, 2, 3]);
  sequence[Symbol.dispose]();
});

test('a call that was discarded before its turn is skipped, and discarded when its turn comes', () => {
  const { started, gates, futures } = scene(3);
  futures[1]?.discard();
  expect(futures[1]?.state).toBe('pending');
  gates[0]?.set();
  expect(futures[1]?.state).toBe('discarded');
  expect(started).toEqual([0, 2]);
});

test('discarding the call that runs asks its future', () => {
  const { gates, futures } = scene(1);
  futures[0]?.discard();
  expect(gates[0]?.discardRequested).toBe(true);
});

test('disposing of a sequence discards the call that runs and all that wait', () => {
  const { sequence, started, gates, futures } = scene(3);
  gates[0]?.onDiscard(() => gates[0]?.discarded());
  sequence[Symbol.dispose]();
  expect(futures.map(future => future.state)).toEqual(['discarded', 'discarded', 'discarded']);
  expect(started).toEqual([0]);
  expect(sequence.add(() => 1).error).toMatchObject({ code: 'TERMINATED' });
});

test('what a call throws fails its future and not the sequence', () => {
  const sequence = new Sequence();
  const failed = sequence.add(() => {
    throw new Error('no');
  });
  expect(failed.error).toEqual(new Error('no'));
  expect(sequence.add(() => 2).value).toBe(2);
});

test('a hundred thousand calls that wait behind one need no stack', () => {
  const sequence = new Sequence();
  const gate = new Promised<void>();
  sequence.add(() => gate);
  const last = Array.from({ length: 100_000 }, (_, n) => sequence.add(() => n)).at(-1);
  gate.set();
  expect(last?.value).toBe(99_999);
});

function scene(count: number) {
  const sequence = new Sequence();
  const started: number[] = [];
  const gates = Array.from({ length: count }, () => new Promised<void>());
  const futures: Future<void>[] = gates.map((gate, n) =>
    sequence.add(() => {
      started.push(n);
      return gate;
    }),
  );
  return { sequence, started, gates, futures };
}
