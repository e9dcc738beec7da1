/** Clusters whose parts die, hang and come back. */
import { expect, test } from 'vitest';
import { StatusUpdateAcknowledgementMessage } from '../../mesos/index.ts';
import { Cluster } from './cluster.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** A cluster with a framework whose task `t1` runs. */
async function running(command = 'sleep 600', flags: { masterFlags?: string[]; agentFlags?: string[] } = {}) {
  const cluster = new Cluster({ seed: 1, ...flags });
  const framework = cluster.framework();
  framework.run('t1', command);
  await cluster.sim.until(() => framework.states('t1').includes('TASK_RUNNING'), 5 * MINUTE_MS);
  await cluster.sim.advance(5 * SECOND_MS);
  return { cluster, framework, sim: cluster.sim };
}

test('a command that fails gives TASK_FAILED with its status', async () => {
  const { framework, sim } = await running('sleep 1; exit 3');
  await sim.advance(MINUTE_MS);
  const last = framework.seen.at(-1);
  expect([last?.state, last?.status.message]).toEqual(['TASK_FAILED', 'Command exited with status 3']);
});

test('a kill ends the task', async () => {
  const { framework, sim } = await running();
  framework.end('t1');
  await sim.advance(MINUTE_MS);
  expect(framework.states('t1')).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLED']);
});

test('an agent that is gone is lost after the ping timeouts, and so is its task', async () => {
  const { framework, sim } = await running('sleep 6000', { masterFlags: ['--agent_ping_timeout=1secs'] });
  sim.partition('master', 'agent1');
  await sim.advance(4 * SECOND_MS);
  expect(framework.states('t1')).not.toContain('TASK_LOST');
  await sim.advance(10 * SECOND_MS);
  expect(framework.states('t1').at(-1)).toBe('TASK_LOST');
  expect(framework.lostAgents).toHaveLength(1);
});

test('an agent killed and restarted finds its task running and its updates flow', async () => {
  const { framework, sim } = await running('sleep 60');
  sim.crash('agent1');
  await sim.advance(2 * SECOND_MS);
  sim.restart('agent1');
  await sim.until(() => framework.states('t1').includes('TASK_FINISHED'), 10 * MINUTE_MS);
  expect(framework.states('t1')).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
});

test('a task that ends while its agent is down is reported when it is back', async () => {
  const { framework, sim } = await running('sleep 30; exit 5');
  sim.crash('agent1');
  await sim.advance(60 * SECOND_MS);
  sim.restart('agent1');
  await sim.until(() => framework.states('t1').includes('TASK_FAILED'), 10 * MINUTE_MS);
  expect(framework.seen.at(-1)?.status.message).toBe('Command exited with status 5');
});

test('a master killed and restarted gets agent, framework and task back, and the task never stops', async () => {
  const { framework, sim } = await running('sleep 300', { masterFlags: ['--agent_ping_timeout=1secs'] });
  sim.crash('master');
  await sim.advance(10 * SECOND_MS);
  sim.restart('master');
  await sim.advance(2 * MINUTE_MS);
  framework.run('t2', 'sleep 1');
  await sim.until(() => framework.states('t2').includes('TASK_FINISHED'), 5 * MINUTE_MS);
  await sim.until(() => framework.states('t1').includes('TASK_FINISHED'), 10 * MINUTE_MS);
  expect(framework.states('t1').filter(state => state !== 'TASK_RUNNING')).toEqual(['TASK_STARTING', 'TASK_FINISHED']);
});

test('an update whose acknowledgement is lost comes again after 10 seconds', async () => {
  const { framework, sim } = await running();
  sim.drop(StatusUpdateAcknowledgementMessage, 2); // The first is the agent to its executor.
  framework.end('t1');
  await sim.advance(9 * SECOND_MS);
  expect(framework.states('t1').filter(state => state === 'TASK_KILLED')).toHaveLength(1);
  await sim.advance(MINUTE_MS);
  expect(framework.states('t1').filter(state => state === 'TASK_KILLED')).toHaveLength(2);
});

for (let seed = 1; seed <= 20; seed++) {
  test(`ten tasks on three agents over a slow network all finish (seed ${seed})`, async () => {
    const cluster = new Cluster({ seed, agents: 3, network: { delayMs: [1, 300] } });
    const framework = cluster.framework();
    const ids = Array.from({ length: 10 }, (_, n) => `t${n}`);
    for (const id of ids) framework.run(id, `sleep ${seed % 4}`);
    const done = (): boolean => ids.every(id => framework.states(id).includes('TASK_FINISHED'));
    await cluster.sim.until(done, 30 * MINUTE_MS);
    for (const id of ids) {
      expect([...new Set(framework.states(id))]).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
    }
  });
}
