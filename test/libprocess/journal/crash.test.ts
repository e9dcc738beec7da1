/** Crashes: at whatever moment the power fails, nothing that was acknowledged is lost, and nothing comes back twice. */
import { expect, test } from 'vitest';
import type { Future, Journal } from '../../../libprocess/index.ts';
import { bytes, Scene } from './scene.ts';

const SEEDS = 200;
const CRASHES = 4;
const ACTIONS = 40;

test(`nothing acknowledged is lost over ${CRASHES} crashes, for ${SEEDS} seeds`, { timeout: 120_000 }, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) await life(seed);
});

test('what an open gave back is durable, also when it had only been written', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const scene = new Scene(seed);
    const { journal } = await scene.open();
    await scene.done(journal.append(bytes('written'), { sync: false }));
    expect((await scene.open()).replayed).toEqual(['written']);
    scene.disk.crash();
    expect((await scene.open()).replayed, `seed ${seed}`).toEqual(['written']);
  }
});

/** Appends, syncs, takes snapshots, purges, crashes, opens again, and compares what came back with what was said. */
async function life(seed: number): Promise<void> {
  const scene = new Scene(seed, [0.1, 5]);
  let records: string[] = [];
  for (let crash = 0; crash < CRASHES; crash++) {
    const { journal, replayed } = await scene.open({ segmentBytes: 200 });
    const back = unfold(replayed);
    expect(back, `seed ${seed}: a prefix`).toEqual(records.slice(0, back.length));
    expect(journal.lastSequence, `seed ${seed}`).toBe(back.length);
    records = back;
    const acknowledged = await act(scene, journal, records, `${crash}`);
    scene.disk.crash();
    const { replayed: after } = await scene.open({ segmentBytes: 200 });
    expect(unfold(after).length, `seed ${seed}: acknowledged`).toBeGreaterThanOrEqual(acknowledged());
    scene.disk.crash();
  }
}

/** Does a random number of random things; how many records had been said to be durable when it ended. */
async function act(scene: Scene, journal: Journal, records: string[], life: string): Promise<() => number> {
  const { random } = scene;
  let durable = records.length;
  const noteDurable = (upTo: number) => (future: Future<unknown>) =>
    future.onReady(() => {
      durable = Math.max(durable, upTo);
    });
  for (let n = random.between(0, ACTIONS); n > 0; n--) {
    const dice = random.next();
    if (dice < 0.5) {
      records.push(`${life}.${records.length + 1}`);
      const sync = random.next() < 0.7;
      const appended = journal.append(bytes(records.at(-1) ?? ''), { sync });
      if (sync) noteDurable(records.length)(appended);
    } else if (dice < 0.6) noteDurable(records.length)(journal.sync());
    else if (dice < 0.65) noteDurable(records.length)(journal.snapshot(bytes(records.join(' '))));
    else if (dice < 0.7) journal.purge();
    else for (let steps = random.between(1, 10); steps > 0; steps--) await scene.step();
  }
  const atCrash = durable;
  return () => atCrash;
}

/** The records that `replayed` stands for: those in the snapshot, and those behind it. */
function unfold(replayed: readonly string[]): string[] {
  const [, , state] = /^snapshot (\d+) ?(.*)$/.exec(replayed[0] ?? '') ?? [];
  if (state === undefined) return [...replayed];
  return [...state.split(' ').filter(record => record !== ''), ...replayed.slice(1)];
}
