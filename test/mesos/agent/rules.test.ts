/** The agent's rules that need no agent: refusals, names, environment, waiting times, compatibility. */
import { expect, test } from 'vitest';
import { commandExecutorInfo } from '../../../mesos/agent/command-executor-info.ts';
import { incompatibility } from '../../../mesos/agent/compatibility.ts';
import { executorEnvironment } from '../../../mesos/agent/containerizer/environment.ts';
import { parseStat } from '../../../mesos/agent/containerizer/usage.ts';
import { agentFlags } from '../../../mesos/agent/flags.ts';
import { firstBackoffMs, nextBackoffMs } from '../../../mesos/agent/registration.ts';
import { type Circumstances, refusal } from '../../../mesos/agent/run-task.ts';
import { parseAttributes } from '../../../mesos/common/attributes.ts';
import { parseResources } from '../../../mesos/common/resource-text.ts';
import type { CommandInfo, SlaveInfo } from '../../../mesos/protocol/index.ts';

const CUSTOM: Circumstances = { isCommand: false, launchExecutor: undefined, executor: null };

test.each([
  { ...CUSTOM, why: null },
  { ...CUSTOM, launchExecutor: true, why: null },
  { ...CUSTOM, launchExecutor: false, why: 'No executor is expected to launch and there is none running' },
  {
    ...CUSTOM,
    launchExecutor: true,
    executor: 'running',
    why: 'Master wants to launch executor, but one already exists',
  },
  { ...CUSTOM, launchExecutor: false, executor: 'running', why: null },
  { ...CUSTOM, launchExecutor: false, executor: 'registering', why: null },
  { ...CUSTOM, executor: 'terminating', why: 'Executor terminating' },
  { ...CUSTOM, executor: 'terminated', why: 'Executor terminated' },
  {
    ...CUSTOM,
    isCommand: true,
    executor: 'running',
    why: 'Cannot reuse an already existing executor for a command task',
  },
] as const)('a task with $executor executor, launchExecutor $launchExecutor: $why', ({ why, ...circumstances }) => {
  expect(refusal(circumstances)?.message ?? null).toBe(why);
});

test.each<[CommandInfo, string]>([
  [{ value: 'sleep 1' }, "sh -c 'sleep 1'"],
  [{ value: '123456789012345' }, "sh -c '123456789012345'"],
  [{ value: 'echo started; sleep 5' }, "sh -c 'echo started...'"],
  [{ shell: false, value: '/bin/echo', arguments: ['echo', 'hi'] }, '[/bin/echo, echo, hi]'],
  [{ shell: false }, 'NO EXECUTABLE'],
  [{}, 'NO COMMAND'],
])('the executor of command %j is named after it', (command, shown) => {
  const task = { name: 't', task_id: { value: 't1' }, agent_id: { value: 'S0' }, command };
  const { name } = commandExecutorInfo({ value: 'F' }, task, '/usr/libexec/mesos');
  expect(name).toBe(`Command Executor (Task: t1) (Command: ${shown})`);
});

test('the executor gets two seconds more than its task to end', () => {
  const kill_policy = { grace_period: { nanoseconds: 5e9 } };
  const task = { name: 't', task_id: { value: 't1' }, agent_id: { value: 'S0' }, command: {}, kill_policy };
  expect(commandExecutorInfo({ value: 'F' }, task, '/x').shutdown_grace_period).toEqual({ nanoseconds: 7e9 });
});

const SOURCE = {
  base: {},
  ip: '127.0.0.1',
  agentId: 'S0',
  agentPid: 'slave(1)@127.0.0.1:5051',
  agentEndpoint: '127.0.0.1:5051',
  frameworkId: 'F',
  executorId: 'e',
  sandbox: '/sandbox',
  checkpoint: false,
  shutdownGraceMs: 5_000,
  recoveryTimeoutMs: 900_000,
  reregistrationTimeoutMs: 2_000,
  command: {},
};

