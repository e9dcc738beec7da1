/**
 * Quota within one run of the allocator: what roles with a quota have, and what must be left for those that are still
 * owed something.
 *
 *   guarantee   this much is kept free for the role as long as it has less     (required headroom)
 *   limit       more than this the role is not offered
 *
 * Only roles at the top of the tree have a quota. A role's consumption is what is reserved for its subtree, used or
 * not, and what its subtree has of what is not reserved. Revocable resources do not count.
 *
 * Source: Mesos src/master/allocator/mesos/hierarchical.cpp (__allocate, shrinkResources).
 */
import type { Quantities } from '../../common/quantities.ts';
import type { Kind } from '../../common/resource-kinds.ts';
import { type Entry, Resources } from '../../common/resources.ts';
import { topLevelRole } from '../../common/roles.ts';
import type { AgentEntry } from './agent-entry.ts';
import { shuffled } from './shuffle.ts';
import { addTo } from './sorter.ts';

export interface Quota {
  readonly guarantees: Quantities;
  /** Name → thousandths; a name that is missing is not limited. */
  readonly limits: ReadonlyMap<string, number>;
}

type Amounts = Map<string, number>;

/** What quota is about: scalars that anybody could have for good. */
export function isQuotaRelevant(kind: Kind): boolean {
  return kind.isScalar && !kind.isReserved && !kind.isRevocable;
}

export class QuotaRound {
  readonly #consumed = new Map<string, Amounts>();
  /** Still owed to roles with guarantees. */
  readonly #required: Amounts = new Map();
  /** Free, and reserved for nobody. */
  readonly #free: Amounts = new Map();

  constructor(
    private readonly quotas: ReadonlyMap<string, Quota>,
    agents: Iterable<AgentEntry>,
    private readonly random: () => number,
  ) {
    for (const role of quotas.keys()) this.#consumed.set(role, new Map());
    for (const agent of agents) this.#count(agent);
    for (const role of quotas.keys()) {
      for (const [name, amount] of this.unsatisfied(role)) increase(this.#required, name, amount);
    }
  }

  #count(agent: AgentEntry): void {
    addTo(this.#free, agent.available.filter(isQuotaRelevant).quantities, 1);
    for (const entry of agent.total.entries) if (entry.kind.isReserved) this.#consume(entry, entry.kind.role);
    for (const used of agent.used.values()) {
      for (const entry of used.entries)
        if (isQuotaRelevant(entry.kind)) this.#consume(entry, entry.kind.allocatedTo ?? '*');
    }
  }

  #consume({ kind, amount }: Entry, role: string): void {
    const consumed = this.#consumed.get(topLevelRole(role));
    if (consumed !== undefined && kind.isScalar && !kind.isRevocable) increase(consumed, kind.name, amount);
  }

  /** What `role` is guaranteed and does not have. */
  unsatisfied(role: string): ReadonlyMap<string, number> {
    const missing: Amounts = new Map();
    this.quotas.get(role)?.guarantees.forEach((amount, name) => {
      const rest = amount - (this.#consumed.get(role)?.get(name) ?? 0);
      if (rest > 0) missing.set(name, rest);
    });
    return missing;
  }

  /** Of `resources`, those that help to satisfy the guarantee of `role`. */
  guaranteedPart(role: string, resources: Resources): Resources {
    return shrink(resources, this.unsatisfied(role), false, this.random);
  }

  /** Of `resources`, what `role` may have beside `taken`: within its limit, and nothing that is owed to others. */
  allowedPart(role: string, resources: Resources, taken = Resources.EMPTY): Resources {
    const within = shrink(resources, this.#belowLimit(role, taken), true, this.random);
    return this.#required.size === 0 ? within : shrink(within, this.#headroom(taken), false, this.random);
  }

  /** `role` is given `guaranteed`, which it was owed, and `more`; both quota relevant. */
  give(role: string, guaranteed: Resources, more: Resources): void {
    for (const each of [guaranteed, more]) {
      for (const entry of each.entries) this.#consume(entry, role);
      addTo(this.#free, each.quantities, -1);
    }
    addTo(this.#required, guaranteed.quantities, -1);
  }

  #belowLimit(role: string, taken: Resources): ReadonlyMap<string, number> {
    const rest: Amounts = new Map();
    for (const [name, limit] of this.quotas.get(role)?.limits ?? []) {
      rest.set(name, limit - (this.#consumed.get(role)?.get(name) ?? 0) - taken.amountOf(name));
    }
    return rest;
  }

  /** What is free and owed to nobody; `taken` is both owed and free no more. */
  #headroom(taken: Resources): ReadonlyMap<string, number> {
    const rest: Amounts = new Map();
    for (const [name, amount] of this.#free) {
      const owed = Math.max(0, (this.#required.get(name) ?? 0) - taken.amountOf(name));
      rest.set(name, amount - taken.amountOf(name) - owed);
    }
    return rest;
  }
}

function increase(amounts: Amounts, name: string, by: number): void {
  amounts.set(name, (amounts.get(name) ?? 0) + by);
}

/**
 * Cuts `resources` to `targets`, in random order where several are of one name. What cannot be cut is left out when
 * it is too large.
 *
 * @param keepsOthers - whether names without a target stay whole or go.
 */
function shrink(
  resources: Resources,
  targets: ReadonlyMap<string, number>,
  keepsOthers: boolean,
  random: () => number,
): Resources {
  if (targets.size === 0) return keepsOthers ? resources : Resources.EMPTY;
  const left = new Map(targets);
  const cut = shuffled(resources.entries, random).map(entry => {
    const target = left.get(entry.kind.name);
    if (target === undefined) return keepsOthers ? entry : entry.cut(0);
    const amount = entry.amount <= target ? entry.amount : entry.kind.isIndivisible ? 0 : Math.max(0, target);
    left.set(entry.kind.name, target - amount);
    return entry.cut(amount);
  });
  return Resources.ofEntries(cut);
}
