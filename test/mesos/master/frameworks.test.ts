/** Frameworks that subscribe, are refused, break off, come back, are replaced and end. */
import { expect, test } from 'vitest';
import { FrameworkToExecutorMessage } from '../../../mesos/protocol/executor-messages.ts';
import {
  KillTaskMessage,
  ShutdownExecutorMessage,
  ShutdownFrameworkMessage,
} from '../../../mesos/protocol/task-launch.ts';
import { ExecutorToFrameworkMessage, ExitedExecutorMessage, running, scene, TestScheduler, task } from './scene.ts';

const LASTING = { failover_timeout: 3600, checkpoint: true };
const MULTI_ROLE = { capabilities: [{ type: 'MULTI_ROLE' }], roles: ['dev'] };

test.each([
  {
    info: { ...MULTI_ROLE, role: 'dev' },
    message: "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable",
  },
  {
    info: { roles: ['dev'] },
    message: "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable",
  },
  { info: { ...MULTI_ROLE, roles: ['a', 'a'] }, message: "'FrameworkInfo.roles' contains duplicate items: { a }" },
  { info: { role: '/a' }, message: "'FrameworkInfo.role' is not a valid role: Role '/a' cannot start with a slash" },
  { info: { id: { value: 'a/b' } }, message: "'a/b' contains invalid characters" },
  { info: { failover_timeout: 1e11 }, message: 'The framework failover_timeout (100000000000) is invalid' },
])('a framework that cannot be is told $message, and its stream is closed', async ({ info, message }) => {
  const { sim, scheduler: client } = await scene();
  const scheduler = client();
  scheduler.subscribe(info);
  await sim.advance(100);
  expect(scheduler.response?.status).toBe(200);
  expect(scheduler.events).toEqual([{ type: 'ERROR', error: { message } }]);
  expect(scheduler.closed).toBe(true);
});

test('suppressed roles must be among the roles', async () => {
  const { sim, scheduler: client } = await scene();
  const scheduler = client();
  scheduler.subscribe(MULTI_ROLE, { suppressed_roles: ['x'] });
  await sim.advance(100);
  expect(scheduler.events).toMatchObject([
    { error: { message: 'Suppressed roles { x } are not contained in the set of roles' } },
  ]);
});

test('without --root_submissions root may run nothing', async () => {
  const { sim, scheduler: client } = await scene('--no-root_submissions');
  const scheduler = client();
  scheduler.subscribe();
  await sim.advance(100);
  expect(scheduler.events).toMatchObject([
    { error: { message: "User 'root' is not allowed to run frameworks without --root_submissions set" } },
  ]);
});

test('a subscribed framework hears a heartbeat every 15 seconds', async () => {
  const { sim, scheduler } = await running();
  await sim.advance(45_000);
  expect(scheduler.all('HEARTBEAT')).toHaveLength(4);
});

test('without failover_timeout a framework that hangs up is over at once, and its id too', async () => {
  const { sim, agent, scheduler, runtime, get } = await running();
  scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  scheduler.hangUp();
  await sim.advance(10);
  expect(await get('/state')).toMatchObject({
    frameworks: [],
    completed_frameworks: [{ id: scheduler.id, completed_tasks: [{ id: 't1', state: 'TASK_KILLED' }] }],
  });
  expect(agent.heard(ShutdownFrameworkMessage)).toEqual([{ framework_id: { value: scheduler.id } }]);
  const again = new TestScheduler(runtime);
  again.subscribe({ id: { value: scheduler.id } });
  await sim.advance(10);
  expect(again.events).toMatchObject([{ error: { message: 'Framework has been removed' } }]);
});

test('a framework that hangs up may come back within failover_timeout, and its tasks have run on', async () => {
  const { sim, agent, scheduler, runtime, get } = await running(LASTING);
  scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  scheduler.hangUp();
  await sim.advance(60_000);
  expect(await get('/state')).toMatchObject({
    frameworks: [{ active: false, connected: false, tasks: [{ id: 't1' }] }],
  });
  const again = new TestScheduler(runtime);
  again.subscribe({ ...LASTING, id: { value: scheduler.id } });
  await sim.advance(2_000);
  expect(again.events.slice(0, 3).map(event => event.type)).toEqual(['SUBSCRIBED', 'HEARTBEAT', 'OFFERS']);
  expect(await get('/state')).toMatchObject({ frameworks: [{ active: true, tasks: [{ id: 't1' }] }] });
  await sim.advance(3_600_000);
  expect(await get('/state')).toMatchObject({ frameworks: [{ active: true }] });
});