test('an executor gets exactly the variables that Mesos sets', () => {
  expect(executorEnvironment(SOURCE)).toEqual({
    LIBPROCESS_IP: '127.0.0.1',
    LIBPROCESS_PORT: '0',
    MESOS_AGENT_ENDPOINT: '127.0.0.1:5051',
    MESOS_CHECKPOINT: '0',
    MESOS_DIRECTORY: '/sandbox',
    MESOS_EXECUTOR_ID: 'e',
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '5secs',
    MESOS_FRAMEWORK_ID: 'F',
    MESOS_HTTP_COMMAND_EXECUTOR: '0',
    MESOS_SANDBOX: '/sandbox',
    MESOS_SLAVE_ID: 'S0',
    MESOS_SLAVE_PID: 'slave(1)@127.0.0.1:5051',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  });
});

test('with checkpointing it also learns how long to wait for its agent', () => {
  const { MESOS_CHECKPOINT, MESOS_RECOVERY_TIMEOUT, MESOS_SUBSCRIPTION_BACKOFF_MAX } = executorEnvironment({
    ...SOURCE,
    checkpoint: true,
  });
  expect([MESOS_CHECKPOINT, MESOS_RECOVERY_TIMEOUT, MESOS_SUBSCRIPTION_BACKOFF_MAX]).toEqual(['1', '15mins', '2secs']);
});

test("the command's own variables win over all others", () => {
  const variables = [{ name: 'PATH', value: '/own' }];
  const env = executorEnvironment({ ...SOURCE, base: { PATH: '/flag' }, command: { environment: { variables } } });
  expect(env['PATH']).toBe('/own');
});

test('retries of the registration wait twice as long each time, up to a minute', () => {
  const bounds = [firstBackoffMs(1_000)];
  for (let n = 0; n < 6; n++) bounds.push(nextBackoffMs(bounds.at(-1) ?? 0));
  expect(bounds).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

function agent(resources: string, attributes = '', hostname = 'h'): SlaveInfo {
  return { hostname, port: 5051, resources: [...parseResources(resources)], attributes: parseAttributes(attributes) };
}

test.each([
  { before: agent('cpus:1'), now: agent('cpus:1'), policy: 'equal', ok: true },
  { before: agent('cpus:1'), now: agent('cpus:2'), policy: 'equal', ok: false },
  { before: agent('cpus:1'), now: agent('cpus:2'), policy: 'additive', ok: true },
  { before: agent('cpus:2'), now: agent('cpus:1'), policy: 'additive', ok: false },
  { before: agent('cpus:1', 'a:1'), now: agent('cpus:1', 'a:1;b:2'), policy: 'equal', ok: false },
  { before: agent('cpus:1', 'a:1'), now: agent('cpus:1', 'a:1;b:2'), policy: 'additive', ok: true },
  { before: agent('cpus:1', 'a:1'), now: agent('cpus:1', 'a:2'), policy: 'additive', ok: false },
  { before: agent('cpus:1'), now: agent('cpus:1', '', 'other'), policy: 'additive', ok: false },
])('an agent may come back changed: $ok under $policy ($#)', ({ before, now, policy, ok }) => {
  expect(incompatibility(before, now, policy) === null).toBe(ok);
});

test.each([
  [['--work_dir=/w'], "Flag 'master' is required, but it was not provided"],
  [['--master=zk://a/b', '--work_dir=/w'], 'give host:port'],
  [['--master=m:1', '--work_dir=/w', '--isolation=cgroups/cpu'], '--isolation=cgroups/cpu is not supported'],
  [['--master=m:1', '--work_dir=/w', '--acls={}'], '--acls is not supported: authorization is not built yet'],
  [['--master=m:1', '--work_dir=/w', '--executor_reregistration_timeout=1mins'], 'at most 15secs'],
  [['--master=m:1', '--work_dir=/w', '--executor_environment_variables={"a":1}'], 'whose values are strings'],
  [['--master=m:1', '--work_dir=/w', 'extra'], "Unexpected argument 'extra'"],
])('flags %j are refused with a sentence', (argv, sentence) => {
  expect(() => agentFlags(argv)).toThrow(sentence);
});

test('the usage of a process is read from its line, whatever its name', () => {
  const line = `42 (a) b) c) S 1 42 40 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 1 0 100 10000000 256 18446744073709551615`;
  expect(parseStat(line)).toEqual({
    session: 40,
    usage: { userSeconds: 1.5, systemSeconds: 0.5, rssBytes: 256 * 4096 },
  });
});

test('a port that no machine has is refused', () => {
  expect(() => agentFlags(['--master=m:1', '--work_dir=/w', '--port=99999'])).toThrow('Invalid port 99999');
});
