/**
 * The data tree: every node by its path, changed by transactions and by nothing else.
 *
 *   transaction ──apply──▶ changed nodes ──▶ what happened (created, deleted, changed), in order, for the watches
 *
 * Nothing is checked here: that is done before a transaction exists. To apply a change that the tree has already does
 * no harm, and counters only ever rise, so that a snapshot may hold more than its log position says.
 *
 * Source: Apache ZooKeeper DataTree.
 */
import { type ACL, OPEN_ACL, READ_ACL } from '../protocol/permissions.ts';
import { AclCache } from './acl-cache.ts';
import { Owned } from './owned.ts';
import { PERSISTENT_OWNER } from './owners.ts';
import { CONFIG, childOf, nameOf, parentOf, QUOTA, ROOT, ZOOKEEPER } from './paths.ts';
import { QuotaLedger } from './quota-ledger.ts';
import type { Change, Create, Transaction } from './transaction.ts';
import { Znode } from './znode.ts';

/** Something that watches may be told of. The ACLs are those that the nodes have, or had when they were deleted. */
export interface TreeEvent {
  readonly type: 'created' | 'deleted' | 'changed';
  readonly path: string;
  readonly acl: readonly ACL[];
  readonly parentAcl: readonly ACL[];
  readonly zxid: number;
}

/** Nodes by path, and what follows from them: who owns which, how large all is. */
export class DataTree {
  readonly #nodes = new Map<string, Znode>();
  readonly #acls = new AclCache();
  readonly #quotas = new QuotaLedger(this);
  /** Paths by owner: ephemerals by session, containers, nodes with a time to live. */
  readonly owned = new Owned();
  #bytes = 0;
  #lastZxid = 0;

  constructor() {
    this.#put(ROOT, new Znode(null, OPEN_ACL, PERSISTENT_OWNER, 0, 0));
    this.#put(ZOOKEEPER, new Znode(null, OPEN_ACL, PERSISTENT_OWNER, 0, 0));
    this.#put(CONFIG, new Znode(null, READ_ACL, PERSISTENT_OWNER, 0, 0));
    this.#put(QUOTA, new Znode(null, OPEN_ACL, PERSISTENT_OWNER, 0, 0));
  }

  /** The zxid of the transaction that was applied last. */
  get lastZxid(): number {
    return this.#lastZxid;
  }

  /** As ZooKeeper counts: the root twice. */
  get nodeCount(): number {
    return this.#nodes.size + 1;
  }

  /** Data and paths, in bytes and characters. */
  get approximateDataSize(): number {
    return this.#bytes;
  }

  /** The node at `path`; an empty path is the root. */
  get(path: string): Znode | undefined {
    return this.#nodes.get(path === '' ? ROOT : path);
  }

  /** The node at `path`, which the caller knows to be there. */
  at(path: string): Znode {
    const node = this.get(path);
    if (node === undefined) throw new Error(`no node ${path} in the tree`);
    return node;
  }

  /** How many nodes are below `path`; those of /zookeeper count, too. */
  descendantCount(path: string): number {
    if (path === ROOT || path === '') return this.#nodes.size - 1;
    let count = 0;
    for (const _ of this.below(path)) count++;
    return count;
  }

