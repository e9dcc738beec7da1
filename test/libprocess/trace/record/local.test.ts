import { expect, test } from 'vitest';
import { Process } from '../../../../libprocess/process.ts';
import type { Runtime } from '../../../../libprocess/runtime.ts';
import { record, replay } from './small.ts';

/** Tells what it sees of time and chance. */
class Ticker extends Process {
  readonly seen: unknown[] = [];

  constructor() {
    super('ticker');
  }

  protected override initialize(): void {
    this.seen.push(['begin', this.now, this.clock.wall, this.uuid()]);
    this.delay(1_000, this.#tick, 1);
  }

  async #tick(count: number): Promise<void> {
    this.seen.push([count, this.now, this.clock.wall, this.random.next()]);
    await this.turn(this.sleep(this.random.next() * 100));
    this.seen.push(['slept', this.now, this.clock.wall]);
    if (count < 5) this.delay(1_000 + Math.floor(this.random.next() * 500), this.#tick, count + 1);
  }
}

function twice(make: () => Process): { readonly made: Process[]; readonly boot: (runtime: Runtime) => void } {
  const made: Process[] = [];
  return {
    made,
    boot: runtime => {
      const process = make();
      made.push(process);
      runtime.spawn(process);
    },
  };
}

test('an actor sees the same time, chance and turns in a replay', async () => {
  const { made, boot } = twice(() => new Ticker());
  const live = await record(boot);
  await live.advance(10_000);
  const { $served: turns } = live.runtime;
  const replayed = await replay(await live.end(), boot);
  expect(replayed.differences).toEqual([]);
  expect(replayed.turns).toBe(turns);
  const [first, second] = made as Ticker[];
  expect(first?.seen.length).toBe(11);
  expect(second?.seen).toEqual(first?.seen);
});

let outsideCounter = 0;

class Cheat extends Process {
  protected override initialize(): void {
    outsideCounter += 1;
    this.delay(1_000 + outsideCounter, this.#done);
  }

  #done(): void {}
}

test('an actor that keeps something outside of itself is found out', async () => {
  const { boot } = twice(() => new Cheat());
  const live = await record(boot);
  await live.advance(5_000);
  const { differences } = await replay(await live.end(), boot);
  expect(differences).toMatchObject([{ turn: 1, what: 'output' }]);
});

test('a replay stops after the turn that is asked for', async () => {
  const { made, boot } = twice(() => new Ticker());
  const live = await record(boot);
  await live.advance(10_000);
  const recorded = await live.end();
  await replay(recorded, boot, 2);
  expect((made[1] as Ticker).seen).toHaveLength(2);
});
