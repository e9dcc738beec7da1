/**
 * Resources: an immutable collection, added to and subtracted from by kind.
 *
 *   Resources.parse('cpus:4;mem:4096').add(Resources.parse('cpus:1'))   → cpus:5; mem:4096
 *
 * An entry is a kind with an amount. What cannot be divided (volumes, mounted disks) keeps an entry of its own; a
 * shared volume is one entry with a number of copies. Amounts never go below zero: subtracting more than there is
 * leaves nothing.
 *
 * Source: Mesos src/common/resources.cpp (class Resources).
 */
import type { Resource, ResourceReservationInfo } from '../protocol/resources.ts';
import type { ValueRange } from '../protocol/values.ts';
import { Quantities } from './quantities.ts';
import { Kind } from './resource-kinds.ts';
import {
  addItems,
  addRanges,
  coalesce,
  containsItems,
  containsRanges,
  fromThousandths,
  type Items,
  printItems,
  printRanges,
  printScalar,
  type Ranges,
  sameItems,
  sameRanges,
  subtractItems,
  subtractRanges,
  thousandths,
  toValueRanges,
} from './values.ts';

const NO_RANGES: Ranges = [];
const NO_ITEMS: Items = [];

/** So much of one kind. One of `amount`, `ranges` and `items` counts, as the kind's type says. */
export class Entry {
  #resource: Resource | null = null;

  constructor(
    readonly kind: Kind,
    /** Thousandths. */
    readonly amount: number,
    readonly ranges: Ranges,
    readonly items: Items,
    /** More than one only where the kind is shared. */
    readonly copies: number,
  ) {}

  static of(resource: Resource): Entry {
    return new Entry(
      Kind.of(resource),
      thousandths(resource.scalar?.value ?? 0),
      resource.ranges?.range === undefined ? NO_RANGES : coalesce(resource.ranges.range),
      resource.set?.item ?? NO_ITEMS,
      1,
    );
  }

  get isEmpty(): boolean {
    if (this.copies <= 0) return true;
    return this.kind.isScalar ? this.amount <= 0 : this.ranges.length === 0 && this.items.length === 0;
  }

  /** Whether the other's value can be added to this one's, or taken from it. */
  joins(other: Entry): boolean {
    return this.kind.same(other.kind) && ((!this.kind.isIndivisible && !this.kind.isShared) || this.equals(other));
  }

  equals(other: Entry): boolean {
    return (
      this.kind.same(other.kind) &&
      this.amount === other.amount &&
      sameRanges(this.ranges, other.ranges) &&
      sameItems(this.items, other.items)
    );
  }

  plus(other: Entry): Entry {
    const { kind, amount, ranges, items, copies } = this;
    if (kind.isShared) return new Entry(kind, amount, ranges, items, copies + other.copies);
    if (kind.isScalar) return new Entry(kind, amount + other.amount, NO_RANGES, NO_ITEMS, 1);
    return new Entry(kind, 0, addRanges(ranges, other.ranges), addItems(items, other.items), 1);
  }

  minus(other: Entry): Entry {
    const { kind, amount, ranges, items, copies } = this;
    if (kind.isShared) return new Entry(kind, amount, ranges, items, copies - other.copies);
    if (kind.isScalar) return new Entry(kind, amount - other.amount, NO_RANGES, NO_ITEMS, 1);
    return new Entry(kind, 0, subtractRanges(ranges, other.ranges), subtractItems(items, other.items), 1);
  }

  contains(other: Entry): boolean {
    if (!this.joins(other)) return false;
    if (this.kind.isShared) return this.copies >= other.copies;
    return (
      this.amount >= other.amount && containsRanges(this.ranges, other.ranges) && containsItems(this.items, other.items)
    );
  }

  of(kind: Kind): Entry {
    return kind === this.kind ? this : new Entry(kind, this.amount, this.ranges, this.items, this.copies);
  }

  /** The same kind with another amount. */
  cut(amount: number): Entry {
    return amount === this.amount ? this : new Entry(this.kind, amount, this.ranges, this.items, this.copies);
  }

  get resource(): Resource {
    this.#resource ??= this.#toResource();
    return this.#resource;
  }

  #toResource(): Resource {
    const { template } = this.kind;
    if (this.kind.isScalar) return { ...template, scalar: { value: fromThousandths(this.amount) } };
    if (template.type === 'RANGES') return { ...template, ranges: { range: toValueRanges(this.ranges) } };
    return { ...template, set: { item: this.items } };
  }

  toString(): string {
    const { kind } = this;
    const value = kind.isScalar
      ? printScalar(this.amount)
      : kind.template.type === 'RANGES'
        ? printRanges(this.ranges)
        : printItems(this.items);
    return `${kind}:${value}${this.copies > 1 ? `<${this.copies}>` : ''}`;
  }
}

export class Resources implements Iterable<Resource> {
  static readonly EMPTY = new Resources([]);
  #quantities: Quantities | null = null;