test('after failover_timeout the framework is over', async () => {
  const { sim, scheduler, get } = await running({ failover_timeout: 10 });
  scheduler.hangUp();
  await sim.advance(9_000);
  expect(await get('/frameworks')).toMatchObject({ frameworks: [{ id: scheduler.id }] });
  await sim.advance(1_500);
  expect(await get('/frameworks')).toMatchObject({ frameworks: [], completed_frameworks: [{ id: scheduler.id }] });
});

test('a second SUBSCRIBE of the same framework takes over: the first is told, closed, and its stream id is void', async () => {
  const { sim, scheduler, runtime } = await running(LASTING);
  const second = new TestScheduler(runtime);
  second.subscribe({ ...LASTING, id: { value: scheduler.id } });
  await sim.advance(100);
  expect(scheduler.events.at(-1)).toEqual({ type: 'ERROR', error: { message: 'Framework failed over' } });
  expect(scheduler.closed).toBe(true);
  expect(scheduler.all('RESCIND')).toEqual([]);
  const answer = scheduler.call({ type: 'REVIVE' });
  await sim.advance(10);
  expect(answer.value.status).toBe(400);
  expect(answer.value.body).toBe(
    `The stream ID '${scheduler.streamId}' included in this request didn't match the stream ID currently associated with framework ID ${scheduler.id}`,
  );
  await sim.advance(1_500);
  expect(second.all('OFFERS').length).toBeGreaterThan(0);
});

test('TEARDOWN ends tasks without a word to the framework, and executors on every agent', async () => {
  const { sim, agent, scheduler, get } = await running(LASTING);
  scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  scheduler.call({ type: 'TEARDOWN' });
  await sim.advance(10);
  expect(scheduler.statuses).toEqual([]);
  expect(scheduler.closed).toBe(true);
  expect(agent.heard(ShutdownFrameworkMessage)).toHaveLength(1);
  expect(await get('/state')).toMatchObject({
    slaves: [{ used_resources: { cpus: 0 }, offered_resources: { cpus: 0 } }],
  });
});

test('POST /teardown ends a framework, and says when there is none', async () => {
  const { request, scheduler, get } = await running(LASTING);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const unknown = await request('POST', '/teardown', 'frameworkId=nope', form);
  expect([unknown.status, unknown.body]).toEqual([400, 'No framework found with specified ID']);
  expect((await request('POST', '/master/teardown', `frameworkId=${scheduler.id}`, form)).status).toBe(200);
  expect(await get('/frameworks')).toMatchObject({ frameworks: [] });
  expect((await request('GET', '/teardown')).status).toBe(405);
});

test('a suppressed framework gets no offers until it revives', async () => {
  const { sim, scheduler } = await running(LASTING);
  scheduler.call({ type: 'SUPPRESS' });
  scheduler.call({
    type: 'DECLINE',
    decline: { offer_ids: [scheduler.offers[0]?.id], filters: { refuse_seconds: 0 } },
  });
  await sim.advance(10_000);
  expect(scheduler.offers).toHaveLength(1);
  scheduler.call({ type: 'REVIVE' });
  await sim.advance(1_000);
  expect(scheduler.offers).toHaveLength(2);
});

test('a declined offer comes again when its filter is over', async () => {
  const { sim, scheduler } = await running(LASTING);
  scheduler.call({
    type: 'DECLINE',
    decline: { offer_ids: [scheduler.offers[0]?.id], filters: { refuse_seconds: 30 } },
  });
  await sim.advance(29_000);
  expect(scheduler.offers).toHaveLength(1);
  await sim.advance(3_000);
  expect(scheduler.offers).toHaveLength(2);
});

test('--offer_timeout rescinds offers that nobody answers', async () => {
  const { sim, scheduler } = await running(LASTING, '--offer_timeout=5secs');
  await sim.advance(5_000);
  expect(scheduler.all('RESCIND')).toMatchObject([{ rescind: { offer_id: scheduler.offers[0]?.id } }]);
});

test('KILL goes to the agent of the task', async () => {
  const { sim, agent, scheduler } = await running(LASTING);
  scheduler.accept([task('t1', agent)]);
  await sim.advance(10);
  const kill_policy = { grace_period: { nanoseconds: 5e9 } };
  scheduler.call({ type: 'KILL', kill: { task_id: { value: 't1' }, kill_policy } });
  await sim.advance(10);
  expect(agent.heard(KillTaskMessage)).toMatchObject([{ task_id: { value: 't1' }, kill_policy }]);
});

