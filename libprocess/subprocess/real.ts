/**
 * The machine's processes.
 *
 * While this process lives it reaps what it launched, as soon as its event loop turns, so that no zombie stays. A child
 * with a session of its own outlives it, and does not keep it from ending; others do.
 *
 * Where this process is the first of a container, orphans of others become its children; Node does not reap those:
 * run an init (`docker run --init`) before it.
 *
 * Source: libprocess subprocess.cpp, reap.cpp.
 */
import { type ChildProcess, type IOType, type StdioPipe, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
import { readerOf, writerOf } from '../io/descriptors.ts';
import { gated, isGated } from './gate.ts';
import { killTree } from './kill-tree.ts';
import { type Child, type Launcher, type LaunchSpec, PIPE, type Stdio, type WaitStatus } from './launcher.ts';
import { codeOf, hasEnded, readProcess, refuseAll, sendSignal } from './processes.ts';

/** Starts processes of this machine. */
export const realLauncher: Launcher = {
  launch: spec => Future.from(() => launch(spec)),

  kill(pid, signal, scope) {
    refuseAll(pid);
    if (scope === 'tree') return killTree(pid, signal).length > 0;
    return sendSignal(scope === 'group' ? -pid : pid, signal);
  },

  isAlive(pid) {
    refuseAll(pid);
    const found = readProcess(pid);
    return found === null ? answersSignals(pid) : !hasEnded(found);
  },

  startedAt(pid) {
    refuseAll(pid);
    const found = readProcess(pid);
    if (found !== null) return hasEnded(found) ? null : found.startedAt;
    return answersSignals(pid) ? 0 : null;
  },
};

async function launch(spec: LaunchSpec): Promise<Child> {
  const opened: FileHandle[] = [];
  try {
    const stdin = await open3(spec.stdin, 'r', opened);
    const stdout = await open3(spec.stdout, 'a', opened);
    const stderr = isSameFile(spec.stdout, spec.stderr) ? stdout : await open3(spec.stderr, 'a', opened);
    return await start(spec, [stdin, stdout, stderr]);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const where = spec.cwd === undefined ? '' : ` in ${spec.cwd}`;
    throw new Failure(`cannot launch ${spec.file}${where}: ${codeOf(error)}`, codeOf(error), { cause: error });
  } finally {
    await Promise.all(opened.map(file => file.close()));
    closeOwned(spec);
  }
}

async function start(spec: LaunchSpec, stdio: readonly (IOType | StdioPipe | number)[]): Promise<Child> {
  const { file, args, env, cwd, argv0, uid, gid, session = false } = isGated(spec) ? gated(spec) : spec;
  const child = spawn(file, args, {
    env,
    stdio: isGated(spec) ? [...stdio, 'pipe'] : [...stdio],
    detached: session,
    ...(cwd !== undefined && { cwd }),
    ...(argv0 !== undefined && { argv0 }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  });
  if (session) child.unref();
  const started = await childOf(child, spec.file);
  const gate = child.stdio[3] as Writable | null | undefined;
  if (gate != null) await openGate(spec, started, gate);
  return started;
}

/** A descriptor for the child, which gets a copy of it; ours of a file goes into `opened`. */
async function open3(stdio: Stdio | undefined, flags: string, opened: FileHandle[]): Promise<IOType | number> {
  if (stdio === undefined) return 'ignore';
  if (stdio === PIPE) return 'pipe';
  if (typeof stdio !== 'string') return (stdio as { readonly fd: number }).fd;
  const handle = await open(stdio, flags);
  opened.push(handle);
  return handle.fd;
}

/** Two handles of one file would do as well: it is appended to. One is less work. */
function isSameFile(stdout: Stdio | undefined, stderr: Stdio | undefined): boolean {
  return typeof stdout === 'string' && stdout === stderr;
}

function closeOwned({ stdin, stdout, stderr }: LaunchSpec): void {
  const owned = new Set<number>();
  for (const stdio of [stdin, stdout, stderr]) {
    if (typeof stdio === 'object' && 'fd' in stdio && stdio.owned === true) owned.add(stdio.fd);
  }
  for (const fd of owned) closeSync(fd);
}

function childOf(child: ChildProcess, file: string): Promise<Child> {
  const status = new Promised<WaitStatus>();
  child.on('exit', (code, signal) => status.set(signal === null ? { exited: code ?? 0 } : { signaled: signal }));
  return new Promise((ok, bad) => {
    child.on('error', bad);
    child.on('spawn', () =>
      ok({
        pid: child.pid as number,
        status: status.undiscardable(),
        stdin: child.stdin === null ? null : writerOf(child.stdin, `the stdin of ${file}`),
        stdout: readerOfOrNull(child.stdout, `the stdout of ${file}`),
        stderr: readerOfOrNull(child.stderr, `the stderr of ${file}`),
      }),
    );
  });
}

function readerOfOrNull(stream: Readable | null, what: string): Child['stdout'] {
  return stream === null ? null : readerOf(stream, what);
}

/** Lets the program begin once the hook is done. The gate stays open as long as a supervised program runs. */
async function openGate({ before, supervised }: LaunchSpec, child: Child, gate: Writable): Promise<void> {
  gate.on('error', () => {}); // The child has ended, and its status says how.
  try {
    await before?.(child.pid);
  } catch (error) {
    gate.destroy();
    sendSignal(child.pid, 'SIGKILL');
    await child.status;
    throw error;
  }
  if (supervised !== true) {
    gate.end('\n');
    return;
  }
  gate.write('\n');
  child.status.onReady(() => gate.destroy());
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    if (codeOf(error) === 'EPERM') return true;
    throw error;
  }
}
