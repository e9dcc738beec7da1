/**
 * The allocator: the actor that decides which framework is offered what. The master tells it what happens, in order;
 * it answers through a callback.
 *
 *   master ──addAgent, addFramework, recoverResources…──▶ allocator ──offer(framework, role → agent → resources)──▶ master
 *
 * Runs happen every allocation interval over all agents, and soon after an event over the agents it concerns. Events
 * are batched: one pending run takes all candidates that have gathered. What comes back by itself (declined offers,
 * finished tasks) waits for the next interval.
 *
 * Source: Mesos include/mesos/allocator/allocator.hpp, src/master/allocator/mesos/hierarchical.cpp.
 */
import { ID, Process } from '../../../libprocess/index.ts';
import type { Conversion } from '../../common/conversions.ts';
import type { Quantities } from '../../common/quantities.ts';
import type { Resources } from '../../common/resources.ts';
import type { AgentInfo, AgentInfoCapabilityType } from '../../protocol/agents.ts';
import type { FrameworkInfo } from '../../protocol/frameworks.ts';
import type { Filters } from '../../protocol/offers.ts';
import type { Refusal } from './framework-entry.ts';
import { HierarchicalAllocator } from './hierarchical.ts';
import { AllocatorMetrics } from './metrics.ts';
import type { Quota } from './quota.ts';
import { refusalMs } from './refusal-time.ts';
import type { FrameworkOffers } from './round.ts';

export interface AllocatorOptions {
  /** `--allocation_interval` */
  readonly allocationIntervalMs: number;
  /** `--min_allocatable_resources` */
  readonly minAllocatableResources: readonly Quantities[];
  /** `--fair_sharing_excluded_resource_names` */
  readonly fairSharingExcludedResourceNames?: readonly string[] | undefined;
  /** `--filter_gpu_resources` */
  readonly filterGpuResources?: boolean | undefined;
  /** The region of the master's domain. */
  readonly region?: string | undefined;
}

/** Called once for each framework that gets something in a run; pass `this.defer(…)` of the actor that takes it. */
export type OfferCallback = (frameworkId: string, offers: FrameworkOffers) => void;

const NOTHING: ReadonlySet<string> = new Set();

export class HierarchicalAllocatorProcess extends Process {
  readonly #core: HierarchicalAllocator;
  readonly #intervalMs: number;
  #metrics: AllocatorMetrics | null = null;
  #offer: OfferCallback = () => {};
  /** Agents that the pending run is to look at. */
  #candidates = new Set<string>();
  #allAreCandidates = false;
  #isRunPending = false;
  #isPaused = false;

