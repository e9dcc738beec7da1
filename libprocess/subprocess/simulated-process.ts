/**
 * One process of a simulated machine, as its program sees it. After its end nothing of it happens any more.
 *
 * Source: libprocess subprocess.hpp; signal(7).
 */
import type { Clock, Timer } from '../clock.ts';
import type { Disk } from '../disk/disk.ts';
import { type Future, Promised } from '../future.ts';
import type { Pipe, PipeReader } from '../http/pipe.ts';
import type { LaunchSpec, Stdio, WaitStatus } from './launcher.ts';

/** Signals that do nothing to a process which does not ask for them. */
const HARMLESS: readonly NodeJS.Signals[] = ['SIGCHLD', 'SIGCONT', 'SIGURG', 'SIGWINCH'];

/** Null for what is no pipe. */
export interface ChildPipes {
  readonly stdin: Pipe | null;
  readonly stdout: Pipe | null;
  readonly stderr: Pipe | null;
}

interface SimulatedProcessOptions {
  readonly pid: number;
  /** The process that forked this one; null for one that was launched. */
  readonly parent: SimulatedProcess | null;
  /** The group that signals reach it by; null for the group of nobody in particular. */
  readonly group: number | null;
  readonly spec: LaunchSpec;
  readonly clock: Clock;
  readonly disk: Disk;
  /** Those of the parent, for one that was forked. */
  readonly pipes: ChildPipes;
  readonly fork: (spec: LaunchSpec) => SimulatedProcess;
}

/** A process that is no process, as its program sees it. */
export class SimulatedProcess {
  readonly pid: number;
  readonly parent: SimulatedProcess | null;
  readonly group: number | null;
  readonly spec: LaunchSpec;
  readonly pipes: ChildPipes;
  /** The machine's. */
  readonly disk: Disk;
  readonly #clock: Clock;
  readonly #fork: (spec: LaunchSpec) => SimulatedProcess;
  readonly #ended = new Promised<WaitStatus>();
  readonly #timers = new Set<Timer>();
  #onSignal: ((signal: NodeJS.Signals) => void) | null = null;

  constructor({ pid, parent, group, spec, clock, disk, pipes, fork }: SimulatedProcessOptions) {
    this.pid = pid;
    this.parent = parent;
    this.pipes = pipes;
    this.group = group;
    this.spec = spec;
    this.disk = disk;
    this.#clock = clock;
    this.#fork = fork;
  }

  /** What it is given to read; null for nothing. */
  get stdin(): PipeReader | null {
    return this.pipes.stdin?.reader ?? null;
  }

  get isAlive(): boolean {
    return this.#ended.isPending;
  }

  /** How it ended, whoever ended it. */
  get ended(): Future<WaitStatus> {
    return this.#ended.undiscardable();
  }

  exit(status: number): void {
    this.#end({ exited: status });
  }

  /** Starts a child with the same folder, environment, output and group; a program that is not there exits with 127. */
  fork(file: string, args: readonly string[]): SimulatedProcess {
    return this.#fork({ ...this.spec, file, args, argv0: undefined, session: false });
  }

  /** From now on signals other than SIGKILL are `handler`'s; what it does not end lives on. Null: as at the start. */
  onSignal(handler: ((signal: NodeJS.Signals) => void) | null): void {
    this.#onSignal = handler;
  }

  /** Delivers a signal: without a handler it ends the process. */
  signal(signal: NodeJS.Signals): void {
    if (!this.isAlive) return;
    if (signal !== 'SIGKILL' && this.#onSignal !== null) this.#onSignal(signal);
    else if (!HARMLESS.includes(signal)) this.#end({ signaled: signal });
  }

  /** Calls `step` in `ms` milliseconds of the process's life. */
  after(ms: number, step: () => void): void {
    const timer = this.#clock.timer(ms, () => {
      this.#timers.delete(timer);
      step();
    });
    this.#timers.add(timer);
  }

  print(text: string): void {
    this.#write(this.spec.stdout, this.pipes.stdout, text);
  }

  printError(text: string): void {
    this.#write(this.spec.stderr, this.pipes.stderr, text);
  }

  /** A disk that does not take the output loses it, as it would lose a real program's. */
  #write(stdio: Stdio | undefined, pipe: Pipe | null, text: string): void {
    if (!this.isAlive) return;
    if (pipe !== null) pipe.writer.write(text);
    else if (typeof stdio === 'string') this.disk.append(stdio, Buffer.from(text)).ignore();
  }

  /** The end of the process that was launched is the end of its pipes. */
  #closePipes(): void {
    if (this.parent !== null) return;
    this.pipes.stdin?.reader.close();
    this.pipes.stdout?.writer.close();
    this.pipes.stderr?.writer.close();
  }

  #end(status: WaitStatus): void {
    if (!this.#ended.set(status)) return;
    this.#closePipes();
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
