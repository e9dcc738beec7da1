/** Loops over futures. */
import { expect, test } from 'vitest';
import { current } from '../../libprocess/current.ts';
import { Break, Continue, Future, loop, Process, Promised } from '../../libprocess/index.ts';
import { simulate } from '../../libprocess/testing.ts';

test('a loop goes on until its body breaks, and is ready with what it breaks with', () => {
  let n = 0;
  const result = loop(
    () => ++n,
    value => (value < 10 ? Continue() : Break(`at ${value}`)),
  );
  expect(result.value).toBe('at 10');
});

test('a hundred thousand rounds that are ready at once need no stack', () => {
  let n = 0;
  const result = loop(
    () => Future.ready(++n),
    value => Future.ready(value < 100_000 ? Continue() : Break(value)),
  );
  expect(result.value).toBe(100_000);
});

test('a loop waits for what its iterate and its body wait for', async () => {
  const [value, flow] = [new Promised<number>(), new Promised<ReturnType<typeof Break<string>>>()];
  const result = loop(
    () => value,
    () => flow,
  );
  value.set(1);
  expect(result.state).toBe('pending');
  flow.set(Break('done'));
  expect(result.value).toBe('done');
});

test('promises will do instead of futures', async () => {
  let n = 0;
  const result = await loop(
    async () => ++n,
    async value => (value < 3 ? Continue() : Break(value)),
  );
  expect(result).toBe(3);
});

test('discarding a loop asks the future that it waits for, which may end it as discarded', () => {
  const inner = new Promised<number>();
  const result = loop(() => inner, Continue);
  result.discard();
  expect(inner.discardRequested).toBe(true);
  inner.discarded();
  expect(result.state).toBe('discarded');
});

test('after a request to discard, each further future is asked too', () => {
  const values = [new Promised<number>(), new Promised<number>()];
  let n = 0;
  const result = loop(() => values[n++] ?? Future.failed(new Error('too far')), Continue);
  result.discard();
  values[0]?.set(1);
  expect(values[1]?.discardRequested).toBe(true);
});

test.each(['iterate', 'body'])('what %s throws or fails with fails the loop', where => {
  const bad = (): never => {
    throw new Error(where);
  };
  expect(loop(where === 'iterate' ? bad : () => 1, bad).error).toEqual(new Error(where));
  const failed = (): Future<never> => Future.failed(new Error(where));
  expect(loop(where === 'iterate' ? failed : () => 1, failed).error).toEqual(new Error(where));
});

test('the steps of a loop on an actor are turns of that actor', async () => {
  const sim = simulate();
  const actor = sim.node('node').spawn(new Idle('idle'));
  const whose: (string | undefined)[] = [];
  const gate = new Promised<number>();
  const result = loop(
    () => gate,
    () => {
      whose.push(current()?.to.id);
      return Break();
    },
    actor.pid,
  );
  await sim.settle();
  gate.set(1);
  expect(result.state).toBe('pending');
  await sim.settle();
  expect([result.state, whose]).toEqual(['ready', ['idle']]);
});

test('a loop on an actor that is gone fails', async () => {
  const sim = simulate();
  const node = sim.node('node');
  const actor = node.spawn(new Idle('idle'));
  const gate = new Promised<number>();
  const result = loop(() => gate, Continue, actor.pid).ignore();
  await sim.settle();
  node.terminate(actor.pid);
  await sim.settle();
  gate.set(1);
  expect(result.error).toMatchObject({ code: 'NO_PROCESS' });
});

class Idle extends Process {}