  private constructor(readonly entries: readonly Entry[]) {}

  /** Takes resources of either form, refined or with `role` and `reservation`; drops what is zero. */
  static from(resources: Iterable<Resource>): Resources {
    const entries: Entry[] = [];
    for (const resource of resources) include(entries, Entry.of(resource));
    return Resources.#of(entries);
  }

  static ofEntries(entries: Iterable<Entry>): Resources {
    const kept: Entry[] = [];
    for (const entry of entries) include(kept, entry);
    return Resources.#of(kept);
  }

  /** All of them together. */
  static sum(all: Iterable<Resources>): Resources {
    const entries: Entry[] = [];
    for (const { entries: more } of all) for (const entry of more) include(entries, entry);
    return Resources.#of(entries);
  }

  static #of(entries: readonly Entry[]): Resources {
    return entries.length === 0 ? Resources.EMPTY : new Resources(entries);
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  add(other: Resources): Resources {
    if (other.isEmpty) return this;
    if (this.isEmpty) return other;
    const sum = this.entries.slice();
    for (const entry of other.entries) include(sum, entry);
    return new Resources(sum);
  }

  subtract(other: Resources): Resources {
    if (other.isEmpty || this.isEmpty) return this;
    if (this === other) return Resources.EMPTY;
    const rest = this.entries.slice();
    for (const entry of other.entries) exclude(rest, entry);
    return Resources.#of(rest);
  }

  /** Whether `other` can be taken from this, all at once. */
  contains(other: Resources): boolean {
    if (other.entries.length === 1) return this.#containsEntry(other.entries[0]);
    let rest: Entry[] | null = null;
    for (const entry of other.entries) {
      const from: readonly Entry[] = rest ?? this.entries;
      const at = from.findIndex(candidate => candidate.contains(entry));
      if (at < 0) return false;
      if (!entry.kind.isIndivisible) continue; // Its kind comes once in `other`: nothing else is taken from it.
      rest ??= this.entries.slice();
      exclude(rest, entry);
    }
    return true;
  }

  #containsEntry(entry: Entry | undefined): boolean {
    return entry !== undefined && this.entries.some(candidate => candidate.contains(entry));
  }

  equals(other: Resources): boolean {
    return this === other || (this.contains(other) && other.contains(this));
  }

  /** Those entries whose kind is `wanted`. */
  filter(wanted: (kind: Kind) => boolean): Resources {
    const kept = this.entries.filter(({ kind }) => wanted(kind));
    return kept.length === this.entries.length ? this : Resources.#of(kept);
  }

  /** The same amounts as other kinds; kinds that become one are added up. */
  map(change: (kind: Kind) => Kind): Resources {
    const changed: Entry[] = [];
    for (const entry of this.entries) include(changed, entry.of(change(entry.kind)));
    return Resources.#of(changed);
  }

  get reserved(): Resources {
    return this.filter(kind => kind.isReserved);
  }

  get unreserved(): Resources {
    return this.filter(kind => !kind.isReserved);
  }

  get revocable(): Resources {
    return this.filter(kind => kind.isRevocable);
  }

  get nonRevocable(): Resources {
    return this.filter(kind => !kind.isRevocable);
  }

  get shared(): Resources {
    return this.filter(kind => kind.isShared);
  }

  get nonShared(): Resources {
    return this.filter(kind => !kind.isShared);
  }

  get scalars(): Resources {
    return this.filter(kind => kind.isScalar);
  }

  get persistentVolumes(): Resources {
    return this.filter(kind => kind.isPersistentVolume);
  }

  /** Reserved for exactly `role`. */
  reservedFor(role: string): Resources {
    return this.filter(kind => kind.isReserved && kind.role === role);
  }

  /** Unreserved, or reserved for `role` or one above it. */
  allocatableTo(role: string): Resources {
    return this.filter(kind => kind.isAllocatableTo(role));
  }

  /** By the role that they are reserved for. */
  reservations(): Map<string, Resources> {
    return this.#grouped(kind => (kind.isReserved ? kind.role : null));
  }

  /** By the role that they are allocated to. */
  allocations(): Map<string, Resources> {
    return this.#grouped(kind => kind.allocatedTo);
  }

  #grouped(keyOf: (kind: Kind) => string | null): Map<string, Resources> {
    const groups = new Map<string, Entry[]>();
    for (const entry of this.entries) {
      const key = keyOf(entry.kind);
      if (key === null) continue;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [entry]);
      else group.push(entry);
    }
    return new Map([...groups].map(([key, entries]) => [key, new Resources(entries)]));
  }

  /** The same, as offered or allocated to `role`. */
  allocate(role: string): Resources {
    return this.map(kind => kind.allocated(role));
  }

  unallocate(): Resources {
    return this.map(kind => kind.unallocated());
  }

  /** Without any reservation; amounts reserved for different roles become one. */
  toUnreserved(): Resources {
    return this.map(kind => kind.unreserved());
  }

  pushReservation(reservation: ResourceReservationInfo): Resources {
    return this.map(kind => kind.with({ reservations: [...kind.reservations, reservation] }));
  }

  popReservation(): Resources {
    return this.map(kind => kind.with({ reservations: kind.reservations.slice(0, -1) }));
  }

  /** Scalars only, by name: whatever they are reserved for, each shared volume once. */
  get quantities(): Quantities {
    this.#quantities ??= quantitiesOf(this.entries);
    return this.#quantities;
  }

  /** Thousandths of the scalar `name`, of all kinds together. */
  amountOf(name: string): number {
    return this.quantities.get(name);
  }

  /** As frameworks count it: 0.5 cpus, 128 (MB of) mem. */
  scalar(name: string): number {
    return fromThousandths(this.amountOf(name));
  }

  get cpus(): number {
    return this.scalar('cpus');
  }

  get mem(): number {
    return this.scalar('mem');
  }

  get disk(): number {
    return this.scalar('disk');
  }

  get gpus(): number {
    return this.scalar('gpus');
  }

  get ports(): ValueRange[] {
    return toValueRanges(this.rangesOf('ports'));
  }

  rangesOf(name: string): Ranges {
    return this.entries.reduce(
      (sum, { kind, ranges }) => (kind.name === name ? addRanges(sum, ranges) : sum),
      NO_RANGES,
    );
  }

  itemsOf(name: string): Items {
    return this.entries.reduce((sum, { kind, items }) => (kind.name === name ? addItems(sum, items) : sum), NO_ITEMS);
  }

  /**
   * Where `target` can be taken from, reservations disregarded: first what is reserved for the role that the target
   * names, then what is unreserved, then anything. Null when there is not enough.
   */
  find(target: Resources): Resources | null {
    let rest: Resources = this;
    const found: Resources[] = [];
    for (const entry of target.entries) {
      const some = findEntry(rest, entry);
      if (some === null) return null;
      found.push(some);
      rest = rest.subtract(some);
    }
    return Resources.sum(found);
  }

  /** In the refined form; a shared volume as often as it has copies. */
  toArray(): Resource[] {
    return [...this];
  }

  *[Symbol.iterator](): Iterator<Resource> {
    for (const entry of this.entries) for (let copy = 0; copy < entry.copies; copy++) yield entry.resource;
  }

  /** `cpus:4; mem:4096; ports:[31000-32000]`, and `{}` when empty: as logs show them. */
  toString(): string {
    return this.isEmpty ? '{}' : this.entries.join('; ');
  }
}

