/**
 * /roles: who shares what. A role is known once somebody subscribes to it, holds something of it, or has something
 * reserved for it; and with it all roles above it.
 *
 * Source: Mesos src/master/http.cpp (Master::ReadOnlyHandler::roles), src/master/master.cpp (Master::knownRoles).
 */
import { Resources } from '../../common/resources.ts';
import { ancestorsOf, strictlyUnder } from '../../common/roles.ts';
import type { Json } from '../../http/task-json.ts';
import type { MasterContext } from '../context.ts';
import type { Framework } from '../framework.ts';

/** What all frameworks and agents together have to do with one role. */
export interface RoleView {
  readonly name: string;
  readonly weight: number;
  readonly frameworks: readonly Framework[];
  /** Of this role and all below it. */
  readonly allocated: Resources;
  readonly offered: Resources;
  readonly reserved: Resources;
}

export function rolesJson(master: MasterContext): Json {
  return { roles: roleViews(master).map(roleJson) };
}

/** Known roles in the order of their names. */
export function roleViews({ cluster, flags }: MasterContext): RoleView[] {
  const frameworks = [...cluster.frameworks.values()];
  const used = Resources.sum(frameworks.map(framework => framework.totalUsed)).allocations();
  const offered = Resources.sum([...cluster.offers.values()].map(offer => offer.resources)).allocations();
  const reserved = Resources.sum([...cluster.agents.values()].map(agent => agent.total)).reservations();
  const names = new Set<string>(flags.roles === undefined ? [] : flags.roles.split(','));
  if (flags.roles === undefined) {
    const found = [...frameworks.flatMap(each => each.roles), ...used.keys(), ...offered.keys(), ...reserved.keys()];
    for (const role of [...found, ...flags.roleWeights.keys()])
      for (const each of [role, ...ancestorsOf(role)]) names.add(each);
  }
  return [...names].sort().map(name => ({
    name,
    weight: flags.roleWeights.get(name) ?? 1,
    frameworks: frameworks.filter(framework => framework.roles.includes(name)),
    allocated: subtree(used, name),
    offered: subtree(offered, name),
    reserved: subtree(reserved, name),
  }));
}

function subtree(parts: ReadonlyMap<string, Resources>, name: string): Resources {
  return Resources.sum(
    [...parts].filter(([role]) => role === name || strictlyUnder(role, name)).map(([, part]) => part),
  );
}

function roleJson(view: RoleView): Json {
  const { name, weight, frameworks, allocated, offered, reserved } = view;
  return {
    name,
    weight,
    quota: { role: name, guarantee: {}, limit: {}, consumed: quantitiesJson(consumed(view)) },
    resources: quantitiesJson(allocated.add(offered)),
    allocated: quantitiesJson(allocated),
    offered: quantitiesJson(offered),
    reserved: quantitiesJson(reserved),
    frameworks: frameworks.map(framework => framework.id),
  };
}

/** Reservations count whether they are used or not. */
function consumed({ allocated, reserved }: RoleView): Resources {
  return reserved.add(allocated.unreserved.nonRevocable);
}

/** By name; ports as how many there are. */
export function quantitiesJson(resources: Resources): Json {
  const scalars = resources.quantities.toJson();
  const ranges = [...new Set(resources.entries.map(({ kind }) => kind))].filter(
    kind => kind.template.type === 'RANGES',
  );
  const counts = ranges.map(kind => [kind.name, countOf(resources, kind.name)] as const);
  const all = { ...scalars, ...Object.fromEntries(counts) };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function countOf(resources: Resources, name: string): number {
  const bounds = resources.rangesOf(name);
  return bounds.reduce((sum, bound, at) => (at % 2 === 0 ? sum - bound : sum + bound + 1), 0);
}
