/** Calls by a Ref whose Futures are answered: many at once, and one after another. */
import { Process, Promised, type Ref } from '../../libprocess/index.ts';
import type { Erlang } from './erlang.ts';
import { inRuntime, type Row, sides, WINDOW } from './in-runtime.ts';
import type { Effort, Work } from './measure.ts';

export function dispatchCases(effort: Effort, erlang: Erlang | null): Row[] {
  return [
    {
      name: 'dispatches answered, 1,000 at once',
      ...sides({ ours: answered, plain: answeredPlain, plainName: 'promises' }, effort),
      target: { value: 5e6 },
      original: '0.24 M/s',
    },
    {
      name: 'awaited dispatch after dispatch',
      ...sides(
        {
          ours: awaited,
          plain: awaitedPlain,
          plainName: 'microtask, tick, await',
          erlang: erlang?.work('call'),
        },
        effort,
      ),
      target: { ofLimit: 0.6 },
      original: '0.24 M/s',
    },
  ];
}

class Adder extends Process {
  #total = 0;

  add(amount: number): number {
    this.#total += amount;
    return this.#total;
  }
}

const answered: Work = count =>
  inRuntime(async runtime => {
    const adder = runtime.spawn(new Adder('adder'));
    for (let left = count; left > 0; left -= WINDOW) await answeredWindow(adder);
  });

function answeredWindow(adder: Ref<Adder>): Promised<void> {
  const done = new Promised<void>();
  let missing = WINDOW;
  const got = (): void => {
    missing -= 1;
    if (missing === 0) done.set();
  };
  for (let index = 0; index < WINDOW; index++) adder.add(1).onReady(got);
  return done;
}

const answeredPlain: Work = async count => {
  let total = 0;
  const add = async (amount: number): Promise<number> => {
    total += amount;
    return total;
  };
  for (let left = count; left > 0; left -= WINDOW) {
    const answers: Promise<number>[] = [];
    for (let index = 0; index < WINDOW; index++) answers.push(add(1));
    for (const answer of answers) await answer;
  }
};

const awaited: Work = count =>
  inRuntime(async runtime => {
    const adder = runtime.spawn(new Adder('adder'));
    for (let index = 0; index < count; index++) await adder.add(1);
  });

/** What any drain that keeps turns whole must go through. */
const awaitedPlain: Work = async count => {
  for (let index = 0; index < count; index++) {
    await new Promise<void>(done => queueMicrotask(() => process.nextTick(done)));
  }
};
