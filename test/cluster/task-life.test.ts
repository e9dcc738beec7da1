/** One task's whole life, from subscription to acknowledgement, on simulated nodes and a virtual clock. */
import { expect, test } from 'vitest';
import { Cluster, type ClusterOptions } from './cluster.ts';

const MINUTE_MS = 60_000;

async function runOneTask(options: ClusterOptions) {
  const cluster = new Cluster(options);
  const framework = cluster.framework();
  framework.run('t1', 'echo hello; sleep 1');
  const { sim } = cluster;
  await sim.until(() => framework.states('t1').includes('TASK_FINISHED'), 5 * MINUTE_MS);
  await sim.advance(MINUTE_MS);
  return { cluster, framework, sim };
}

test('a task starts, runs and finishes, each seen once and in order', async () => {
  const { framework } = await runOneTask({ seed: 1 });
  expect(framework.states('t1')).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
});

test('the same seed gives the same trace, another seed another', async () => {
  const digests: string[] = [];
  for (const seed of [7, 7, 8]) digests.push((await runOneTask({ seed, network: { delayMs: [1, 40] } })).sim.digest);
  expect(digests[0]).toBe(digests[1]);
  expect(digests[0]).not.toBe(digests[2]);
});
