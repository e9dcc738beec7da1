/**
 * The hierarchical allocator without its actor: what agents have, what frameworks hold and refuse, and whom to offer
 * what is free. No clock, no messages: who calls says when to run and when a refusal is over.
 *
 *   agents, frameworks, refusals ──run()──▶ offers (framework → role → agent → resources)
 *                        ▲                       │ accepted: the framework holds them
 *                        └───────recover()───────┘ declined, or the task is over
 *
 * A run without result stays without result until something changes. So each agent is *ripe* or not: ripe when
 * something of it is free and it was not passed over by all since it, or a framework, last changed. Runs look at ripe
 * agents only; that makes an idle cycle free.
 *
 * Source: Mesos src/master/allocator/mesos/hierarchical.cpp (HierarchicalAllocatorProcess).
 */
import { Failure } from '../../../libprocess/index.ts';
import { type Conversion, convert } from '../../common/conversions.ts';
import { Resources } from '../../common/resources.ts';
import type { AgentInfo, AgentInfoCapabilityType } from '../../protocol/agents.ts';
import type { FrameworkInfo } from '../../protocol/frameworks.ts';
import { AgentEntry } from './agent-entry.ts';
import { FrameworkEntry, type Refusal } from './framework-entry.ts';
import { type Quota, QuotaRound } from './quota.ts';
import { Roles } from './roles.ts';
import { type Offers, Round, type RoundOptions } from './round.ts';
import { Totals } from './sorter.ts';

export interface HierarchicalOptions extends RoundOptions {
  /** Names of resources that do not count towards shares. */
  readonly fairSharingExcluded: ReadonlySet<string>;
}

export class HierarchicalAllocator {
  readonly #agents = new Map<string, AgentEntry>();
  readonly #frameworks = new Map<string, FrameworkEntry>();
  readonly #quotas = new Map<string, Quota>();
  readonly #totals = new Totals();
  readonly #roles: Roles;
  /** Where frameworks that are not here, gone or not back yet, hold something. */
  readonly #orphaned = new Map<string, Set<string>>();
  #whitelist: ReadonlySet<string> | null = null;
  readonly #ripe = new Set<AgentEntry>();
  /** Every agent is to be looked at again. */
  #allRipe = false;

  constructor(private readonly options: HierarchicalOptions) {
    this.#roles = new Roles(this.#totals, options.fairSharingExcluded);
  }

  hasAgent(agentId: string): boolean {
    return this.#agents.has(agentId);
  }

  hasFramework(frameworkId: string): boolean {
    return this.#frameworks.has(frameworkId);
  }

  agentIds(): Iterable<string> {
    return this.#agents.keys();
  }

  /** @param used - what it holds, by agent. */
  addFramework(
    frameworkId: string,
    info: FrameworkInfo,
    used: ReadonlyMap<string, Resources>,
    isActive: boolean,
    suppressed: ReadonlySet<string>,
  ): void {
    const framework = new FrameworkEntry(frameworkId, info);
    framework.isActive = isActive;
    framework.suppressed = suppressed;
    this.#frameworks.set(frameworkId, framework);
    for (const role of framework.roles) this.#roles.track(framework, role);
    for (const agentId of new Set([...(this.#orphaned.get(frameworkId) ?? []), ...used.keys()])) {
      this.#adopt(framework, agentId, used.get(agentId) ?? Resources.EMPTY);
    }
    this.#orphaned.delete(frameworkId);
    this.#allRipe = true;
  }

  /** What the agent says that the framework holds goes before what the framework says. */
  #adopt(framework: FrameworkEntry, agentId: string, claimed: Resources): void {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return;
    if (agent.usedBy(framework.id).isEmpty && !claimed.isEmpty) agent.use(framework.id, claimed);
    this.#track(framework, agentId, agent.usedBy(framework.id));
  }

  /** Whatever it still holds stays used until it is recovered. */
  removeFramework(frameworkId: string): void {
    const framework = this.#frameworks.get(frameworkId);
    if (framework === undefined) return;
    this.#frameworks.delete(frameworkId);
    for (const { name, members } of [...this.#roles.values()]) {
      for (const agentId of members.get(frameworkId)?.agentIds ?? []) this.#orphan(frameworkId, agentId);
      this.#roles.untrack(framework, name);
    }
  }

  activateFramework(frameworkId: string): void {
    this.#setActive(frameworkId, true);
  }

  /** It is offered nothing more, and what it refused is forgotten. */
  deactivateFramework(frameworkId: string): void {
    this.#setActive(frameworkId, false)?.forgetAll();
  }

  #setActive(frameworkId: string, isActive: boolean): FrameworkEntry | undefined {
    const framework = this.#frameworks.get(frameworkId);
    if (framework === undefined) return undefined;
    framework.isActive = isActive;
    this.#retrack(framework);
    return framework;
  }

  /** Its roles and capabilities may be others now; `suppressed` are exactly its suppressed roles. */
  updateFramework(frameworkId: string, info: FrameworkInfo, suppressed: ReadonlySet<string>): void {
    const framework = this.#frameworks.get(frameworkId);
    if (framework === undefined) return;
    const before = framework.roles;
    framework.update(info);
    framework.suppressed = suppressed;
    for (const role of before) if (!framework.roles.has(role)) this.#leave(framework, role);
    this.#retrack(framework);
  }

  #leave(framework: FrameworkEntry, role: string): void {
    framework.forgetRole(role);
    const member = this.#roles.get(role)?.members.get(framework.id);
    if (member === undefined) return;
    if (member.agentIds.size === 0) this.#roles.untrack(framework, role);
    else this.#roles.track(framework, role);
  }

  #retrack(framework: FrameworkEntry): void {
    for (const role of framework.roles) this.#roles.track(framework, role);
    this.#allRipe = true;
  }

