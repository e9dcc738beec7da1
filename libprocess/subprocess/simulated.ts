/**
 * Processes without a machine: programs are functions, and what they do takes virtual time.
 *
 *   launcher.register('mesos-executor', process => {
 *     const node = sim.node(…);                       // a simulated node with an executor on it
 *     process.ended.onReady(() => node.stop());       // killed, whoever did it
 *   });
 *
 * `sh -c` runs the few words of `shell.ts`, and those words are programs themselves. One launcher is one machine: its
 * processes live on when a runtime that launched them crashes, and end with `powerOff`.
 *
 * Source: libprocess subprocess.hpp, reap.hpp.
 */
import { basename } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Disk } from '../disk/disk.ts';
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
import { Pipe } from '../http/pipe.ts';
import type { Random } from '../random.ts';
import { type Child, type Launcher, type LaunchSpec, PIPE, type SignalScope, type Stdio } from './launcher.ts';
import { runCommand, runShell } from './shell.ts';
import { type ChildPipes, SimulatedProcess } from './simulated-process.ts';

/** What runs as `process`: it says when it exits, and hears of signals and of its end. */
export type Program = (process: SimulatedProcess) => void;

/** On what clock, on which disk and by whose dice simulated processes run. */
export interface SimulatedLauncherOptions {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly random: Random;
}

type Matcher = string | ((spec: LaunchSpec) => boolean);

/** The shortest and the longest time from the launch to the program's first step. */
const LAUNCH_MIN_MS = 1;
const LAUNCH_MAX_MS = 5;
const FIRST_PID = 1_000;
const WORDS = ['sleep', 'echo', 'true', 'false'];
const SHELLS = ['sh', 'bash', 'dash'];

/** One machine's processes, which are functions on virtual time. */
export class SimulatedLauncher implements Launcher {
  readonly #options: SimulatedLauncherOptions;
  readonly #programs: { readonly matcher: Matcher; readonly program: Program }[] = [];
  readonly #processes = new Map<number, SimulatedProcess>();
  #lastPid = FIRST_PID - 1;

  constructor(options: SimulatedLauncherOptions) {
    this.#options = options;
  }

  /**
   * From now on launches that match run `program`; of several the last one registered.
   *
   * @param matcher - the file's name without its folder, or a look at the whole spec.
   */
  register(matcher: Matcher, program: Program): void {
    this.#programs.unshift({ matcher, program });
  }

  /** What runs now, oldest first. */
  get processes(): readonly SimulatedProcess[] {
    return [...this.#processes.values()];
  }

  launch(spec: LaunchSpec): Future<Child> {
    const unsupported = whyUnsupported(spec);
    if (unsupported !== null) return Future.failed(notLaunched(spec, 'UNSUPPORTED', unsupported));
    const { clock, random } = this.#options;
    const launched = new Promised<Child>();
    const delayMs = LAUNCH_MIN_MS + random.next() * (LAUNCH_MAX_MS - LAUNCH_MIN_MS);
    const begin = (): Future<Child> =>
      this.#checkFolder(spec)
        .then(() => this.#openOutputs(spec))
        .then(() => this.#launch(spec));
    clock.timer(delayMs, () => launched.associate(begin()));
    return launched;
  }

  kill(pid: number, signal: NodeJS.Signals, scope: SignalScope): boolean {
    const reached = this.processes.filter(process => {
      if (scope === 'tree') return isOfTree(process, pid);
      return (scope === 'group' ? process.group : process.pid) === pid;
    });
    for (const process of reached) process.signal(signal);
    return reached.length > 0;
  }

  isAlive(pid: number): boolean {
    return this.#processes.has(pid);
  }

  /** No pid is given twice. */
  startedAt(pid: number): number | null {
    return this.isAlive(pid) ? pid : null;
  }

  /** Ends all processes, as a machine that loses power does. */
  powerOff(): void {
    for (const process of this.processes) process.signal('SIGKILL');
  }

  #checkFolder(spec: LaunchSpec): Future<void> {
    if (spec.cwd === undefined) return Future.ready(undefined);
    return this.#options.disk.stat(spec.cwd).then(found => {
      if (found?.kind !== 'directory') throw notLaunched(spec, 'ENOENT');
    });
  }

