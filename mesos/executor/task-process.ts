/**
 * The OS process of a command task that can be adopted: a shell in its own session that starts the task's command.
 *
 *   sh (session leader; writes `pid`) ──▶ the command ──▶ … ──▶ sh writes `status`, ends as the command did
 *
 * The shell stays so that somebody writes the wait status down even while no executor host is there: a restarted one
 * finds both files in the run's meta folder and adopts the task. Each file is written beside and renamed, so that
 * nobody reads half of it. Signals go to the whole session; the shell survives the catchable ones.
 *
 * A shell's `$?` does not tell a command that exited with 143 from one that SIGTERM ended. But shells complain of the
 * latter (`Terminated`), so a shell between the two catches that complaint. They keep silent about SIGINT and SIGPIPE,
 * and bash about everything: there the signal, which is the usual cause, is believed.
 *
 * Source: Mesos launcher/executor.cpp (launchTaskSubprocess) for what is run; the wrapper is our own.
 */
import type { Clock, Disk, Future, Launcher, LaunchSpec, WaitStatus } from '../../libprocess/index.ts';
import { Failure, Promised } from '../../libprocess/index.ts';
import type { CommandInfo } from '../protocol/index.ts';
import { programOf } from './program.ts';
import { statusFromRaw } from './signals.ts';

/**
 * `$1` is the folder for the notes; `$2` what the command is to see as its own name, or empty for the name
 * it has; the rest is the command. POSIX shells cannot give a name, bash can (and leaves SHLVL=0 in the environment):
 * without it the command keeps its own.
 */
export const WRAPPER = `
note() { echo "$2" > "$mesos_notes/$1.tmp" && mv "$mesos_notes/$1.tmp" "$mesos_notes/$1"; }
run() {
  [ -n "$mesos_argv0" ] && [ -x /bin/bash ] && exec /bin/bash --norc --posix -c 'exec -a "$0" "$@"' "$mesos_argv0" "$@"
  exec "$@"
}
mesos_notes=$1 mesos_argv0=$2
shift 2
exec 3>&2 4>&1 2>/dev/null
trap : HUP INT QUIT TERM ALRM USR1 USR2
note pid $$
said=$(
  trap : HUP INT QUIT TERM ALRM USR1 USR2
  exec 2>&1
  (exec >&4 2>&3 3>&- 4>&-; run "$@")
  echo $?
)
status=\${said##*[!0-9]}
case $said in 130 | 141) said= ;; esac
[ -z "$BASH_VERSION" ] || said=
raw=$((status * 256))
[ "$status" -le 128 ] || [ "$status" -ge 160 ] || [ "$said" = "$status" ] || raw=$((status - 128))
note status $raw
if [ $raw -gt 0 ] && [ $raw -lt 256 ]; then
  ulimit -c 0
  trap - $raw
  kill -$raw $$
fi
exit $status
`;

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
    status: child.status,
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

/** A command that need not be found again does without the wrapper: this process itself sees how it ends. */
export function launchSpec({ command, sandbox, environment, runDir }: TaskProcessSpec): LaunchSpec {
  return {
    ...(runDir === null ? programOf(command) : wrapped(command, runDir)),
    env: environment,
    cwd: sandbox,
    stdout: `${sandbox}/stdout`,
    stderr: `${sandbox}/stderr`,
    session: true,
  };
}

function wrapped(command: CommandInfo, runDir: string): Pick<LaunchSpec, 'file' | 'args'> {
  return { file: '/bin/sh', args: ['-c', WRAPPER, 'sh', runDir, ...commandLine(command)] };
}

/** What the wrapper starts: the name that the program is to see, when that is not the one it has, and the program. */
export function commandLine(command: CommandInfo): readonly string[] {
  const { file, args, argv0 = file } = programOf(command);
  return [argv0 === file ? '' : argv0, file, ...args];
}

/** Ready with what the wrapper noted once it has ended; SIGKILL, which alone keeps it from that, where it did not. */
function watch(disk: Disk, launcher: Launcher, clock: Clock, path: string, pid: number): Future<WaitStatus> {
  const status = new Promised<WaitStatus>();
  const look = (): void => {
    const wasAlive = launcher.isAlive(pid);
    noted(disk, path).onAny(found => {
      const raw = found.state === 'ready' ? found.value : null;
      if (raw !== null) status.set(statusFromRaw(raw));
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
