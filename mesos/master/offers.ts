/**
 * Offers: from the allocator to frameworks, and what is left of them back.
 *
 *   allocator ──resources for a framework──▶ offer ──OFFERS──▶ framework
 *                                             │
 *        ACCEPT, DECLINE ─────────────────────┤ the framework answers
 *        --offer_timeout, agent or framework  │
 *        gone, rescinded ──RESCIND──▶         └──recoverResources──▶ allocator
 *
 * Source: Mesos src/master/master.cpp (Master::offer, Master::rescindOffer, Master::discardOffer).
 */

import { toPreRefinement } from '../common/resource-formats.ts';
import type { Resources } from '../common/resources.ts';
import type { Filters, Offer } from '../protocol/offers.ts';
import type { Resource } from '../protocol/resources.ts';
import type { CallDecline } from '../protocol/scheduler-api.ts';
import type { Agent } from './agent.ts';
import type { MasterContext } from './context.ts';
import type { Framework } from './framework.ts';
import type { OfferRecord } from './offer-record.ts';

/** What one framework is offered: role → agent → resources. */
export type Allocation = ReadonlyMap<string, ReadonlyMap<string, Resources>>;

export class Offers {
  #count = 0;

  constructor(private readonly master: MasterContext) {}

  /** The allocator gives `allocation` to a framework. */
  make(frameworkId: string, allocation: Allocation): void {
    const framework = this.master.cluster.frameworks.get(frameworkId);
    if (framework === undefined || !framework.isActive) {
      this.#giveBack(frameworkId, allocation);
      return;
    }
    const offers: Offer[] = [];
    for (const [role, byAgent] of allocation) {
      for (const [agentId, resources] of byAgent) {
        const record = this.#make(framework, role, agentId, resources);
        if (record !== null) offers.push(record.offer);
      }
    }
    if (offers.length === 0) return;
    this.master.log.info(
      `Sending offers [ ${offers.map(offer => offer.id.value).join(', ')} ] to framework ${framework}`,
    );
    framework.send({ type: 'OFFERS', offers: { offers } });
    this.master.metrics.offersSent(framework, offers.length);
  }

  decline(framework: Framework, { offer_ids: ids = [], filters }: CallDecline): void {
    const { cluster, log, metrics } = this.master;
    metrics.count('messages_decline_offers');
    const list = ids.map(id => id.value).join(', ');
    log.info(
      `Processing DECLINE call for offers: [ ${list} ] for framework ${framework} with ${secondsOf(filters)} seconds filter`,
    );
    for (const { value } of ids) {
      const offer = cluster.offers.get(value);
      if (offer === undefined || offer.frameworkId !== framework.id) {
        log.warn(`Ignoring decline of offer ${value} since it is no longer valid`);
        continue;
      }
      metrics.offersDeclined(framework, 1);
      this.discard(offer, filters ?? {});
    }
  }

  /** Ends an offer that the framework must no longer use, and says so. */
  rescind(offer: OfferRecord): void {
    const framework = this.master.cluster.frameworks.get(offer.frameworkId);
    framework?.send({ type: 'RESCIND', rescind: { offer_id: { value: offer.id } } });
    if (framework !== undefined) this.master.metrics.offersRescinded(framework, 1);
    this.discard(offer);
  }

  rescindAll(offers: Iterable<OfferRecord>): void {
    for (const offer of [...offers]) this.rescind(offer);
  }

  /** Ends an offer without a word: the framework answered it, or is gone. */
  discard(offer: OfferRecord, filters?: Filters): void {
    this.remove(offer);
    this.recover(offer.frameworkId, offer.agentId, offer.resources, filters);
  }

  /** Ends an offer whose resources somebody else accounts for. */
  remove(offer: OfferRecord): void {
    this.master.cluster.removeOffer(offer);
  }

  /** Resources that were offered and not used go back to the allocator. */
  recover(frameworkId: string, agentId: string, resources: Resources, filters?: Filters): void {
    if (resources.isEmpty) return;
    this.master.allocator.recoverResources(frameworkId, agentId, resources, filters, false).ignore();
  }

  #make(framework: Framework, role: string, agentId: string, resources: Resources): OfferRecord | null {
    const agent = this.master.cluster.agents.get(agentId);
    if (agent === undefined || !agent.active) {
      this.recover(framework.id, agentId, resources);
      return null;
    }
    const id = `${this.master.info.id}-O${this.#count++}`;
    const record: OfferRecord = {
      id,
      frameworkId: framework.id,
      agentId,
      role,
      resources,
      offer: offerFor(id, framework, agent, role, resources),
      expiry: this.#expiry(id),
    };
    this.master.cluster.addOffer(record);
    return record;
  }

  #expiry(id: string): OfferRecord['expiry'] {
    const ms = this.master.flags.offerTimeoutMs;
    return ms === null ? null : this.master.delay(ms, this.#expire, id);
  }

  readonly #expire = (id: string): void => {
    const offer = this.master.cluster.offers.get(id);
    if (offer !== undefined) this.rescind(offer);
  };

  #giveBack(frameworkId: string, allocation: Allocation): void {
    for (const byAgent of allocation.values()) {
      for (const [agentId, resources] of byAgent) this.recover(frameworkId, agentId, resources);
    }
  }
}

/** The offer as the framework understands it. */
function offerFor(id: string, framework: Framework, agent: Agent, role: string, resources: Resources): Offer {
  const multiRole = framework.can('MULTI_ROLE');
  const executors = [...(framework.executors.get(agent.id)?.values() ?? [])];
  const { ip, port } = agent.pid.address;
  return {
    id: { value: id },
    framework_id: { value: framework.id },
    agent_id: { value: agent.id },
    hostname: agent.info.hostname,
    url: { scheme: 'http', address: { hostname: agent.info.hostname, ip, port }, path: `/${agent.pid.id}` },
    domain: agent.info.domain,
    resources: resourcesFor(framework, multiRole ? resources : resources.unallocate()),
    attributes: agent.info.attributes,
    executor_ids: executors.map(executor => executor.executor_id),
    allocation_info: multiRole ? { role } : undefined,
  };
}

/** `ephemeral_ports` are the agent's own affair. */
function resourcesFor(framework: Framework, resources: Resources): Resource[] {
  const refined = resources.filter(kind => kind.name !== 'ephemeral_ports').toArray();
  if (framework.can('RESERVATION_REFINEMENT')) return refined;
  return refined.map(toPreRefinement).filter(resource => resource !== null);
}

function secondsOf(filters: Filters | undefined): number {
  return filters?.refuse_seconds ?? 5;
}
