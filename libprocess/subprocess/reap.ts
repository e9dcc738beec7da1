/**
 * Waiting for the end of a process by its pid, whosever child it is.
 *
 *   ours       ready with its status, when it is reaped
 *   another's  ready with null once it has gone: the system tells its parent alone how it ended
 *   unknown    ready with null at once
 *
 * Others are looked after by an actor, `__reaper__`, which looks every 100 ms while there are at most 50 of them, and
 * ever more seldom up to a second for 500 and more. A later process that gets the same pid is not taken for the one
 * that was asked about.
 *
 * Source: libprocess reap.hpp, reap.cpp.
 */
import { type Future, Promised } from '../future.ts';
import { Process } from '../process.ts';
import { type Ref, refTo } from '../ref.ts';
import type { Runtime } from '../runtime.ts';
import type { WaitStatus } from './launcher.ts';
import { statusOfChild } from './subprocess.ts';

const REAP_INTERVAL_MIN_MS = 100;
const REAP_INTERVAL_MAX_MS = 1_000;
/** Up to so many processes the shortest interval will do; from so many on it is the longest. */
const COUNT_LOW = 50;
const COUNT_HIGH = 500;
const ID = '__reaper__';

/**
 * How the process `pid` ended, or null for one that is no child of `runtime` (as `subprocess` starts them). A discard
 * ends the waiting, and nothing else.
 */
export function reap(runtime: Runtime, pid: number): Future<WaitStatus | null> {
  const status = statusOfChild(runtime, pid);
  return status === null ? reaperOf(runtime).reap(pid) : status.undiscardable();
}

/** How long to wait until the next look at `count` processes. */
export function reapIntervalMs(count: number): number {
  const part = Math.min(1, Math.max(0, (count - COUNT_LOW) / (COUNT_HIGH - COUNT_LOW)));
  return REAP_INTERVAL_MIN_MS + part * (REAP_INTERVAL_MAX_MS - REAP_INTERVAL_MIN_MS);
}

function reaperOf(runtime: Runtime): Ref<Reaper> {
  const running = runtime.process(ID);
  return running instanceof Reaper ? refTo(runtime, running) : runtime.spawn(new Reaper());
}

interface Watched {
  readonly pid: number;
  readonly startedAt: number;
  readonly gone: Promised<null>;
}

class Reaper extends Process {
  readonly #watched = new Set<Watched>();
  #isWaiting = false;

  constructor() {
    super(ID);
  }

  reap(pid: number): Future<null> {
    const gone = new Promised<null>();
    const startedAt = this.runtime.launcher.startedAt(pid);
    if (startedAt === null) {
      gone.set(null);
      return gone;
    }
    const watched = { pid, startedAt, gone };
    this.#watched.add(watched);
    gone.onDiscard(() => gone.discarded());
    gone.onAny(() => this.#watched.delete(watched));
    this.#wait();
    return gone;
  }

  #wait(): void {
    if (this.#isWaiting || this.#watched.size === 0) return;
    this.#isWaiting = true;
    this.delay(reapIntervalMs(this.#watched.size), this.#look);
  }

  #look(): void {
    this.#isWaiting = false;
    for (const { pid, startedAt, gone } of [...this.#watched]) {
      if (this.runtime.launcher.startedAt(pid) !== startedAt) gone.set(null);
    }
    this.#wait();
  }
}
