/** The command executor under an agent that is a probe, with simulated tasks. */
import { expect, test } from 'vitest';
import { outcome } from '../../../mesos/executor/command-executor.ts';
import { readEnvironment } from '../../../mesos/executor/environment.ts';
import { describeStatus, statusFromRaw } from '../../../mesos/executor/signals.ts';
import {
  ReconnectExecutorMessage,
  RegisterExecutorMessage,
  ReregisterExecutorMessage,
  ShutdownExecutorMessage,
  StatusUpdateAcknowledgementMessage,
  StatusUpdateMessage,
} from '../../../mesos/protocol/index.ts';
import { SECOND_MS, start } from './scene.ts';

test('an executor registers and waits', async () => {
  const { agent, states } = await start();
  expect(agent.received(RegisterExecutorMessage)).toEqual([
    { framework_id: { value: 'F' }, executor_id: { value: 't' } },
  ]);
  expect(states()).toEqual([]);
});

test('it is gone one second after the last update', async () => {
  const { sim, node, pid, run, states } = await start();
  run('true');
  await sim.until(() => states().includes('TASK_FINISHED'), SECOND_MS);
  await sim.advance(900);
  expect(node.process(pid.id)).toBeDefined();
  await sim.advance(200);
  expect(node.process(pid.id)).toBeUndefined();
});

test('a second task is refused, and the first runs on', async () => {
  const { sim, agent, run, states } = await start();
  run('sleep 5');
  run('true', { task_id: { value: 'second' } });
  await sim.advance(SECOND_MS);
  const refused = agent.received(StatusUpdateMessage).find(({ update }) => update.status.state === 'TASK_FAILED');
  expect(refused?.update.status).toMatchObject({
    task_id: { value: 'second' },
    message: 'Attempted to run multiple tasks using a "command" executor',
  });
  await sim.advance(5 * SECOND_MS);
  expect(states()).toContain('TASK_FINISHED');
});

/** A task that does not hear SIGTERM, and when it was killed after all. */
async function killedAfter(kills: readonly (number | undefined)[], policySeconds?: number): Promise<number> {
  const all = await start();
  all.sim.launcherOf('host').register('deaf', process => process.onSignal(() => {}));
  const kill_policy = policySeconds === undefined ? undefined : { grace_period: { nanoseconds: policySeconds * 1e9 } };
  all.run('', { command: { shell: false, value: 'deaf' }, kill_policy });
  await all.sim.until(() => all.states().includes('TASK_RUNNING'), SECOND_MS);
  const from = all.sim.clock.now;
  for (const grace of kills) {
    all.kill(grace);
    await all.sim.advance(10);
  }
  await all.sim.until(() => all.states().includes('TASK_KILLED'), 60 * SECOND_MS);
  return Math.round((all.sim.clock.now - from) / SECOND_MS);
}

test.each([
  { kills: [undefined], policy: undefined, seconds: 3, why: 'three seconds are usual' },
  { kills: [undefined], policy: 7, seconds: 7, why: 'the task has its own' },
  { kills: [1], policy: 7, seconds: 1, why: 'the kill knows better' },
  { kills: [9, 2], policy: undefined, seconds: 2, why: 'another kill can shorten it' },
  { kills: [2, 9], policy: undefined, seconds: 2, why: 'another kill cannot lengthen it' },
])('SIGKILL follows SIGTERM after $seconds s: $why', async ({ kills, policy, seconds }) => {
  expect(await killedAfter(kills, policy)).toBe(seconds);
});

test('max_completion_time ends a task as failed', async () => {
  const { sim, agent, run, states } = await start();
  run('sleep 100', { max_completion_time: { nanoseconds: 2e9 } });
  await sim.until(() => states().includes('TASK_FAILED'), 10 * SECOND_MS);
  expect(agent.received(StatusUpdateMessage).at(-1)?.update.status).toMatchObject({
    reason: 'REASON_MAX_COMPLETION_TIME_REACHED',
  });
});

test('a shutdown ends the task', async () => {
  const { sim, say, run, states } = await start();
  run('sleep 100');
  await sim.advance(SECOND_MS);
  say(ShutdownExecutorMessage, {});
  await sim.advance(SECOND_MS);
  expect(states().at(-1)).toBe('TASK_KILLED');
});

test('an executor without a task ends at a shutdown', async () => {
  const { sim, node, pid, say } = await start();
  say(ShutdownExecutorMessage, {});
  await sim.advance(10);
  expect(node.process(pid.id)).toBeUndefined();
});

test('a reconnected executor repeats what was not acknowledged', async () => {
  const { sim, agent, say, run } = await start();
  run('sleep 100');
  await sim.advance(SECOND_MS);
  const [starting] = agent.received(StatusUpdateMessage);
  say(StatusUpdateAcknowledgementMessage, {
    agent_id: { value: 'S0' },
    framework_id: { value: 'F' },
    task_id: { value: 't' },
    uuid: starting?.update.uuid ?? new Uint8Array(),
  });
  say(ReconnectExecutorMessage, { agent_id: { value: 'S0' } });
  await sim.advance(10);
  const [again] = agent.received(ReregisterExecutorMessage);
  expect(again?.tasks ?? []).toEqual([]);
  expect(again?.updates?.map(({ status }) => status.state)).toEqual(['TASK_RUNNING']);
});

test('an agent with another id is not listened to', async () => {
  const { sim, agent, say } = await start();
  say(ReconnectExecutorMessage, { agent_id: { value: 'S9' } });
  await sim.advance(10);
  expect(agent.received(ReregisterExecutorMessage)).toEqual([]);
});

test('an executor without checkpointing ends its task when the agent is gone', async () => {
  const { sim, run } = await start({ checkpoint: false });
  run('sleep 100');
  await sim.advance(SECOND_MS);
  sim.crash('slave(1)');
  await sim.advance(5 * SECOND_MS);
  expect(sim.launcherOf('host').processes).toEqual([]);
});

test('the environment must say who the executor is', () => {
  expect(() => readEnvironment({})).toThrow("Expecting 'MESOS_SLAVE_ID' to be set in the environment");
});

test.each([
  [{ exited: 0 }, 'exited with status 0'],
  [{ exited: 127 }, 'exited with status 127'],
  [{ signaled: 'SIGTERM' }, 'terminated with signal Terminated'],
  [{ signaled: 'SIGKILL' }, 'terminated with signal Killed'],
  [{ signaled: 'SIGSEGV' }, 'terminated with signal Segmentation fault'],
])('%j reads as %s', (status, words) => {
  expect(describeStatus(status)).toBe(words);
});

test.each([
  [0, { exited: 0 }],
  [256, { exited: 1 }],
  [9, { signaled: 'SIGKILL' }],
  [15, { signaled: 'SIGTERM' }],
])('raw wait status %i means %j', (raw, status) => {
  expect(statusFromRaw(raw)).toEqual(status);
});

test.each([
  { status: { exited: 0 }, killed: true, outOfTime: false, state: 'TASK_FINISHED' },
  { status: { exited: 1 }, killed: false, outOfTime: false, state: 'TASK_FAILED' },
  { status: { exited: 1 }, killed: true, outOfTime: false, state: 'TASK_KILLED' },
  { status: { exited: 1 }, killed: true, outOfTime: true, state: 'TASK_FAILED' },
])('$status, killed $killed, out of time $outOfTime: $state', ({ status, state, ...why }) => {
  expect(outcome(status, why).state).toBe(state);
});