  constructor(options: AllocatorOptions) {
    super(ID.generate('hierarchical-allocator'));
    this.#intervalMs = options.allocationIntervalMs;
    this.#core = new HierarchicalAllocator({
      minAllocatable: options.minAllocatableResources,
      fairSharingExcluded: new Set(options.fairSharingExcludedResourceNames),
      filterGpuResources: options.filterGpuResources ?? true,
      region: options.region ?? null,
      random: () => this.random.next(),
    });
  }

  protected override initialize(): void {
    this.#metrics = new AllocatorMetrics(this.runtime.metrics, this.#core);
  }

  protected override finalize(): void {
    this.#metrics?.[Symbol.dispose]();
  }

  /** From now on offers go to `offer`, at the latest every allocation interval. Call it once. */
  start(offer: OfferCallback): void {
    this.#offer = offer;
    this.delay(this.#intervalMs, this.#periodic);
  }

  /** @param used - what the framework holds already, by agent. */
  addFramework(
    frameworkId: string,
    info: FrameworkInfo,
    used: ReadonlyMap<string, Resources>,
    isActive: boolean,
    suppressedRoles: ReadonlySet<string> = NOTHING,
  ): void {
    this.#core.addFramework(frameworkId, info, used, isActive, suppressedRoles);
    this.#metrics?.updateRoles();
    this.log.info(`Added framework ${frameworkId}`);
    if (isActive) this.#triggerAll();
  }

  removeFramework(frameworkId: string): void {
    this.#core.removeFramework(frameworkId);
    this.#metrics?.updateRoles();
    this.log.info(`Removed framework ${frameworkId}`);
  }

  activateFramework(frameworkId: string): void {
    this.#core.activateFramework(frameworkId);
    this.log.info(`Activated framework ${frameworkId}`);
    this.#triggerAll();
  }

  deactivateFramework(frameworkId: string): void {
    this.#core.deactivateFramework(frameworkId);
    this.log.info(`Deactivated framework ${frameworkId}`);
  }

  /** @param suppressedRoles - exactly these are suppressed from now on. */
  updateFramework(frameworkId: string, info: FrameworkInfo, suppressedRoles: ReadonlySet<string> = NOTHING): void {
    this.#core.updateFramework(frameworkId, info, suppressedRoles);
    this.#metrics?.updateRoles();
  }

  /** @param used - what frameworks hold of it, by framework. */
  addAgent(
    agentId: string,
    info: AgentInfo,
    capabilities: ReadonlySet<AgentInfoCapabilityType>,
    total: Resources,
    used: ReadonlyMap<string, Resources>,
  ): void {
    this.#core.addAgent(agentId, info, capabilities, total, used);
    const taken = total.subtract(this.#core.available(agentId));
    this.log.info(`Added agent ${agentId} (${info.hostname}) with ${total} (offered or allocated: ${taken})`);
    this.#trigger(agentId);
  }

  removeAgent(agentId: string): void {
    this.#core.removeAgent(agentId);
    this.#candidates.delete(agentId);
    this.log.info(`Removed agent ${agentId}`);
  }

  /** What is undefined stays as it was. */
  updateAgent(
    agentId: string,
    info: AgentInfo,
    total?: Resources,
    capabilities?: ReadonlySet<AgentInfoCapabilityType>,
  ): void {
    if (!this.#core.updateAgent(agentId, info, total, capabilities)) return;
    this.log.info(`Agent ${agentId} (${info.hostname}) updated${total === undefined ? '' : ` with ${total}`}`);
    this.#trigger(agentId);
  }

  activateAgent(agentId: string): void {
    this.#core.activateAgent(agentId);
    this.log.info(`Agent ${agentId} reactivated`);
  }

  deactivateAgent(agentId: string): void {
    this.#core.deactivateAgent(agentId);
    this.log.info(`Agent ${agentId} deactivated`);
  }

  /** Only agents on these hosts are offered; null: all are. */
  updateWhitelist(hostnames: ReadonlySet<string> | null): void {
    this.#core.updateWhitelist(hostnames);
  }

  /** Fails INSUFFICIENT_RESOURCES. @param offered - all that is converted, allocated to a role. */
  updateAllocation(frameworkId: string, agentId: string, offered: Resources, conversions: readonly Conversion[]): void {
    this.#core.updateAllocation(frameworkId, agentId, offered, conversions);
  }

  /** Fails INSUFFICIENT_RESOURCES where what an operator wants converted is not free, UNKNOWN_AGENT. */
  updateAvailable(agentId: string, conversions: readonly Conversion[]): void {
    this.#core.updateAvailable(agentId, conversions);
  }

  /** What was offered is used by tasks now. */
  transitionOfferedToAllocated(agentId: string, resources: Resources): void {
    this.#core.transitionOfferedToAllocated(agentId, resources);
  }

  /**
   * The framework does not have `resources` any more: it declined them, or its tasks are over.
   *
   * @param filters - how long it does not want as much, or less, of this agent again.
   * @param isAllocated - whether tasks used them; otherwise they were only offered.
   */
  recoverResources(
    frameworkId: string,
    agentId: string,
    resources: Resources,
    filters: Filters | undefined,
    isAllocated: boolean,
  ): void {
    this.#core.recover(frameworkId, agentId, resources, isAllocated);
    const timeoutMs = refusalMs(filters);
    const refusal = timeoutMs > 0 ? this.#core.refuse(frameworkId, agentId, resources) : null;
    if (refusal === null) return;
    // At least until after the next run; else that run would offer it to the same framework at once.
    this.delay(Math.max(this.#intervalMs, timeoutMs), this.#expire, refusal);
  }

  /** No offers under `roles`; an empty set means all of its roles. */
  suppressOffers(frameworkId: string, roles: ReadonlySet<string>): void {
    this.#core.suppressOffers(frameworkId, roles);
    this.log.info(`Suppressed offers for roles { ${[...roles].join(', ')} } of framework ${frameworkId}`);
  }

  /** Offers under `roles` again, whatever was refused; an empty set means all of its roles. */
  reviveOffers(frameworkId: string, roles: ReadonlySet<string>): void {
    this.#core.reviveOffers(frameworkId, roles);
    const list = [...roles].join(', ');
    this.log.info(`Unsuppressed offers and cleared filters for roles { ${list} } of framework ${frameworkId}`);
    this.#triggerAll();
  }

  updateWeights(weights: ReadonlyMap<string, number>): void {
    for (const [role, weight] of weights) this.#core.updateWeight(role, weight);
  }

  /** Null: the role has no quota any more. */
  updateQuota(role: string, quota: Quota | null): void {
    this.#core.updateQuota(role, quota);
  }

  /** No runs until `resume`; events meanwhile name no candidates. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  #periodic(): void {
    this.#triggerAll();
    this.defer(this.#waitForNext)(); // Behind the run, if there is one.
  }

  #waitForNext(): void {
    this.delay(this.#intervalMs, this.#periodic);
  }

  #trigger(agentId: string): void {
    if (this.#isPaused) return;
    this.#candidates.add(agentId);
    this.#requestRun();
  }

  #triggerAll(): void {
    if (this.#isPaused) return;
    this.#allAreCandidates = true;
    this.#requestRun();
  }

  #requestRun(): void {
    if (this.#isRunPending) return;
    this.#isRunPending = true;
    this.#metrics?.runLatency.start();
    this.defer(this.#run)();
  }

  #run(): void {
    this.#isRunPending = false;
    this.#metrics?.runLatency.stop();
    if (this.#isPaused) return; // The candidates wait for the next run.
    const candidates = this.#allAreCandidates ? null : this.#candidates;
    this.#candidates = new Set();
    this.#allAreCandidates = false;
    this.#metrics?.runs.increment();
    this.#metrics?.run.start();
    const offers = this.#core.run(candidates);
    this.#metrics?.run.stop();
    for (const [frameworkId, byRole] of offers) this.#offer(frameworkId, byRole);
  }

  /** One turn later still, so that a run due at the same time comes first. */
  #expire(refusal: Refusal): void {
    this.defer(this.#forget)(refusal);
  }

  #forget(refusal: Refusal): void {
    this.#core.forget(refusal);
  }
}
