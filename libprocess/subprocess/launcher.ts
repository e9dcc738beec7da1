/**
 * The seam between actors and child processes. Two forms: the machine's (`real.ts`), and one that runs programs as
 * actors on simulated nodes (`simulated.ts`). `subprocess` (subprocess.ts) is what actors use.
 *
 * Source: libprocess subprocess.hpp, reap.hpp.
 */
import type { Future } from '../future.ts';
import type { PipeReader, PipeWriter } from '../http/pipe.ts';

/** The other end of what the child reads or writes is with us. */
export const PIPE = Object.freeze({ kind: 'pipe' } as const);

/**
 * What a child has as its stdin, stdout or stderr: a file by its path (read from, or appended to and made if need be),
 * a pipe, or a descriptor of this process, which the child gets a copy of. One that is `owned` is closed here after the
 * launch, also a failed one.
 *
 * A pipe is a socket pair, as Node makes it: a child cannot open `/dev/stdin` anew, and finds a broken one as ECONNRESET
 * at times.
 */
export type Stdio = string | typeof PIPE | { readonly fd: number; readonly owned?: boolean | undefined };

/** Which program is started, as whom, where, and with what for input and output. */
export interface LaunchSpec {
  /** The program: a path, or a name that is looked up in the child's PATH. */
  readonly file: string;
  /** Its arguments, without the program's own name. */
  readonly args: readonly string[];
  /** What the program sees as its own name; `file` when absent. */
  readonly argv0?: string | undefined;
  /** The child's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  /** Absent: `/dev/null`, as for the other two. */
  readonly stdin?: Stdio | undefined;
  readonly stdout?: Stdio | undefined;
  readonly stderr?: Stdio | undefined;
  /** A session of its own: signals reach the whole group, and it survives its parent. */
  readonly session?: boolean | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Called with the pid before the program begins; what it fails with fails the launch, and the program never runs. */
  readonly before?: ((pid: number) => Future<void>) | undefined;
  /** All of its session ends with this process, even by kill -9, and with the program itself. Needs `session`. */
  readonly supervised?: boolean | undefined;
}

/** How a process ended, as wait(2) tells it. */
export type WaitStatus = { readonly exited: number } | { readonly signaled: string };

/** A process that was started. */
export interface Child {
  readonly pid: number;
  /** Ready when the process has ended and was reaped; discarding it does not kill. */
  readonly status: Future<WaitStatus>;
  /** Our ends of its pipes; null for what is none. Closing a reader leaves the child with a broken pipe. */
  readonly stdin: PipeWriter | null;
  readonly stdout: PipeReader | null;
  readonly stderr: PipeReader | null;
}

/**
 * Whom a signal reaches: the process; all of the group that it leads; or the tree, which is the process, all that
 * descends from it, and all in the groups and sessions that one of these leads, stopped first so that none escapes by
 * forking.
 */
export type SignalScope = 'process' | 'group' | 'tree';

/** The seam between actors and the machine's processes. */
export interface Launcher {
  /** Starts a process. Fails ENOENT, EACCES… with a message that names the program and the folder. */
  launch(spec: LaunchSpec): Future<Child>;
  /** Sends `signal`. False when it reached nobody. @throws Failure EPERM. */
  kill(pid: number, signal: NodeJS.Signals, scope: SignalScope): boolean;
  /** True while a process with this id runs (a zombie does not). */
  isAlive(pid: number): boolean;
  /** When the process with this id began, in a unit of the machine's own, which tells it from a later one; or null. */
  startedAt(pid: number): number | null;
}

/** The number that wait(2) would have given: exit status in the second byte, signal in the first. */
export function rawStatus(status: WaitStatus, signals: Readonly<Record<string, number>>): number {
  return 'exited' in status ? status.exited << 8 : (signals[status.signaled] ?? 0);
}
