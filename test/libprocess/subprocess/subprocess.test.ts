/** Child processes of the machine: their pipes, files and descriptors, hooks, sessions, trees and ends. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure, Future, io, PIPE, Runtime, realLauncher, subprocess } from '../../../libprocess/index.ts';
import { listProcesses, readProcess } from '../../../libprocess/subprocess/processes.ts';

let folder: string;
const runtime = Runtime.local({ launcher: realLauncher });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'subprocess-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test('a program with its arguments is no line for the shell', async () => {
  const child = await subprocess(runtime, ['echo', '$HOME', ';'], { out: PIPE });
  expect(text(await io.read(child.out))).toBe('$HOME ;\n');
  expect(await child.status).toEqual({ exited: 0 });
});

test('a line for the shell is one', async () => {
  const child = await subprocess(runtime, 'echo one | tr o x; exit 3', { out: PIPE });
  expect([text(await io.read(child.out)), await child.status]).toEqual(['xne\n', { exited: 3 }]);
});

test('pipes carry what goes in and what comes out, apart', async () => {
  const child = await subprocess(runtime, 'cat; echo bad >&2', { in: PIPE, out: PIPE, err: PIPE });
  const [out, err] = [io.read(child.out), io.read(child.err)];
  for (let n = 0; n < 3; n++) await io.write(child.in, 'x'.repeat(500_000));
  child.in.close();
  expect([(await out).length, text(await err), await child.status]).toEqual([1_500_000, 'bad\n', { exited: 0 }]);
});

test('files are read from and appended to, by path', async () => {
  writeFileSync(at('in'), 'hello');
  for (let run = 0; run < 2; run++) {
    await (await subprocess(runtime, 'cat; echo err >&2', { in: at('in'), out: at('out'), err: at('out') })).status;
  }
  expect(readFileSync(at('out'), 'utf8')).toBe('helloerr\n'.repeat(2));
});

test('a descriptor stays open here, unless it is given away', async () => {
  const [kept, given] = [openSync(at('kept'), 'a'), openSync(at('given'), 'a')];
  const options = { out: { fd: kept }, err: { fd: given, owned: true } };
  await (await subprocess(runtime, 'echo out; echo err >&2', options)).status;
  expect([readFileSync(at('kept'), 'utf8'), readFileSync(at('given'), 'utf8')]).toEqual(['out\n', 'err\n']);
  expect(() => closeSync(given)).toThrow('EBADF');
  closeSync(kept);
});

test('the environment is what is given, or ours', async () => {
  const own = await subprocess(runtime, ['/usr/bin/env'], { out: PIPE, environment: { A: '1' }, cwd: folder });
  expect(text(await io.read(own.out))).toBe('A=1\n');
  const inherited = await subprocess(runtime, 'echo $PATH', { out: PIPE });
  expect(text(await io.read(inherited.out))).toBe(`${process.env['PATH']}\n`);
});

test('a child shares our session, or leads one of its own', async () => {
  const session = async (setsid: boolean) => {
    const child = await subprocess(runtime, ['sleep', '100'], { setsid });
    const info = readProcess(child.pid);
    child.kill('SIGKILL');
    await child.status;
    return info?.session === child.pid;
  };
  expect([await session(false), await session(true)]).toEqual([false, true]);
});

test('a discard of the status kills nobody', async () => {
  const child = await subprocess(runtime, ['sleep', '100']);
  const status = child.status;
  status.discard();
  expect([status.state, realLauncher.isAlive(child.pid)]).toEqual(['pending', true]);
  expect(child.kill('SIGKILL')).toBe(true);
  expect(await child.status).toEqual({ signaled: 'SIGKILL' });
  expect(child.kill('SIGKILL')).toBe(false);
});

test('whoever wants no more output breaks the pipe', async () => {
  const child = await subprocess(runtime, ['yes'], { out: PIPE, err: '/dev/null' });
  await io.read(child.out, 1);
  child.out.close();
  expect(await child.status).not.toEqual({ exited: 0 }); // Of EPIPE, or of ECONNRESET when it had more to read.
});

test('a child that reads no more refuses what is written', async () => {
  const child = await subprocess(runtime, ['true'], { in: PIPE });
  await child.status;
  child.in.write('x');
  await child.in.readerClosed();
  await expect(io.write(child.in, 'y')).rejects.toBeInstanceOf(Failure);
});

test('a program that is not there fails the launch', async () => {
  const launched = subprocess(runtime, ['no-such-program'], { out: PIPE });
  await expect(launched).rejects.toMatchObject({ code: 'ENOENT', message: 'cannot launch no-such-program: ENOENT' });
});

test('parent hooks run in order with the pid, before the program', async () => {
  const told: number[] = [];
  const note = (pid: number): Future<void> => {
    told.push(pid);
    writeFileSync(at('pid'), String(pid));
    return Future.ready(undefined);
  };
  const child = await subprocess(runtime, 'cat pid; echo " $$"', { out: PIPE, cwd: folder, parentHooks: [note, note] });
  expect(told).toEqual([child.pid, child.pid]);
  expect(text(await io.read(child.out))).toBe(`${child.pid} ${child.pid}\n`);
});

test('a parent hook that fails ends the child before its program began', async () => {
  let hooked = 0;
  const refuse = (pid: number): Future<void> => {
    hooked = pid;
    return Future.failed(new Failure('no room in the group', 'NO_ROOM'));
  };
  const launched = subprocess(runtime, `touch ${at('ran')}`, { parentHooks: [refuse] });
  await expect(launched).rejects.toMatchObject({ code: 'NO_ROOM' });
  expect([realLauncher.isAlive(hooked), () => readFileSync(at('ran'))]).toEqual([
    false,
    expect.toSatisfy(throwsNoFile),
  ]);
});

test('a signal to the tree reaches what has made a session of its own, and leaves us alone', async () => {
  const child = await subprocess(runtime, 'setsid sleep 100 & setsid sh -c "sleep 100 & wait" & echo ok; wait', {
    out: PIPE,
  });
  await io.read(child.out, 100);
  await expect.poll(() => descendantsOf(child.pid).length).toBe(4);
  const tree = descendantsOf(child.pid);
  expect(child.kill('SIGTERM', 'tree')).toBe(true);
  expect(await child.status).toEqual({ signaled: 'SIGTERM' });
  await expect.poll(() => tree.filter(pid => realLauncher.isAlive(pid))).toEqual([]);
});

test('a signal to the tree finds what was left behind in the session of one that has ended', async () => {
  const child = await subprocess(runtime, 'sleep 100 & echo $!', { setsid: true, out: PIPE });
  const left = Number(text(await io.read(child.out, 100)));
  await child.status;
  expect([realLauncher.isAlive(left), child.kill('SIGKILL', 'tree')]).toEqual([true, true]);
  await expect.poll(() => realLauncher.isAlive(left)).toBe(false);
  expect(child.kill('SIGKILL', 'tree')).toBe(false);
});

test('a tree that handles the signal goes on to do so, though it was stopped before', async () => {
  const child = await subprocess(runtime, 'trap "exit 7" TERM; echo ok; while :; do sleep 0.01; done', {
    out: PIPE,
    err: '/dev/null',
  });
  await io.read(child.out, 100);
  child.kill('SIGTERM', 'tree');
  expect(await child.status).toEqual({ exited: 7 });
});

test('no zombie stays of many children, also when this process is busy while they end', {
  timeout: 30_000,
}, async () => {
  const zombies = (): number =>
    listProcesses().filter(({ parent, state }) => parent === process.pid && state === 'Z').length;
  const ended: Future<unknown>[] = [];
  for (let round = 0; round < 5; round++) {
    const launched = Array.from({ length: 40 }, () => subprocess(runtime, ['true'], { setsid: round % 2 === 0 }));
    for (const child of await Future.collect(launched)) ended.push(child.status);
    const busyUntil = performance.now() + 50;
    while (performance.now() < busyUntil);
  }
  expect(await Future.collect(ended)).toHaveLength(200);
  expect(zombies()).toBe(0);
});

test('what is supervised ends when this process is killed, with all of its session', { timeout: 30_000 }, async () => {
  const index = new URL('../../../libprocess/index.ts', import.meta.url).href;
  const script = `
    import { PIPE, Runtime, realLauncher, subprocess } from '${index}';
    const runtime = Runtime.local({ launcher: realLauncher });
    const child = await subprocess(runtime, 'sleep 100 & echo $$ $!; wait', { supervised: true });
    setInterval(() => {}, 1000);
  `;
  writeFileSync(at('parent.mts'), script);
  const parent = await subprocess(runtime, [process.execPath, '--import', 'tsx', at('parent.mts')], { out: PIPE });
  const pids = text(await io.read(parent.out, 100))
    .trim()
    .split(' ')
    .map(Number);
  expect(pids.filter(pid => realLauncher.isAlive(pid))).toHaveLength(2);
  parent.kill('SIGKILL');
  await expect.poll(() => pids.filter(pid => realLauncher.isAlive(pid)), { timeout: 5_000 }).toEqual([]);
});

test('what is supervised and ends takes along what it leaves behind', async () => {
  const child = await subprocess(runtime, 'sleep 100 & echo $!', { supervised: true, out: PIPE });
  const left = Number(text(await io.read(child.out, 100)));
  expect(await child.status).toEqual({ exited: 0 });
  await expect.poll(() => realLauncher.isAlive(left)).toBe(false);
});

function descendantsOf(root: number): number[] {
  const all = listProcesses();
  const found = new Set([root]);
  for (const pid of found) for (const child of all) if (child.parent === pid) found.add(child.pid);
  return [...found];
}

function throwsNoFile(read: unknown): boolean {
  expect(read).toThrow('ENOENT');
  return true;
}
