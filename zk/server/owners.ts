/**
 * Owner codes: in one long, whether a node is persistent, ephemeral, a container, or has a time to live.
 *
 *   0                     persistent
 *   0x8000000000000000    container
 *   0xff00 + 48 bits      TTL, in its lower 40 bits
 *   any other             ephemeral: the session's id, which therefore is never one of these
 *
 * As signed longs, as they are on the wire. Source: Apache ZooKeeper EphemeralType, EphemeralTypeEmulate353.
 */

export const PERSISTENT_OWNER = 0n;
export const CONTAINER_OWNER = BigInt.asIntN(64, 0x8000_0000_0000_0000n);

const TTL_TOP = 0xff00n;
const TTL_MASK = 2n ** 40n - 1n;

export function ttlOwner(ttlMs: bigint): bigint {
  return BigInt.asIntN(64, (TTL_TOP << 48n) | ttlMs);
}

/** The time to live that `owner` stands for; null when it stands for none. */
export function ttlOf(owner: bigint): number | null {
  return isTtl(owner) ? Number(owner & TTL_MASK) : null;
}

/** The session that `owner` stands for; 0 when it stands for none. */
export function sessionOf(owner: bigint): bigint {
  return owner === CONTAINER_OWNER || isTtl(owner) ? PERSISTENT_OWNER : owner;
}

function isTtl(owner: bigint): boolean {
  return owner < 0n && BigInt.asUintN(64, owner) >> 48n === TTL_TOP;
}
