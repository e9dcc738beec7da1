/**
 * Dominant resource fairness over a tree of clients: who is next in line.
 *
 *   root ─┬─ eng ─┬─ eng/web    a client is a leaf, active or not;
 *         │       └─ eng/.      one that has others below it moves to a leaf `.` of its own
 *         └─ ops
 *
 * A node's share is the largest part that its subtree has of any one resource, by its weight. Children stand in order
 * of share, then of how often they were given something, then of path; sort() lists the active leaves, depth first.
 *
 * The order changes in sort() alone, so what it returned stays as it was until the next call. An allocation moves only
 * the nodes above it; everything else (totals, weights, clients, what came back) has the tree ordered anew, once.
 *
 * Source: Mesos src/master/allocator/mesos/sorter/drf/sorter.cpp.
 */
import { Quantities } from '../../common/quantities.ts';

/** What there is to share, for all sorters of an allocator. */
export class Totals {
  readonly amounts = new Map<string, number>();
  /** Grows with every change. */
  version = 0;

  add(quantities: Quantities): void {
    this.#change(quantities, 1);
  }

  subtract(quantities: Quantities): void {
    this.#change(quantities, -1);
  }

  #change(quantities: Quantities, sign: number): void {
    if (quantities.isEmpty) return;
    this.version++;
    addTo(this.amounts, quantities, sign);
  }
}

/** Adds `sign` times `quantities`; names that come to nothing go. */
export function addTo(amounts: Map<string, number>, quantities: Quantities, sign: number): void {
  for (const [name, amount] of quantities.entries()) {
    const sum = (amounts.get(name) ?? 0) + sign * amount;
    if (sum === 0) amounts.delete(name);
    else amounts.set(name, sum);
  }
}

/** A client in the tree. */
export interface Client<T> {
  readonly value: T;
  readonly isActive: boolean;
}

class Node<T> {
  readonly children = new Map<string, Node<T>>();
  /** The children that take part, in order. */
  ranked: Node<T>[] = [];
  allocation = new Map<string, number>();
  /** How often something was allocated here. */
  count = 0;
  share = 0;
  /** The share and count by which it stands where it stands in its parent's `ranked`. */
  rankedShare = 0;
  rankedCount = 0;
  /** Its place there; -1 when it takes no part. */
  rank = -1;
  isActive = false;

  constructor(
    public name: string,
    public path: string,
    public parent: Node<T> | null,
    public weight: number,
  ) {}

  get isLeaf(): boolean {
    return false;
  }

  get takesPart(): boolean {
    return this.isActive || this.children.size > 0;
  }
}

class Leaf<T> extends Node<T> implements Client<T> {
  constructor(
    name: string,
    path: string,
    parent: Node<T>,
    weight: number,
    readonly value: T,
  ) {
    super(name, path, parent, weight);
  }

  override get isLeaf(): boolean {
    return true;
  }
}

/** The name of the leaf of a client that has others below it. */
const SELF = '.';

export class DrfSorter<T> {
  readonly #root = new Node<T>('', '', null, 1);
  readonly #leaves = new Map<string, Leaf<T>>();
  readonly #weights = new Map<string, number>();
  /** Nodes whose share has grown since they were last put in their place. */
  readonly #grown = new Set<Node<T>>();
  #isDirty = false;
  #sortedFor = -1;
  /** How many clients lie below another role. */
  #nested = 0;
  #listing: readonly Leaf<T>[] = [];

  /** @param excluded - names of resources that do not count. */
  constructor(
    private readonly totals: Totals,
    private readonly excluded: ReadonlySet<string> = new Set(),
  ) {}

  get size(): number {
    return this.#leaves.size;
  }

  has(path: string): boolean {
    return this.#leaves.has(path);
  }

