/**
 * The three forms of a reservation on the wire.
 *
 *   refined          reservations: [{STATIC, ops}]                      inside, and for who can refine reservations
 *   pre-refinement   role: ops, reservation?: {principal, labels}       for frameworks and agents that cannot
 *   endpoint         both at once, where the older form can say it      JSON endpoints
 *
 * Resources.from() reads all three.
 *
 * Source: Mesos src/common/resources_utils.cpp (convertResourceFormat).
 */
import type { Resource } from '../protocol/resources.ts';
import { Kind } from './resource-kinds.ts';
import type { Resources } from './resources.ts';
import { printItems, printRanges } from './values.ts';

/** In the refined form. */
export function toRefined(resource: Resource): Resource {
  const { scalar, ranges, set } = resource;
  return { ...Kind.of(resource).template, scalar, ranges, set };
}

/** In the older form; null where reservations are refined, which it cannot say. */
export function toPreRefinement(resource: Resource): Resource | null {
  const { reservations = [], ...rest } = toRefined(resource);
  if (reservations.length > 1) return null;
  return { ...rest, ...oldForm(reservations) };
}

/** With the older form beside the refined one, for endpoints. */
export function toEndpoint(resource: Resource): Resource {
  const refined = toRefined(resource);
  const { reservations = [] } = refined;
  return reservations.length > 1 ? refined : { ...refined, ...oldForm(reservations) };
}

function oldForm(reservations: NonNullable<Resource['reservations']>): Pick<Resource, 'role' | 'reservation'> {
  const [only] = reservations;
  if (only === undefined) return { role: '*' };
  if (only.type !== 'DYNAMIC') return { role: only.role };
  return { role: only.role, reservation: { principal: only.principal, labels: only.labels } };
}

/** In the order of Mesos' JSON. */
const ALWAYS_SHOWN = ['disk', 'mem', 'gpus', 'cpus'];

/**
 * The sums that endpoints show: `{disk: 10240, mem: 4352, gpus: 0, cpus: 5, ports: '[31000-32000]'}`; revocable ones
 * apart as `cpus_revocable`.
 */
export function resourcesSummary(resources: Resources): Record<string, number | string> {
  const revocable = sums(resources.revocable).map(([name, sum]) => [`${name}_revocable`, sum] as const);
  return {
    ...Object.fromEntries(ALWAYS_SHOWN.map(name => [name, 0])),
    ...Object.fromEntries([...sums(resources.nonRevocable), ...revocable]),
  };
}

function sums(resources: Resources): [string, number | string][] {
  const types = new Map(resources.entries.map(({ kind }) => [kind.name, kind.template.type]));
  return [...types].map(([name, type]) => {
    if (type === 'SCALAR') return [name, resources.scalar(name)];
    return [name, type === 'RANGES' ? printRanges(resources.rangesOf(name)) : printItems(resources.itemsOf(name))];
  });
}
