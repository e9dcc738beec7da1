/** The agent under a master that is a probe: registration, tasks, kills, restarts. */
import { expect, test } from 'vitest';
import {
  ExitedExecutorMessage,
  PingSlaveMessage,
  PongSlaveMessage,
  RegisterSlaveMessage,
  ReregisterSlaveMessage,
  ShutdownFrameworkMessage,
  ShutdownMessage,
  StatusUpdateMessage,
  UnregisterSlaveMessage,
  UpdateSlaveMessage,
} from '../../../mesos/protocol/index.ts';
import { AGENT_ID, AgentScene, FRAMEWORK } from './scene.ts';

const SECOND_MS = 1_000;
const scene = (...flags: string[]): Promise<AgentScene> => new AgentScene(flags).registered();

test('an agent registers with its resources, version and capabilities', async () => {
  const { master } = await scene('--attributes=rack:r1');
  const [body] = master.received(RegisterSlaveMessage);
  expect(body?.agent).toMatchObject({
    hostname: 'agent',
    port: 5051,
    attributes: [{ name: 'rack' }],
    checkpoint: true,
  });
  expect(body?.agent.resources?.map(({ name }) => name)).toEqual(['cpus', 'mem', 'disk', 'ports']);
  expect(body?.agent_capabilities).toHaveLength(8);
  expect(body?.version).toBe('1.12.0');
});

test('an agent that is not answered registers again and again', async () => {
  const { sim, master } = new AgentScene();
  await sim.advance(60 * SECOND_MS);
  expect(master.received(RegisterSlaveMessage).length).toBeGreaterThan(4);
});

test('a registered agent says at once what it has besides', async () => {
  const { master } = await scene();
  expect(master.received(UpdateSlaveMessage)).toHaveLength(1);
});

test('a ping is answered, and one with connected=false makes the agent come back', async () => {
  const all = await scene();
  all.say(PingSlaveMessage, { connected: true });
  await all.sim.advance(10);
  expect(all.master.received(PongSlaveMessage)).toHaveLength(1);
  all.say(PingSlaveMessage, { connected: false });
  await all.reregistered();
  expect(all.master.received(ReregisterSlaveMessage)[0]?.agent.id).toEqual({ value: AGENT_ID });
});

test('without pings for as long as the master said, the agent looks for it again', async () => {
  const { sim, master } = await new AgentScene().registered(5);
  await sim.advance(4_800);
  expect(master.received(ReregisterSlaveMessage)).toHaveLength(0);
  await sim.advance(1_300);
  expect(master.received(ReregisterSlaveMessage).length).toBeGreaterThan(0);
});

test('a task starts, runs and finishes; its executor has ended a second later', async () => {
  const all = await scene();
  all.run('t', 'echo hello; sleep 1');
  const finished = await all.reaches('t', 'TASK_FINISHED');
  expect(all.states('t')).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
  expect(finished).toMatchObject({
    message: 'Command exited with status 0',
    source: 'SOURCE_EXECUTOR',
    executor_id: { value: 't' },
    agent_id: { value: AGENT_ID },
    container_status: { network_infos: [{ ip_addresses: [{ protocol: 'IPv4', ip_address: '10.0.0.2' }] }] },
  });
  await all.sim.advance(2 * SECOND_MS);
  const state = JSON.parse((await all.get('/state')).text);
  expect(state.frameworks).toEqual([]);
  expect(state.completed_frameworks[0].completed_executors[0].completed_tasks).toHaveLength(1);
});

test('what a task printed can be read over HTTP', async () => {
  const all = await scene();
  all.run('t', 'echo hello; sleep 1');
  await all.reaches('t', 'TASK_FINISHED');
  const path = '/frameworks/F/executors/t/runs/latest/stdout';
  expect((await all.get(`/files/read?path=${path}&offset=0`)).text).toBe('{"data":"hello\\n","offset":0}');
});

test.each([
  ['exit 3', 'Command exited with status 3'],
  ['/no/such/bin', 'Command exited with status 127'],
])('a task %j fails: %s', async (command, message) => {
  const all = await scene();
  all.run('t', command);
  expect(await all.reaches('t', 'TASK_FAILED')).toMatchObject({ message, source: 'SOURCE_EXECUTOR' });
});

test('a killed task ends by SIGTERM', async () => {
  const all = await scene();
  all.run('t', 'sleep 100');
  await all.reaches('t', 'TASK_RUNNING');
  all.kill('t');
  expect(await all.reaches('t', 'TASK_KILLED')).toMatchObject({ message: 'Command terminated with signal Terminated' });
});

