/**
 * The kind of a resource: everything but how much of it. Amounts of one kind add up, those of two never do.
 *
 *   cpus (DYNAMIC reservation for ops) allocated to ops        ──unallocated()──▶ cpus (DYNAMIC reservation for ops)
 *        ──popped()──▶ cpus, unreserved
 *
 * Kinds are immutable and mostly interned: equal ones are usually, but not always, the same object, so compare them
 * with `same()`. What a kind turns into is kept with it, because the allocator asks for it all the time.
 *
 * Source: Mesos src/common/resources.cpp (addable, subtractable, isReserved, upgradeResource…).
 */
import type { Labels } from '../protocol/labels.ts';
import type { Resource, ResourceDiskInfo, ResourceReservationInfo } from '../protocol/resources.ts';
import { strictlyUnder } from './roles.ts';

/** A resource without its value, with reservations in the refined form. */
export type Template = Omit<Resource, 'scalar' | 'ranges' | 'set' | 'role' | 'reservation'>;

/** Beyond this many, the table of interned kinds starts afresh: volumes come and go under ever new ids. */
const INTERNED_MAX = 10_000;
const interned = new Map<string, Kind>();

export class Kind {
  readonly name: string;
  readonly reservations: readonly ResourceReservationInfo[];
  /** Whom it is reserved for; `*` when unreserved. */
  readonly role: string;
  /** The role it is offered or allocated to. */
  readonly allocatedTo: string | null;
  readonly isScalar: boolean;
  readonly isRevocable: boolean;
  readonly isShared: boolean;
  readonly isPersistentVolume: boolean;
  /** It goes as a whole or not at all: volumes, and disks that cannot be divided. */
  readonly isIndivisible: boolean;
  readonly #hash: number;
  readonly #allocated = new Map<string, Kind>();
  #unallocated: Kind | null = null;
  #unreserved: Kind | null = null;

  private constructor(
    readonly template: Template,
    readonly key: string,
  ) {
    this.name = template.name;
    this.reservations = template.reservations ?? [];
    this.role = this.reservations.at(-1)?.role ?? '*';
    this.allocatedTo = template.allocation_info?.role ?? null;
    this.isScalar = template.type === 'SCALAR';
    this.isRevocable = template.revocable !== undefined;
    this.isShared = template.shared !== undefined;
    this.isPersistentVolume = template.disk?.persistence !== undefined;
    this.isIndivisible = isIndivisible(template.disk);
    this.#hash = hashOf(key);
  }

  static of(resource: Resource): Kind {
    const template = templateOf(resource);
    const key = keyOf(template);
    const known = interned.get(key);
    if (known !== undefined) return known;
    if (interned.size >= INTERNED_MAX) interned.clear();
    const kind = new Kind(template, key);
    interned.set(key, kind);
    return kind;
  }

  get isReserved(): boolean {
    return this.reservations.length > 0;
  }

  get isDynamicallyReserved(): boolean {
    return this.reservations.at(-1)?.type === 'DYNAMIC';
  }

  get hasRefinedReservations(): boolean {
    return this.reservations.length > 1;
  }

