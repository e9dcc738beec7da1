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

export class SimulatedProcess {
  readonly #clock: Clock;
  readonly #disk: Disk;
  readonly #ended = new Promised<WaitStatus>();
  readonly #timers = new Set<Timer>();
  #onSignal: ((signal: NodeJS.Signals) => void) | null = null;

  constructor(
    readonly pid: number,
    readonly spec: LaunchSpec,
    clock: Clock,
    disk: Disk,
  ) {
    this.#clock = clock;
    this.#disk = disk;
  }

  /** The group that signals reach it by: its own with a session, otherwise none. */
  get group(): number | null {
    return this.spec.session === true ? this.pid : null;
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

  /** From now on signals other than SIGKILL are `handler`'s; what it does not end lives on. */
  onSignal(handler: (signal: NodeJS.Signals) => void): void {
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
    if (path !== undefined && this.isAlive) this.#disk.append(path, Buffer.from(text)).ignore();
  }

  #end(status: WaitStatus): void {
    if (!this.#ended.set(status)) return;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
