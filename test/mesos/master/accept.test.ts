/** ACCEPT with offers and tasks that cannot be: each task gets Mesos' state, reason and message. */
import { expect, test } from 'vitest';
import { parseResourceList } from '../../../mesos/common/resource-text.ts';
import { RunTaskMessage } from '../../../mesos/protocol/task-launch.ts';
import { running, scene, task } from './scene.ts';

const AWARE = { capabilities: [{ type: 'PARTITION_AWARE' }], failover_timeout: 60 };

test('an offer that is gone: the task is dropped', async () => {
  const { sim, agent, scheduler } = await running(AWARE);
  scheduler.accept([task('t1', agent)], [{ value: 'nope' }]);
  await sim.advance(10);
  expect(scheduler.statuses).toMatchObject([
    {
      state: 'TASK_DROPPED',
      reason: 'REASON_INVALID_OFFERS',
      message: 'Task launched with invalid offers: Offer nope is no longer valid',
    },
  ]);
});

test('the same for a framework that is not partition-aware: the task is lost', async () => {
  const { sim, agent, scheduler } = await running({ failover_timeout: 60 });
  scheduler.accept([task('t1', agent)], []);
  await sim.advance(10);
  expect(scheduler.statuses).toMatchObject([
    { state: 'TASK_LOST', message: 'Task launched with invalid offers: No offers specified' },
  ]);
});

test('an offer twice', async () => {
  const { sim, agent, scheduler } = await running(AWARE);
  const [offer] = scheduler.offers;
  const id = offer?.id ?? { value: '' };
  scheduler.accept([task('t1', agent)], [id, id]);
  await sim.advance(10);
  const message = `Task launched with invalid offers: Duplicate offer ${id.value} in offer list`;
  expect(scheduler.statuses).toMatchObject([{ message }]);
});

test('offers of two agents', async () => {
  const all = await scene();
  const agents = ['a', 'b'].map(all.agent);
  await all.sim.settle();
  for (const agent of agents) agent.register();
  await all.sim.advance(100);
  const scheduler = all.scheduler();
  scheduler.subscribe(AWARE);
  await all.sim.advance(100);
  const [first] = agents;
  if (first === undefined) throw new Error('no agent');
  scheduler.accept(
    [task('t1', first)],
    scheduler.offers.map(offer => offer.id),
  );
  await all.sim.advance(10);
  expect(scheduler.statuses[0]?.message).toMatch(
    /Aggregated offers must belong to one single agent\. Offer .* uses agent .* and agent /,
  );
});

test.each([
  {
    why: 'an unknown agent',
    change: { agent_id: { value: 'X' } },
    message: /^Task uses invalid agent X while agent .*-S0 is expected$/,
  },
  {
    why: 'too much',
    change: { resources: parseResourceList('cpus:5;mem:32') },
    message: /^Total resources .*cpus.*:5.* required by task and its executor is more than available .*cpus.*:4/,
  },
  { why: 'no resources', change: { resources: [] }, message: /^Task uses no resources$/ },
  {
    why: 'no command',
    change: { command: undefined },
    message: /^Task should have at least one \(but not both\) of CommandInfo or ExecutorInfo present$/,
  },
  { why: 'a bad id', change: { task_id: { value: 'a/b' } }, message: /^'a\/b' contains invalid characters$/ },
])('a task with $why is an error', async ({ change, message }) => {
  const { sim, agent, scheduler, get } = await running(AWARE);
  scheduler.accept([task('t1', agent, change), task('t2', agent)]);
  await sim.advance(10);
  expect(scheduler.statuses).toHaveLength(1);
  expect(scheduler.statuses[0]).toMatchObject({
    state: 'TASK_ERROR',
    reason: 'REASON_TASK_INVALID',
    source: 'SOURCE_MASTER',
  });
  expect(scheduler.statuses[0]?.message).toMatch(message);
  expect(agent.heard(RunTaskMessage)).toMatchObject([{ task: { task_id: { value: 't2' } } }]);
  expect(await get('/state')).toMatchObject({ frameworks: [{ tasks: [{ id: 't2' }] }] });
});

test('a task id that is in use', async () => {
  const { sim, agent, scheduler } = await running(AWARE);
  scheduler.accept([task('t1', agent), task('t1', agent)]);
  await sim.advance(10);
  expect(scheduler.statuses).toMatchObject([{ message: 'Task has duplicate ID: t1' }]);
});

test('two tasks of one custom executor: it is launched once, and its resources count once', async () => {
  const { sim, agent, scheduler, get } = await running(AWARE);
  const executor = {
    executor_id: { value: 'e1' },
    command: { value: 'run' },
    resources: parseResourceList('cpus:0.5;mem:32'),
  };
  const custom = { command: undefined, executor };
  scheduler.accept([task('t1', agent, custom), task('t2', agent, custom)]);
  await sim.advance(10);
  expect(agent.heard(RunTaskMessage).map(each => each.launch_executor)).toEqual([true, false]);
  expect(await get('/state')).toMatchObject({
    slaves: [{ used_resources: { cpus: 2.5 } }],
    frameworks: [{ executors: [{ executor_id: 'e1', type: 'CUSTOM' }] }],
  });
});

test('what is left of an accepted offer is offered again, after the filter', async () => {
  const { sim, agent, scheduler } = await running(AWARE);
  scheduler.accept([task('t1', agent)], undefined, { refuse_seconds: 0 });
  await sim.advance(2_000);
  const cpus = scheduler.offers.at(-1)?.resources?.find(each => each.name === 'cpus');
  expect(cpus?.scalar?.value).toBe(3);
});