  /** The paths below `path`, parents before children. */
  *below(path: string): Generator<string> {
    const pending = [path];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const name of this.get(next)?.names ?? []) {
        const child = childOf(next, name);
        yield child;
        pending.push(child);
      }
    }
  }

  /** All nodes with their paths, parents before children. */
  *entries(): Generator<readonly [string, Znode]> {
    yield [ROOT, this.at(ROOT)];
    for (const path of this.below(ROOT)) yield [path, this.at(path)];
  }

  /** What is limited at `path` or nearest above it: see QuotaLedger. */
  get quotas(): QuotaLedger {
    return this.#quotas;
  }

  /**
   * Applies the changes of `transaction`, in order; returns what happened, in order.
   *
   * @param applied - called when each is, before the next one.
   */
  apply({ zxid, time, changes }: Transaction, applied?: (change: Change) => void): TreeEvent[] {
    const events: TreeEvent[] = [];
    for (const change of changes) {
      this.#change(change, zxid, time, events);
      applied?.(change);
    }
    if (zxid > this.#lastZxid) this.#lastZxid = zxid;
    return events;
  }

  /** Puts `node` at `path`, as a snapshot has it; its parent must have been put before. */
  restore(path: string, node: Znode): void {
    const old = this.#nodes.get(path);
    if (old !== undefined) this.#forget(path, old);
    node.acl = this.#acls.intern(node.acl);
    this.#put(path, node);
  }

  /** Says up to which transaction a snapshot goes, and counts the quotas' use anew. */
  restored(lastZxid: number): void {
    this.#lastZxid = lastZxid;
    this.#quotas.rebuild();
  }

  #change(change: Change, zxid: number, time: number, events: TreeEvent[]): void {
    if (change.kind === 'create') this.#create(change, zxid, time, events);
    else if (change.kind === 'delete') this.#delete(change.path, zxid, events);
    else if (change.kind === 'setData') this.#setData(change, zxid, time, events);
    else if (change.kind === 'setACL') this.#setAcl(change.path, change.acl, change.version);
    else if (change.kind === 'closeSession') for (const path of change.paths) this.#delete(path, zxid, events);
  }

  #create({ path, data, acl, owner, parentCreates }: Create, zxid: number, time: number, events: TreeEvent[]): void {
    const parent = this.get(parentOf(path) ?? ROOT);
    if (parent === undefined) return;
    if (isLater(parentCreates, parent.creates)) parent.creates = parentCreates;
    if (zxid > parent.pzxid) parent.pzxid = zxid;
    if (this.#nodes.has(path)) return;
    const node = new Znode(data, this.#acls.intern(acl), owner, zxid, time);
    this.#put(path, node);
    this.#quotas.created(path, node);
    events.push({ type: 'created', path, acl: node.acl, parentAcl: parent.acl, zxid });
  }

  #delete(path: string, zxid: number, events: TreeEvent[]): void {
    const node = this.#nodes.get(path);
    const parent = this.get(parentOf(path) ?? ROOT);
    if (parent !== undefined && zxid > parent.pzxid) parent.pzxid = zxid;
    if (node === undefined || parent === undefined) return;
    this.#forget(path, node);
    parent.removeChild(nameOf(path));
    this.#quotas.deleted(path, node);
    events.push({ type: 'deleted', path, acl: node.acl, parentAcl: parent.acl, zxid });
  }

  #setData(
    { path, data, version }: Extract<Change, { kind: 'setData' }>,
    zxid: number,
    time: number,
    events: TreeEvent[],
  ): void {
    const node = this.get(path);
    if (node === undefined) return;
    const before = node.dataBytes;
    node.data = data;
    node.version = version;
    node.mzxid = zxid;
    node.mtime = time;
    this.#bytes += node.dataBytes - before;
    this.#quotas.changed(path, node.dataBytes - before);
    events.push({ type: 'changed', path, acl: node.acl, parentAcl: node.acl, zxid });
  }

  #setAcl(path: string, acl: readonly ACL[], version: number): void {
    const node = this.get(path);
    if (node === undefined) return;
    node.acl = this.#acls.intern(acl);
    node.aversion = version;
  }

  #put(path: string, node: Znode): void {
    this.#nodes.set(path, node);
    this.#bytes += node.dataBytes + path.length;
    this.owned.add(path, node.owner);
    if (path !== ROOT) this.at(parentOf(path) ?? ROOT).addChild(nameOf(path));
  }

  #forget(path: string, node: Znode): void {
    this.#nodes.delete(path);
    this.#bytes -= node.dataBytes + path.length;
    this.owned.delete(path, node.owner);
  }
}

/** Whether the counter `left` is beyond `right`; they are ints that wrap. */
function isLater(left: number, right: number): boolean {
  return ((left - right) | 0) > 0;
}
