/** Letting the actors of any runtime finish on a paused clock. */
import { expect, test } from 'vitest';
import { advance, PausableClock, Process, Runtime, settle } from '../../libprocess/index.ts';

class Chain extends Process {
  readonly at: number[] = [];

  next(left: number, ms: number): void {
    this.at.push(this.now);
    if (left > 0) this.delay(ms, this.next, left - 1, ms);
  }

  async hops(count: number): Promise<number> {
    for (let hop = 0; hop < count; hop++) await this.turn(this.sleep(0));
    return this.now;
  }
}

test('settle waits for all that needs no time, and for nothing that does', async () => {
  const { chain, ref } = start();
  ref.next(1, 10);
  await settle();
  expect(chain.at).toEqual([0]);
});

test('advance fires each timer at its time, also those that turns on the way set', async () => {
  const { clock, chain, ref } = start();
  ref.next(5, 10);
  await advance(clock, 35);
  expect([chain.at, clock.now]).toEqual([[0, 10, 20, 30], 35]);
});

test('timers in no time are over within an advance by 0', async () => {
  const { clock, ref } = start();
  const hopped = ref.hops(100);
  await advance(clock, 0);
  expect(hopped.value).toBe(0);
});

function start() {
  const clock = PausableClock.paused();
  const chain = new Chain('chain');
  return { clock, chain, ref: Runtime.local({ clock }).spawn(chain) };
}
