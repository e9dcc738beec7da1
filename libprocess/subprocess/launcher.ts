/**
 * The seam between actors and child processes. Two forms: the machine's (`real.ts`), and one that runs programs as
 * actors on simulated nodes (`simulated.ts`).
 *
 * Source: libprocess subprocess.hpp, reap.hpp.
 */
import type { Future } from '../future.ts';

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
  /** Files that take the child's output, appended to; absent: `/dev/null`. */
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
  /** A session of its own: signals reach the whole group, and it survives its parent. */
  readonly session?: boolean | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/** How a process ended, as wait(2) tells it. */
export type WaitStatus = { readonly exited: number } | { readonly signaled: string };

export interface Child {
  readonly pid: number;
  /** Ready when the process has ended and was reaped; discarding it does not kill. */
  readonly status: Future<WaitStatus>;
}

export interface Launcher {
  /** Starts a process. Fails ENOENT, EACCES… with a message that names the program and the folder. */
  launch(spec: LaunchSpec): Future<Child>;
  /** Sends `signal` to the process, or to its whole session's group. False when there is no such process. */
  kill(pid: number, signal: NodeJS.Signals, scope: 'process' | 'group'): boolean;
  /** True while a process with this id runs (a zombie does not). */
  isAlive(pid: number): boolean;
}

/** The number that wait(2) would have given: exit status in the second byte, signal in the first. */
export function rawStatus(status: WaitStatus, signals: Readonly<Record<string, number>>): number {
  return 'exited' in status ? status.exited << 8 : (signals[status.signaled] ?? 0);
}