test('TASK_KILLING is for frameworks that know it', async () => {
  const all = await scene();
  const capabilities = [{ type: 'TASK_KILLING_STATE' as const }];
  all.run('t', 'sleep 100', {}, { ...FRAMEWORK, capabilities });
  await all.reaches('t', 'TASK_RUNNING');
  all.kill('t');
  await all.reaches('t', 'TASK_KILLED');
  expect(all.states('t')).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING', 'TASK_KILLED']);
});

test('a task that is killed before its executor has it never runs', async () => {
  const all = await scene();
  all.run('t', 'sleep 100');
  all.kill('t');
  expect(await all.reaches('t', 'TASK_KILLED')).toMatchObject({
    source: 'SOURCE_AGENT',
    reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
    message: 'Killed before delivery to the executor',
  });
  expect(all.states('t')).toEqual(['TASK_KILLED']);
});

test('a kill of a task that nobody knows is answered', async () => {
  const all = await scene();
  all.run('other', 'sleep 100');
  await all.reaches('other', 'TASK_RUNNING');
  all.kill('t');
  expect(await all.reaches('t', 'TASK_DROPPED')).toMatchObject({ message: 'Cannot find executor' });
});

test('a custom executor that ends at once fails its task, and the master hears of it', async () => {
  const all = await scene();
  const executor = { type: 'CUSTOM' as const, executor_id: { value: 'e' }, command: { value: 'exit 1' } };
  all.run('t', '', { command: undefined, executor });
  expect(await all.reaches('t', 'TASK_FAILED')).toMatchObject({
    reason: 'REASON_EXECUTOR_TERMINATED',
    message: 'Executor terminated',
    source: 'SOURCE_AGENT',
  });
  expect(all.master.received(ExitedExecutorMessage)).toMatchObject([{ executor_id: { value: 'e' }, status: 256 }]);
});

test('a custom executor that does not register in time is killed', async () => {
  const all = await scene('--executor_registration_timeout=5secs');
  const executor = { type: 'CUSTOM' as const, executor_id: { value: 'e' }, command: { value: 'sleep 1000' } };
  all.run('t', '', { command: undefined, executor });
  expect(await all.reaches('t', 'TASK_FAILED')).toMatchObject({
    reason: 'REASON_EXECUTOR_REGISTRATION_TIMEOUT',
    message: 'Executor did not register within 5secs',
  });
});

test('a task with URIs fails with a sentence: nothing fetches them yet', async () => {
  const all = await scene();
  all.run('t', '', { command: { value: 'true', uris: [{ value: 'http://x/y' }] } });
  const { reason, message } = await all.reaches('t', 'TASK_FAILED');
  expect(reason).toBe('REASON_CONTAINER_LAUNCH_FAILED');
  expect(message).toContain('Failed to launch container: fetching URIs is not implemented');
});

test('a task for another agent is ignored', async () => {
  const all = await scene();
  all.run('t', 'true', { agent_id: { value: 'S9' } });
  await all.sim.advance(5 * SECOND_MS);
  expect(all.states('t')).toEqual([]);
});

test('the end of a framework kills its tasks', async () => {
  const all = await scene();
  all.run('t', 'sleep 100');
  await all.reaches('t', 'TASK_RUNNING');
  all.say(ShutdownFrameworkMessage, { framework_id: { value: 'F' } });
  await all.sim.advance(10 * SECOND_MS);
  const running = all.sim.launcherOf('agent').processes.filter(({ spec }) => spec.cwd !== undefined);
  expect(running).toEqual([]);
  const state = JSON.parse((await all.get('/state')).text);
  expect(state.frameworks).toEqual([]);
  expect(state.completed_frameworks[0].completed_executors[0].completed_tasks).toMatchObject([
    { state: 'TASK_KILLED' },
  ]);
});

test('a task runs on while its agent is dead, and the restarted one tells its end', async () => {
  const all = await scene();
  all.run('t', 'sleep 20; exit 7');
  await all.reaches('t', 'TASK_RUNNING');
  all.crashAgent();
  await all.sim.advance(5 * SECOND_MS);
  all.restartAgent();
  await all.reregistered();
  const [back] = all.master.received(ReregisterSlaveMessage);
  expect(back?.agent.id).toEqual({ value: AGENT_ID });
  expect(back?.tasks).toMatchObject([{ task_id: { value: 't' }, state: 'TASK_RUNNING' }]);
  expect(await all.reaches('t', 'TASK_FAILED')).toMatchObject({ message: 'Command exited with status 7' });
});

