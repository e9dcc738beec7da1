/** A task's whole life through the master: registration, subscription, offer, launch, updates, acknowledgements. */
import { expect, test } from 'vitest';
import { SlaveRegisteredMessage } from '../../../mesos/protocol/agent-registration.ts';
import { StatusUpdateAcknowledgementMessage } from '../../../mesos/protocol/status-updates.ts';
import { RunTaskMessage } from '../../../mesos/protocol/task-launch.ts';
import { running, scene, task, UUID_1, UUID_1_TEXT, UUID_2 } from './scene.ts';

test('an agent that registers gets an id of the master and the time within which it will be pinged', async () => {
  const { sim, agent } = await running();
  await sim.settle();
  const [answer] = agent.heard(SlaveRegisteredMessage);
  expect(answer?.agent_id.value).toMatch(/^[0-9a-f-]{36}-S0$/);
  expect(answer?.connection).toEqual({ total_ping_timeout_seconds: 75 });
});

test('a framework is subscribed, hears a heartbeat and is offered the agent', async () => {
  const { scheduler, agent } = await running();
  expect(scheduler.events.map(event => event.type)).toEqual(['SUBSCRIBED', 'HEARTBEAT', 'OFFERS']);
  expect(scheduler.id).toMatch(/^[0-9a-f-]{36}-0000$/);
  expect(scheduler.offers).toMatchObject([{ agent_id: { value: agent.id }, hostname: 'host1' }]);
});

test('an accepted offer becomes a task on the agent, and its updates get to the framework and back', async () => {
  const { sim, scheduler, agent } = await running();
  const answer = scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  expect(answer.value.status).toBe(202);
  expect(agent.heard(RunTaskMessage)).toMatchObject([{ task: { task_id: { value: 't1' } }, launch_executor: true }]);
  agent.update(scheduler.id, 't1', 'TASK_RUNNING');
  await sim.advance(10);
  expect(scheduler.statuses).toMatchObject([{ state: 'TASK_RUNNING', uuid: UUID_1_TEXT }]);
  scheduler.call({
    type: 'ACKNOWLEDGE',
    acknowledge: { agent_id: { value: agent.id }, task_id: { value: 't1' }, uuid: UUID_1_TEXT },
  });
  await sim.advance(10);
  expect(agent.heard(StatusUpdateAcknowledgementMessage)).toMatchObject([{ task_id: { value: 't1' }, uuid: UUID_1 }]);
});

test('what a finished task held is offered again before its update is acknowledged', async () => {
  const { sim, scheduler, agent } = await running();
  scheduler.accept([task('t1', agent)], undefined, { refuse_seconds: 0 });
  await sim.advance(10);
  agent.update(scheduler.id, 't1', 'TASK_FINISHED', UUID_2);
  await sim.advance(2_000);
  const cpus = scheduler.offers.at(-1)?.resources?.find(each => each.name === 'cpus');
  expect(scheduler.offers.length).toBeGreaterThan(1);
  const all = scheduler.offers
    .slice(1)
    .flatMap(offer => offer.resources ?? [])
    .filter(each => each.name === 'cpus');
  expect(all.reduce((sum, each) => sum + (each.scalar?.value ?? 0), 0)).toBe(4);
  expect(cpus).toBeDefined();
});

test('a master that leads is healthy and shows what runs', async () => {
  const { get, request } = await scene();
  expect((await request('GET', '/health')).status).toBe(200);
  expect(await get('/state')).toMatchObject({ activated_slaves: 0, slaves: [], frameworks: [] });
});