  /** A new client, inactive. */
  add(path: string, value: T): void {
    const parts = path.split('/');
    const name = parts.pop() ?? path;
    let parent = this.#root;
    for (const part of parts) parent = this.#inner(parent, part);
    const existing = parent.children.get(name);
    const leaf =
      existing === undefined
        ? new Leaf(name, path, parent, this.#weightOf(path), value)
        : new Leaf(SELF, `${path}/${SELF}`, existing, 1, value);
    this.#leaves.set(path, leaf);
    attach(leaf);
    if (parts.length > 0) this.#nested++;
    this.#isDirty = true;
  }

  /** Forgets the client and what it holds. */
  remove(path: string): void {
    const leaf = this.#leaves.get(path);
    if (leaf === undefined) return;
    this.#leaves.delete(path);
    for (let node = leaf.parent; node !== null; node = node.parent) {
      for (const [name, amount] of leaf.allocation)
        node.allocation.set(name, (node.allocation.get(name) ?? 0) - amount);
    }
    this.#prune(leaf);
    if (path.includes('/')) this.#nested--;
    this.#isDirty = true;
  }

  activate(path: string): void {
    this.#setActive(path, true);
  }

  deactivate(path: string): void {
    this.#setActive(path, false);
  }

  /** Twice the weight, half the share. */
  updateWeight(path: string, weight: number): void {
    this.#weights.set(path, weight);
    const node = this.#find(path);
    if (node !== undefined) node.weight = weight;
    this.#isDirty = true;
  }

  /** The client was given `quantities`. */
  allocated(path: string, quantities: Quantities): void {
    for (let node: Node<T> | null = this.#leaves.get(path) ?? null; node !== null; node = node.parent) {
      node.count++;
      addTo(node.allocation, quantities, 1);
      if (node.parent === null) break;
      node.share = this.#shareOf(node);
      if (node.rank >= 0) this.#grown.add(node);
    }
  }

  /** The client gave `quantities` back. */
  unallocated(path: string, quantities: Quantities): void {
    for (let node: Node<T> | null = this.#leaves.get(path) ?? null; node !== null; node = node.parent) {
      addTo(node.allocation, quantities, -1);
    }
    this.#isDirty = true;
  }

  /** The client's share by weight; 0 for an unknown one. */
  share(path: string): number {
    const leaf = this.#leaves.get(path);
    return leaf === undefined ? 0 : this.#shareOf(leaf);
  }

  /** What the client holds. */
  allocationOf(path: string): Quantities {
    return Quantities.of(this.#leaves.get(path)?.allocation ?? []);
  }

  /** The active clients, the one who is next in line first. The list stays as it is until the next call. */
  sort(): readonly Client<T>[] {
    if (this.#isDirty || this.#sortedFor !== this.totals.version) this.#rankAll();
    else if (this.#grown.size > 0) this.#rankGrown();
    return this.#listing;
  }

  #rankAll(): void {
    this.#rankChildren(this.#root);
    this.#grown.clear();
    this.#isDirty = false;
    this.#sortedFor = this.totals.version;
    this.#list();
  }

  #rankChildren(parent: Node<T>): void {
    const ranked: Node<T>[] = [];
    for (const node of parent.children.values()) {
      node.rank = -1;
      if (!node.takesPart) continue;
      node.share = this.#shareOf(node);
      node.rankedShare = node.share;
      node.rankedCount = node.count;
      ranked.push(node);
      if (node.children.size > 0) this.#rankChildren(node);
    }
    ranked.sort(compare);
    for (const [rank, node] of ranked.entries()) node.rank = rank;
    parent.ranked = ranked;
  }

  #rankGrown(): void {
    for (const node of this.#grown) if (node.rank >= 0) moveBack(node);
    this.#grown.clear();
    this.#list();
  }

  /** A tree of one level is listed as it is ranked. */
  #list(): void {
    if (this.#nested === 0) {
      this.#listing = this.#root.ranked as Leaf<T>[]; // Flat: all children of the root are leaves.
      return;
    }
    const listing: Leaf<T>[] = [];
    listLeaves(this.#root, listing);
    this.#listing = listing;
  }

  #shareOf(node: Node<T>): number {
    let share = 0;
    for (const [name, amount] of node.allocation) {
      const whole = this.totals.amounts.get(name) ?? 0;
      if (whole > 0 && amount / whole > share && !this.excluded.has(name)) share = amount / whole;
    }
    return share / node.weight;
  }

  #setActive(path: string, isActive: boolean): void {
    const leaf = this.#leaves.get(path);
    if (leaf === undefined || leaf.isActive === isActive) return;
    leaf.isActive = isActive;
    this.#isDirty = true;
  }