test('an update that was not acknowledged is sent again by the restarted agent', async () => {
  const all = await scene();
  all.run('t', 'sleep 100');
  await all.sim.until(() => all.states('t').length === 1, 5 * SECOND_MS);
  await all.sim.advance(SECOND_MS);
  all.crashAgent();
  all.restartAgent();
  const before = all.master.received(StatusUpdateMessage).length;
  await all.reregistered();
  const [again] = all.master.received(StatusUpdateMessage).slice(before);
  expect(again?.update.status.state).toBe('TASK_STARTING');
});

test('an executor that does not answer a restarted agent is given up', async () => {
  const all = await scene();
  const executor = { type: 'CUSTOM' as const, executor_id: { value: 'e' }, command: { value: 'sleep 1000' } };
  all.run('t', '', { command: undefined, executor });
  await all.sim.advance(SECOND_MS);
  all.crashAgent();
  all.restartAgent();
  await all.reregistered();
  expect(await all.reaches('t', 'TASK_GONE')).toMatchObject({
    reason: 'REASON_EXECUTOR_REREGISTRATION_TIMEOUT',
    message: 'Executor did not reregister within 2secs',
  });
});

test('a task outlives its executor host: the next host adopts it', async () => {
  const all = await scene();
  all.run('t', 'sleep 20; exit 7');
  await all.reaches('t', 'TASK_RUNNING');
  const host = all.sim.launcherOf('agent').processes.find(({ spec }) => spec.file.endsWith('mesos-executor'));
  host?.signal('SIGKILL');
  expect(await all.reaches('t', 'TASK_FAILED')).toMatchObject({ message: 'Command exited with status 7' });
});

test('an adopted task is checked as before', async () => {
  const all = await scene();
  const check = { type: 'COMMAND', command: { command: { value: 'exit 4' } }, delay_seconds: 5 } as const;
  const health_check = {
    type: 'COMMAND',
    command: { value: 'exit 3' },
    delay_seconds: 8,
    grace_period_seconds: 0,
  } as const;
  all.run('t', 'sleep 1000', { check, health_check });
  await all.reaches('t', 'TASK_RUNNING');
  const host = all.sim.launcherOf('agent').processes.find(({ spec }) => spec.file.endsWith('mesos-executor'));
  host?.signal('SIGKILL');
  expect(await all.reaches('t', 'TASK_KILLED')).toMatchObject({
    healthy: false,
    check_status: { type: 'COMMAND', command: { exit_code: 4 } },
  });
});

test('without checkpointing a task ends with its agent', async () => {
  const all = await scene();
  all.run('t', 'sleep 100', {}, { ...FRAMEWORK, checkpoint: false });
  await all.reaches('t', 'TASK_RUNNING');
  all.crashAgent();
  await all.sim.advance(10 * SECOND_MS);
  expect(all.sim.launcherOf('agent').processes).toEqual([]);
});

test('a refused agent ends its tasks and unregisters', async () => {
  const all = await scene();
  all.run('t', 'sleep 100');
  await all.reaches('t', 'TASK_RUNNING');
  all.say(ShutdownMessage, { message: 'Agent has been marked gone' });
  await all.sim.advance(10 * SECOND_MS);
  expect(all.master.received(UnregisterSlaveMessage)).toHaveLength(1);
  expect(all.sim.launcherOf('agent').processes.filter(({ spec }) => spec.cwd !== undefined)).toEqual([]);
  expect(all.ended).toEqual([0]);
});

test('what comes from somebody who is not the master is ignored', async () => {
  const all = await scene();
  const stranger = all.sim.probe('stranger');
  stranger.say(all.agent, ShutdownMessage, { message: 'die' });
  await all.sim.advance(SECOND_MS);
  expect(all.master.received(UnregisterSlaveMessage)).toEqual([]);
});

test.each(['/health', '/flags', '/state', '/containers', '/monitor/statistics', '/version', '/metrics/snapshot'])(
  '%s answers',
  async path => {
    const all = await scene();
    expect((await all.get(path)).status).toBe(200);
  },
);

test('a path that is not there yet answers 501 with a sentence', async () => {
  const all = await scene();
  const { status, text } = await all.get('/slave(1)/api/v1');
  expect([status, text]).toEqual([501, '/slave(1)/api/v1 is not implemented yet']);
});
