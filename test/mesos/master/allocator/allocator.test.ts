import { afterEach, expect, test } from 'vitest';
import { logger, PausableClock, Process, type Ref, Runtime, SeededRandom } from '../../../../libprocess/index.ts';
import { HierarchicalAllocatorProcess } from '../../../../mesos/master/allocator/allocator.ts';
import { refusalMs } from '../../../../mesos/master/allocator/refusal-time.ts';
import type { FrameworkOffers } from '../../../../mesos/master/allocator/round.ts';
import { flat, frameworkInfo, LEAST, MODERN, R } from './scene.ts';

const NONE: ReadonlySet<string> = new Set();
const runtimes: Runtime[] = [];
afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.stop();
});

/** Stands in for the master: keeps what is offered. */
class Offered extends Process {
  readonly lines: string[] = [];

  constructor() {
    super('offered');
  }

  take(frameworkId: string, offers: FrameworkOffers): void {
    this.lines.push(...flat(new Map([[frameworkId, offers]])));
  }
}

async function start(allocationIntervalMs = 1_000) {
  const clock = PausableClock.paused();
  const runtime = Runtime.local({ clock, random: new SeededRandom(1), log: logger(() => {}) });
  runtimes.push(runtime);
  const offered = new Offered();
  const sink: Ref<Offered> = runtime.spawn(offered);
  const allocator = runtime.spawn(
    new HierarchicalAllocatorProcess({ allocationIntervalMs, minAllocatableResources: LEAST }),
  );
  allocator.start((id, offers) => void sink.take(id, offers));
  const settle = async () => {
    for (let i = 0; i < 5; i++) await allocator.updateWhitelist(null);
  };
  await settle();
  /** In steps: a timer set in a turn begins where the clock stands then. */
  const advance = async (ms: number) => {
    for (const end = clock.now + ms; clock.now < end; ) {
      clock.advance(Math.min(100, end - clock.now));
      await settle();
    }
  };
  return { allocator, runtime, settle, advance, offers: () => offered.lines.splice(0) };
}

async function withOffer(intervalMs?: number) {
  const scene = await start(intervalMs);
  scene.allocator.addAgent('s1', { hostname: 'h' }, MODERN, R('cpus:1'), new Map());
  scene.allocator.addFramework('f', frameworkInfo(['r']), new Map(), true);
  await scene.settle();
  expect(scene.offers()).toEqual(['f r s1 cpus:1']);
  return { ...scene, resources: R('cpus:1').allocate('r') };
}

test('the first allocator of a runtime is hierarchical-allocator(1)', async () => {
  const { allocator } = await start();
  expect(allocator.pid.id).toBe('hierarchical-allocator(1)');
});

test('an agent and a framework bring about an offer at once, in one run', async () => {
  const { runtime } = await withOffer();
  const snapshot = await runtime.metrics.snapshot();
  expect(snapshot['allocator/mesos/allocation_runs']).toBe(1);
  expect(snapshot['allocator/mesos/resources/cpus/total']).toBe(1);
  expect(snapshot['allocator/mesos/resources/cpus/offered_or_allocated']).toBe(1);
});

test('what comes back waits for the next interval', async () => {
  const { allocator, resources, advance, settle, offers } = await withOffer();
  allocator.recoverResources('f', 's1', resources, undefined, false);
  await settle();
  expect(offers()).toEqual([]);
  await advance(999);
  expect(offers()).toEqual([]);
  await advance(1);
  expect(offers()).toEqual(['f r s1 cpus:1']);
});

test('a refusal lasts its time, and the next run after it offers again', async () => {
  const { allocator, runtime, resources, advance, offers } = await withOffer();
  allocator.recoverResources('f', 's1', resources, { refuse_seconds: 2.5 }, false);
  await advance(2_400);
  expect((await runtime.metrics.snapshot())['allocator/mesos/offer_filters/roles/r/active']).toBe(1);
  expect(offers()).toEqual([]);
  await advance(100);
  expect(offers()).toEqual([]);
  await advance(500);
  expect(offers()).toEqual(['f r s1 cpus:1']);
});

test('a refusal outlives the next run even when its time is shorter', async () => {
  const { allocator, resources, advance, offers } = await withOffer(10_000);
  allocator.recoverResources('f', 's1', resources, { refuse_seconds: 1 }, false);
  await advance(10_000);
  expect(offers()).toEqual([]);
  await advance(10_000);
  expect(offers()).toEqual(['f r s1 cpus:1']);
});

test('revive ends a refusal and runs at once', async () => {
  const { allocator, resources, settle, offers } = await withOffer();
  allocator.recoverResources('f', 's1', resources, {}, false);
  allocator.reviveOffers('f', NONE);
  await settle();
  expect(offers()).toEqual(['f r s1 cpus:1']);
});

test('while paused events run nothing and name no candidates; the interval finds them after resume', async () => {
  const { allocator, advance, settle, offers } = await start();
  allocator.pause();
  allocator.addAgent('s1', { hostname: 'h' }, MODERN, R('cpus:1'), new Map());
  allocator.addFramework('f', frameworkInfo(['r']), new Map(), true);
  await advance(5_000);
  allocator.resume();
  await settle();
  expect(offers()).toEqual([]);
  await advance(1_000);
  expect(offers()).toEqual(['f r s1 cpus:1']);
});

test('a run that was pending when the pause came keeps its candidates for the next one', async () => {
  const { allocator, settle, offers } = await start();
  allocator.addFramework('f', frameworkInfo(['r']), new Map(), true);
  await settle();
  allocator.addAgent('s1', { hostname: 'h' }, MODERN, R('cpus:1'), new Map());
  allocator.pause();
  allocator.resume();
  allocator.addAgent('s2', { hostname: 'h' }, MODERN, R('cpus:2'), new Map());
  await settle();
  expect(offers().sort()).toEqual(['f r s1 cpus:1', 'f r s2 cpus:2']);
});

test.each([
  [undefined, 0],
  [{}, 5_000],
  [{ refuse_seconds: 0 }, 0],
  [{ refuse_seconds: 0.5 }, 500],
  [{ refuse_seconds: -1 }, 5_000],
  [{ refuse_seconds: Number.NaN }, 5_000],
  [{ refuse_seconds: 1e12 }, 31_536_000_000],
])('filters %o refuse for %d ms', (filters, ms) => {
  expect(refusalMs(filters)).toBe(ms);
});
