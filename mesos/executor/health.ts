/**
 * A task's state of health, as its health checks tell it one after the other.
 *
 *   unknown ──pass──▶ healthy ──fail──▶ unhealthy(1) ──fail──▶ unhealthy(n) = kill
 *      │ fail within the grace period: nothing    └──pass──▶ healthy
 *
 * Source: Mesos src/checks/health_checker.cpp (success, failure).
 */
import type { HealthPolicy } from './check-plan.ts';

/** What is to be told of it. */
export interface HealthChange {
  readonly healthy: boolean;
  /** There were too many failures: the task has to go. */
  readonly kill: boolean;
}

export class Health {
  #everHealthy = false;
  #failures = 0;

  constructor(private readonly policy: HealthPolicy) {}

  /** The last checks that failed in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Takes in one result, `sinceStartMs` after the task's start; null when there is nothing to tell. */
  take(passed: boolean, sinceStartMs: number): HealthChange | null {
    return passed ? this.#pass() : this.#fail(sinceStartMs);
  }

  #pass(): HealthChange | null {
    const news = !this.#everHealthy || this.#failures > 0;
    this.#everHealthy = true;
    this.#failures = 0;
    return news ? { healthy: true, kill: false } : null;
  }

  #fail(sinceStartMs: number): HealthChange | null {
    if (!this.#everHealthy && sinceStartMs <= this.policy.graceMs) return null;
    this.#failures += 1;
    return { healthy: false, kill: this.#failures >= this.policy.failuresMax };
  }
}
