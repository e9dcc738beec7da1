/**
 * The framework behind `mesos execute`: launches one task on the first offer that has room, and tells how it goes.
 *
 *   waiting ──an offer that fits──▶ running ──a final status──▶ done
 *      └───────interrupt, error─────────────────────────────────▲
 *
 * Source: Mesos src/cli/execute.cpp (CommandScheduler).
 */
import { type Failure, Promised } from '../../libprocess/index.ts';
import type { Resources } from '../common/resources.ts';
import { isTerminal } from '../common/task-states.ts';
import type { CommandInfo } from '../protocol/commands.ts';
import type { AgentID, FrameworkID } from '../protocol/ids.ts';
import type { Offer } from '../protocol/offers.ts';
import type { Resource } from '../protocol/resources.ts';
import type { TaskInfo, TaskStatus } from '../protocol/tasks.ts';
import { pick } from '../scheduler/pick.ts';
import { Scheduler, type SchedulerOptions } from '../scheduler/scheduler.ts';

/** How long offers that are of no use stay away. */
const REFUSE_SECONDS = 5;
/** The same, once the task is on its way and nothing else is wanted. */
const REFUSE_LONG_SECONDS = 3_600;

export interface Task {
  readonly name: string;
  readonly command: CommandInfo;
  readonly resources: Resources;
}

type State =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'running'; readonly agentId: AgentID }
  | { readonly phase: 'done' };

const EDGES = {
  waiting: ['running', 'done'],
  running: ['done'],
  done: [],
} as const satisfies Record<State['phase'], readonly State['phase'][]>;

export class ExecuteScheduler extends Scheduler {
  /** The exit status, once it is known. */
  readonly outcome = new Promised<number>();
  #state: State = { phase: 'waiting' };
  #isKnown = false;
  #hasWaited = false;

  constructor(
    options: SchedulerOptions,
    private readonly task: Task,
    private readonly killAfterMs: number | undefined,
    private readonly print: (line: string) => void,
  ) {
    super(options);
  }

  /** Kills the task; without one, gives up. */
  interrupt(): void {
    if (this.#state.phase === 'running') this.#kill(this.#state.agentId);
    else if (this.#state.phase === 'waiting') this.#finish(1);
  }

  protected override subscribed({ value }: FrameworkID): void {
    this.print(`${this.#isKnown ? 'Re-subscribed' : 'Subscribed'} with ID ${value}`);
    this.#isKnown = true;
  }

  protected override resourceOffers(offers: readonly Offer[]): void {
    const rest = this.#state.phase === 'waiting' ? this.#launchOnFirst(offers) : offers;
    if (rest.length === 0) return;
    this.decline(rest, { refuse_seconds: this.#state.phase === 'waiting' ? REFUSE_SECONDS : REFUSE_LONG_SECONDS });
  }

  protected override statusUpdate(status: TaskStatus): void {
    const { state, message, source, reason, task_id } = status;
    this.print(`Received status update ${state} for task '${task_id.value}'`);
    if (message !== undefined && message !== '') this.print(`  message: '${message}'`);
    if (source !== undefined) this.print(`  source: ${source}`);
    if (reason !== undefined) this.print(`  reason: ${reason}`);
    if (isTerminal(state)) this.defer(this.#finish)(state === 'TASK_FINISHED' ? 0 : 1); // Acknowledged first.
  }

  protected override disconnected({ message, code }: Failure): void {
    if (this.#isKnown) {
      this.print(`Disconnected: ${message}; trying again`);
    } else if (code === 'CONNECT') {
      this.#give(`${message}\nIs a master running there? \`npm start\` starts one, with two agents.`);
    } else {
      this.print(`Not subscribed: ${message}; trying again`);
    }
  }

  protected override error(message: string): void {
    this.#give(message);
  }

  /** However it ends, whoever waits for the outcome gets one. */
  protected override finalize(): void {
    super.finalize();
    this.outcome.set(1);
  }

  /** @returns the offers that are left over. */
  #launchOnFirst(offers: readonly Offer[]): readonly Offer[] {
    for (const offer of offers) {
      const resources = pick(offer.resources ?? [], this.task.resources);
      if (resources === null) continue;
      this.#launch(offer, resources);
      return offers.filter(other => other !== offer);
    }
    if (!this.#hasWaited) this.print(`Waiting: no offer has room for ${this.task.resources}`);
    this.#hasWaited = true;
    return offers;
  }

  #launch(offer: Offer, resources: readonly Resource[]): void {
    const { name, command } = this.task;
    const info: TaskInfo = { name, task_id: { value: name }, agent_id: offer.agent_id, resources, command };
    this.launch(offer, [info]);
    this.#become({ phase: 'running', agentId: offer.agent_id });
    this.print(`Submitted task '${name}' to agent '${offer.agent_id.value}'`);
    if (this.killAfterMs !== undefined) this.delay(this.killAfterMs, this.#kill, offer.agent_id);
  }

  #kill(agentId: AgentID): void {
    this.print(`Killing task '${this.task.name}'`);
    this.kill({ value: this.task.name }, agentId);
  }

  async #finish(status: number): Promise<void> {
    if (this.#state.phase === 'done') return;
    this.#become({ phase: 'done' });
    this.outcome.set(status);
    if (this.#isKnown) await this.teardown();
    else this.terminate();
  }

  #give(why: string): void {
    if (this.#state.phase === 'done') return;
    this.#become({ phase: 'done' });
    this.print(why);
    this.outcome.set(1);
    this.terminate();
  }

  #become(next: State): void {
    const legal: readonly State['phase'][] = EDGES[this.#state.phase];
    if (!legal.includes(next.phase)) throw new Error(`illegal transition ${this.#state.phase} → ${next.phase}`);
    this.#state = next;
  }
}
