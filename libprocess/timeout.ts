/**
 * Points in time by which something should have happened.
 *
 * Source: libprocess `Timeout` (timeout.hpp).
 */
import type { Clock } from './clock.ts';
import { currentClock } from './current.ts';

/** A point in time by which something should have happened. */
export class Timeout {
  private constructor(
    private readonly clock: Clock,
    private readonly dueMs: number,
  ) {}

  /** In `ms` milliseconds from now, by the clock of the runtime whose turn it is. */
  static in(ms: number, clock: Clock = currentClock()): Timeout {
    return new Timeout(clock, clock.now + ms);
  }

  /** Milliseconds that are left; never below 0. */
  get remaining(): number {
    return Math.max(0, this.dueMs - this.clock.now);
  }

  get expired(): boolean {
    return this.remaining === 0;
  }
}
