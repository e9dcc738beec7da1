/** The machine's processes: output to files, sessions, signals, failures to start, and nothing left behind. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LaunchSpec, rawStatus } from '../../../libprocess/subprocess/launcher.ts';
import { realLauncher as launcher } from '../../../libprocess/subprocess/real.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'launcher-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

function shell(script: string, more: Partial<LaunchSpec> = {}): LaunchSpec {
  return { file: 'sh', args: ['-c', script], env: { PATH: '/usr/bin:/bin' }, cwd: folder, ...more };
}

test('a program runs in its folder with its environment alone, and its output is appended', async () => {
  const spec = shell('echo "$WHO in $PWD ($HOME)"', { env: { PATH: '/bin:/usr/bin', WHO: 'me' }, stdout: at('out') });
  for (let run = 0; run < 2; run++) {
    const child = await launcher.launch(spec);
    expect(await child.status).toEqual({ exited: 0 });
  }
  expect(readFileSync(at('out'), 'utf8')).toBe(`me in ${folder} ()\n`.repeat(2));
});

test('stdout and stderr may share a file', async () => {
  const child = await launcher.launch(shell('echo one; echo two >&2', { stdout: at('out'), stderr: at('out') }));
  await child.status;
  expect(readFileSync(at('out'), 'utf8')).toBe('one\ntwo\n');
});

test('the status tells an exit from a signal', async () => {
  const exited = await launcher.launch(shell('exit 7'));
  const killed = await launcher.launch(shell('kill -KILL $$'));
  expect(await exited.status).toEqual({ exited: 7 });
  expect(await killed.status).toEqual({ signaled: 'SIGKILL' });
  expect(rawStatus({ exited: 7 }, {})).toBe(0x700);
});

test('a signal to the group reaches what the shell started', async () => {
  const child = await launcher.launch(shell('sleep 100 & echo $! > pid; wait', { session: true }));
  const grandchild = await readPid();
  expect(launcher.isAlive(grandchild)).toBe(true);
  expect(launcher.kill(child.pid, 'SIGKILL', 'group')).toBe(true);
  expect(await child.status).toEqual({ signaled: 'SIGKILL' });
  await expect.poll(() => launcher.isAlive(grandchild)).toBe(false);
});

test('a process that has ended takes no signal and is not alive', async () => {
  const child = await launcher.launch(shell('exit 0', { session: true }));
  await child.status;
  expect(launcher.isAlive(child.pid)).toBe(false);
  expect(launcher.kill(child.pid, 'SIGTERM', 'process')).toBe(false);
  expect(launcher.kill(child.pid, 'SIGTERM', 'group')).toBe(false);
});

test('a zombie is not alive', async () => {
  const child = await launcher.launch(shell('sh -c "exit 0" & echo $! > pid; exec sleep 100', { session: true }));
  const zombie = await readPid();
  await expect.poll(() => launcher.isAlive(zombie)).toBe(false);
  launcher.kill(child.pid, 'SIGKILL', 'group');
  await child.status;
});

test('the program sees the name it is given', async () => {
  const child = await launcher.launch(shell('echo $0', { args: ['-c', 'echo $0'], argv0: 'other', stdout: at('out') }));
  await child.status;
  expect(readFileSync(at('out'), 'utf8')).toBe('other\n');
});

test.each([
  ['a program that is not there', { file: 'no-such-program' }, 'ENOENT', 'cannot launch no-such-program in '],
  ['a folder that is not there', { cwd: '/no/such/folder' }, 'ENOENT', 'cannot launch sh in /no/such/folder: ENOENT'],
  ['a file that cannot be run', { file: '/etc/passwd' }, 'EACCES', 'cannot launch /etc/passwd in '],
  ['an output that cannot be opened', { stdout: '/no/such/file' }, 'ENOENT', 'cannot launch sh in '],
])('%s fails the launch and is named', async (_what, more, code, message) => {
  await expect(launcher.launch(shell('true', more))).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
});

test.each([0, 1, -1, Number.NaN])('nobody signals %d, which would reach everyone', pid => {
  expect(() => launcher.kill(pid, 'SIGTERM', 'group')).toThrow('is no pid of a child');
});

test.runIf(process.getuid?.() === 0)('root launches as somebody else', async () => {
  const child = await launcher.launch(shell('id -u; id -g', { cwd: '/', uid: 65_534, gid: 65_534, stdout: at('out') }));
  await child.status;
  expect(readFileSync(at('out'), 'utf8')).toBe('65534\n65534\n');
});

async function readPid(): Promise<number> {
  await expect.poll(() => readFileSync(at('pid'), { encoding: 'utf8', flag: 'a+' })).toMatch(/\d+\n/);
  return Number(readFileSync(at('pid'), 'utf8'));
}