function include(entries: Entry[], entry: Entry): void {
  if (entry.isEmpty) return;
  // Two of what cannot be divided stay two, unless it is shared: then it is one with two copies.
  const single = entry.kind.isIndivisible && !entry.kind.isShared;
  for (let at = 0; !single && at < entries.length; at++) {
    const candidate = entries[at];
    if (candidate === undefined || !candidate.joins(entry)) continue;
    entries[at] = candidate.plus(entry);
    return;
  }
  entries.push(entry);
}

function exclude(entries: Entry[], entry: Entry): void {
  for (let at = 0; at < entries.length; at++) {
    const candidate = entries[at];
    if (candidate === undefined || !candidate.joins(entry)) continue;
    const rest = candidate.minus(entry);
    if (rest.isEmpty) entries.splice(at, 1);
    else entries[at] = rest;
    return;
  }
}

function quantitiesOf(entries: readonly Entry[]): Quantities {
  const amounts = new Map<string, number>();
  for (const { kind, amount } of entries) {
    if (kind.isScalar) amounts.set(kind.name, (amounts.get(kind.name) ?? 0) + amount);
  }
  return Quantities.of(amounts);
}

function findEntry(all: Resources, wanted: Entry): Resources | null {
  const { role } = wanted.kind;
  const fits = (kind: Kind): boolean => kind.unreserved().same(wanted.kind.unreserved());
  const candidates = all.filter(fits).entries;
  const preferred = [
    ...candidates.filter(({ kind }) => kind.isReserved && kind.role === role),
    ...candidates.filter(({ kind }) => !kind.isReserved),
    ...candidates.filter(({ kind }) => kind.isReserved && kind.role !== role),
  ];
  const taken: Resources[] = [];
  let missing = Resources.ofEntries([wanted.of(wanted.kind.unreserved())]);
  for (const candidate of preferred) {
    const part = commonPart(candidate, missing);
    taken.push(part);
    missing = missing.subtract(part.toUnreserved());
    if (missing.isEmpty) return Resources.sum(taken);
  }
  return null;
}

/** What of `candidate` is still missing, as the candidate's kind. */
function commonPart(candidate: Entry, missing: Resources): Resources {
  const { kind } = candidate;
  const have = Resources.ofEntries([candidate]);
  const wanted = missing.map(() => kind);
  if (have.contains(wanted)) return wanted;
  return kind.isIndivisible ? Resources.EMPTY : have.subtract(have.subtract(wanted));
}
