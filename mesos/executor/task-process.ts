/**
 * The OS process of a command task: a shell in its own session whose only child is the task's command.
 *
 *   sh (session leader; writes `pid`) ──▶ the command ──▶ … ──▶ sh writes `status`, ends with the same status
 *
 * The shell stays so that somebody writes the wait status down even while no executor host is there: a restarted one
 * finds both files in the run's meta folder and adopts the task. Each file is written beside and renamed, so that
 * nobody reads half of it. Signals go to the whole session; the shell survives the catchable ones.
 *
 * Source: Mesos launcher/executor.cpp (launchTaskSubprocess) for what is run; the wrapper is our own.
 */
import type { Clock, Disk, Future, Launcher, LaunchSpec, WaitStatus } from '../../libprocess/index.ts';
import { Failure, Promised } from '../../libprocess/index.ts';
import type { CommandInfo } from '../protocol/index.ts';
import { statusFromShell } from './signals.ts';

/** `$1` is the folder for the notes, or empty; the rest is the command. The shell's own complaints are nobody's. */
export const WRAPPER = [
  'note() { [ -z "$folder" ] || { echo "$2" > "$folder/$1.tmp" && mv "$folder/$1.tmp" "$folder/$1"; }; }',
  'folder=$1; shift; exec 3>&2 2>/dev/null',
  'trap : HUP INT QUIT TERM ALRM USR1 USR2',
  'note pid $$',
  '(exec "$@" 2>&3 3>&-)',
  'status=$?; note status $status; exit $status',
].join('\n');

/** How often an adopted task, which is nobody's child any more, is looked after. */
const POLL_MS = 500;

export interface TaskProcessSpec {
  readonly command: CommandInfo;
  readonly sandbox: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Null when the task need not be found again. */
  readonly runDir: string | null;
}

export interface RunningTask {
  readonly pid: number;
  /** Ready once the command has ended. */
  readonly status: Future<WaitStatus>;
  /** Signals the command and all that it has started; false when there is nothing left. */
  kill(signal: NodeJS.Signals): boolean;
}

/** Fails with the system's code when the shell cannot be started. */
export function startTask(launcher: Launcher, spec: TaskProcessSpec): Future<RunningTask> {
  return launcher.launch(launchSpec(spec)).then(child => ({
    pid: child.pid,
    status: child.status.then(statusFromShell),
    kill: signal => launcher.kill(child.pid, signal, 'group'),
  }));
}

/** The task whose wrapper left its notes in `runDir`. Fails NOT_STARTED when there are none. */
export function adoptTask(disk: Disk, launcher: Launcher, clock: Clock, runDir: string | null): Future<RunningTask> {
  return noted(disk, `${runDir}/pid`).then(pid => {
    if (pid === null) throw new Failure('The task had not been started when its executor ended', 'NOT_STARTED');
    return {
      pid,
      status: watch(disk, launcher, clock, `${runDir}/status`, pid),
      kill: signal => launcher.kill(pid, signal, 'group'),
    };
  });
}

export function launchSpec({ command, sandbox, environment, runDir }: TaskProcessSpec): LaunchSpec {
  return {
    file: '/bin/sh',
    args: ['-c', WRAPPER, 'sh', runDir ?? '', ...commandLine(command)],
    env: environment,
    cwd: sandbox,
    stdout: `${sandbox}/stdout`,
    stderr: `${sandbox}/stderr`,
    session: true,
  };
}

/** What runs: a shell with the text, or the program with its arguments (the first of which is its own name). */
export function commandLine(command: CommandInfo): readonly string[] {
  const value = command.value ?? '';
  if (command.shell ?? true) return ['/bin/sh', '-c', value];
  return [value, ...(command.arguments ?? []).slice(1)];
}

/** Ready with what the wrapper noted once it has ended; SIGKILL, which alone keeps it from that, where it did not. */
function watch(disk: Disk, launcher: Launcher, clock: Clock, path: string, pid: number): Future<WaitStatus> {
  const status = new Promised<WaitStatus>();
  const look = (): void => {
    const wasAlive = launcher.isAlive(pid);
    noted(disk, path).onAny(found => {
      const exited = found.state === 'ready' ? found.value : null;
      if (exited !== null) status.set(statusFromShell({ exited }));
      else if (!wasAlive) status.set({ signaled: 'SIGKILL' });
      else clock.timer(POLL_MS, look);
    });
  };
  look();
  return status;
}

/** The number in a note; null while there is no note. */
function noted(disk: Disk, path: string): Future<number | null> {
  return disk.read(path).then(bytes => {
    const number = bytes === null ? Number.NaN : Number.parseInt(Buffer.from(bytes).toString('utf8'), 10);
    return Number.isNaN(number) ? null : number;
  });
}
