/** Queues: items meet getters. */
import { expect, test } from 'vitest';
import { Queue } from '../../libprocess/index.ts';

test('items come out in the order in which they were put', () => {
  const queue = new Queue<number>();
  queue.put(1);
  queue.put(2);
  expect(queue.size).toBe(2);
  expect([queue.get().value, queue.get().value]).toEqual([1, 2]);
});

test('getters are served in the order in which they came', () => {
  const queue = new Queue<number>();
  const [first, second] = [queue.get(), queue.get()];
  queue.put(1);
  expect([first.state, second.state]).toEqual(['ready', 'pending']);
  queue.put(2);
  expect([first.value, second.value]).toEqual([1, 2]);
});

test('a discarded getter leaves the queue and takes no item', () => {
  const queue = new Queue<number>();
  const [first, second] = [queue.get(), queue.get()];
  first.discard();
  queue.put(1);
  expect(first.state).toBe('discarded');
  expect(second.value).toBe(1);
});

test('undefined is an item like any other', () => {
  const queue = new Queue<undefined>();
  queue.put(undefined);
  expect(queue.get().state).toBe('ready');
  expect(queue.get().state).toBe('pending');
});
