/**
 * The machine's processes.
 *
 * A child that was launched outlives this process; while this one lives it reaps what it launched, so that no zombie
 * stays.
 *
 * Source: libprocess subprocess.cpp, reap.cpp.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
import type { Child, Launcher, LaunchSpec, WaitStatus } from './launcher.ts';

export const realLauncher: Launcher = {
  launch: spec => Future.from(() => launch(spec)),

  kill(pid, signal, scope) {
    refuseAll(pid);
    try {
      return process.kill(scope === 'group' ? -pid : pid, signal);
    } catch (error) {
      if (codeOf(error) === 'ESRCH') return false;
      throw new Failure(`cannot send ${signal} to ${pid}: ${codeOf(error)}`, codeOf(error), { cause: error });
    }
  },

  isAlive(pid) {
    refuseAll(pid);
    const state = stateOf(pid);
    return state === null ? answersSignals(pid) : state !== 'Z' && state !== 'X';
  },
};

async function launch(spec: LaunchSpec): Promise<Child> {
  const outputs: FileHandle[] = [];
  try {
    const stdout = await openOutput(spec.stdout, outputs);
    const stderr = spec.stderr === spec.stdout ? stdout : await openOutput(spec.stderr, outputs);
    const child = spawn(spec.file, spec.args, {
      env: spec.env,
      stdio: ['ignore', stdout, stderr],
      detached: spec.session ?? false,
      ...(spec.cwd !== undefined && { cwd: spec.cwd }),
      ...(spec.argv0 !== undefined && { argv0: spec.argv0 }),
      ...(spec.uid !== undefined && { uid: spec.uid }),
      ...(spec.gid !== undefined && { gid: spec.gid }),
    });
    return await started(child);
  } catch (error) {
    const where = spec.cwd === undefined ? '' : ` in ${spec.cwd}`;
    throw new Failure(`cannot launch ${spec.file}${where}: ${codeOf(error)}`, codeOf(error), { cause: error });
  } finally {
    await Promise.all(outputs.map(output => output.close()));
  }
}

/** A descriptor for the child, which keeps its own copy; ours goes into `outputs`. */
async function openOutput(path: string | undefined, outputs: FileHandle[]): Promise<number | 'ignore'> {
  if (path === undefined) return 'ignore';
  const handle = await open(path, 'a');
  outputs.push(handle);
  return handle.fd;
}

function started(child: ChildProcess): Promise<Child> {
  const status = new Promised<WaitStatus>();
  child.on('exit', (code, signal) => status.set(signal === null ? { exited: code ?? 0 } : { signaled: signal }));
  child.unref();
  return new Promise((ok, bad) => {
    child.on('error', bad);
    child.on('spawn', () => ok({ pid: child.pid as number, status: status.undiscardable() }));
  });
}

/** The state's letter from /proc; null where there is no /proc, or no such process. */
function stateOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(error))) return null;
    throw error;
  }
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

/** Signals to 0, -1 and 1 reach everyone: whoever asks for that has lost a pid. */
function refuseAll(pid: number): void {
  if (!Number.isSafeInteger(pid) || pid <= 1) throw new Error(`${pid} is no pid of a child`);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
}
