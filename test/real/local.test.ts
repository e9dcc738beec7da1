/** What `npm start` brings up, what one can do with it, and that Ctrl-C leaves nothing behind. */
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Daemon, execute, getJson, startExecute, temporaryFolder } from './daemons.ts';

test('a local cluster runs tasks, shows them, and Ctrl-C ends daemons, hosts and tasks', async () => {
  const { local, master, folder } = await startLocal();
  const { output, status } = await execute(master, '--name=hello', '--command=echo hello');
  expect(output).toMatch(/^Subscribed with ID \S+-0000\nSubmitted task 'hello' to agent '\S+'\n/);
  expect(output).toContain("Received status update TASK_FINISHED for task 'hello'\n");
  expect(status).toBe(0);

  const stubborn = startExecute(master, '--name=stubborn', '--command=trap "" TERM; sleep 1000');
  await stubborn.says(/TASK_RUNNING/);
  const ps = new Daemon('ps', ['mesos/cli.js', 'ps', `--master=${master}`, '--all']);
  expect(await ps.exited).toBe(0);
  expect(ps.output).toMatch(/^TASK +STATE +FRAMEWORK .*\nstubborn +TASK_RUNNING .*\nhello +TASK_FINISHED /);

  local.process.kill('SIGINT');
  expect(await local.exited).toBe(0);
  expect(local.output).toContain('Everything has ended.');
  expect(await processesOf(folder)).toEqual([]);
  expect(await stubborn.exited).toBe(1);
});

test('the page of the master and all that it loads are served', async () => {
  const { master } = await startLocal('--agents=1');
  const page = await (await fetch(`http://${master}/`)).text();
  const parts = [...page.matchAll(/(?:href|src)="([^"#/]+)"/g)].map(match => match[1]);
  expect(new Set(parts)).toEqual(new Set(['icon.svg', 'style.css', 'app.js']));
  for (const part of [...parts, 'dom.js', 'words.js']) {
    expect((await fetch(`http://${master}/${part}`)).status, part).toBe(200);
  }
  expect(await getJson<object>(master, '/master/state')).toMatchObject({ activated_slaves: 1 });
});

test('hello-framework runs its task to the end', async () => {
  const { master } = await startLocal('--agents=1');
  const hello = new Daemon('hello', ['--import', 'tsx', 'examples/hello-framework.ts', `--master=${master}`]);
  expect(await hello.exited).toBe(0);
  expect(hello.output).toMatch(/hello is TASK_RUNNING\nhello is TASK_FINISHED/);
});

test('a task that fails makes execute fail', async () => {
  const { master } = await startLocal('--agents=1');
  const { output, status } = await execute(master, '--name=bad', '--command=exit 3');
  expect(output).toContain('TASK_FAILED');
  expect(status).toBe(1);
});

test('Ctrl-C at execute kills the task', async () => {
  const { master } = await startLocal('--agents=1');
  const long = startExecute(master, '--name=long', '--command=sleep 1000');
  await long.says(/TASK_RUNNING/);
  long.process.kill('SIGINT');
  expect(await long.exited).toBe(1);
  expect(long.output).toContain("Received status update TASK_KILLED for task 'long'");
});

test('a port that is taken is explained, with what to do', async () => {
  const taken = await listening();
  const local = new Daemon('local', ['mesos/local.js', `--port=${portOf(taken)}`]);
  expect(await local.exited).toBe(1);
  expect(local.output).toContain('npm start -- --port=5060');
});

test('execute without a master says so, and how to get one', async () => {
  const free = await listening();
  const port = portOf(free);
  free.close();
  const { output, status } = await execute(`127.0.0.1:${port}`, '--name=hello', '--command=true');
  expect(output).toMatch(/cannot connect to 127\.0\.0\.1:\d+: .*\nIs a master running there\? `npm start` starts one/);
  expect(status).toBe(1);
});

test.each([
  { args: ['execute', '--nam=x'], says: "unknown flag 'nam'" },
  { args: ['execute', '--name=x'], says: "Flag 'command' is required" },
  { args: ['execute', '--name=x', '--command=y', '--docker_image=z'], says: '--docker_image is not there yet' },
  { args: ['execute', '--name=x', '--command=y', '--resources=cpus'], says: "missing or extra ':' in cpus" },
  { args: ['execute', '--name=x', '--command=y', '--master=zk://a/b'], says: "only a master's host:port" },
  { args: ['exec'], says: "there is no command 'exec'" },
])('mesos $args is refused with status 1', async ({ args, says }) => {
  const cli = new Daemon('cli', ['mesos/cli.js', ...args]);
  expect(await cli.exited).toBe(1);
  expect(cli.output).toContain(says);
});

test('mesos without arguments lists its commands', async () => {
  const cli = new Daemon('cli', ['mesos/cli.js']);
  expect(await cli.exited).toBe(0);
  for (const name of ['local', 'master', 'agent', 'execute', 'ps', 'state']) expect(cli.output).toMatch(`  ${name} `);
});

async function startLocal(...flags: string[]) {
  const folder = await temporaryFolder();
  const free = await listening();
  const port = portOf(free);
  free.close();
  const local = new Daemon('local', ['mesos/local.js', `--port=${port}`, `--work_dir=${folder}`, ...flags]);
  await local.says(/Ctrl-C ends everything/);
  onTestFinished(() => local.kill('SIGINT'));
  return { local, master: `127.0.0.1:${port}`, folder };
}

async function listening(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Command lines of processes that have to do with `folder`. */
async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const [command, environment] = [await read('cmdline'), await read('environ')];
    if (`${command}${environment}`.includes(folder)) found.push(command);
  }
  return found;
}
