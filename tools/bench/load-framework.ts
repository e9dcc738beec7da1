/** A framework that runs the same small task many times, and notes how long each takes. */
import { Promised } from '../../libprocess/index.ts';
import {
  isTerminal,
  type Offer,
  pick,
  Resources,
  Scheduler,
  type TaskInfo,
  type TaskStatus,
} from '../../mesos/index.ts';

export interface Load {
  readonly count: number;
  /** How many may be under way at once. */
  readonly inFlight: number;
  readonly command: string;
  /** Of one task. */
  readonly resources: Resources;
}

/** Milliseconds from ACCEPT. */
export interface Times {
  readonly running: number;
  readonly finished: number;
}

export class LoadFramework extends Scheduler {
  /** The times of all tasks, once all have finished. Fails with the first that did not. */
  readonly done = new Promised<Times[]>();
  elapsedMs = 0;
  readonly #accepted = new Map<string, number>();
  readonly #running = new Map<string, number>();
  readonly #times: Times[] = [];
  #launched = 0;
  #startedAt = 0;

  constructor(
    master: string,
    private readonly load: Load,
  ) {
    super({ master, framework: { name: 'bench', roles: ['*'], capabilities: [{ type: 'MULTI_ROLE' }] } });
  }

  protected override finalize(): void {
    super.finalize();
    this.done.fail(new Error('the framework ended before its tasks did'));
  }

  protected override resourceOffers(offers: readonly Offer[]): void {
    for (const offer of offers) this.#use(offer);
  }

  protected override statusUpdate({ task_id: { value: id }, state, message }: TaskStatus): void {
    const since = this.now - (this.#accepted.get(id) ?? 0);
    if (state === 'TASK_RUNNING') this.#running.set(id, since);
    if (!isTerminal(state)) return;
    if (state !== 'TASK_FINISHED') this.done.fail(new Error(`${id} became ${state}: ${message}`));
    this.#times.push({ running: this.#running.get(id) ?? since, finished: since });
    if (this.#times.length === this.load.count) this.#finish();
  }

  /** Launches as many as there is room for; what is left of the offer comes back at once. */
  #use(offer: Offer): void {
    const wanted = Math.min(
      this.load.inFlight - (this.#launched - this.#times.length),
      this.load.count - this.#launched,
    );
    const tasks: TaskInfo[] = [];
    let left = Resources.from(offer.resources ?? []);
    while (tasks.length < wanted) {
      const resources = pick(left, this.load.resources);
      if (resources === null) break;
      left = left.subtract(Resources.from(resources));
      tasks.push(this.#task(offer, resources));
    }
    if (tasks.length === 0) this.decline([offer], { refuse_seconds: 0 });
    else this.launch(offer, tasks, { refuse_seconds: 0 });
  }

  #task({ agent_id }: Offer, resources: TaskInfo['resources']): TaskInfo {
    if (this.#launched === 0) this.#startedAt = this.now;
    this.#launched += 1;
    const id = `task-${this.#launched}`;
    this.#accepted.set(id, this.now);
    return { name: id, task_id: { value: id }, agent_id, resources, command: { value: this.load.command } };
  }

  #finish(): void {
    this.elapsedMs = this.now - this.#startedAt;
    this.done.set(this.#times);
    this.defer(this.teardown)();
  }
}
