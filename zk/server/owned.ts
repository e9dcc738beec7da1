/**
 * Which paths belong to whom: a session's ephemerals, which end with it, and the nodes that the server removes itself.
 *
 * Source: Apache ZooKeeper DataTree (ephemerals, containers, ttls).
 */
import { CONTAINER_OWNER, PERSISTENT_OWNER, ttlOf } from './owners.ts';

const NO_PATHS: ReadonlySet<string> = new Set();

export class Owned {
  readonly #ephemerals = new Map<bigint, Set<string>>();
  readonly #containers = new Set<string>();
  readonly #ttls = new Set<string>();
  #ephemeralCount = 0;

  get containers(): ReadonlySet<string> {
    return this.#containers;
  }

  get ttls(): ReadonlySet<string> {
    return this.#ttls;
  }

  get ephemeralCount(): number {
    return this.#ephemeralCount;
  }

  /** The sessions that have ephemerals, with their paths. */
  get sessions(): ReadonlyMap<bigint, ReadonlySet<string>> {
    return this.#ephemerals;
  }

  /** The ephemerals of `session`. */
  of(session: bigint): ReadonlySet<string> {
    return this.#ephemerals.get(session) ?? NO_PATHS;
  }

  add(path: string, owner: bigint): void {
    if (owner === PERSISTENT_OWNER) return;
    const set = this.#setOf(owner) ?? new Set();
    set.add(path);
    if (!isEphemeral(owner)) return;
    this.#ephemerals.set(owner, set);
    this.#ephemeralCount++;
  }

  delete(path: string, owner: bigint): void {
    if (owner === PERSISTENT_OWNER) return;
    const set = this.#setOf(owner);
    set?.delete(path);
    if (!isEphemeral(owner)) return;
    this.#ephemeralCount--;
    if (set?.size === 0) this.#ephemerals.delete(owner);
  }

  #setOf(owner: bigint): Set<string> | undefined {
    if (owner === CONTAINER_OWNER) return this.#containers;
    return ttlOf(owner) === null ? this.#ephemerals.get(owner) : this.#ttls;
  }
}

function isEphemeral(owner: bigint): boolean {
  return owner !== CONTAINER_OWNER && ttlOf(owner) === null;
}