  /** Output files are there from the start, also of a program that says nothing. */
  #openOutputs(spec: LaunchSpec): Future<unknown> {
    const outputs = [spec.stdout, spec.stderr].filter(output => typeof output === 'string');
    const opened = outputs.map(path => this.#options.disk.append(path, new Uint8Array(0)));
    return Future.collect(opened).repair(({ error }) => {
      throw notLaunched(spec, error instanceof Failure ? error.code : 'EIO', error);
    });
  }

  #launch(spec: LaunchSpec): Child | Future<Child> {
    const program = this.#programFor(spec);
    if (program === null) throw notLaunched(spec, 'ENOENT');
    const process = this.#make(spec, null, pipesOf(spec));
    const child = childOf(process);
    if (spec.before === undefined) return begin(process, program, child);
    return spec.before(process.pid).then(
      () => begin(process, program, child),
      (error: unknown) => {
        process.signal('SIGKILL');
        throw error;
      },
    );
  }

  /** @param parent - the process that forks; null for one that is launched. */
  #make(spec: LaunchSpec, parent: SimulatedProcess | null, pipes: ChildPipes): SimulatedProcess {
    const { clock, disk } = this.#options;
    this.#lastPid += 1;
    const pid = this.#lastPid;
    const process: SimulatedProcess = new SimulatedProcess({
      pid,
      parent,
      group: spec.session === true ? pid : (parent?.group ?? null),
      spec,
      clock,
      disk,
      pipes,
      fork: child => this.#fork(child, process),
    });
    this.#processes.set(pid, process);
    process.ended.onReady(() => this.#processes.delete(pid));
    return process;
  }

  /** A program that is not there is known as such only after the fork: as from a shell. */
  #fork(spec: LaunchSpec, parent: SimulatedProcess): SimulatedProcess {
    const words = [spec.file, ...spec.args];
    const process = this.#make(spec, parent, parent.pipes);
    return begin(process, this.#programFor(spec) ?? (own => runCommand(own, words)), process);
  }

  #programFor(spec: LaunchSpec): Program | null {
    const name = basename(spec.file);
    const found = this.#programs.find(({ matcher }) =>
      typeof matcher === 'string' ? matcher === name : matcher(spec),
    );
    if (found !== undefined) return found.program;
    if (SHELLS.includes(name) && spec.args[0] === '-c') return process => runShell(process, spec.args[1] ?? '');
    if (WORDS.includes(name)) return process => runCommand(process, [name, ...spec.args]);
    return null;
  }
}

/** The caller learns the pid before the program does anything. */
function begin<T>(process: SimulatedProcess, program: Program, result: T): T {
  process.after(0, () => program(process));
  return result;
}

function isOfTree(process: SimulatedProcess, root: number): boolean {
  if (process.pid === root || process.group === root) return true;
  return process.parent !== null && isOfTree(process.parent, root);
}

function pipesOf({ stdin, stdout, stderr }: LaunchSpec): ChildPipes {
  const pipeFor = (stdio: Stdio | undefined): Pipe | null => (stdio === PIPE ? new Pipe() : null);
  return { stdin: pipeFor(stdin), stdout: pipeFor(stdout), stderr: pipeFor(stderr) };
}

function childOf({ pid, ended, pipes }: SimulatedProcess): Child {
  return {
    pid,
    status: ended,
    stdin: pipes.stdin?.writer ?? null,
    stdout: pipes.stdout?.reader ?? null,
    stderr: pipes.stderr?.reader ?? null,
  };
}

/** A simulated machine has no descriptors but the three that everyone inherits, and does not know who launches. */
function whyUnsupported({ stdin, stdout, stderr, supervised }: LaunchSpec): Error | null {
  if (supervised === true) return new Error('a simulated process is not supervised');
  const foreign = [stdin, stdout, stderr].some(stdio => typeof stdio === 'object' && 'fd' in stdio && stdio.fd > 2);
  return foreign ? new Error('a simulated process takes over no descriptors') : null;
}

function notLaunched({ file, cwd }: LaunchSpec, code: string, cause?: unknown): Failure {
  const where = cwd === undefined ? '' : ` in ${cwd}`;
  return new Failure(`cannot launch ${file}${where}: ${code}`, code, { cause });
}
