/**
 * What the parts of the agent share: what it knows, the actors beside it, and what an actor can do.
 *
 * The parts are plain classes, each for one conversation; they run inside turns of the actor `slave(1)` and reach the
 * world through it.
 */
import type { Future, Logger, MessageType, PID, Ref, Timer } from '../../libprocess/index.ts';
import type { Resources } from '../common/resources.ts';
import type { Files } from '../files/files.ts';
import type { AgentID, FrameworkID, SlaveInfo, Task, TaskInfo, TaskState } from '../protocol/index.ts';
import type { BuildInfo } from '../version/build.ts';
import type { Checkpointer } from './checkpointer.ts';
import type { Containerizer } from './containerizer/containerizer.ts';
import type { Usage } from './containerizer/usage.ts';
import type { AgentFlags } from './flags.ts';
import type { Framework } from './framework.ts';
import type { StatusUpdateManager } from './status-update-manager.ts';

/** Frameworks that are remembered after their end. */
export const COMPLETED_FRAMEWORKS_MAX = 50;

export type Phase = 'recovering' | 'disconnected' | 'running' | 'terminating';

const EDGES = {
  recovering: ['disconnected', 'terminating'],
  disconnected: ['running', 'terminating'],
  running: ['disconnected', 'terminating'],
  terminating: [],
} as const satisfies Record<Phase, readonly Phase[]>;

/** What the agent knows. */
export class Books {
  readonly frameworks = new Map<string, Framework>();
  readonly completedFrameworks: Framework[] = [];
  master: PID | null = null;
  masterHostname: string | null = null;
  /** Executors that a restarted agent has called and not heard of yet. */
  readonly startedAt: number;
  #phase: Phase = 'recovering';

  constructor(
    public info: SlaveInfo,
    readonly resources: Resources,
    startedAt: number,
  ) {
    this.startedAt = startedAt;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** @throws Error for a transition that cannot be. */
  become(next: Phase): void {
    if (next === this.#phase) return;
    const legal: readonly Phase[] = EDGES[this.#phase];
    if (!legal.includes(next)) throw new Error(`illegal transition ${this.#phase} → ${next}`);
    this.#phase = next;
  }

  /** Empty before the agent has been registered for the first time. */
  get agentId(): AgentID {
    return this.info.id ?? { value: '' };
  }

  get id(): string {
    return this.agentId.value;
  }

  framework(id: string): Framework | undefined {
    return this.frameworks.get(id);
  }

  /** Nothing is left of the framework: it is remembered, and no more. */
  retire(framework: Framework): void {
    this.frameworks.delete(framework.id);
    this.completedFrameworks.push(framework);
    if (this.completedFrameworks.length > COMPLETED_FRAMEWORKS_MAX) this.completedFrameworks.shift();
  }
}

export interface AgentContext {
  readonly flags: AgentFlags;
  readonly build: BuildInfo;
  readonly books: Books;
  readonly checkpointer: Checkpointer;
  readonly containerizer: Ref<Containerizer>;
  readonly manager: Ref<StatusUpdateManager>;
  readonly files: Ref<Files>;
  readonly launcherDir: string;
  readonly pid: PID;
  readonly log: Logger;
  /** Monotonic milliseconds. */
  readonly now: number;
  /** Seconds since the epoch. */
  wall(): number;
  /** From 0 up to, not including, 1. */
  chance(): number;
  uuid(): string;
  /** What each session of processes uses. */
  usage(): Future<ReadonlyMap<number, Usage>>;
  count(metric: string): void;
  send<B>(to: PID, type: MessageType<B>, body: B): void;
  link(pid: PID, mode?: 'reuse' | 'reconnect'): void;
  delay<A extends unknown[]>(ms: number, method: (...args: A) => void | Promise<void>, ...args: A): Timer;
  defer<A extends unknown[]>(method: (...args: A) => void | Promise<void>): (...args: A) => void;
  turn<T>(future: Future<T>): Promise<T>;
  /** Ends the agent, and with it the OS process. */
  shutdown(): void;
}

/** A task as masters and agents remember it. */
export function taskOf(info: TaskInfo, frameworkId: FrameworkID, state: TaskState): Task {
  return {
    name: info.name,
    task_id: info.task_id,
    framework_id: frameworkId,
    executor_id: info.executor?.executor_id,
    agent_id: info.agent_id,
    state,
    resources: info.resources,
    labels: info.labels,
    discovery: info.discovery,
    container: info.container,
    health_check: info.health_check,
    kill_policy: info.kill_policy,
    user: info.command?.user ?? info.executor?.command?.user,
    limits: info.limits,
  };
}