  same(other: Kind): boolean {
    return this === other || (this.#hash === other.#hash && this.key === other.key);
  }

  /** Whether frameworks of `role` may use it: unreserved, or reserved for the role or one above it. */
  isAllocatableTo(role: string): boolean {
    return !this.isReserved || this.role === role || strictlyUnder(role, this.role);
  }

  allocated(role: string): Kind {
    const known = this.#allocated.get(role);
    if (known !== undefined) return known;
    if (this.#allocated.size >= INTERNED_MAX) this.#allocated.clear();
    const kind = Kind.of({ ...this.template, allocation_info: { role } });
    this.#allocated.set(role, kind);
    return kind;
  }

  unallocated(): Kind {
    this.#unallocated ??= this.allocatedTo === null ? this : this.with({ allocation_info: undefined });
    return this.#unallocated;
  }

  unreserved(): Kind {
    this.#unreserved ??= this.isReserved ? this.with({ reservations: undefined }) : this;
    return this.#unreserved;
  }

  with(change: Partial<Template>): Kind {
    return Kind.of({ ...this.template, ...change });
  }

  /** What logs call it: `cpus(allocated: ops)(reservations: [(STATIC,ops)])`. */
  toString(): string {
    const { name, template, allocatedTo } = this;
    return [
      name,
      allocatedTo === null ? '' : `(allocated: ${allocatedTo})`,
      this.isReserved ? `(reservations: [${this.reservations.map(printReservation).join(',')}])` : '',
      template.disk === undefined ? '' : `[${printDisk(template.disk)}]`,
      this.isRevocable ? '{REV}' : '',
      this.isShared ? '<SHARED>' : '',
    ].join('');
  }
}

/** Takes the older form, `role` and `reservation`, for the refined one that it means. */
function templateOf(resource: Resource): Template {
  const { scalar: _scalar, ranges: _ranges, set: _set, role, reservation, ...rest } = resource;
  if ((rest.reservations?.length ?? 0) > 0 || role === undefined || role === '*') return rest;
  return { ...rest, reservations: [refined(role, reservation)] };
}

function refined(role: string, reservation: ResourceReservationInfo | undefined): ResourceReservationInfo {
  return reservation === undefined ? { type: 'STATIC', role } : { ...reservation, type: 'DYNAMIC', role };
}

function keyOf(template: Template): string {
  const { name, type, allocation_info, reservations = [], disk, revocable, shared, provider_id } = template;
  const common = `${type[0]}${revocable === undefined ? '' : 'R'}${shared === undefined ? '' : 'S'}:${name}`;
  const role = allocation_info?.role ?? '';
  if (reservations.length === 0 && disk === undefined && provider_id === undefined) return `${common}>${role}`;
  return `${common}>${role}>${JSON.stringify([reservations.map(reservationKey), diskKey(disk), provider_id?.value])}`;
}

function reservationKey({ type, role, principal, labels }: ResourceReservationInfo): unknown {
  return [type, role, principal, labelsKey(labels)];
}

/** Two sets of labels are equal in whatever order. */
function labelsKey(labels: Labels | undefined): unknown {
  return labels?.labels?.map(({ key, value }) => JSON.stringify([key, value])).sort();
}

function diskKey(disk: ResourceDiskInfo | undefined): unknown {
  if (disk === undefined) return null;
  const { persistence, volume, source } = disk;
  return [
    persistence && [persistence.id, persistence.principal],
    volume && [volume.mode, volume.container_path, volume.host_path, volume.image, volume.source],
    source && [
      [source.type, source.path?.root, source.mount?.root, source.vendor, source.id, source.profile],
      labelsKey(source.metadata),
      [source.path !== undefined, source.mount !== undefined],
    ],
  ];
}

function isIndivisible(disk: ResourceDiskInfo | undefined): boolean {
  if (disk === undefined) return false;
  if (disk.persistence !== undefined) return true;
  const { source } = disk;
  if (source === undefined) return false;
  return source.type === 'MOUNT' || source.type === 'BLOCK' || (source.type === 'RAW' && source.id !== undefined);
}

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

function printReservation({ type, role, principal, labels }: ResourceReservationInfo): string {
  const pairs = labels?.labels?.map(({ key, value }) => (value === undefined ? key : `${key}: ${value}`)) ?? [];
  const parts = [type, role, principal, pairs.length > 0 ? `{${pairs.join(', ')}}` : undefined];
  return `(${parts.filter(part => part !== undefined).join(',')})`;
}

function printDisk({ source, persistence, volume }: ResourceDiskInfo): string {
  const root = source?.path?.root ?? source?.mount?.root;
  const from = source === undefined ? '' : `${source.type}${root === undefined ? '' : `:${root}`}`;
  const id = [from, persistence?.id ?? ''].filter(part => part !== '').join(',');
  if (volume === undefined) return id;
  const host = volume.host_path === undefined ? '' : `${volume.host_path}:`;
  const mode = volume.host_path === undefined ? '' : `:${volume.mode.toLowerCase()}`;
  return `${id}:${host}${volume.container_path}${mode}`;
}
