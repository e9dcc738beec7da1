/** Things that happen once. */
import { expect, test } from 'vitest';
import { setCurrentClock } from '../../libprocess/current.ts';
import { CountDownLatch, Latch, Once, PausableClock } from '../../libprocess/index.ts';

test('a latch is triggered once, and all who wait hear of it', () => {
  const latch = new Latch();
  const before = latch.await();
  expect(latch.trigger()).toBe(true);
  expect(latch.trigger()).toBe(false);
  expect([before.value, latch.await().value]).toEqual([true, true]);
});

test('waiting for a latch gives false when the time is over', () => {
  const clock = PausableClock.paused();
  setCurrentClock(clock);
  const opened = new Latch().await(100);
  clock.advance(99);
  expect(opened.state).toBe('pending');
  clock.advance(1);
  expect(opened.value).toBe(false);
});

test('who gives up waiting for a latch does not spoil it for the others', () => {
  const latch = new Latch();
  latch.await().discard();
  latch.trigger();
  expect(latch.await().value).toBe(true);
});

test('a count-down latch is triggered by its last decrement', () => {
  const latch = new CountDownLatch(2);
  expect(latch.decrement()).toBe(false);
  expect(latch.triggered().state).toBe('pending');
  expect(latch.decrement()).toBe(true);
  expect(latch.triggered().state).toBe('ready');
  expect(latch.decrement()).toBe(false);
});

test('a count of 0 is triggered from the start', () => {
  expect(new CountDownLatch(0).triggered().state).toBe('ready');
});

test('the first caller does the work, the others wait until it is done', () => {
  const once = new Once();
  expect(once.once().value).toBe(false);
  const other = once.once();
  expect(other.state).toBe('pending');
  once.done();
  expect([other.value, once.once().value]).toEqual([true, true]);
});
