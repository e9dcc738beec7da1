/**
 * The checks of one task, from its start to its end: which checkers look at it, and what of their findings is news.
 *
 * A part of the command executor, in whose turns it runs.
 *
 * Source: Mesos src/launcher/executor.cpp (taskCheckUpdated, taskHealthUpdated), src/checks/checker.cpp.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Logger, Process, Ref } from '../../libprocess/index.ts';
import type { CheckStatusInfo, TaskStatus } from '../protocol/index.ts';
import type { CheckPlan, TaskPlan } from './check-plan.ts';
import { Checker } from './checker.ts';
import { Health } from './health.ts';
import { checkStatus, complaint, type Finding, type Surroundings } from './probe.ts';

/** What the executor lends. */
export interface ChecksContext {
  readonly log: Logger;
  now(): number;
  spawn(checker: Process): Ref<Process>;
  terminate(checker: Ref<Process>): void;
  /** A function that calls `method` in a turn of the executor. */
  defer(method: (finding: Finding) => void): (finding: Finding) => void;
  /** There is something to tell; `kill` when the task has to go. */
  changed(news: Partial<TaskStatus>, kill: boolean): void;
}

export class TaskChecks {
  readonly #health: Health | null;
  readonly #checkers: Ref<Process>[] = [];
  #healthy: boolean | undefined;
  #status: CheckStatusInfo | undefined;
  #startedMs = 0;

  constructor(
    private readonly plan: TaskPlan,
    private readonly around: Surroundings,
    private readonly context: ChecksContext,
  ) {
    const { check, health } = plan;
    this.#health = health === null ? null : new Health(health);
    this.#status = check === null ? undefined : checkStatus(check, null);
  }

  /** What updates of the task have to say of its checks. */
  get known(): Pick<TaskStatus, 'healthy' | 'check_status'> {
    return { healthy: this.#healthy, check_status: this.#status };
  }

  /** The task runs from now on. */
  start(): void {
    const { check, health } = this.plan;
    this.#startedMs = this.context.now();
    if (check !== null) this.#begin(check, finding => this.#checked(check, finding));
    if (health !== null) this.#begin(health, finding => this.#judged(finding));
  }

  /** Nobody looks any more. */
  stop(): void {
    for (const checker of this.#checkers.splice(0)) this.context.terminate(checker);
  }

  #begin(plan: CheckPlan, take: (finding: Finding) => void): void {
    const tell = this.context.defer(take);
    this.#checkers.push(this.context.spawn(new Checker(plan, this.around, tell)));
  }

  #checked(plan: CheckPlan, finding: Finding): void {
    if (finding.type === 'unknown') this.context.log.warn(`The check of the task failed: ${finding.why}`);
    const status = checkStatus(plan, finding);
    if (isDeepStrictEqual(status, this.#status)) return;
    this.#status = status;
    this.context.changed({ reason: 'REASON_TASK_CHECK_STATUS_UPDATED' }, false);
  }

  #judged(finding: Finding): void {
    const message = complaint(finding) ?? undefined;
    const change = this.#health?.take(message === undefined, this.context.now() - this.#startedMs) ?? null;
    if (message !== undefined) this.#warn(message, change === null);
    if (change === null) return;
    this.#healthy = change.healthy;
    this.context.changed({ reason: 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED', message }, change.kill);
  }

  #warn(message: string, ignored: boolean): void {
    const count = this.#health?.failures ?? 0;
    if (ignored) this.context.log.info(`Ignoring failure of the health check: still in grace period: ${message}`);
    else this.context.log.warn(`The health check of the task failed ${count} times consecutively: ${message}`);
  }
}
