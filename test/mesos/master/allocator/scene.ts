/** A small cluster for the allocator without its actor. */
import { SeededRandom } from '../../../../libprocess/index.ts';
import { Quantities } from '../../../../mesos/common/quantities.ts';
import { parseResources } from '../../../../mesos/common/resource-text.ts';
import type { Resources } from '../../../../mesos/common/resources.ts';
import { HierarchicalAllocator, type HierarchicalOptions } from '../../../../mesos/master/allocator/hierarchical.ts';
import type { Offers } from '../../../../mesos/master/allocator/round.ts';
import type { AgentInfoCapabilityType } from '../../../../mesos/protocol/agents.ts';
import type { FrameworkInfo, FrameworkInfoCapabilityType } from '../../../../mesos/protocol/frameworks.ts';

export const R = parseResources;

export const MODERN: ReadonlySet<AgentInfoCapabilityType> = new Set([
  'MULTI_ROLE',
  'HIERARCHICAL_ROLE',
  'RESERVATION_REFINEMENT',
]);

export const LEAST = [Quantities.of([['cpus', 10]]), Quantities.of([['mem', 32_000]])];

export function allocator(options: Partial<HierarchicalOptions> = {}, seed = 1): HierarchicalAllocator {
  const random = new SeededRandom(seed);
  return new HierarchicalAllocator({
    minAllocatable: LEAST,
    fairSharingExcluded: new Set(),
    filterGpuResources: true,
    region: null,
    random: () => random.next(),
    ...options,
  });
}

export function frameworkInfo(
  roles: readonly string[],
  capabilities: readonly FrameworkInfoCapabilityType[] = [],
): FrameworkInfo {
  const all = ['MULTI_ROLE', 'RESERVATION_REFINEMENT', ...capabilities] as const;
  return { user: 'u', name: 'f', roles, capabilities: all.map(type => ({ type })) };
}

export function addFramework(
  core: HierarchicalAllocator,
  id: string,
  roles: readonly string[],
  capabilities: readonly FrameworkInfoCapabilityType[] = [],
): void {
  core.addFramework(id, frameworkInfo(roles, capabilities), new Map(), true, new Set());
}

export function addAgent(core: HierarchicalAllocator, id: string, total: Resources | string): void {
  const resources = typeof total === 'string' ? R(total) : total;
  core.addAgent(id, { hostname: `${id}.example` }, MODERN, resources, new Map());
}

/** Who got what: `framework role agent resources`, sorted. */
export function flat(offers: Offers): string[] {
  const lines: string[] = [];
  for (const [framework, byRole] of offers) {
    for (const [role, byAgent] of byRole) {
      for (const [agent, resources] of byAgent) {
        lines.push(`${framework} ${role} ${agent} ${resources.unallocate()}`);
      }
    }
  }
  return lines.sort();
}

/** Who got something, one agent after another: runs the allocator for each agent alone. */
export function inTurn(core: HierarchicalAllocator, agentIds: readonly string[]): string[] {
  return agentIds.map(id => [...core.run(new Set([id])).keys()].join());
}
