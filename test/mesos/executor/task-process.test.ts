/** The wrapper of tasks, with real shells. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PausableClock, realDisk, realLauncher, type WaitStatus } from '../../../libprocess/index.ts';
import { adoptTask, commandLine, startTask } from '../../../mesos/executor/task-process.ts';
import type { CommandInfo } from '../../../mesos/protocol/index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'task-process-'));
});
afterEach(() => rm(folder, { recursive: true }));

const start = (command: CommandInfo, noted = true) =>
  startTask(realLauncher, {
    command,
    sandbox: folder,
    environment: { PATH: '/usr/bin:/bin', GREETING: 'hello' },
    runDir: noted ? folder : null,
  });

const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

test.each<[CommandInfo, WaitStatus]>([
  [{ value: 'true' }, { exited: 0 }],
  [{ value: 'exit 3' }, { exited: 3 }],
  [{ value: '/no/such/program' }, { exited: 127 }],
  [{ value: 'kill -TERM $$' }, { signaled: 'SIGTERM' }],
  [{ value: 'kill -KILL $$' }, { signaled: 'SIGKILL' }],
  [{ value: 'kill -INT $$' }, { signaled: 'SIGINT' }],
  [{ value: 'kill -SEGV $$' }, { signaled: 'SIGSEGV' }],
  [{ value: 'exit 143' }, { exited: 143 }],
  [{ value: 'exit 137' }, { exited: 137 }],
  [{ value: 'exit 255' }, { exited: 255 }],
  [{ value: 'exit 128' }, { exited: 128 }],
  [{ shell: false, value: 'sh', arguments: ['sh', '-c', 'exit 4'] }, { exited: 4 }],
  [{ shell: false, value: 'no-such-program' }, { exited: 127 }],
])('%j ends with %j', async (command, status) => {
  expect(await (await start(command)).status).toEqual(status);
});

test('what a command prints is in stdout and stderr, and nothing else is', async () => {
  const { status } = await start({ value: 'echo $GREETING; echo oh no >&2; kill -KILL $$' });
  await status;
  expect([await read('stdout'), await read('stderr')]).toEqual(['hello\n', 'oh no\n']);
});

test.each([
  { arguments_: ['my own name', '-c', 'echo $0'], name: 'my own name' },
  { arguments_: ['/bin/sh', '-c', 'echo $0'], name: '/bin/sh' },
])('a program sees its first argument as its name: $name', async ({ arguments_, name }) => {
  const { status } = await start({ shell: false, value: '/bin/sh', arguments: arguments_ });
  await status;
  expect(await read('stdout')).toBe(`${name}\n`);
});

test('variables of a command are its own, whatever the wrapper calls its', async () => {
  const environment = { PATH: '/usr/bin:/bin', name: 'n', folder: 'f', status: 's' };
  const command = { value: 'echo $name $folder $status' };
  const { status } = await startTask(realLauncher, { command, sandbox: folder, environment, runDir: folder });
  await status;
  expect(await read('stdout')).toBe('n f s\n');
});

test('a command does not inherit the descriptors of its wrapper', async () => {
  const { status } = await start({ value: 'for n in 3 4; do [ -e /proc/self/fd/$n ] || echo $n; done' });
  await status;
  expect(await read('stdout')).toBe('3\n4\n');
});

test('what a command leaves behind does not keep its end from being told', async () => {
  const { pid, status } = await start({ value: 'sleep 1000 & exit 7' });
  expect(await status).toEqual({ exited: 7 });
  realLauncher.kill(pid, 'SIGKILL', 'group');
});

test('the wrapper notes its pid and the status', async () => {
  const { pid, status } = await start({ value: 'exit 7' });
  await status;
  expect([await read('pid'), await read('status')]).toEqual([`${pid}\n`, `${7 * 256}\n`]);
});

test('without a folder nothing is noted', async () => {
  await (await start({ value: 'true' }, false)).status;
  await expect(read('pid')).rejects.toThrow('ENOENT');
});

test.each<[CommandInfo, WaitStatus]>([
  [{ value: 'exit 143' }, { exited: 143 }],
  [{ value: 'kill -PIPE $$' }, { signaled: 'SIGPIPE' }],
  [{ shell: false, value: '/bin/sh', arguments: ['me', '-c', '[ $0 = me ]'] }, { exited: 0 }],
])('without a folder %j ends with %j', async (command, status) => {
  expect(await (await start(command, false)).status).toEqual(status);
});

test('a command does not inherit the deafness of its wrapper', async () => {
  const task = await start({ value: 'echo ready; while :; do sleep 0.05; done' });
  while ((await read('stdout')) === '') await new Promise(setImmediate);
  task.kill('SIGTERM');
  expect(await task.status).toEqual({ signaled: 'SIGTERM' });
  expect(await read('status')).toBe('15\n');
});

test('an adopted task that had ended gives what was noted', async () => {
  await (await start({ value: 'exit 7' })).status;
  const adopted = await adoptTask(realDisk, realLauncher, new PausableClock(), folder);
  expect(await adopted.status).toEqual({ exited: 7 });
});

test('an adopted task that runs can be killed', async () => {
  const { pid } = await start({ value: 'sleep 1000' });
  while (
    await read('pid').then(
      () => false,
      () => true,
    )
  )
    await new Promise(setImmediate);
  const adopted = await adoptTask(realDisk, realLauncher, new PausableClock(), folder);
  expect(adopted.pid).toBe(pid);
  adopted.kill('SIGKILL');
  expect(await adopted.status).toEqual({ signaled: 'SIGKILL' });
});

test('a task that was never started cannot be adopted', async () => {
  const adopted = adoptTask(realDisk, realLauncher, new PausableClock(), folder);
  await expect(adopted.then()).rejects.toThrow('had not been started');
});

test.each<[CommandInfo, readonly string[]]>([
  [{ value: 'echo hi' }, ['', '/bin/sh', '-c', 'echo hi']],
  [{ value: 'echo hi', arguments: ['ignored'] }, ['', '/bin/sh', '-c', 'echo hi']],
  [{ shell: false, value: '/bin/echo', arguments: ['echo', 'hi'] }, ['echo', '/bin/echo', 'hi']],
  [{ shell: false, value: '/bin/echo', arguments: ['/bin/echo'] }, ['', '/bin/echo']],
  [{ shell: false, value: '/bin/true' }, ['', '/bin/true']],
])('%j runs %j', (command, line) => {
  expect(commandLine(command)).toEqual(line);
});