  #weightOf(path: string): number {
    return this.#weights.get(path) ?? 1;
  }

  /** The node `name` under `parent`; made where there is none, and put above a leaf that is there. */
  #inner(parent: Node<T>, name: string): Node<T> {
    const existing = parent.children.get(name);
    if (existing !== undefined && !existing.isLeaf) return existing;
    const path = parent === this.#root ? name : `${parent.path}/${name}`;
    const inner = new Node<T>(name, path, parent, this.#weightOf(path));
    if (existing !== undefined) lower(existing, inner);
    attach(inner);
    return inner;
  }

  #find(path: string): Node<T> | undefined {
    let node: Node<T> | undefined = this.#root;
    for (const part of path.split('/')) node = node?.children.get(part);
    return node;
  }

  /** Takes a leaf out, with all above it that held only this one; a lone `.` takes its parent's place. */
  #prune(leaf: Leaf<T>): void {
    let node: Node<T> = leaf;
    while (node.parent !== null && node.children.size === 0) {
      const parent: Node<T> = node.parent;
      parent.children.delete(node.name);
      node = parent;
    }
    const lone = node.children.size === 1 ? node.children.get(SELF) : undefined;
    if (lone !== undefined) this.#raise(lone, node);
  }

  #raise(leaf: Node<T>, inner: Node<T>): void {
    leaf.name = inner.name;
    leaf.path = inner.path;
    leaf.parent = inner.parent;
    leaf.weight = inner.weight;
    leaf.count = inner.count;
    attach(leaf);
  }
}

function attach<T>(node: Node<T>): void {
  node.parent?.children.set(node.name, node);
}

/** Puts a leaf below the node that takes its place, as the leaf `.`, with all it has been given. */
function lower<T>(leaf: Node<T>, inner: Node<T>): void {
  inner.allocation = new Map(leaf.allocation);
  inner.count = leaf.count;
  leaf.name = SELF;
  leaf.path = `${inner.path}/${SELF}`;
  leaf.parent = inner;
  leaf.weight = 1;
  attach(leaf);
}

/** Negative when `a` is before `b`. */
function compare<T>(a: Node<T>, b: Node<T>): number {
  if (a.rankedShare !== b.rankedShare) return a.rankedShare - b.rankedShare;
  if (a.rankedCount !== b.rankedCount) return a.rankedCount - b.rankedCount;
  return a.path < b.path ? -1 : 1;
}

/** Puts a node whose share and count have grown behind those that are now before it. */
function moveBack<T>(node: Node<T>): void {
  const ranked = node.parent?.ranked ?? [];
  node.rankedShare = node.share;
  node.rankedCount = node.count;
  const to = lastBefore(ranked, node);
  for (let at = node.rank; at < to; at++) place(ranked, ranked[at + 1], at); // Ten times faster than copyWithin.
  place(ranked, node, to);
}

function place<T>(ranked: Node<T>[], node: Node<T> | undefined, rank: number): void {
  if (node === undefined) return; // There is one at every rank.
  ranked[rank] = node;
  node.rank = rank;
}

/** The place of the last one after `node` that must be before it; its own place when there is none. */
function lastBefore<T>(ranked: readonly Node<T>[], node: Node<T>): number {
  let low = node.rank;
  let high = ranked.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const other = ranked[middle];
    if (other !== undefined && compare(other, node) < 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

function listLeaves<T>(node: Node<T>, listing: Leaf<T>[]): void {
  for (const child of node.ranked) {
    if (child.isLeaf) listing.push(child as Leaf<T>);
    else listLeaves(child, listing);
  }
}
