/**
 * Child processes of a runtime.
 *
 *   const date = await this.turn(subprocess(this.runtime, ['date', '-u'], { out: PIPE }));
 *   const text = await this.turn(io.read(date.out));
 *   const status = await this.turn(date.status);               // { exited: 0 }
 *
 *   const make = await this.turn(subprocess(this.runtime, 'make all && make test', { setsid: true, out: '/tmp/log' }));
 *   make.kill('SIGTERM', 'tree');
 *
 * In a simulation the launcher's programs run instead, with pipes and files, on virtual time; what is inherited is
 * nothing there, other descriptors and `supervised` fail UNSUPPORTED.
 *
 * Of the original's child hooks CHDIR is `cwd`, SETSID `setsid`, SUPERVISOR `supervised`. There is no DUP2 and no code
 * of ours in the child: Node gives no hold of it between fork and exec. Signals that Node ignores (SIGPIPE) are the
 * child's default again.
 *
 * Source: libprocess subprocess.hpp.
 */

import { Future } from '../future.ts';
import type { PipeReader, PipeWriter } from '../http/pipe.ts';
import type { Runtime } from '../runtime.ts';
import type { Child, PIPE, SignalScope, Stdio, WaitStatus } from './launcher.ts';

/** What a child process has for input, output and surroundings. */
export interface SubprocessOptions {
  /** By default what this process has; so for `out` and `err`. */
  readonly in?: Stdio | undefined;
  readonly out?: Stdio | undefined;
  readonly err?: Stdio | undefined;
  /** The whole environment; by default that of this process. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  /** What the program sees as its own name. */
  readonly argv0?: string | undefined;
  /** A session of its own, which outlives this process. By default the child shares ours, and its Ctrl-C. */
  readonly setsid?: boolean | undefined;
  /** All of its session ends with this process, however that comes about. Implies `setsid`. */
  readonly supervised?: boolean | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /**
   * Run here, one after the other, once the child has its pid and before its program begins: to note the pid, or to put
   * it under a limit. What one fails with fails the launch, and the program never runs.
   */
  readonly parentHooks?: readonly ((pid: number) => Future<void>)[] | undefined;
}

type Writer<I> = I extends typeof PIPE ? PipeWriter : null;
type Reader<I> = I extends typeof PIPE ? PipeReader : null;

/** A process that was started; `O` says which of its ends are pipes. */
export class Subprocess<O extends SubprocessOptions = SubprocessOptions> {
  readonly pid: number;
  readonly in: Writer<O['in']>;
  readonly out: Reader<O['out']>;
  readonly err: Reader<O['err']>;
  readonly #runtime: Runtime;
  readonly #status: Future<WaitStatus>;

  /** @internal */
  constructor(runtime: Runtime, { pid, status, stdin, stdout, stderr }: Child) {
    this.#runtime = runtime;
    this.pid = pid;
    this.#status = status;
    this.in = stdin as Writer<O['in']>;
    this.out = stdout as Reader<O['out']>;
    this.err = stderr as Reader<O['err']>;
  }

  /** How it ended, once it was reaped; a future of its own for each who asks. A discard kills nobody. */
  get status(): Future<WaitStatus> {
    return this.#status.undiscardable();
  }

  /**
   * Sends a signal; false when it reached nobody. `group` and `tree` reach, after its end, what it has left behind in
   * the session that it led.
   *
   * @throws Failure EPERM.
   */
  kill(signal: NodeJS.Signals = 'SIGTERM', scope: SignalScope = 'process'): boolean {
    if (scope === 'process' && !this.#status.isPending) return false; // The pid may be another's by now.
    return this.#runtime.launcher.kill(this.pid, signal, scope);
  }
}

const INHERITED = [{ fd: 0 }, { fd: 1 }, { fd: 2 }] as const;

/** Children by runtime, as long as they run. */
const children = new WeakMap<Runtime, Map<number, Future<WaitStatus>>>();

/**
 * Starts a program with its arguments (`['ls', '-l']`), looked up in PATH, or a line for the shell (`'ls | wc'`).
 *
 * Fails with the system's code (ENOENT, EACCES…), naming program and folder; or as a hook does.
 */
export function subprocess<const O extends SubprocessOptions>(
  runtime: Runtime,
  command: string | readonly [string, ...string[]],
  options: O = {} as O,
): Future<Subprocess<O>> {
  const [file, ...args] = typeof command === 'string' ? ['sh', '-c', command] : command;
  const { parentHooks = [], supervised = false, setsid = supervised } = options;
  const launched = runtime.launcher.launch({
    file: file as string,
    args,
    argv0: options.argv0,
    env: options.environment ?? ownEnvironment(),
    cwd: options.cwd,
    stdin: options.in ?? INHERITED[0],
    stdout: options.out ?? INHERITED[1],
    stderr: options.err ?? INHERITED[2],
    session: setsid,
    uid: options.uid,
    gid: options.gid,
    before: parentHooks.length === 0 ? undefined : pid => runHooks(parentHooks, pid),
    supervised,
  });
  return launched.then(child => {
    remember(runtime, child);
    return new Subprocess<O>(runtime, child);
  });
}

/** How the child `pid` that `subprocess` started in `runtime` will end; null for others, and once it was reaped. @internal */
export function statusOfChild(runtime: Runtime, pid: number): Future<WaitStatus> | null {
  return children.get(runtime)?.get(pid) ?? null;
}

function remember(runtime: Runtime, { pid, status }: Child): void {
  const running = children.get(runtime) ?? new Map<number, Future<WaitStatus>>();
  children.set(runtime, running.set(pid, status));
  status.onAny(() => running.delete(pid));
}

function runHooks(hooks: readonly ((pid: number) => Future<void>)[], pid: number): Future<void> {
  return hooks.reduce((before, hook) => before.then(() => hook(pid)), Future.ready<void>(undefined));
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
