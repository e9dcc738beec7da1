/** Processes without a machine: the shell's few words, signals, programs of one's own. */
import { expect, test } from 'vitest';
import { PausableClock } from '../../../libprocess/clock.ts';
import { SimulatedDisk } from '../../../libprocess/disk/simulated.ts';
import { Failure } from '../../../libprocess/failure.ts';
import { Future } from '../../../libprocess/future.ts';
import { SeededRandom } from '../../../libprocess/random.ts';
import { type Child, type LaunchSpec, PIPE } from '../../../libprocess/subprocess/launcher.ts';
import { SimulatedLauncher } from '../../../libprocess/subprocess/simulated.ts';

function start() {
  const clock = PausableClock.paused();
  const disk = new SimulatedDisk({ clock, random: new SeededRandom(1), latencyMs: [0, 0] });
  const launcher = new SimulatedLauncher({ clock, disk, random: new SeededRandom(2) });
  const done = <T>(future: Future<T>): T => {
    clock.advance(20);
    if (future.error !== undefined) throw future.error;
    return future.value;
  };
  const launch = (file: string, args: readonly string[] = [], more: Partial<LaunchSpec> = {}): Child =>
    done(launcher.launch({ file, args, env: {}, ...more }));
  const shell = (script: string, more?: Partial<LaunchSpec>): Child => launch('/bin/sh', ['-c', script], more);
  const text = (path: string): string => Buffer.from(done(disk.read(path)) ?? []).toString();
  return { clock, disk, launcher, done, launch, shell, text };
}

test.each([
  ['true', 0],
  ['false', 1],
  ['exit 7', 7],
  ['false; true', 0],
  ['true && exit 3', 3],
  ['false && exit 3', 1],
  ['false || exit 4', 4],
  ['false\nexit', 1],
  ['exec false; true', 1],
  ['no-such-program', 127],
  ['echo $(date', 0],
  ['sleep 1 &', 2],
])('sh -c %j exits with %d', (script, status) => {
  const { clock, shell } = start();
  const child = shell(script);
  clock.advance(2_000);
  expect(child.status.value).toEqual({ exited: status });
});

test('sleep takes its time, by itself too', () => {
  const { clock, launch, shell } = start();
  const children = [shell('sleep 2; exit 0'), launch('sleep', ['2'])];
  clock.advance(1_900);
  expect(children.map(child => child.status.state)).toEqual(['pending', 'pending']);
  clock.advance(200);
  expect(children.map(child => child.status.state)).toEqual(['ready', 'ready']);
});

test('output goes to its files, errors to theirs', () => {
  const { shell, text } = start();
  shell(`echo 'one;  two' three; what; echo "four"`, { stdout: '/out', stderr: '/err' });
  expect(text('/out')).toBe('one;  two three\nfour\n');
  expect(text('/err')).toBe('sh: 1: what: not found\n');
});

test('a signal ends a shell at once', () => {
  const { clock, launcher, shell } = start();
  const child = shell('sleep 100; echo late', { stdout: '/out' });
  expect(launcher.isAlive(child.pid)).toBe(true);
  expect(launcher.kill(child.pid, 'SIGTERM', 'process')).toBe(true);
  expect(child.status.value).toEqual({ signaled: 'SIGTERM' });
  expect(launcher.isAlive(child.pid)).toBe(false);
  expect(launcher.kill(child.pid, 'SIGTERM', 'process')).toBe(false);
  clock.advance(200_000);
  expect(child.status.value).toEqual({ signaled: 'SIGTERM' });
});

test('only a session is a group of its own', () => {
  const { launcher, shell } = start();
  const [single, session] = [shell('sleep 9'), shell('sleep 9', { session: true })];
  expect(launcher.kill(single.pid, 'SIGKILL', 'group')).toBe(false);
  expect(launcher.kill(session.pid, 'SIGKILL', 'group')).toBe(true);
  expect(launcher.isAlive(single.pid)).toBe(true);
});

test('a program decides on signals other than SIGKILL, and hears of its end', () => {
  const { launch, launcher } = start();
  const heard: unknown[] = [];
  launcher.register('mesos-executor', process => {
    process.onSignal(signal => heard.push(signal));
    process.ended.onReady(status => heard.push(status));
  });
  const child = launch('/opt/mesos-executor', ['--x'], { session: true });
  launcher.kill(child.pid, 'SIGTERM', 'group');
  expect(launcher.isAlive(child.pid)).toBe(true);
  launcher.kill(child.pid, 'SIGKILL', 'group');
  expect(heard).toEqual(['SIGTERM', { signaled: 'SIGKILL' }]);
});

test('nothing of a process happens after its end', () => {
  const { clock, launch, launcher } = start();
  const steps: string[] = [];
  launcher.register('x', process => {
    process.after(100, () => steps.push('early'));
    process.after(300, () => steps.push('late'));
  });
  const { pid } = launch('x');
  clock.advance(200);
  launcher.kill(pid, 'SIGKILL', 'process');
  clock.advance(200);
  expect(steps).toEqual(['early']);
});

test('the last program registered that matches runs, also in place of the shell', () => {
  const { launch, launcher, shell } = start();
  launcher.register('x', process => process.exit(1));
  launcher.register('x', process => process.exit(2));
  launcher.register(
    spec => spec.args[1] === 'special',
    process => process.exit(3),
  );
  expect(launch('x').status.value).toEqual({ exited: 2 });
  expect(shell('special').status.value).toEqual({ exited: 3 });
});

