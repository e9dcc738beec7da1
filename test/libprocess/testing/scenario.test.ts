/** Scenarios, invariants and the search for a seed: whatever fails tells the seed, the command and the flow. */
import { expect, test } from 'vitest';
import { int32, message, Process, Promised, req } from '../../../libprocess/index.ts';
import { reportFailures, reportsOf, type TestContext } from '../../../libprocess/testing/report-failures.ts';
import {
  Nemesis,
  type Probe,
  type Simulation,
  scenario,
  search,
  simulate,
  TROUBLES,
} from '../../../libprocess/testing.ts';

const Note = message('scenario.Note', { n: req(1, int32) });
const Count = message('scenario.Count', { n: req(1, int32) });

function start(sim: Simulation): { readonly one: Probe; readonly other: Probe } {
  return { one: sim.probe('one', Note, Count), other: sim.probe('other', Note, Count) };
}

test('a plain expect that fails in a scenario tells the seed, the command and the flow', async () => {
  const played = scenario({ seed: 5 }, async sim => {
    const { one, other } = start(sim);
    one.say(other.pid, Note, { n: 1 });
    await sim.advance(10);
    expect(other.received(Note)).toEqual([{ n: 2 }]);
  });
  const error: Error = await played.then(
    () => new Error('passed'),
    failed => failed,
  );
  expect(error.name).toBe('AssertionError');
  expect(error.message).toMatch(/deeply equal[\s\S]*\(seed 5, replayed by SIM_SEED=5 npx vitest run test.libprocess/);
  expect(error.message).toContain('0 ms  one → other  scenario.Note');
});

test('a bug that kills an actor at the very end of a scenario fails it', async () => {
  class Buggy extends Process {
    protected override initialize(): void {
      throw new TypeError('planted');
    }
  }
  const played = scenario({ replay: 'play it again' }, async sim => {
    sim.node('here').spawn(new Buggy('buggy'));
  });
  await expect(played).rejects.toThrow(/^planted \(seed 1, replayed by play it again\)/);
});

test('what is always to hold is checked after every turn, and told once', async () => {
  const sim = simulate();
  const { one, other } = start(sim);
  let turns = 0;
  sim.always('fewer than two notes', () => {
    turns += 1;
    return other.received(Note).length < 2;
  });
  for (const n of [1, 2, 3]) one.say(other.pid, Note, { n });
  const failing = sim.advance(10);
  await expect(failing).rejects.toThrow(/^broken: fewer than two notes \(seed 1/);
  expect(turns).toBeGreaterThan(5);
  await sim.advance(10);
});

test('an invariant may say by a plain expect what is wrong, and ends when it is disposed of', async () => {
  const sim = simulate();
  const { one, other } = start(sim);
  const empty = sim.always('no notes', () => expect(other.received(Note)).toEqual([]));
  const ended = sim.always('never true', () => false);
  ended[Symbol.dispose]();
  one.say(other.pid, Note, { n: 1 });
  await expect(sim.advance(10)).rejects.toThrow(/^broken: no notes: expected \[ { n: 1 } \] to deeply equal \[\]/);
  empty[Symbol.dispose]();
});

test('a search ends with the first seed that fails, and says how many it took', async () => {
  const played: number[] = [];
  const play = async (seed: number): Promise<void> => {
    if (seed === 12) throw new Error('twelve');
  };
  const finding = await search(play, { seeds: 100, from: 10, passed: seed => played.push(seed) });
  expect(finding).toMatchObject({ seed: 12, tried: 3, error: { message: 'twelve' } });
  expect(played).toEqual([10, 11]);
  expect(await search(play, { seeds: 5 })).toBeNull();
});

test('a chaos site fires by seed, at the part of the times that is asked for, and never without being asked', async () => {
  const fired = (seed: number): boolean[] => {
    const { chaos } = simulate({ seed, chaos: { often: 1, never: 0, half: 0.5 } }).node('here');
    return ['often', 'never', 'unknown', ...Array.from({ length: 30 }, () => 'half')].map(
      site => chaos?.(site) === true,
    );
  };
  expect(fired(1).slice(0, 3)).toEqual([true, false, false]);
  expect(new Set(fired(1).slice(3)).size).toBe(2);
  expect(fired(1)).toEqual(fired(1));
  expect(fired(1)).not.toEqual(fired(2));
  expect(simulate().node('here').chaos).toBeNull();
});

test('the nemesis lets every trouble come, by seed, and makes good again what it did', async () => {
  const strike = async (seed: number) => {
    const sim = simulate({ seed });
    for (const name of ['a', 'b', 'c']) sim.node(name);
    const nemesis = new Nemesis(sim, { nodes: ['a', 'b'], everyMs: [10, 50], downMax: 1 });
    let down = 0;
    sim.always('one is down at most', () => sim.nodes.filter(name => !sim.isUp(name)).length <= 1);
    for (let n = 0; n < 100; n++) {
      await sim.advance(50);
      down += sim.nodes.filter(name => !sim.isUp(name)).length;
    }
    await sim.until(() => sim.nodes.some(name => !sim.isUp(name)), 60_000);
    nemesis.end();
    await sim.settle();
    return { sim, counts: [...nemesis.counts], down };
  };
  const { sim, counts, down } = await strike(3);
  expect(counts.map(([trouble]) => trouble).toSorted()).toEqual(TROUBLES.toSorted());
  expect(down).toBeGreaterThan(0);
  expect(sim.nodes.map(name => sim.isUp(name))).toEqual([true, true, true]);
  expect((await strike(3)).counts).toEqual(counts);
  const { one, other } = start(sim);
  one.say(other.pid, Note, { n: 1 });
  await sim.until(() => other.received(Note).length === 1, 100);
});

test('a runner prints the seed of each simulation of a test that failed, unless its error tells it', () => {
  const printed: string[] = [];
  let begin = (_context: TestContext): void => undefined;
  reportFailures(
    call => (begin = call),
    report => printed.push(report),
  );
  const run = (message: string, body: () => void): void => {
    let failed: Parameters<TestContext['onTestFailed']>[0] = () => undefined;
    begin({ onTestFailed: call => (failed = call) });
    body();
    failed({ task: { result: { errors: [{ message }] } } });
  };
  run('1 is not 2', () => void simulate({ seed: 7, replay: 'again' }));
  run('not within 5 ms (seed 8, replayed by once more)', () => void simulate({ seed: 8, replay: 'once more' }));
  expect(printed).toEqual(['(seed 7, replayed by again):\n']);
  expect(reportsOf([], 'anything')).toEqual([]);
});

test('a future that stays pending fails its test with the flow', async () => {
  const sim = simulate({ seed: 4 });
  await expect(sim.ready(new Promised<number>(), 5)).rejects.toThrow(/^not within 5 ms \(seed 4, /);
});
