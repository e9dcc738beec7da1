/**
 * One run of the allocator: goes through agents and gives what is free to who is next in line.
 *
 *   stage 1   to roles with a guarantee, until it is met
 *   stage 2   to everybody: the whole of what is left on an agent to the first framework that takes it
 *
 * Source: Mesos src/master/allocator/mesos/hierarchical.cpp (HierarchicalAllocatorProcess::__allocate).
 */
import type { Quantities } from '../../common/quantities.ts';
import type { Kind } from '../../common/resource-kinds.ts';
import { Resources } from '../../common/resources.ts';
import type { AgentEntry } from './agent-entry.ts';
import type { FrameworkEntry } from './framework-entry.ts';
import { isQuotaRelevant, type QuotaRound } from './quota.ts';
import type { Member, RoleEntry, Roles } from './roles.ts';
import { shuffled } from './shuffle.ts';

/** Framework id → role → agent id → what is offered. */
export type Offers = ReadonlyMap<string, FrameworkOffers>;
export type FrameworkOffers = ReadonlyMap<string, ReadonlyMap<string, Resources>>;

export interface RoundOptions {
  /** An offer must hold at least one of these; none: anything. */
  readonly minAllocatable: readonly Quantities[];
  readonly filterGpuResources: boolean;
  /** The region of the master. */
  readonly region: string | null;
  readonly random: () => number;
}

export class Round {
  readonly offers = new Map<string, Map<string, Map<string, Resources>>>();
  /** Shared resources that were offered in this run, by agent: each is offered once. */
  readonly #sharedOut = new Map<string, Resources>();

  constructor(
    private readonly roles: Roles,
    /** Null when no role has a quota. */
    private readonly quota: QuotaRound | null,
    private readonly options: RoundOptions,
  ) {}

  run(agents: readonly AgentEntry[]): void {
    const { random } = this.options;
    if (this.quota !== null) for (const agent of shuffled(agents, random)) this.#satisfyGuarantees(agent, this.quota);
    for (const agent of shuffled(agents, random)) this.#share(agent);
  }

  /** Whether shared resources of the agent went out in this run: the next run may offer them again. */
  hasSharedOut(agentId: string): boolean {
    return this.#sharedOut.has(agentId);
  }

  #satisfyGuarantees(agent: AgentEntry, quota: QuotaRound): void {
    for (const { value: role } of this.roles.sort()) {
      if (agent.available.isEmpty) return;
      if (quota.unsatisfied(role.name).size === 0) continue;
      for (const { value: member } of role.sorter.sort()) {
        if (quota.unsatisfied(role.name).size === 0) break;
        const available = this.#availableTo(role, agent);
        if (available.isEmpty) break;
        const usable = this.#usable(available, agent, member.framework, role.name);
        if (usable !== null) this.#satisfy(agent, role, member, usable, quota);
      }
    }
  }

  #satisfy(agent: AgentEntry, role: RoleEntry, member: Member, usable: Resources, quota: QuotaRound): void {
    const scalars = usable.filter(isQuotaRelevant);
    const guaranteed = quota.guaranteedPart(role.name, scalars);
    if (guaranteed.isEmpty) return;
    const more = quota.allowedPart(role.name, scalars.subtract(guaranteed), guaranteed);
    const besides = usable.filter(kind => !isQuotaRelevant(kind) && (!kind.isReserved || kind.role === role.name));
    const offer = guaranteed.add(besides).add(more);
    if (this.#offer(agent, role, member, offer)) quota.give(role.name, guaranteed, more);
  }

  #share(agent: AgentEntry): void {
    for (const { value: role } of this.roles.sort()) {
      if (agent.available.isEmpty) return;
      let available = this.#availableTo(role, agent);
      for (const { value: member } of role.sorter.sort()) {
        if (available.isEmpty) break;
        const usable = this.#usable(available, agent, member.framework, role.name);
        if (usable !== null && this.#shareWith(agent, role, member, usable)) available = this.#availableTo(role, agent);
      }
    }
  }

  #shareWith(agent: AgentEntry, role: RoleEntry, member: Member, usable: Resources): boolean {
    const scalars = usable.filter(isQuotaRelevant);
    const more = this.quota === null ? scalars : this.quota.allowedPart(role.name, scalars);
    const offer = usable.subtract(scalars).add(more);
    if (!this.#offer(agent, role, member, offer)) return false;
    this.quota?.give(role.name, Resources.EMPTY, more);
    return true;
  }

  /** What of the agent is free for frameworks of the role. */
  #availableTo(role: RoleEntry, agent: AgentEntry): Resources {
    const available = agent.available.allocatableTo(role.name);
    const out = this.#sharedOut.get(agent.id);
    return out === undefined ? available : available.subtract(out);
  }

  /** What of `available` the framework can handle; null when it is to be passed over. */
  #usable(available: Resources, agent: AgentEntry, framework: FrameworkEntry, role: string): Resources | null {
    if (!this.#isAllocatable(available, framework, role)) return null;
    if (!this.#isCapable(framework, agent)) return null;
    if (framework.filters(role, agent, available)) return null; // What it refused holds any part of this as well.
    return available.filter(kind => handles(framework, kind));
  }

  #isAllocatable(resources: Resources, framework: FrameworkEntry, role: string): boolean {
    if (resources.isEmpty) return false;
    const least = framework.minAllocatable(role) ?? this.options.minAllocatable;
    return least.length === 0 || least.some(quantities => resources.quantities.contains(quantities));
  }

  #isCapable(framework: FrameworkEntry, agent: AgentEntry): boolean {
    const { filterGpuResources, region } = this.options;
    if (filterGpuResources && agent.total.amountOf('gpus') > 0 && !framework.can('GPU_RESOURCES')) return false;
    return agent.region === null || agent.region === region || framework.can('REGION_AWARE');
  }

  /** Offers `resources` unless they are too little or not wanted. */
  #offer(agent: AgentEntry, role: RoleEntry, { framework }: Member, resources: Resources): boolean {
    if (!this.#isAllocatable(resources, framework, role.name)) return false;
    if (framework.filters(role.name, agent, resources)) return false;
    const allocated = resources.allocate(role.name);
    agent.use(framework.id, allocated);
    this.roles.allocated(framework, role.name, agent.id, allocated.quantities);
    this.#record(framework.id, role.name, agent.id, allocated);
    const { shared } = resources;
    if (!shared.isEmpty) this.#sharedOut.set(agent.id, shared.add(this.#sharedOut.get(agent.id) ?? Resources.EMPTY));
    return true;
  }

  #record(frameworkId: string, role: string, agentId: string, resources: Resources): void {
    const byRole = childOf(this.offers, frameworkId);
    const byAgent = childOf(byRole, role);
    byAgent.set(agentId, byAgent.get(agentId)?.add(resources) ?? resources);
  }
}

function handles(framework: FrameworkEntry, kind: Kind): boolean {
  if (kind.isShared && !framework.can('SHARED_RESOURCES')) return false;
  if (kind.isRevocable && !framework.can('REVOCABLE_RESOURCES')) return false;
  return !kind.hasRefinedReservations || framework.can('RESERVATION_REFINEMENT');
}

function childOf<V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Map<string, V>();
  map.set(key, made);
  return made;
}
