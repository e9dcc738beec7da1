/** Executors: deferred functions as turns of an actor of their own. */
import { expect, test } from 'vitest';
import { current } from '../../libprocess/current.ts';
import { Executor, Failure, Promised } from '../../libprocess/index.ts';
import { simulate } from '../../libprocess/testing.ts';

test('deferred functions run in order, as turns of the executor, and give what they return', async () => {
  const { sim, executor } = start();
  const whose: (string | undefined)[] = [];
  const add = executor.defer((a: number, b: number) => {
    whose.push(current()?.to.id);
    return a + b;
  });
  const sums = [add(1, 2), add(3, 4)];
  await sim.settle();
  expect([sums.map(sum => sum.value), whose]).toEqual([
    [3, 7],
    ['__executor__(1)', '__executor__(1)'],
  ]);
});

test('a deferred function that returns a future is followed, and a Failure is its answer', async () => {
  const { sim, executor } = start();
  const inner = new Promised<string>();
  const followed = executor.defer(() => inner)();
  const refused = executor
    .defer((): number => {
      throw new Failure('no', 'NO');
    })()
    .ignore();
  await sim.settle();
  inner.set('late');
  expect([followed.value, refused.error]).toEqual(['late', expect.objectContaining({ code: 'NO' })]);
});

test('what is deferred to an executor that was stopped fails', async () => {
  const { sim, executor } = start();
  const call = executor.defer(() => 1);
  const queued = call().ignore();
  {
    using _ = executor;
  }
  await sim.settle();
  const late = call().ignore();
  expect([queued.error, late.error]).toEqual(
    ['TERMINATED', 'NO_PROCESS'].map(code => expect.objectContaining({ code })),
  );
});

function start() {
  const sim = simulate();
  return { sim, executor: new Executor(sim.node('node')) };
}
