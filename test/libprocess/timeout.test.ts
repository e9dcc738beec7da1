/** Points in time. */
import { expect, test } from 'vitest';
import { PausableClock, Timeout } from '../../libprocess/index.ts';

test('what remains of a timeout falls to 0 and no further', () => {
  const clock = PausableClock.paused();
  const timeout = Timeout.in(10, clock);
  clock.advance(4);
  expect([timeout.remaining, timeout.expired]).toEqual([6, false]);
  clock.advance(6);
  expect([timeout.remaining, timeout.expired]).toEqual([0, true]);
  clock.advance(1);
  expect(timeout.remaining).toBe(0);
});
