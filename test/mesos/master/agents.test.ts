/** Agents that come, break off, stay silent, come back and go. */
import { expect, test } from 'vitest';
import {
  ShutdownMessage,
  SlaveRegisteredMessage,
  SlaveReregisteredMessage,
} from '../../../mesos/protocol/agent-registration.ts';
import { PingSlaveMessage } from '../../../mesos/protocol/pings.ts';
import {
  KillTaskMessage,
  ShutdownFrameworkMessage,
  UpdateFrameworkMessage,
} from '../../../mesos/protocol/task-launch.ts';
import { reportedTask, running, scene, TestAgent, task, UUID_2 } from './scene.ts';

const AWARE = { capabilities: [{ type: 'PARTITION_AWARE' }], checkpoint: true, failover_timeout: 3600 };
const FAST = ['--agent_ping_timeout=1secs', '--max_agent_ping_timeouts=3'];

test('an agent that registers twice is told its id again', async () => {
  const { sim, agent, get } = await running();
  agent.register();
  await sim.advance(10);
  expect(agent.heard(SlaveRegisteredMessage).map(each => each.agent_id.value)).toEqual([agent.id, agent.id]);
  expect(await get('/state')).toMatchObject({ activated_slaves: 1 });
});

test.each([
  { why: 'an agent older than 1.0.0', change: { version: '0.28.2' } },
  { why: 'a version that is none', change: { version: 'new' } },
])('$why is ignored', async ({ change }) => {
  const { sim, agent: make } = await scene();
  const agent = make();
  await sim.settle();
  agent.reregister('X-S0', change);
  await sim.advance(100);
  expect(agent.heard(SlaveReregisteredMessage)).toEqual([]);
});

test('an agent is pinged at once and then every ping timeout', async () => {
  const { sim, agent } = await running({}, ...FAST);
  await sim.advance(3_000);
  expect(agent.heard(PingSlaveMessage).length).toBe(4);
  expect(agent.heard(PingSlaveMessage).every(ping => ping.connected)).toBe(true);
});

test('an agent that answers no ping is unreachable after the ping timeouts: its tasks, too, and the framework hears', async () => {
  const { sim, agent, scheduler, get } = await running(AWARE, ...FAST);
  scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  agent.mute = true;
  await sim.advance(5_000);
  expect(scheduler.statuses).toMatchObject([
    {
      state: 'TASK_UNREACHABLE',
      reason: 'REASON_AGENT_REMOVED',
      source: 'SOURCE_MASTER',
      message: 'health check timed out',
    },
  ]);
  expect(scheduler.statuses[0]?.unreachable_time).toBeDefined();
  expect(scheduler.all('FAILURE')).toMatchObject([{ failure: { agent_id: { value: agent.id } } }]);
  expect(await get('/state')).toMatchObject({
    unreachable_slaves: 1,
    slaves: [],
    frameworks: [{ tasks: [], unreachable_tasks: [{ id: 't1', state: 'TASK_UNREACHABLE' }] }],
  });
});

test('to a framework that is not partition-aware the task is lost', async () => {
  const { sim, agent, scheduler } = await running({ checkpoint: true }, ...FAST);
  scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  agent.mute = true;
  await sim.advance(5_000);
  expect(scheduler.statuses).toMatchObject([{ state: 'TASK_LOST' }]);
});

test('pings that are answered in time again call the removal off', async () => {
  const { sim, agent, get } = await running({}, ...FAST);
  agent.mute = true;
  await sim.advance(2_500);
  agent.mute = false;
  await sim.advance(10_000);
  expect(await get('/state')).toMatchObject({ activated_slaves: 1, unreachable_slaves: 0 });
});

test('an agent whose node dies is disconnected, its offers are rescinded, and after the pings it is unreachable', async () => {
  const { sim, agent, scheduler, get } = await running(AWARE, ...FAST);
  sim.crash('agent');
  await sim.advance(500);
  expect(await get('/state')).toMatchObject({ deactivated_slaves: 1 });
  expect(scheduler.all('RESCIND')).toMatchObject([{ rescind: { offer_id: scheduler.offers[0]?.id } }]);
  await sim.advance(5_000);
  expect(await get('/state')).toMatchObject({ slaves: [], unreachable_slaves: 1 });
  expect(scheduler.all('FAILURE')).toMatchObject([{ failure: { agent_id: { value: agent.id } } }]);
});

test('a framework without checkpointing loses its tasks as soon as the agent is disconnected', async () => {
  const { sim, agent, scheduler } = await running({});
  scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  sim.crash('agent');
  await sim.advance(500);
  expect(scheduler.statuses).toMatchObject([
    { state: 'TASK_LOST', reason: 'REASON_AGENT_DISCONNECTED', message: 'Agent host1 disconnected' },
  ]);
});

test('an unreachable agent that comes back brings its tasks, and the framework hears of them', async () => {
  const { sim, agent, scheduler, get } = await running(AWARE, ...FAST);
  scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  agent.mute = true;
  await sim.advance(5_000);
  agent.mute = false;
  agent.reregister(agent.id, { tasks: [reportedTask('t1', agent.id, scheduler.id)] });
  await sim.advance(100);
  expect(agent.heard(SlaveReregisteredMessage)).toMatchObject([{ agent_id: { value: agent.id } }]);
  expect(scheduler.statuses.at(-1)).toMatchObject({
    state: 'TASK_RUNNING',
    reason: 'REASON_AGENT_REREGISTERED',
    message: 'Unreachable agent re-reregistered',
  });
  expect(await get('/state')).toMatchObject({
    unreachable_slaves: 0,
    frameworks: [{ tasks: [{ id: 't1' }], unreachable_tasks: [] }],
  });
});

