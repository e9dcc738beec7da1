/** The three-terminal session, and what happens to it when parts are killed: real processes, sockets and files. */
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { Daemon, execute, getJson, startAgent, startExecute, startMaster, temporaryFolder } from './daemons.ts';

interface State {
  readonly slaves: readonly { readonly id: string; readonly active: boolean }[];
  readonly completed_frameworks: readonly { readonly completed_tasks: readonly { readonly slave_id: string }[] }[];
}

interface Browsed {
  readonly path: string;
}

interface AgentFramework {
  readonly executors: readonly { readonly directory: string }[];
  readonly completed_executors: readonly { readonly directory: string }[];
}

/** The sandbox of the only executor that `agent` ever had. */
async function sandboxOf(agent: string): Promise<string> {
  type State = Record<'frameworks' | 'completed_frameworks', readonly AgentFramework[]>;
  const { frameworks, completed_frameworks } = await getJson<State>(agent, '/state');
  const executors = [...frameworks, ...completed_frameworks].flatMap(framework => [
    ...framework.executors,
    ...framework.completed_executors,
  ]);
  expect(executors).toHaveLength(1);
  return executors[0]?.directory ?? '';
}

test('a task runs, prints each state as it comes, and its output can be read over HTTP', async () => {
  const master = await startMaster();
  const agent = await startAgent(master.address);
  const { status, output } = await execute(master.address, '--name=hello', '--command=echo hello; sleep 0.1');
  expect(master.daemon.output).toContain('Master bound to loopback interface!');
  expect(output).toMatch(/TASK_STARTING[\s\S]*TASK_RUNNING[\s\S]*TASK_FINISHED/);
  expect(status).toBe(0);
  const state = await getJson<State>(master.address, '/state');
  expect(state.completed_frameworks[0]?.completed_tasks).toHaveLength(1);
  const directory = await sandboxOf(agent.address);
  const files = await getJson<Browsed[]>(agent.address, `/files/browse?path=${encodeURIComponent(directory)}`);
  expect(files.map(({ path }) => path)).toEqual([`${directory}/stderr`, `${directory}/stdout`]);
  const { data } = await getJson<{ data: string }>(agent.address, `/files/read?path=${directory}/stdout&offset=0`);
  expect(data).toContain('hello\n');
  const download = await fetch(`http://${agent.address}/files/download?path=${directory}/stdout`);
  expect(await download.text()).toContain('hello\n');
});

test.each([
  { command: 'exit 3', said: 'Command exited with status 3' },
  { command: 'no-such-program', said: 'Command exited with status 127' },
  { command: 'kill -9 $$', said: 'Command terminated with signal Killed' },
])('`$command` fails the task, with a message, and execute exits non-zero', async ({ command, said }) => {
  const master = await startMaster();
  await startAgent(master.address);
  const { status, output } = await execute(master.address, '--name=bad', `--command=${command}`);
  expect(output).toContain('TASK_FAILED');
  expect(output).toContain(said);
  expect(status).not.toBe(0);
});

test('an agent killed with kill -9 and not restarted is lost after the ping timeouts', async () => {
  const master = await startMaster(['--agent_ping_timeout=1secs', '--max_agent_ping_timeouts=2']);
  const agent = await startAgent(master.address);
  const running = startExecute(master.address, '--checkpoint', '--name=long', '--command=sleep 100');
  await running.says(/TASK_RUNNING/);
  await agent.daemon.kill('SIGKILL');
  await running.says(/TASK_LOST/);
  expect(await running.exited).not.toBe(0);
});

test('an agent killed with kill -9 and restarted keeps its task running', async () => {
  const master = await startMaster();
  const agent = await startAgent(master.address);
  const running = startExecute(master.address, '--checkpoint', '--name=long', '--command=sleep 5; echo done');
  await running.says(/TASK_RUNNING/);
  await agent.daemon.kill('SIGKILL');
  await startAgent(master.address, { port: agent.port, workDir: agent.workDir });
  await running.says(/TASK_FINISHED/);
  expect(running.output).not.toMatch(/TASK_(LOST|FAILED)/);
  expect(await running.exited).toBe(0);
});

test('a master killed with kill -9 and restarted on its address gets agent and task back', async () => {
  const ping = ['--agent_ping_timeout=1secs', '--max_agent_ping_timeouts=2'];
  const master = await startMaster(ping);
  const agent = await startAgent(master.address);
  const { id } = (await getJson<State>(master.address, '/state')).slaves[0] ?? { id: '' };
  const running = startExecute(master.address, '--name=long', '--command=sleep 8; echo done');
  await running.says(/TASK_RUNNING/);
  const before = agent.daemon.output.length;
  await master.daemon.kill('SIGKILL');
  const next = await startMaster(ping, master.port);
  await agent.daemon.says(/Re-registered with master/, before);
  expect((await getJson<State>(next.address, '/state')).slaves).toMatchObject([{ id, active: true }]);
  await running.says(/TASK_FINISHED/);
  expect(await running.exited).toBe(0);
});

test('a port that is taken is explained, with status 1', async () => {
  const { port } = await startMaster();
  const second = new Daemon('second', [
    'mesos/master.js',
    '--ip=127.0.0.1',
    `--port=${port}`,
    '--work_dir=/tmp/unused',
  ]);
  expect(await second.exited).toBe(1);
  expect(second.output).toContain(`127.0.0.1:${port}`);
  expect(second.output).toMatch(/in use/);
});

test('a work_dir that cannot be written is explained, with status 1', async () => {
  const folder = await temporaryFolder();
  const workDir = `${folder}/file/below`;
  await writeFile(`${folder}/file`, '');
  const agent = new Daemon('agent', ['mesos/agent.js', '--master=127.0.0.1:1', '--port=0', `--work_dir=${workDir}`]);
  expect(await agent.exited).toBe(1);
  expect(agent.output).toContain(workDir);
});

test.each([
  { args: ['mesos/master.js', '--no_such_flag=1'], said: /unknown flag 'no_such_flag'/ },
  { args: ['mesos/agent.js', '--master=127.0.0.1:1', '--work_dir=/tmp/unused', '--nope'], said: /unknown flag 'nope'/ },
  { args: ['mesos/master.js', '--registry=replicated_log', '--work_dir=/tmp/unused'], said: /replicated_log/ },
])('$args.0 $args.1 is refused with a sentence and status 1', async ({ args, said }) => {
  const daemon = new Daemon('daemon', args);
  expect(await daemon.exited).toBe(1);
  expect(daemon.output).toMatch(said);
});

test.each(['master', 'agent'])('%s --version and --help print and exit 0', async name => {
  const version = new Daemon(name, [`mesos/${name}.js`, '--version']);
  const help = new Daemon(name, [`mesos/${name}.js`, '--help']);
  expect([await version.exited, await help.exited]).toEqual([0, 0]);
  expect(version.output).toMatch(/^mesos \d+\.\d+\.\d+\n$/);
  expect(help.output).toMatch(/--work_dir=/);
});
