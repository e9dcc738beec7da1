/** Rate limiters: permits evenly spaced. */
import { expect, test } from 'vitest';
import { RateLimiter } from '../../libprocess/index.ts';
import { simulate } from '../../libprocess/testing.ts';

test('the first permit is given at once, the others evenly spaced', async () => {
  const { sim, limiter } = start();
  const permits = [limiter.acquire(), limiter.acquire(), limiter.acquire()];
  await sim.settle();
  expect(states(permits)).toEqual(['ready', 'pending', 'pending']);
  await sim.advance(499);
  expect(states(permits)).toEqual(['ready', 'pending', 'pending']);
  await sim.advance(1);
  expect(states(permits)).toEqual(['ready', 'ready', 'pending']);
  await sim.advance(500);
  expect(states(permits)).toEqual(['ready', 'ready', 'ready']);
});

test('time in which nobody asked allows no burst', async () => {
  const { sim, limiter } = start();
  await sim.advance(10_000);
  const permits = [limiter.acquire(), limiter.acquire()];
  await sim.settle();
  expect(states(permits)).toEqual(['ready', 'pending']);
});

test('a permit asked for within the interval comes at its end', async () => {
  const { sim, limiter } = start();
  limiter.acquire();
  await sim.advance(300);
  const second = limiter.acquire();
  await sim.advance(199);
  expect(second.state).toBe('pending');
  await sim.advance(1);
  expect(second.state).toBe('ready');
});

test('a discarded acquire gives its turn to the next', async () => {
  const { sim, limiter } = start();
  const permits = [limiter.acquire(), limiter.acquire(), limiter.acquire()];
  await sim.settle();
  permits[1]?.discard();
  await sim.advance(500);
  expect(states(permits)).toEqual(['ready', 'discarded', 'ready']);
});

test('the end of the limiter discards what is waited for', async () => {
  const { sim, node, limiter } = start();
  const permits = [limiter.acquire(), limiter.acquire()];
  await sim.settle();
  node.terminate(limiter.pid);
  await sim.settle();
  expect(limiter.pid.id).toBe('__limiter__(1)');
  expect(states(permits)).toEqual(['ready', 'discarded']);
});

test.each([0, -1, Number.NaN])('%d permits are refused', permits => {
  expect(() => new RateLimiter(permits)).toThrow('a rate of');
});

function start() {
  const sim = simulate();
  const node = sim.node('node');
  return { sim, node, limiter: node.spawn(new RateLimiter(2, 1_000)) };
}

function states(futures: readonly { readonly state: string }[]): string[] {
  return futures.map(future => future.state);
}