test('the caller has the pid before the program does anything', () => {
  const { clock, launcher } = start();
  const order: string[] = [];
  launcher.register('x', () => order.push('program'));
  launcher.launch({ file: 'x', args: [], env: {} }).onReady(() => order.push('caller'));
  clock.advance(20);
  expect(order).toEqual(['caller', 'program']);
});

test.each([
  ['a program that is not there', { file: 'none' }, 'cannot launch none in /box: ENOENT'],
  ['a folder that is not there', { cwd: '/none' }, 'cannot launch sh in /none: ENOENT'],
  ['an output that cannot be opened', { stdout: '/none/out' }, 'cannot launch sh in /box: ENOENT'],
])('%s fails the launch', (_what, more, message) => {
  const { disk, done, launcher } = start();
  done(disk.mkdir('/box'));
  const spec = { file: 'sh', args: ['-c', 'true'], env: {}, cwd: '/box', ...more };
  expect(() => done(launcher.launch(spec))).toThrow(expect.objectContaining({ code: 'ENOENT', message }));
});

test('a child shares the group of the process that forked it, which may outlive it', () => {
  const { clock, launch, launcher, text } = start();
  launcher.register('wrapper', process => {
    process.onSignal(() => process.print('signalled\n'));
    const [file = '', ...args] = process.spec.args;
    process.fork(file, args).ended.onReady(status => {
      process.print(`${JSON.stringify(status)}\n`);
      process.exit(5);
    });
  });
  const killed = launch('wrapper', ['sh', '-c', 'echo begins; sleep 100'], { session: true, stdout: '/out' });
  expect(launcher.processes).toHaveLength(2);
  launcher.kill(killed.pid, 'SIGTERM', 'group');
  expect(killed.status.value).toEqual({ exited: 5 });
  expect(text('/out')).toBe('begins\nsignalled\n{"signaled":"SIGTERM"}\n');
  const missing = launch('wrapper', ['no-such-program'], { stdout: '/out2', stderr: '/err2' });
  clock.advance(10);
  expect(missing.status.value).toEqual({ exited: 5 });
  expect(text('/out2')).toBe('{"exited":127}\n');
});

test('output files are there even if nothing is said', () => {
  const { done, disk, shell } = start();
  shell('true', { stdout: '/out', stderr: '/err' });
  expect(done(disk.list('/'))).toEqual(['err', 'out']);
});

test('no process survives the power', () => {
  const { launcher, shell } = start();
  const children = [shell('sleep 9'), shell('sleep 9', { session: true })];
  expect(launcher.processes.map(process => process.pid)).toEqual(children.map(child => child.pid));
  launcher.powerOff();
  expect(launcher.processes).toEqual([]);
});

test('pipes carry what a program prints and what it is given, until it ends', async () => {
  const { clock, launcher, launch } = start();
  launcher.register('upper', process => {
    process.stdin?.readAll().onReady(bytes => {
      process.print(Buffer.from(bytes).toString().toUpperCase());
      process.printError('done');
      process.exit(0);
    });
  });
  const child = launch('upper', [], { stdin: PIPE, stdout: PIPE, stderr: PIPE });
  child.stdin?.write('hello');
  child.stdin?.close();
  clock.advance(1);
  const read = async (from: Child['stdout']) => Buffer.from((await from?.readAll()) ?? []).toString();
  expect([await read(child.stdout), await read(child.stderr)]).toEqual(['HELLO', 'done']);
  expect(child.status.value).toEqual({ exited: 0 });
});

test('a signal to the tree reaches what was forked, also without a session', () => {
  const { clock, launcher, launch } = start();
  launcher.register('parent', process => process.fork('sleep', ['100']));
  const child = launch('parent');
  const other = launch('sleep', ['100']);
  clock.advance(1);
  expect(launcher.kill(child.pid, 'SIGTERM', 'tree')).toBe(true);
  expect(launcher.processes.map(({ pid }) => pid)).toEqual([other.pid]);
});

test('what must happen before a program does, and its failure keeps the program from running', () => {
  const { launcher, done, text } = start();
  const order: string[] = [];
  launcher.register('program', () => order.push('program'));
  const before = (pid: number): Future<void> => {
    order.push(`before ${pid}`);
    return Future.ready(undefined);
  };
  const { pid } = done(launcher.launch({ file: 'program', args: [], env: {}, before }));
  expect(order).toEqual([`before ${pid}`, 'program']);
  const refuse = (): Future<void> => Future.failed(new Failure('no', 'NO'));
  expect(() => done(launcher.launch({ file: 'program', args: [], env: {}, before: refuse }))).toThrow('no');
  expect([order.length, launcher.processes.length, text('/none')]).toEqual([2, 1, '']);
});

test.each([
  ['a descriptor', { stdout: { fd: 7 } }],
  ['supervision', { session: true, supervised: true }],
])('%s is beyond a simulated machine', (_what, more) => {
  const { launcher, done } = start();
  const launched = launcher.launch({ file: 'true', args: [], env: {}, ...more });
  expect(() => done(launched)).toThrow('cannot launch true: UNSUPPORTED');
});
