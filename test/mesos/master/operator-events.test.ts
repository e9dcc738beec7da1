/** The event stream of operators. */
import { expect, test } from 'vitest';
import type { Event } from '../../../mesos/protocol/master-api.ts';
import { eventShapes } from '../captures.ts';
import { shapeDifferences } from '../shape.ts';
import { readRecords, type Scene, scene, task, UUID_1_TEXT } from './scene.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

async function subscribe({ request }: Scene) {
  const { reader } = await request('POST', '/api/v1', '{"type":"SUBSCRIBE"}', JSON_TYPE);
  if (reader === null) throw new Error('no stream');
  return { reader, ...readRecords<Event>(reader) };
}

/** A task from its agent's coming to its framework's going, as an operator sees it. */
async function life() {
  const all = await scene();
  const { sim } = all;
  const stream = await subscribe(all);
  const agent = all.agent();
  agent.register();
  await sim.advance(100);
  const scheduler = all.scheduler();
  scheduler.subscribe({ capabilities: [{ type: 'MULTI_ROLE' }], roles: ['dev'] });
  await sim.advance(100);
  scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  agent.update(scheduler.id, 't1', 'TASK_RUNNING');
  await sim.advance(10);
  agent.update(scheduler.id, 't1', 'TASK_RUNNING');
  await sim.advance(10);
  const acknowledge = { agent_id: { value: agent.id }, task_id: { value: 't1' }, uuid: UUID_1_TEXT };
  scheduler.call({ type: 'ACKNOWLEDGE', acknowledge });
  scheduler.call({ type: 'TEARDOWN' });
  await sim.advance(10);
  agent.unregister();
  await sim.advance(10);
  return stream;
}

test('an operator hears of agents, frameworks and tasks in the order in which they come and go', async () => {
  const { records } = await life();
  expect(records.map(event => event.type)).toEqual([
    'SUBSCRIBED',
    'HEARTBEAT',
    'AGENT_ADDED',
    'FRAMEWORK_ADDED',
    'TASK_ADDED',
    'TASK_UPDATED',
    'TASK_UPDATED',
    'FRAMEWORK_REMOVED',
    'AGENT_REMOVED',
  ]);
  expect(records.filter(event => event.type === 'TASK_UPDATED').map(event => event.task_updated?.state)).toEqual([
    'TASK_RUNNING',
    'TASK_KILLED',
  ]);
});

test('its events have the shapes of Apache Mesos', async () => {
  const { records } = await life();
  const theirs = eventShapes('v1_master_SUBSCRIBE_stream.recordio');
  const agents = '[].subscribed.get_state.get_agents.agents'; // None is there yet.
  const framework = 'framework.framework_info';
  const optional = ['failover_timeout', 'checkpoint', 'hostname', 'webui_url', 'labels', 'principal'];
  const free = [
    agents,
    ...optional.map(name => `[].framework_added.${framework}.${name}`),
    ...optional.map(name => `[].framework_removed.framework_info.${name}`),
    '[].task_updated.status.message',
    ...['labels', 'discovery', 'health_check', 'kill_policy', 'executor_id'].map(name => `[].task_added.task.${name}`),
    ...['executor_id', 'reason', 'message', 'uuid', 'container_status', 'check_status'].map(
      name => `[].task_updated.status.${name}`,
    ),
  ];
  for (const event of records) {
    const same = theirs[event.type ?? ''] ?? [];
    if (same.length > 0) expect(shapeDifferences([event], same, { free })).toEqual([]);
  }
});

test('there is a heartbeat every 15 seconds', async () => {
  const all = await scene();
  const { records } = await subscribe(all);
  await all.sim.advance(45_000);
  expect(records.filter(event => event.type === 'HEARTBEAT')).toHaveLength(4);
});

test('beyond --max_operator_event_stream_subscribers the oldest stream is closed', async () => {
  const all = await scene('--max_operator_event_stream_subscribers=1');
  const first = await subscribe(all);
  const second = await subscribe(all);
  await all.sim.advance(10);
  expect([first.isClosed(), second.isClosed()]).toEqual([true, false]);
});
