/**
 * A framework as the master knows it.
 *
 *            subscribe                stream closed                   failover_timeout
 *   (new) ─────────────▶ connected ───────────────▶ disconnected ───────────────────▶ completed
 *                        ▲  ▲                           │                                 ▲
 *   recovered ───────────┘  └────────── subscribe ──────┘        teardown (from anywhere) ┘
 *
 * Connected ones are active (get offers) unless deactivated. `recovered`: known only from what agents report.
 *
 * Source: Mesos src/master/framework.cpp, master.hpp (struct Framework).
 */
import type { PID } from '../../libprocess/index.ts';
import { Resources } from '../common/resources.ts';
import type { ExecutorInfo } from '../protocol/executors.ts';
import type { FrameworkInfo, FrameworkInfoCapabilityType } from '../protocol/frameworks.ts';
import type { Event } from '../protocol/scheduler-api.ts';
import type { Task } from '../protocol/tasks.ts';
import { Completed, CompletedMap } from './completed.ts';
import type { FrameworkConnection } from './framework-connection.ts';
import type { OfferRecord } from './offer-record.ts';
import type { TaskRecord } from './task-record.ts';

export type FrameworkState = 'active' | 'inactive' | 'disconnected' | 'recovered';

export interface FrameworkLimits {
  readonly completedTasksMax: number;
  readonly unreachableTasksMax: number;
}

export class Framework {
  readonly id: string;
  state: FrameworkState = 'active';
  connection: FrameworkConnection | null = null;
  /** Of a scheduler that speaks messages; null for HTTP ones. */
  pid: PID | null = null;
  suppressedRoles: ReadonlySet<string> = new Set();
  /** Seconds since the epoch. */
  reregisteredTime: number;
  unregisteredTime = 0;
  /** Counts subscriptions: a failover timer of an earlier one does nothing. */
  epoch = 0;

  readonly tasks = new Map<string, TaskRecord>();
  readonly unreachableTasks: CompletedMap<Task>;
  readonly completedTasks: Completed<Task>;
  readonly offers = new Set<OfferRecord>();
  /** By agent, then by executor. */
  readonly executors = new Map<string, Map<string, ExecutorInfo>>();
  /** What tasks and executors use, by agent. */
  readonly used = new Map<string, Resources>();

  constructor(
    public info: FrameworkInfo,
    readonly registeredTime: number,
    limits: FrameworkLimits,
  ) {
    this.id = info.id?.value ?? '';
    this.reregisteredTime = registeredTime;
    this.unreachableTasks = new CompletedMap(limits.unreachableTasksMax);
    this.completedTasks = new Completed(limits.completedTasksMax);
  }

  get isActive(): boolean {
    return this.state === 'active';
  }

  get isConnected(): boolean {
    return this.state === 'active' || this.state === 'inactive';
  }

  get isRecovered(): boolean {
    return this.state === 'recovered';
  }

  get roles(): readonly string[] {
    return rolesOf(this.info);
  }

  can(capability: FrameworkInfoCapabilityType): boolean {
    return hasCapability(this.info, capability);
  }

  /** False when the scheduler cannot be reached: then the event is lost. */
  send(event: Event): boolean {
    return this.connection?.send(event) ?? false;
  }

  executor(agentId: string, executorId: string): ExecutorInfo | undefined {
    return this.executors.get(agentId)?.get(executorId);
  }

  get totalUsed(): Resources {
    return Resources.sum(this.used.values());
  }

  get totalOffered(): Resources {
    return Resources.sum([...this.offers].map(offer => offer.resources));
  }

  /** As logs name it. */
  toString(): string {
    return `${this.id} (${this.info.name})`;
  }
}

export function hasCapability(info: FrameworkInfo, capability: FrameworkInfoCapabilityType): boolean {
  return (info.capabilities ?? []).some(each => each.type === capability);
}

/** The roles that a framework is subscribed to, whichever way it says so. */
export function rolesOf(info: FrameworkInfo): readonly string[] {
  return hasCapability(info, 'MULTI_ROLE') ? (info.roles ?? []) : [info.role ?? '*'];
}
