/**
 * One process of a simulated machine, as its program sees it. After its end nothing of it happens any more.
 *
 * Source: libprocess subprocess.hpp; signal(7).
 */
import type { Clock, Timer } from '../clock.ts';
import type { Disk } from '../disk/disk.ts';
import { type Future, Promised } from '../future.ts';
import type { LaunchSpec, WaitStatus } from './launcher.ts';

/** Signals that do nothing to a process which does not ask for them. */
const HARMLESS: readonly NodeJS.Signals[] = ['SIGCHLD', 'SIGCONT', 'SIGURG', 'SIGWINCH'];

export interface SimulatedProcessOptions {
  readonly pid: number;
  /** The group that signals reach it by; null for the group of nobody in particular. */
  readonly group: number | null;
  readonly spec: LaunchSpec;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly fork: (spec: LaunchSpec) => SimulatedProcess;
}

export class SimulatedProcess {
  readonly pid: number;
  readonly group: number | null;
  readonly spec: LaunchSpec;
  /** The machine's. */
  readonly disk: Disk;
  readonly #clock: Clock;
  readonly #fork: (spec: LaunchSpec) => SimulatedProcess;
  readonly #ended = new Promised<WaitStatus>();
  readonly #timers = new Set<Timer>();
  #onSignal: ((signal: NodeJS.Signals) => void) | null = null;

  constructor({ pid, group, spec, clock, disk, fork }: SimulatedProcessOptions) {
    this.pid = pid;
    this.group = group;
    this.spec = spec;
    this.disk = disk;
    this.#clock = clock;
    this.#fork = fork;
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
    this.#write(this.spec.stdout, text);
  }

  printError(text: string): void {
    this.#write(this.spec.stderr, text);
  }

  /** A disk that does not take the output loses it, as it would lose a real program's. */
  #write(path: string | undefined, text: string): void {
    if (path !== undefined && this.isAlive) this.disk.append(path, Buffer.from(text)).ignore();
  }

  #end(status: WaitStatus): void {
    if (!this.#ended.set(status)) return;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
