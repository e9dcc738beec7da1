/**
 * Who is offered things under which role, and in what order: one sorter of roles, one of frameworks in each role.
 *
 * A framework is tracked under a role while it subscribes to it or still holds something of it.
 *
 * Source: Mesos src/master/allocator/mesos/hierarchical.cpp (trackFrameworkUnderRole, trackAllocatedResources…).
 */
import type { Quantities } from '../../common/quantities.ts';
import type { FrameworkEntry } from './framework-entry.ts';
import { type Client, DrfSorter, type Totals } from './sorter.ts';

/** A framework in a role. */
export interface Member {
  readonly framework: FrameworkEntry;
  /** Where it holds something of the role. */
  readonly agentIds: Set<string>;
}

export class RoleEntry {
  readonly members = new Map<string, Member>();

  constructor(
    readonly name: string,
    readonly sorter: DrfSorter<Member>,
  ) {}
}

export class Roles {
  readonly #roles = new Map<string, RoleEntry>();
  readonly #sorter: DrfSorter<RoleEntry>;

  constructor(
    private readonly totals: Totals,
    private readonly excluded: ReadonlySet<string>,
  ) {
    this.#sorter = new DrfSorter(totals, excluded);
  }

  get(role: string): RoleEntry | undefined {
    return this.#roles.get(role);
  }

  values(): Iterable<RoleEntry> {
    return this.#roles.values();
  }

  /** The next in line first. */
  sort(): readonly Client<RoleEntry>[] {
    return this.#sorter.sort();
  }

  share(role: string): number {
    return this.#sorter.share(role);
  }

  updateWeight(role: string, weight: number): void {
    this.#sorter.updateWeight(role, weight);
  }

  /** Tracks the framework under `role`, and lets it be offered things there if it wants them. */
  track(framework: FrameworkEntry, role: string): Member {
    const entry = this.#roles.get(role) ?? this.#add(role);
    const member = entry.members.get(framework.id) ?? this.#join(entry, framework);
    if (framework.wantsOffersFor(role)) entry.sorter.activate(framework.id);
    else entry.sorter.deactivate(framework.id);
    return member;
  }

  /** Forgets the framework under `role`, with all it holds there. */
  untrack(framework: FrameworkEntry, role: string): void {
    const entry = this.#roles.get(role);
    if (entry?.members.delete(framework.id) !== true) return;
    this.#sorter.unallocated(role, entry.sorter.allocationOf(framework.id));
    entry.sorter.remove(framework.id);
    if (entry.members.size > 0) return;
    this.#roles.delete(role);
    this.#sorter.remove(role);
  }

  allocated(framework: FrameworkEntry, role: string, agentId: string, quantities: Quantities): void {
    const { agentIds } = this.#roles.get(role)?.members.get(framework.id) ?? this.track(framework, role);
    agentIds.add(agentId);
    this.#sorter.allocated(role, quantities);
    this.#roles.get(role)?.sorter.allocated(framework.id, quantities);
  }

  /** @param isLast - whether the framework now holds nothing more of the role on the agent. */
  unallocated(framework: FrameworkEntry, role: string, agentId: string, quantities: Quantities, isLast: boolean): void {
    const entry = this.#roles.get(role);
    const member = entry?.members.get(framework.id);
    if (entry === undefined || member === undefined) return;
    this.#sorter.unallocated(role, quantities);
    entry.sorter.unallocated(framework.id, quantities);
    if (!isLast) return;
    member.agentIds.delete(agentId);
    if (member.agentIds.size === 0 && !framework.roles.has(role)) this.untrack(framework, role);
  }

  #add(role: string): RoleEntry {
    const entry = new RoleEntry(role, new DrfSorter(this.totals, this.excluded));
    this.#roles.set(role, entry);
    this.#sorter.add(role, entry);
    this.#sorter.activate(role);
    return entry;
  }

  #join(role: RoleEntry, framework: FrameworkEntry): Member {
    const member: Member = { framework, agentIds: new Set() };
    role.members.set(framework.id, member);
    role.sorter.add(framework.id, member);
    return member;
  }
}
