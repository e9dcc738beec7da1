/**
 * A framework as the allocator sees it: its roles, what it can handle, what it has refused.
 *
 * Source: Mesos src/master/allocator/mesos/hierarchical.hpp (class Framework), src/common/protobuf_utils.hpp.
 */
import { Quantities } from '../../common/quantities.ts';
import type { Resources } from '../../common/resources.ts';
import { DEFAULT_ROLE } from '../../common/roles.ts';
import type { FrameworkInfo, FrameworkInfoCapabilityType } from '../../protocol/frameworks.ts';
import type { AgentEntry } from './agent-entry.ts';

/** What a framework does not want of an agent, for a while: this much or less. */
export interface Refusal {
  readonly frameworkId: string;
  readonly role: string;
  readonly agentId: string;
  readonly resources: Resources;
}

export class FrameworkEntry {
  readonly #refusals = new Map<string, Map<string, Set<Refusal>>>();
  #capabilities: ReadonlySet<FrameworkInfoCapabilityType> = new Set();
  #minAllocatable = new Map<string, readonly Quantities[]>();
  roles: ReadonlySet<string> = new Set();
  suppressed: ReadonlySet<string> = new Set();
  isActive = false;

  constructor(
    readonly id: string,
    info: FrameworkInfo,
  ) {
    this.update(info);
  }

  update(info: FrameworkInfo): void {
    this.#capabilities = new Set((info.capabilities ?? []).flatMap(({ type }) => type ?? []));
    this.roles = rolesOf(info);
    this.#minAllocatable = minAllocatableOf(info);
  }

  can(capability: FrameworkInfoCapabilityType): boolean {
    return this.#capabilities.has(capability);
  }

  wantsOffersFor(role: string): boolean {
    return this.isActive && this.roles.has(role) && !this.suppressed.has(role);
  }

  /** What an offer must at least hold, one of these; null where the framework does not say. */
  minAllocatable(role: string): readonly Quantities[] | null {
    return this.#minAllocatable.get(role) ?? null;
  }

  refuse(refusal: Refusal): void {
    const byAgent = this.#refusals.get(refusal.role) ?? new Map<string, Set<Refusal>>();
    this.#refusals.set(refusal.role, byAgent);
    const refusals = byAgent.get(refusal.agentId) ?? new Set();
    byAgent.set(refusal.agentId, refusals.add(refusal));
  }

  /** @returns whether it was still there. */
  forget(refusal: Refusal): boolean {
    const byAgent = this.#refusals.get(refusal.role);
    const refusals = byAgent?.get(refusal.agentId);
    if (refusals?.delete(refusal) !== true) return false;
    if (refusals.size === 0) byAgent?.delete(refusal.agentId);
    return true;
  }

  forgetAll(): void {
    this.#refusals.clear();
  }

  forgetRole(role: string): void {
    this.#refusals.delete(role);
  }

  forgetAgent(agentId: string): void {
    for (const byAgent of this.#refusals.values()) byAgent.delete(agentId);
  }

  /** Whether the framework cannot have, or does not want, `resources` of `agent`. */
  filters(role: string, agent: AgentEntry, resources: Resources): boolean {
    if (!agent.capabilities.has('MULTI_ROLE') && this.can('MULTI_ROLE')) return true;
    if (!agent.capabilities.has('HIERARCHICAL_ROLE') && role.includes('/')) return true;
    const refusals = this.#refusals.get(role)?.get(agent.id);
    if (refusals === undefined) return false;
    for (const refusal of refusals) if (refusal.resources.contains(resources)) return true;
    return false;
  }

  /** Active refusals under `role`. */
  refusalCount(role: string): number {
    let count = 0;
    for (const refusals of this.#refusals.get(role)?.values() ?? []) count += refusals.size;
    return count;
  }
}

/** The roles that a framework subscribes to, whichever way it says so. */
export function rolesOf(info: FrameworkInfo): ReadonlySet<string> {
  const isMultiRole = info.capabilities?.some(({ type }) => type === 'MULTI_ROLE') ?? false;
  return new Set(isMultiRole ? info.roles : [info.role ?? DEFAULT_ROLE]);
}

function minAllocatableOf({ offer_filters = {} }: FrameworkInfo): Map<string, readonly Quantities[]> {
  const result = new Map<string, readonly Quantities[]>();
  for (const [role, { min_allocatable_resources: min }] of Object.entries(offer_filters)) {
    if (min === undefined) continue;
    result.set(
      role,
      (min.quantities ?? []).map(({ quantities = {} }) => Quantities.from(quantities)),
    );
  }
  return result;
}
