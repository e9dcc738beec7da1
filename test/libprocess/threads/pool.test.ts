/** Pools: jobs in threads, and the same inline. */
import { expect, onTestFinished, test } from 'vitest';
import { inlinePool, type Pool, type PoolOptions, Process, Runtime, threadPool } from '../../../libprocess/index.ts';
import * as jobs from './jobs.ts';
import { compiled } from './scene.ts';

type Jobs = typeof jobs;

const SOURCE = new URL('./jobs.ts', import.meta.url);
const FILE = await compiled(SOURCE);

function pool(options?: PoolOptions): Pool<Jobs> {
  const opened = threadPool<Jobs>(FILE, options);
  onTestFinished(() => opened.close());
  return opened;
}

const BOTH = [
  ['a pool of threads', () => pool({ threadsMax: 1 })],
  ['an inline pool', () => inlinePool<Jobs>(jobs)],
] as const;

test.each(BOTH)('%s returns what a job does, now or later', async (_name, open) => {
  const opened = open();

  expect(await opened.run('double', { number: 21 })).toBe(42);
  expect(await opened.run('later', 'much')).toBe('much later');
  expect(opened.pending).toBe(0);
});

test.each(BOTH)('%s fails JOB with the words of what a job throws', async (_name, open) => {
  await expect(open().run('fail', 'no way')).rejects.toMatchObject({
    code: 'JOB',
    message: "the job 'fail' failed: no way",
  });
});

test.each(BOTH)('%s that is closed takes no more jobs', async (_name, open) => {
  const opened = open();
  await opened.close();

  await expect(opened.run('later', 'never')).rejects.toMatchObject({ code: 'POOL_CLOSED' });
});

test('a job is given up in its midst when its future is discarded, and others go on', async () => {
  const opened = pool({ threadsMax: 1 });
  const started = shared();
  const hanging = opened.run('hang', started);
  while (Atomics.load(started, 0) === 0) await new Promise(setImmediate);

  hanging.discard();

  expect(await opened.run('double', { number: 1 })).toBe(2);
  expect(hanging.state).toBe('discarded');
});

test('a job that waits is taken out of the queue when its future is discarded', async () => {
  const opened = pool({ threadsMax: 1 });
  const hanging = opened.run('hang', shared());
  const waiting = opened.run('double', { number: 1 });

  waiting.discard();
  await expect(waiting).rejects.toMatchObject({ code: 'DISCARDED' });

  expect(opened.pending).toBe(1);
  hanging.discard();
});

test('no more jobs wait than are allowed to', async () => {
  const opened = pool({ threadsMax: 1, queueMax: 1 });
  const [running, waiting] = [opened.run('hang', shared()), opened.run('double', { number: 1 })];

  await expect(opened.run('later', 'never')).rejects.toMatchObject({ code: 'POOL_FULL' });

  running.discard();
  expect(await waiting).toBe(2);
});

test('what runs when a pool is closed fails POOL_CLOSED', async () => {
  const opened = pool({ threadsMax: 1 });
  const running = opened.run('hang', shared());

  const failed = expect(running).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  await opened.close();

  await failed;
});

test('a pool of TypeScript runs it as it stands, and ends with the actor that owns it', async () => {
  class Owner extends Process {
    readonly jobs = this.own(threadPool<Jobs>(SOURCE, { threadsMax: 1 }));

    async double(number: number): Promise<number> {
      return this.turn(this.jobs.run('double', { number }));
    }
  }
  const runtime = Runtime.local();
  const owner = new Owner('owner');
  const ref = runtime.spawn(owner);

  expect(await ref.double(4)).toBe(8);
  await runtime.stop();

  await expect(owner.jobs.run('double', { number: 1 })).rejects.toMatchObject({ code: 'POOL_CLOSED' });
});

function shared(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}
