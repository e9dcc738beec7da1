/** Work in an actor of its own. */
import { expect, test } from 'vitest';
import { current } from '../../libprocess/current.ts';
import { async, Failure, Promised } from '../../libprocess/index.ts';
import { simulate } from '../../libprocess/testing.ts';

test('work runs in an actor of its own, which is gone afterwards', async () => {
  const { sim, node } = start();
  const id = async(() => current()?.to.id, node);
  await sim.settle();
  expect(id.value).toBe('__async_executor__(1)');
  expect([...node.processes]).toEqual([]);
});

test('the actor lives until the future that the work returned is done', async () => {
  const { sim, node } = start();
  const inner = new Promised<number>();
  const outcome = async(() => inner, node);
  await sim.settle();
  expect([...node.processes]).toHaveLength(1);
  inner.set(7);
  await sim.settle();
  expect(outcome.value).toBe(7);
  expect([...node.processes]).toEqual([]);
});

test.each([
  ['is kept', () => Promise.resolve(7), { state: 'ready', value: 7 }],
  ['fails', () => Promise.reject(new Failure('no', 'NO')), { state: 'failed', error: { code: 'NO' } }],
])('the actor ends when a promise that the work returned %s', async (_what, work, expected) => {
  const { sim, node } = start();
  const outcome = async<number>(work, node).ignore();
  await sim.settle();
  expect(outcome).toMatchObject(expected);
  expect([...node.processes]).toEqual([]);
});

test('a Failure thrown by the work is its answer', async () => {
  const { sim, node } = start();
  const outcome = async(() => {
    throw new Failure('no', 'NO');
  }, node).ignore();
  await sim.settle();
  expect(outcome.error).toMatchObject({ code: 'NO' });
  expect([...node.processes]).toEqual([]);
});

test('discarding the outcome reaches the future that the work returned', async () => {
  const { sim, node } = start();
  const inner = new Promised<void>();
  const outcome = async(() => inner, node);
  await sim.settle();
  outcome.discard();
  expect(inner.discardRequested).toBe(true);
});

function start() {
  const sim = simulate();
  return { sim, node: sim.node('node') };
}