test('KILL of an unknown task is answered by reconciliation', async () => {
  const { sim, scheduler } = await running({ ...LASTING, capabilities: [{ type: 'PARTITION_AWARE' }] });
  scheduler.call({ type: 'KILL', kill: { task_id: { value: 'nope' } } });
  await sim.advance(10);
  expect(scheduler.statuses).toMatchObject([
    { state: 'TASK_UNKNOWN', reason: 'REASON_RECONCILIATION', message: 'Reconciliation: Task is unknown' },
  ]);
});

test('RECONCILE without tasks tells the state of all', async () => {
  const { sim, agent, scheduler } = await running(LASTING);
  scheduler.accept([task('t1', agent), task('t2', agent)]);
  await sim.advance(10);
  scheduler.call({ type: 'RECONCILE', reconcile: {} });
  await sim.advance(10);
  expect(scheduler.statuses.map(({ state, message, uuid }) => ({ state, message, uuid }))).toEqual([
    { state: 'TASK_STAGING', message: 'Reconciliation: Latest task state' },
    { state: 'TASK_STAGING', message: 'Reconciliation: Latest task state' },
  ]);
});

test('SHUTDOWN and MESSAGE get to the agent of the executor', async () => {
  const { sim, agent, scheduler } = await running(LASTING);
  const to = { agent_id: { value: agent.id }, executor_id: { value: 'e1' } };
  scheduler.call({ type: 'SHUTDOWN', shutdown: to });
  scheduler.call({ type: 'MESSAGE', message: { ...to, data: 'aGVsbG8=' } });
  await sim.advance(10);
  expect(agent.heard(ShutdownExecutorMessage)).toMatchObject([{ executor_id: { value: 'e1' } }]);
  const [message] = agent.heard(FrameworkToExecutorMessage);
  expect(Buffer.from(message?.data ?? []).toString()).toBe('hello');
});

test('what an executor says, and its end, get to the framework', async () => {
  const { sim, agent, scheduler } = await running(LASTING);
  const from = { agent_id: { value: agent.id }, framework_id: { value: scheduler.id }, executor_id: { value: 'e1' } };
  agent.say(ExecutorToFrameworkMessage, { ...from, data: Buffer.from('hello') });
  agent.say(ExitedExecutorMessage, { ...from, status: 256 });
  await sim.advance(10);
  expect(scheduler.all('MESSAGE')).toMatchObject([{ message: { data: 'aGVsbG8=' } }]);
  expect(scheduler.all('FAILURE')).toMatchObject([{ failure: { executor_id: { value: 'e1' }, status: 256 } }]);
});

test('a framework whose name is no text is served like any other', async () => {
  const { sim, scheduler, get } = await running({ ...LASTING, name: '\ud800 and 100%/..' });
  scheduler.call({ type: 'REVIVE' });
  await sim.advance(10);
  expect(await get('/frameworks')).toMatchObject({ frameworks: [{ id: scheduler.id }] });
});

test('the counters of a framework go with it', async () => {
  const { sim, scheduler, runtime } = await running();
  const names = async (): Promise<string[]> => {
    const snapshot = runtime.metrics.snapshot();
    await sim.settle();
    return Object.keys(snapshot.value).filter(name => name.startsWith('master/frameworks/test/'));
  };
  expect(await names()).toEqual([`master/frameworks/test/${scheduler.id}/offers/sent`]);
  scheduler.hangUp();
  await sim.advance(10);
  expect(await names()).toEqual([]);
});

test('UPDATE_FRAMEWORK changes what may change, and says what may not', async () => {
  const { sim, scheduler, get } = await running(LASTING);
  const update = (info: object) =>
    scheduler.call({ type: 'UPDATE_FRAMEWORK', update_framework: { framework_info: info } });
  const base = { ...LASTING, user: 'root', name: 'renamed', id: { value: scheduler.id } };
  const done = update(base);
  const refused = update({ ...base, user: 'other' });
  await sim.advance(10);
  expect(done.value.status).toBe(200);
  expect([refused.value.status, refused.value.body]).toEqual([
    400,
    "Updating 'FrameworkInfo.user' is unsupported; attempted to update from 'root' to 'other'",
  ]);
  expect(await get('/frameworks')).toMatchObject({ frameworks: [{ name: 'renamed' }] });
});