test('a new master learns tasks and frameworks from the agents, and the framework is recovered until it subscribes', async () => {
  const { sim, agent: make, scheduler: client, get } = await scene();
  const agent = make();
  await sim.settle();
  const id = 'old-master-S0';
  const info = { user: 'root', name: 'survivor', id: { value: 'old-master-0000' }, checkpoint: true };
  agent.reregister(id, { tasks: [reportedTask('t1', id, 'old-master-0000')], frameworks: [info] });
  await sim.advance(100);
  const recovered = { id: 'old-master-0000', active: false, connected: false, recovered: true, tasks: [{ id: 't1' }] };
  expect(await get('/state')).toMatchObject({ frameworks: [recovered], slaves: [{ id, used_resources: { cpus: 1 } }] });
  const scheduler = client();
  scheduler.subscribe(info);
  await sim.advance(100);
  expect(scheduler.id).toBe('old-master-0000');
  expect(await get('/state')).toMatchObject({
    frameworks: [{ active: true, recovered: false, tasks: [{ id: 't1' }] }],
  });
  expect(scheduler.offers[0]?.resources?.find(each => each.name === 'cpus')?.scalar?.value).toBe(3);
  expect(agent.heard(UpdateFrameworkMessage).length).toBeGreaterThan(0);
});

test('a known agent that comes back is asked about tasks that it did not report', async () => {
  const { sim, agent, scheduler } = await running(AWARE);
  scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  agent.reregister(agent.id);
  await sim.advance(100);
  expect(agent.heard(SlaveReregisteredMessage)).toMatchObject([
    {
      reconciliations: [
        {
          framework_id: { value: scheduler.id },
          statuses: [{ task_id: { value: 't1' }, message: 'Reconciliation request', reason: 'REASON_RECONCILIATION' }],
        },
      ],
    },
  ]);
});

test('an agent that comes back under another host name must end itself', async () => {
  const { sim, agent } = await running();
  agent.reregister(agent.id, { hostname: 'host2' });
  await sim.advance(100);
  expect(agent.heard(ShutdownMessage)).toEqual([
    { message: 'Agent attempted to reregister with different IP / hostname' },
  ]);
});

test('tasks of a framework that is over are ended when their agent comes back', async () => {
  const { sim, agent, scheduler } = await running();
  scheduler.call({ type: 'TEARDOWN' });
  await sim.advance(10);
  const { length } = agent.heard(ShutdownFrameworkMessage);
  agent.reregister(agent.id, { tasks: [reportedTask('t1', agent.id, scheduler.id)] });
  await sim.advance(100);
  expect(agent.heard(ShutdownFrameworkMessage).length).toBe(length + 1);
});

test('a kill for a disconnected agent waits until it is back', async () => {
  const { sim, agent, scheduler, master } = await running(AWARE);
  scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  sim.crash('agent');
  await sim.advance(500);
  scheduler.call({ type: 'KILL', kill: { task_id: { value: 't1' } } });
  await sim.advance(10);
  const again = new TestAgent(master);
  sim.restart('agent').spawn(again);
  await sim.settle();
  again.reregister(agent.id, { tasks: [reportedTask('t1', agent.id, scheduler.id)] });
  await sim.advance(100);
  expect(again.heard(KillTaskMessage)).toMatchObject([{ task_id: { value: 't1' } }]);
});

test('an agent that was disconnected is offered again once it is back', async () => {
  const { sim, agent, scheduler, master, get } = await running(AWARE);
  sim.crash('agent');
  await sim.advance(500);
  const again = new TestAgent(master);
  sim.restart('agent').spawn(again);
  await sim.settle();
  again.reregister(agent.id);
  await sim.advance(2_000);
  expect(await get('/state')).toMatchObject({ activated_slaves: 1, deactivated_slaves: 0 });
  expect(scheduler.offers.map(offer => offer.agent_id.value)).toEqual([agent.id, agent.id]);
});

test('an agent that unregisters takes its tasks with it', async () => {
  const { sim, agent, scheduler, get } = await running(AWARE);
  scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  agent.unregister();
  await sim.advance(100);
  expect(scheduler.statuses).toMatchObject([{ state: 'TASK_GONE_BY_OPERATOR' }]);
  expect(await get('/state')).toMatchObject({
    slaves: [],
    unreachable_slaves: 0,
    frameworks: [{ completed_tasks: [{ id: 't1' }] }],
  });
});

test('an agent that is marked gone is told so, and may not come back', async () => {
  const { sim, agent, request } = await running(AWARE);
  const call = JSON.stringify({ type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: { value: agent.id } } });
  const json = { 'content-type': 'application/json' };
  expect((await request('POST', '/api/v1', call, json)).status).toBe(200);
  expect((await request('POST', '/api/v1', call, json)).status).toBe(200);
  agent.reregister(agent.id);
  await sim.advance(100);
  const gone = { message: 'Agent has been marked gone' };
  expect(agent.heard(ShutdownMessage)).toEqual([gone, gone]);
});

test('marking an agent gone that nobody knows is a 404', async () => {
  const { request } = await scene();
  const call = JSON.stringify({ type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: { value: 'nope' } } });
  const answer = await request('POST', '/api/v1', call, { 'content-type': 'application/json' });
  expect([answer.status, answer.body]).toEqual([404, "Agent 'nope' not found"]);
});

test('an update from an agent that is not registered is ignored', async () => {
  const { sim, agent, scheduler } = await running(AWARE, ...FAST);
  agent.mute = true;
  await sim.advance(5_000);
  agent.update(scheduler.id, 't1', 'TASK_RUNNING', UUID_2);
  await sim.advance(100);
  expect(scheduler.statuses).toEqual([]);
});
