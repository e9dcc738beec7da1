/**
 * One node of the tree.
 *
 * Zxids and times are numbers here (exact up to 2^53), bigints on the wire. `creates` counts the children that were ever
 * made: it numbers sequential ones, and creates and deletes together, which clients see as cversion, follow from it.
 *
 * Source: Apache ZooKeeper DataNode, StatPersisted.
 */
import type { ACL } from '../protocol/permissions.ts';
import type { Stat } from '../protocol/stat.ts';
import { sessionOf } from './owners.ts';

/** What checks before a change look at. */
export interface NodeFacts {
  readonly acl: readonly ACL[];
  readonly owner: bigint;
  readonly version: number;
  readonly aversion: number;
  readonly creates: number;
  readonly childCount: number;
  readonly dataBytes: number;
}

const NO_NAMES: ReadonlySet<string> = new Set();

export class Znode implements NodeFacts {
  data: Uint8Array | null;
  acl: readonly ACL[];
  readonly owner: bigint;
  readonly czxid: number;
  mzxid: number;
  pzxid: number;
  readonly ctime: number;
  mtime: number;
  version = 0;
  aversion = 0;
  creates = 0;
  /** Most nodes have no children, and no set for them. */
  #names: Set<string> | null = null;

  constructor(data: Uint8Array | null, acl: readonly ACL[], owner: bigint, zxid: number, time: number) {
    this.data = data;
    this.acl = acl;
    this.owner = owner;
    this.czxid = zxid;
    this.mzxid = zxid;
    this.pzxid = zxid;
    this.ctime = time;
    this.mtime = time;
  }

  get names(): ReadonlySet<string> {
    return this.#names ?? NO_NAMES;
  }

  get childCount(): number {
    return this.#names?.size ?? 0;
  }

  get dataBytes(): number {
    return this.data?.length ?? 0;
  }

  /** Creates and deletes of children; an int, which wraps. */
  get cversion(): number {
    return (this.creates * 2 - this.childCount) | 0;
  }

  addChild(name: string): void {
    this.#names ??= new Set();
    this.#names.add(name);
  }

  removeChild(name: string): void {
    this.#names?.delete(name);
    if (this.#names?.size === 0) this.#names = null;
  }

  stat(): Stat {
    return {
      czxid: BigInt(this.czxid),
      mzxid: BigInt(this.mzxid),
      ctime: BigInt(this.ctime),
      mtime: BigInt(this.mtime),
      version: this.version,
      cversion: this.cversion,
      aversion: this.aversion,
      ephemeralOwner: sessionOf(this.owner),
      dataLength: this.dataBytes,
      numChildren: this.childCount,
      pzxid: BigInt(this.pzxid),
    };
  }
}
