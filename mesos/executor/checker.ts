/**
 * A checker: looks at a task again and again, and tells what it has found.
 *
 *   ──delay──▶ look ──▶ tell ──interval──▶ look ──▶ …
 *
 * It ends when it is terminated, and with it what it has under way.
 *
 * Source: Mesos src/checks/checker_process.cpp.
 */
import { type Future, ID, Process } from '../../libprocess/index.ts';
import type { CheckPlan } from './check-plan.ts';
import { type Finding, look, type Surroundings } from './probe.ts';

export class Checker extends Process {
  #underWay: Future<Finding> | null = null;

  constructor(
    private readonly plan: CheckPlan,
    private readonly around: Surroundings,
    private readonly tell: (finding: Finding) => void,
  ) {
    super(ID.generate(plan.kind === 'check' ? 'checker' : 'health-checker'));
  }

  protected override initialize(): void {
    this.delay(this.plan.delayMs, this.#look);
  }

  protected override finalize(): void {
    this.#underWay?.discard();
  }

  async #look(): Promise<void> {
    this.#underWay = look(this.runtime, this.plan, this.around);
    const finding = await this.turn(this.#underWay);
    this.#underWay = null;
    this.tell(finding);
    this.delay(this.plan.intervalMs, this.#look);
  }
}
