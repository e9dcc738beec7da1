/**
 * The life of one simulated OS process: when it ends, its timers fire no more, and what it asked of its disk is answered
 * to nobody. Without this, futures of a killed node would go on writing beside its successor. Its locks are free then.
 */
import type { Clock, Timer } from '../clock.ts';
import type { Disk, Lock } from '../disk/disk.ts';
import { Future, Promised } from '../future.ts';

export class Life {
  readonly #locks = new Set<Lock>();
  #over = false;

  get isOver(): boolean {
    return this.#over;
  }

  end(): void {
    this.#over = true;
    for (const lock of this.#locks) lock.release();
    this.#locks.clear();
  }

  /** `clock`, as long as this life lasts. */
  clock(clock: Clock): Clock {
    return {
      get now(): number {
        return clock.now;
      },
      get wall(): number {
        return clock.wall;
      },
      timer: (ms: number, fire: () => void): Timer =>
        clock.timer(ms, () => {
          if (!this.#over) fire();
        }),
    };
  }

  /** `disk`, as long as this life lasts; what was asked for before its end is done, as by the system. */
  disk(disk: Disk): Disk {
    return new Proxy(disk, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (this.#over) return new Promised();
          const result: unknown = member.apply(target, args);
          if (name === 'lock') (result as Future<Lock>).onReady(lock => this.#hold(lock));
          return this.#passed(result);
        };
      },
    });
  }

  #hold(lock: Lock): void {
    if (this.#over) lock.release();
    else this.#locks.add(lock);
  }

  #passed(result: unknown): unknown {
    if (!(result instanceof Future)) return result;
    const passed = new Promised<unknown>();
    result.onAny(done => {
      if (!this.#over) passed.associate(done);
    });
    result.onAbandoned(() => passed.abandon());
    passed.onDiscard(() => result.discard());
    return passed;
  }
}
