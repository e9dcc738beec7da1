/**
 * A registered agent as the master knows it. `connected` ends with its link; `active` says whether it is offered.
 *
 * Source: Mesos src/master/master.hpp (struct Slave).
 */
import type { PID, Ref } from '../../libprocess/index.ts';
import { Resources } from '../common/resources.ts';
import type { AgentInfoCapability, AgentInfoCapabilityType, SlaveInfo } from '../protocol/agents.ts';
import type { ExecutorInfo } from '../protocol/executors.ts';
import type { UUID } from '../protocol/ids.ts';
import type { Resource } from '../protocol/resources.ts';
import type { AgentObserver } from './agent-observer.ts';
import type { OfferRecord } from './offer-record.ts';
import type { TaskRecord } from './task-record.ts';

/** What an agent says of itself beside its info. */
export interface AgentTraits {
  readonly version: string;
  readonly capabilities: readonly AgentInfoCapability[];
  readonly resourceVersion: UUID | undefined;
  readonly checkpointed: readonly Resource[];
}

export class Agent {
  readonly id: string;
  total: Resources;
  connected = true;
  active = true;
  /** By an operator. */
  deactivated = false;
  reregisteredTime: number | null = null;
  observer: Ref<AgentObserver> | null = null;
  /** Counts (dis)connections: a timer of an earlier one does nothing. */
  epoch = 0;

  /** By framework, then by task. */
  readonly tasks = new Map<string, Map<string, TaskRecord>>();
  /** By framework, then by executor. */
  readonly executors = new Map<string, Map<string, ExecutorInfo>>();
  readonly offers = new Set<OfferRecord>();
  /** What tasks and executors use, by framework. */
  readonly used = new Map<string, Resources>();
  /** Tasks to be killed once the agent is back, by framework. */
  readonly killed = new Map<string, Set<string>>();

  constructor(
    public info: SlaveInfo,
    public pid: PID,
    public traits: AgentTraits,
    /** Seconds since the epoch. */
    readonly registeredTime: number,
  ) {
    this.id = info.id?.value ?? '';
    this.total = totalOf(info, traits);
  }

  /** The agent came back: what it says now counts. */
  update(info: SlaveInfo, pid: PID, traits: AgentTraits): void {
    this.info = info;
    this.pid = pid;
    this.traits = traits;
    this.total = totalOf(info, traits);
  }

  get capabilities(): ReadonlySet<AgentInfoCapabilityType> {
    return new Set(this.traits.capabilities.map(each => each.type ?? 'UNKNOWN'));
  }

  can(capability: AgentInfoCapabilityType): boolean {
    return this.capabilities.has(capability);
  }

  task(frameworkId: string, taskId: string): TaskRecord | undefined {
    return this.tasks.get(frameworkId)?.get(taskId);
  }

  *allTasks(): Iterable<TaskRecord> {
    for (const tasks of this.tasks.values()) yield* tasks.values();
  }

  get totalUsed(): Resources {
    return Resources.sum(this.used.values());
  }

  get totalOffered(): Resources {
    return Resources.sum([...this.offers].map(offer => offer.resources));
  }

  /** As logs name it. */
  toString(): string {
    return `${this.id} at ${this.pid} (${this.info.hostname})`;
  }
}

/** Reservations and volumes that were made later are in the checkpointed resources; they lie on those of the info. */
function totalOf(info: SlaveInfo, { checkpointed }: AgentTraits): Resources {
  const declared = Resources.from(info.resources ?? []);
  if (checkpointed.length === 0) return declared;
  const made = Resources.from(checkpointed);
  const underlying = made.map(kind => kind.with({ disk: plainDisk(kind.template.disk), shared: undefined }));
  const plain = underlying.map(kind => kind.with({ reservations: staticPart(kind.reservations) }));
  return declared.contains(plain) ? declared.subtract(plain).add(made) : declared;
}

function staticPart(reservations: NonNullable<Resource['reservations']>): Resource['reservations'] {
  const kept = reservations.filter(each => each.type !== 'DYNAMIC');
  return kept.length === 0 ? undefined : kept;
}

function plainDisk(disk: Resource['disk']): Resource['disk'] {
  return disk?.source === undefined ? undefined : { source: disk.source };
}
