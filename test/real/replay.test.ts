/** A master and an agent that record, as OS processes; the master is killed, and replayed. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Daemon, execute, getJson, startAgent, startMaster, temporaryFolder } from './daemons.ts';

interface StepLine {
  readonly turn: number;
  readonly actor: string;
  readonly kind: string;
  readonly name: string;
  readonly body?: unknown;
  readonly changes?: readonly { readonly path: string; readonly before?: unknown; readonly after?: unknown }[];
}

/** What `mesos-debug replay` prints, and its exit status. */
async function debug(...args: string[]): Promise<{ readonly lines: StepLine[]; readonly status: unknown }> {
  const daemon = new Daemon('mesos-debug', ['mesos/debug.js', 'replay', ...args, '--json']);
  const status = await daemon.exited;
  const lines = daemon.output.split('\n').filter(line => line.startsWith('{'));
  expect(lines, daemon.output).not.toEqual([]);
  return { lines: lines.map(line => JSON.parse(line) as StepLine), status };
}

const STATUS_UPDATE = 'mesos.internal.StatusUpdateMessage';

test('a recorded master that was killed is replayed, forwards and backwards, and its agent as well', async () => {
  const folder = await temporaryFolder();
  const [masterFile, agentFile] = [join(folder, 'master.rec'), join(folder, 'agent.rec')];
  const master = await startMaster([`--record=${masterFile}`]);
  const agent = await startAgent(master.address, { flags: [`--record=${agentFile}`] });
  const ended = await execute(master.address, '--name=recorded', '--command=echo hello');
  expect(ended.output).toContain('TASK_FINISHED');
  const state = await getJson<{ id: string }>(master.address, '/state');
  await master.daemon.kill('SIGKILL');
  await agent.daemon.kill('SIGKILL');

  const { lines: steps, status } = await debug(masterFile, '--actor=master');
  expect(status).toBe(0);
  expect(steps.map(step => step.name)).toEqual(
    expect.arrayContaining(['mesos.internal.RegisterSlaveMessage', 'HTTP /api/v1/scheduler', STATUS_UPDATE]),
  );
  const last = await lastChangeOf(masterFile, steps);
  expect(last).toMatchObject({ before: expect.stringMatching(/TASK_(STARTING|RUNNING)/), after: 'TASK_FINISHED' });

  const { lines: start } = await debug(masterFile, '--actor=master', '--to=1', '--state');
  expect(JSON.stringify(start[0])).toContain(state.id);
  expect(await debug(agentFile, '--actor=slave(1)')).toMatchObject({ status: 0 });
});

/** Steps backwards until one changes the task's state. */
async function lastChangeOf(file: string, steps: readonly StepLine[]): Promise<unknown> {
  for (let index = steps.length - 1; index >= 0; index--) {
    if (steps[index]?.name !== STATUS_UPDATE) continue;
    const { lines } = await debug(file, '--actor=master', `--to=${index + 1}`);
    const change = lines[0]?.changes?.find(({ path }) => path.endsWith('tasks.recorded.task.state'));
    if (change !== undefined) return change;
  }
  return null;
}