  /** @param used - what frameworks, known here or not yet, hold of it. */
  addAgent(
    agentId: string,
    info: AgentInfo,
    capabilities: ReadonlySet<AgentInfoCapabilityType>,
    total: Resources,
    used: ReadonlyMap<string, Resources>,
  ): void {
    const agent = new AgentEntry(agentId, info, capabilities, total);
    this.#agents.set(agentId, agent);
    this.#totals.add(total.quantities);
    for (const [frameworkId, resources] of used) {
      agent.use(frameworkId, resources);
      agent.allocated = agent.allocated.add(resources);
      const framework = this.#frameworks.get(frameworkId);
      if (framework !== undefined) this.#track(framework, agentId, resources);
      else this.#orphan(frameworkId, agentId);
    }
    this.#ripe.add(agent);
  }

  #orphan(frameworkId: string, agentId: string): void {
    this.#orphaned.set(frameworkId, (this.#orphaned.get(frameworkId) ?? new Set()).add(agentId));
  }

  #disown(frameworkId: string, agentId: string): void {
    const agentIds = this.#orphaned.get(frameworkId);
    agentIds?.delete(agentId);
    if (agentIds?.size === 0) this.#orphaned.delete(frameworkId);
  }

  removeAgent(agentId: string): void {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return;
    for (const [frameworkId, resources] of agent.used) {
      const framework = this.#frameworks.get(frameworkId);
      if (framework !== undefined) this.#untrack(framework, agentId, resources, Resources.EMPTY);
      else this.#disown(frameworkId, agentId);
    }
    for (const framework of this.#frameworks.values()) framework.forgetAgent(agentId);
    this.#totals.subtract(agent.total.quantities);
    this.#agents.delete(agentId);
    this.#ripe.delete(agent);
  }

  /** Undefined means as before. @returns whether anything changed. */
  updateAgent(
    agentId: string,
    info: AgentInfo,
    total?: Resources | undefined,
    capabilities?: ReadonlySet<AgentInfoCapabilityType> | undefined,
  ): boolean {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return false;
    const changes = [
      this.#updateInfo(agent, info),
      capabilities !== undefined && updateCapabilities(agent, capabilities),
      total !== undefined && this.#updateTotal(agent, total),
    ];
    const changed = changes.includes(true);
    if (changed) this.#ripe.add(agent);
    return changed;
  }

  /** An agent with other attributes may be what those want who refused it. */
  #updateInfo(agent: AgentEntry, info: AgentInfo): boolean {
    const sameDomain = JSON.stringify(agent.info.domain) === JSON.stringify(info.domain);
    const sameAttributes = JSON.stringify(agent.info.attributes ?? []) === JSON.stringify(info.attributes ?? []);
    if (!sameAttributes) for (const framework of this.#frameworks.values()) framework.forgetAgent(agent.id);
    const changed = !sameAttributes || !sameDomain || agent.info.hostname !== info.hostname;
    agent.info = info;
    return changed;
  }

  #updateTotal(agent: AgentEntry, total: Resources): boolean {
    if (agent.total.equals(total)) return false;
    this.#totals.subtract(agent.total.quantities);
    this.#totals.add(total.quantities);
    agent.total = total;
    return true;
  }

  activateAgent(agentId: string): void {
    const agent = this.#agents.get(agentId);
    if (agent !== undefined) agent.isActive = true;
  }

  deactivateAgent(agentId: string): void {
    const agent = this.#agents.get(agentId);
    if (agent !== undefined) agent.isActive = false;
  }

  /** Only agents on these hosts are offered; null: all are. */
  updateWhitelist(hostnames: ReadonlySet<string> | null): void {
    this.#whitelist = hostnames;
  }

  /** What was offered is used by tasks now. */
  transitionOfferedToAllocated(agentId: string, resources: Resources): void {
    const agent = this.#agents.get(agentId);
    if (agent !== undefined) agent.allocated = agent.allocated.add(resources);
  }

  /**
   * The framework does not have `resources`, allocated to a role, any more. Unknown ones are ignored.
   *
   * @param isAllocated - whether tasks used them; otherwise they were only offered.
   */
  recover(frameworkId: string, agentId: string, resources: Resources, isAllocated: boolean): void {
    const agent = this.#agents.get(agentId);
    if (agent === undefined || !agent.usedBy(frameworkId).contains(resources)) return;
    agent.release(frameworkId, resources);
    if (isAllocated) agent.allocated = agent.allocated.subtract(resources);
    const framework = this.#frameworks.get(frameworkId);
    if (framework !== undefined) this.#untrack(framework, agentId, resources, agent.usedBy(frameworkId));
    else if (agent.usedBy(frameworkId).isEmpty) this.#disown(frameworkId, agentId);
    this.#ripe.add(agent);
  }

  /**
   * Until the refusal is forgotten, the framework is not offered `resources`, or less, of this agent.
   *
   * @returns null when there is no such framework or agent, or nothing was refused.
   */
  refuse(frameworkId: string, agentId: string, resources: Resources): Refusal | null {
    const framework = this.#frameworks.get(frameworkId);
    const role = resources.entries[0]?.kind.allocatedTo ?? null;
    if (framework === undefined || role === null || !this.#agents.has(agentId)) return null;
    const refusal: Refusal = { frameworkId, role, agentId, resources: resources.unallocate() };
    framework.refuse(refusal);
    return refusal;
  }

  forget(refusal: Refusal): void {
    if (this.#frameworks.get(refusal.frameworkId)?.forget(refusal) !== true) return;
    const agent = this.#agents.get(refusal.agentId);
    if (agent !== undefined) this.#ripe.add(agent);
  }

  /** It is offered nothing under `roles`; no role means all. */
  suppressOffers(frameworkId: string, roles: ReadonlySet<string>): void {
    const framework = this.#frameworks.get(frameworkId);
    if (framework === undefined) return;
    framework.suppressed = new Set([...framework.suppressed, ...(roles.size > 0 ? roles : framework.roles)]);
    this.#retrack(framework);
  }

  /** It is offered things under `roles` again, and what it refused there is forgotten; no role means all. */
  reviveOffers(frameworkId: string, roles: ReadonlySet<string>): void {
    const framework = this.#frameworks.get(frameworkId);
    if (framework === undefined) return;
    const revived = roles.size > 0 ? roles : framework.roles;
    for (const role of revived) framework.forgetRole(role);
    framework.suppressed = new Set([...framework.suppressed].filter(role => !revived.has(role)));
    this.#retrack(framework);
  }

  /**
   * Operations turned some of what the framework was offered into something else.
   *
   * @param offered - what the conversions are made from, allocated to a role.
   * @throws Failure INSUFFICIENT_RESOURCES
   */
  updateAllocation(frameworkId: string, agentId: string, offered: Resources, conversions: readonly Conversion[]): void {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return;
    const converted = convert(offered, conversions);
    const total = convert(agent.total, conversions.map(unallocated));
    agent.replace(frameworkId, offered, converted);
    agent.total = total;
  }

  /**
   * An operator turns some of what is free on the agent into something else.
   *
   * @throws Failure INSUFFICIENT_RESOURCES
   */
  updateAvailable(agentId: string, conversions: readonly Conversion[]): void {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) throw new Failure(`agent ${agentId} is not known`, 'UNKNOWN_AGENT');
    convert(agent.available, conversions);
    agent.total = convert(agent.total, conversions);
    this.#ripe.add(agent);
  }

  updateWeight(role: string, weight: number): void {
    this.#roles.updateWeight(role, weight);
  }

  /** Null: the role has no quota any more. */
  updateQuota(role: string, quota: Quota | null): void {
    if (quota === null) this.#quotas.delete(role);
    else this.#quotas.set(role, quota);
    this.#allRipe = true;
  }

  /** Gives what is free on the candidates to who is next in line. @param candidates - agent ids; null: all. */
  run(candidates: ReadonlySet<string> | null = null): Offers {
    if (this.#allRipe) for (const agent of this.#agents.values()) this.#ripe.add(agent);
    this.#allRipe = this.#quotas.size > 0; // What quota allows on one agent depends on all the others.
    const agents = [...this.#ripe].filter(agent => this.#isCandidate(agent, candidates));
    const quota =
      this.#quotas.size > 0 ? new QuotaRound(this.#quotas, this.#agents.values(), this.options.random) : null;
    const round = new Round(this.#roles, quota, this.options);
    round.run(agents);
    for (const agent of agents) if (!round.hasSharedOut(agent.id)) this.#ripe.delete(agent);
    return round.offers;
  }

  #isCandidate(agent: AgentEntry, candidates: ReadonlySet<string> | null): boolean {
    if (!agent.isActive || (candidates !== null && !candidates.has(agent.id))) return false;
    return this.#whitelist === null || this.#whitelist.has(agent.hostname);
  }

  /** The share of a role, by its weight. */
  share(role: string): number {
    return this.#roles.share(role);
  }

  /** What there is of the scalar `name` on all agents, in thousandths. */
  total(name: string): number {
    return this.#totals.amounts.get(name) ?? 0;
  }

  /** What is offered or allocated of it. */
  used(name: string): number {
    let sum = 0;
    for (const agent of this.#agents.values()) sum += agent.usedTotal.amountOf(name);
    return sum;
  }

  /** What is free on an agent; shared volumes always are. */
  available(agentId: string): Resources {
    return this.#agents.get(agentId)?.available ?? Resources.EMPTY;
  }

  /** What tasks use of an agent, by kinds that are allocated to a role. */
  allocated(agentId: string): Resources {
    return this.#agents.get(agentId)?.allocated ?? Resources.EMPTY;
  }

  /** The roles that frameworks are tracked under. */
  roleNames(): string[] {
    return Array.from(this.#roles.values(), ({ name }) => name);
  }

  /** Refusals in force under `role`. */
  refusalCount(role: string): number {
    let count = 0;
    for (const framework of this.#frameworks.values()) count += framework.refusalCount(role);
    return count;
  }

  #track(framework: FrameworkEntry, agentId: string, resources: Resources): void {
    for (const [role, part] of resources.allocations()) {
      this.#roles.allocated(framework, role, agentId, part.quantities);
    }
  }

  /** @param rest - what the framework still holds of the agent. */
  #untrack(framework: FrameworkEntry, agentId: string, resources: Resources, rest: Resources): void {
    for (const [role, part] of resources.allocations()) {
      const isLast = !rest.entries.some(({ kind }) => kind.allocatedTo === role);
      this.#roles.unallocated(framework, role, agentId, part.quantities, isLast);
    }
  }
}

function updateCapabilities(agent: AgentEntry, capabilities: ReadonlySet<AgentInfoCapabilityType>): boolean {
  const before = agent.capabilities;
  agent.capabilities = capabilities;
  return before.size !== capabilities.size || [...capabilities].some(each => !before.has(each));
}

function unallocated({ consumed, converted }: Conversion): Conversion {
  return { consumed: consumed.unallocate(), converted: converted.unallocate() };
}
