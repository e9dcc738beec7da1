/**
 * What makes a Resource body invalid, in Mesos' words.
 *
 * Source: Mesos src/common/resources.cpp (Resources::validate), src/master/validation.cpp (namespace resource).
 */
import type { Resource, ResourceDiskInfo, ResourceReservationInfo } from '../protocol/resources.ts';
import { Resources } from './resources.ts';
import { strictlyUnder, validateRole } from './roles.ts';
import { coalesce } from './values.ts';

/** What is wrong with one resource; null when nothing is. */
export function validateResource(resource: Resource): string | null {
  if (resource.name === '') return 'Empty resource name';
  return (
    validateValue(resource) ??
    validateGpus(resource) ??
    validateDisk(resource) ??
    validateReservations(resource) ??
    validateShared(resource)
  );
}

/** What is wrong with the first invalid one. */
export function validateResources(resources: readonly Resource[]): string | null {
  for (const resource of resources) {
    const error = validateResource(resource);
    if (error !== null) return `Resource '${Resources.from([resource])}' is invalid: ${error}`;
  }
  return null;
}

function validateValue({ type, scalar, ranges, set }: Resource): string | null {
  const given = [scalar, ranges, set].filter(value => value !== undefined).length;
  if (type === 'SCALAR') {
    if (scalar === undefined || given !== 1) return 'Invalid scalar resource';
    return scalar.value < 0 ? 'Invalid scalar resource: value < 0' : null;
  }
  if (type === 'RANGES') {
    if (ranges === undefined || given !== 1) return 'Invalid ranges resource';
    return validateRanges(ranges.range ?? []);
  }
  if (type !== 'SET') return 'Unsupported resource type';
  if (set === undefined || given !== 1) return 'Invalid set resource';
  const items = set.item ?? [];
  return new Set(items).size < items.length ? 'Invalid set resource: duplicated elements' : null;
}

function validateRanges(ranges: readonly { readonly begin: number; readonly end: number }[]): string | null {
  if (ranges.some(({ begin, end }) => begin > end)) return 'Invalid ranges resource: begin > end';
  const covered = (bounds: readonly number[]): number =>
    bounds.reduce((sum, bound, at) => (at % 2 === 0 ? sum - bound : sum + bound + 1), 0);
  const apart = ranges.reduce((sum, { begin, end }) => sum + end - begin + 1, 0);
  return covered(coalesce(ranges)) < apart ? 'Invalid ranges resource: overlapping ranges' : null;
}

function validateGpus({ name, scalar }: Resource): string | null {
  if (name !== 'gpus') return null;
  return Number.isInteger(scalar?.value) ? null : "The 'gpus' resource must be an unsigned integer";
}

function validateDisk({ name, disk }: Resource): string | null {
  if (disk === undefined) return null;
  if (name !== 'disk') return `DiskInfo should not be set for ${name} resource`;
  return validateSource(disk);
}

function validateSource({ source }: ResourceDiskInfo): string | null {
  if (source === undefined) return null;
  if (source.type === 'PATH' && source.mount !== undefined) return "'mount' should not be set for a PATH disk";
  if (source.type === 'MOUNT' && source.path !== undefined) return "'path' should not be set for a MOUNT disk";
  return source.type === 'UNKNOWN' ? 'Unsupported DiskInfo.Source.Type' : null;
}

function validateReservations({ role, reservation, reservations = [] }: Resource): string | null {
  if (reservations.length === 0) return validateOldForm(role ?? '*', reservation);
  for (const [at, each] of reservations.entries()) {
    const error = validateReservation(each, reservations[at - 1]);
    if (error !== null) return error;
  }
  return null;
}

function validateOldForm(role: string, reservation: ResourceReservationInfo | undefined): string | null {
  const error = validateRole(role);
  if (error !== null) return error;
  if (role !== '*' || reservation === undefined) return null;
  return 'Invalid reservation: role "*" cannot be dynamically reserved';
}

function validateReservation(each: ResourceReservationInfo, previous?: ResourceReservationInfo): string | null {
  if (each.type === undefined || each.type === 'UNKNOWN') return 'Invalid reservation: type is not set';
  if (each.role === undefined) return 'Invalid reservation: role is not set';
  if (each.role === '*') return 'Invalid reservation: role "*" cannot be reserved';
  const error = validateRole(each.role);
  if (error !== null) return error;
  if (previous === undefined) return null;
  if (each.type !== 'DYNAMIC') return 'Invalid refined reservation: only a dynamic reservation can refine another';
  if (strictlyUnder(each.role, previous.role ?? '*')) return null;
  return `Invalid refined reservation: role '${each.role}' is not under '${previous.role}'`;
}

function validateShared({ shared, disk }: Resource): string | null {
  if (shared === undefined || disk?.persistence !== undefined) return null;
  return 'Only persistent volumes can be shared';
}
