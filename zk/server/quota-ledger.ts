/**
 * Which paths have a quota, and how much of it is used: kept in the tree's own stats nodes as nodes come and go.
 *
 * A quota is there while its limits node is. Its stats node is counted when it is made, and then follows.
 *
 * Source: Apache ZooKeeper DataTree (pTrie, updateQuotaStat), PathTrie.findMaxPrefix.
 */
import { ancestorsOf, isWithin, nameOf, parentOf, QUOTA, ZOOKEEPER } from './paths.ts';
import {
  exceeded,
  LIMITS_NAME,
  limitsPath,
  parseTrack,
  printTrack,
  quotaPath,
  STATS_NAME,
  statsPath,
  type Track,
  type Verdict,
} from './quota.ts';
import type { Znode } from './znode.ts';

/** What the ledger sees of the tree. */
interface Nodes {
  get(path: string): Znode | undefined;
  at(path: string): Znode;
  below(path: string): Iterable<string>;
}

export class QuotaLedger {
  readonly #nodes: Nodes;
  /** Paths that have a limits node. */
  readonly #limited = new Set<string>();

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  /** The path whose quota `path` counts for: its own, or the nearest above. Null when there is none. */
  prefixOf(path: string): string | null {
    if (this.#limited.size === 0 || isWithin(path, ZOOKEEPER)) return null;
    return [path, ...ancestorsOf(path)].find(above => this.#limited.has(above)) ?? null;
  }

  /** Which limit would be exceeded if so much came to `path`; null when none. */
  check(path: string, addedCount: number, addedBytes: number): Verdict | null {
    const prefix = this.prefixOf(path);
    if (prefix === null) return null;
    const limits = this.#track(limitsPath(prefix));
    const used = this.#track(statsPath(prefix));
    return limits === null || used === null ? null : exceeded(limits, used, addedCount, addedBytes);
  }

  created(path: string, node: Znode): void {
    if (isWithin(path, QUOTA)) this.#quotaNodeCreated(path);
    else this.#use(path, 1, node.dataBytes);
  }

  deleted(path: string, node: Znode): void {
    if (!isWithin(path, QUOTA)) this.#use(path, -1, -node.dataBytes);
    else if (nameOf(path) === LIMITS_NAME) this.#limited.delete(quotaPath(parentOf(path) ?? '') ?? '');
  }

  changed(path: string, addedBytes: number): void {
    if (addedBytes !== 0) this.#use(path, 0, addedBytes);
  }

  /** Looks through the tree for quotas, after a snapshot was restored. */
  rebuild(): void {
    this.#limited.clear();
    for (const path of this.#nodes.below(QUOTA)) this.#quotaNodeCreated(path);
  }

  #quotaNodeCreated(path: string): void {
    const limited = quotaPath(parentOf(path) ?? '');
    if (limited === null) return;
    if (nameOf(path) === LIMITS_NAME) this.#limited.add(limited);
    else if (nameOf(path) === STATS_NAME) this.#count(path, limited);
  }

  /** What is there of `limited` now. */
  #count(statsNode: string, limited: string): void {
    const root = this.#nodes.get(limited);
    if (root === undefined) return;
    let [count, bytes] = [1, root.dataBytes];
    for (const path of this.#nodes.below(limited)) {
      count++;
      bytes += this.#nodes.at(path).dataBytes;
    }
    this.#write(statsNode, { count, bytes, countHard: -1, bytesHard: -1 });
  }

  #use(path: string, addedCount: number, addedBytes: number): void {
    const prefix = this.prefixOf(path);
    const used = prefix === null ? null : this.#track(statsPath(prefix));
    if (prefix === null || used === null) return;
    this.#write(statsPath(prefix), { ...used, count: used.count + addedCount, bytes: used.bytes + addedBytes });
  }

  #track(path: string): Track | null {
    const node = this.#nodes.get(path);
    return node === undefined ? null : parseTrack(Buffer.from(node.data ?? []).toString('utf8'));
  }

  /** No version moves, and no watch fires. */
  #write(path: string, track: Track): void {
    const node = this.#nodes.get(path);
    if (node !== undefined) node.data = Buffer.from(printTrack(track));
  }
}
