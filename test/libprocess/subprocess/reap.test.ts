/** Waiting for the end of processes by pid: ours, others', unknown ones, and one that took another's pid. */
import { expect, test } from 'vitest';
import { io, PausableClock, PIPE, Runtime, realLauncher, reap, subprocess } from '../../../libprocess/index.ts';
import type { Launcher } from '../../../libprocess/subprocess/launcher.ts';
import { reapIntervalMs } from '../../../libprocess/subprocess/reap.ts';
import { simulate } from '../../../libprocess/testing.ts';

const NO_PID = 2 ** 22 + 1;

test.each([
  [1, 100],
  [50, 100],
  [275, 550],
  [500, 1_000],
  [5_000, 1_000],
])('%d processes are looked at every %d ms', (count, intervalMs) => {
  expect(reapIntervalMs(count)).toBe(intervalMs);
});

test('the end of a child of ours is its status', async () => {
  const runtime = Runtime.local({ launcher: realLauncher });
  const child = await subprocess(runtime, ['sleep', '100']);
  const reaped = reap(runtime, child.pid);
  child.kill('SIGTERM');
  expect(await reaped).toEqual({ signaled: 'SIGTERM' });
  expect(await reap(runtime, child.pid)).toBeNull();
});

test("of another's child it is known that it has gone", async () => {
  const runtime = Runtime.local({ launcher: realLauncher });
  const child = await subprocess(runtime, 'sleep 100 & echo $!', { out: PIPE, setsid: true });
  const grandchild = Number(Buffer.from(await io.read(child.out, 100)).toString());
  await child.status;
  const reaped = reap(runtime, grandchild);
  child.kill('SIGKILL', 'group');
  expect(await reaped).toBeNull();
  await runtime.stop();
});

test('a pid that nobody has is gone at once', async () => {
  expect(await reap(Runtime.local({ launcher: realLauncher }), NO_PID)).toBeNull();
});

test('a later process with the same pid is another one', async () => {
  const { clock, launcher, runtime } = machine();
  launcher.started.set(7, 1);
  const reaped = reap(runtime, 7);
  await turns();
  clock.advance(1_000);
  await turns();
  expect(reaped.state).toBe('pending');
  launcher.started.set(7, 2);
  clock.advance(100);
  await turns();
  expect(reaped.value).toBeNull();
});

test('all who wait for one process hear of its end, but for those who gave up, and then nobody looks any more', async () => {
  const { clock, launcher, runtime } = machine();
  launcher.started.set(7, 1);
  const waiting = [1, 2, 3].map(() => reap(runtime, 7));
  await turns();
  waiting[1]?.discard();
  launcher.started.delete(7);
  clock.advance(100);
  await turns();
  expect(waiting.map(({ state }) => state)).toEqual(['ready', 'discarded', 'ready']);
  expect(clock.nextDue).toBe(Infinity);
});

test('in a simulation, too', async () => {
  const sim = simulate();
  const node = sim.node('machine');
  const launched = subprocess(node, 'sleep 2; exit 4', { out: PIPE });
  await sim.advance(100);
  const [own, other] = [reap(node, launched.value.pid), reap(sim.node('other', { on: 'machine' }), launched.value.pid)];
  await sim.advance(1_000);
  expect([own.state, other.state]).toEqual(['pending', 'pending']);
  await sim.advance(1_100);
  expect([own.value, other.value]).toEqual([{ exited: 4 }, null]);
});

class Table implements Launcher {
  readonly started = new Map<number, number>();

  launch(): never {
    throw new Error('nothing is launched here');
  }

  kill(): boolean {
    return false;
  }

  isAlive(pid: number): boolean {
    return this.started.has(pid);
  }

  startedAt(pid: number): number | null {
    return this.started.get(pid) ?? null;
  }
}

function machine() {
  const clock = PausableClock.paused();
  const launcher = new Table();
  return { clock, launcher, runtime: Runtime.local({ clock, launcher }) };
}

/** Lets all turns that need no time be served. */
async function turns(): Promise<void> {
  for (let n = 0; n < 3; n++) await new Promise(ok => setImmediate(ok));
}
