/**
 * What an operation makes of resources: it consumes some and gives others in return.
 *
 *   RESERVE    cpus:1                    → cpus(reservations: [(DYNAMIC,ops)]):1
 *   UNRESERVE  the way back
 *   CREATE     disk(reserved):64         → disk(reserved)[id:path]:64
 *   DESTROY    the way back
 *
 * Source: Mesos src/common/resources_utils.cpp (getResourceConversions).
 */
import { Failure } from '../../libprocess/index.ts';
import type { OfferOperation } from '../protocol/offers.ts';
import type { Kind } from './resource-kinds.ts';
import { Resources } from './resources.ts';

export interface Conversion {
  readonly consumed: Resources;
  readonly converted: Resources;
}

/** What a reservation or volume operation converts; an empty list for launches, which convert nothing. */
export function conversionsOf(operation: OfferOperation): Conversion[] {
  switch (operation.type) {
    case 'RESERVE':
      return reserve(Resources.from(operation.reserve?.resources ?? []));
    case 'UNRESERVE':
      return reserve(Resources.from(operation.unreserve?.resources ?? [])).map(reversed);
    case 'CREATE':
      return create(Resources.from(operation.create?.volumes ?? []));
    case 'DESTROY':
      return create(Resources.from(operation.destroy?.volumes ?? [])).map(reversed);
    default:
      return [];
  }
}

/**
 * What is left after all conversions.
 *
 * @throws Failure INSUFFICIENT_RESOURCES where something to be consumed is not there.
 */
export function convert(resources: Resources, conversions: readonly Conversion[]): Resources {
  return conversions.reduce((rest, { consumed, converted }) => {
    if (!rest.contains(consumed)) {
      throw new Failure(`${rest} does not contain ${consumed}`, 'INSUFFICIENT_RESOURCES');
    }
    return rest.subtract(consumed).add(converted);
  }, resources);
}

function reserve(reserved: Resources): Conversion[] {
  return [...each(reserved)].map(converted => ({ consumed: converted.popReservation(), converted }));
}

function create(volumes: Resources): Conversion[] {
  return [...each(volumes)].map(converted => ({ consumed: converted.map(withoutVolume), converted }));
}

function* each(resources: Resources): Iterable<Resources> {
  for (const resource of resources) yield Resources.from([resource]);
}

function reversed({ consumed, converted }: Conversion): Conversion {
  return { consumed: converted, converted: consumed };
}

/** The disk that a volume lies on. */
function withoutVolume(kind: Kind): Kind {
  const source = kind.template.disk?.source;
  return kind.with({ disk: source && { source }, shared: undefined });
}
