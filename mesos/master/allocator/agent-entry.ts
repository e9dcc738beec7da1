/**
 * An agent as the allocator sees it: what it has, who uses what of it, what is left to offer.
 *
 * What a framework uses is what it was offered or has allocated, as kinds that are allocated to a role. Shared
 * volumes are always left: they can be offered again while they are used.
 *
 * Source: Mesos src/master/allocator/mesos/hierarchical.hpp (class Slave).
 */
import { Resources } from '../../common/resources.ts';
import type { AgentInfo, AgentInfoCapabilityType } from '../../protocol/agents.ts';

export class AgentEntry {
  readonly #used = new Map<string, Resources>();
  /** All of it together, as the kinds that the total has. */
  #usedTotal = Resources.EMPTY;
  #total: Resources;
  available: Resources;
  /** The part of what is used that tasks have; the rest is only offered. */
  allocated = Resources.EMPTY;
  isActive = true;

  constructor(
    readonly id: string,
    public info: AgentInfo,
    public capabilities: ReadonlySet<AgentInfoCapabilityType>,
    total: Resources,
  ) {
    this.#total = total;
    this.available = total;
  }

  get hostname(): string {
    return this.info.hostname;
  }

  get region(): string | null {
    return this.info.domain?.fault_domain?.region.name ?? null;
  }

  get total(): Resources {
    return this.#total;
  }

  set total(total: Resources) {
    this.#total = total;
    this.#refresh();
  }

  get usedTotal(): Resources {
    return this.#usedTotal;
  }

  /** Framework ids to what they use. */
  get used(): ReadonlyMap<string, Resources> {
    return this.#used;
  }

  usedBy(frameworkId: string): Resources {
    return this.#used.get(frameworkId) ?? Resources.EMPTY;
  }

  /** Marks `resources`, allocated to a role, as used. */
  use(frameworkId: string, resources: Resources): void {
    const plain = resources.unallocate();
    this.#used.set(frameworkId, this.usedBy(frameworkId).add(resources));
    this.#usedTotal = this.#usedTotal.add(plain);
    this.available = this.available.subtract(plain.nonShared);
  }

  /** Takes `resources` back. */
  release(frameworkId: string, resources: Resources): void {
    const rest = this.usedBy(frameworkId).subtract(resources);
    if (rest.isEmpty) this.#used.delete(frameworkId);
    else this.#used.set(frameworkId, rest);
    this.#usedTotal = this.#usedTotal.subtract(resources.unallocate());
    this.#refresh();
  }

  /** Puts `after` in the place of what the framework used before. */
  replace(frameworkId: string, before: Resources, after: Resources): void {
    this.#used.set(frameworkId, this.usedBy(frameworkId).subtract(before).add(after));
    this.#usedTotal = this.#usedTotal.subtract(before.unallocate()).add(after.unallocate());
    this.#refresh();
  }

  #refresh(): void {
    const { shared } = this.#total;
    this.available =
      shared.isEmpty && this.#usedTotal.isEmpty
        ? this.#total
        : this.#total.nonShared.subtract(this.#usedTotal.nonShared).add(shared);
  }
}
