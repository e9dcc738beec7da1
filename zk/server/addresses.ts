/**
 * Addresses and networks of ip ACLs, as bytes: 4 or 16.
 *
 * Source: Apache ZooKeeper IPAuthenticationProvider; RFC 4291 for the form of IPv6 addresses.
 */

export interface Network {
  readonly address: readonly number[];
  /** How many bits of it count. */
  readonly bits: number;
}

const V6_GROUPS = 8;

/** `address` or `address/bits`; null when it is neither. */
export function parseNetwork(text: string): Network | null {
  const [first = '', bits, ...more] = text.split('/');
  const address = parseAddress(first);
  if (address === null || more.length > 0) return null;
  const bitsMax = address.length * 8;
  if (bits === undefined) return { address, bits: bitsMax };
  return /^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax ? { address, bits: Number(bits) } : null;
}

/** Whether the address `text` is in `network`, which may be one address. */
export function isInNetwork(text: string, network: string): boolean {
  const address = parseAddress(text);
  const parsed = parseNetwork(network);
  if (address === null || parsed === null || address.length !== parsed.address.length) return false;
  return address.every((byte, index) => {
    const counted = Math.min(8, Math.max(0, parsed.bits - index * 8));
    return (byte ^ (parsed.address[index] ?? 0)) >> (8 - counted) === 0;
  });
}

/** The bytes of an address; an IPv4 one that is written as IPv6 is IPv4. Null when it is no address. */
export function parseAddress(text: string): number[] | null {
  if (!text.includes(':')) return parseV4(text);
  const mapped = /^::ffff:([\d.]+)$/i.exec(text)?.[1];
  return mapped === undefined ? parseV6(text) : parseV4(mapped);
}

function parseV4(text: string): number[] | null {
  const parts = text.split('.');
  const isAddress = parts.length === 4 && parts.every(part => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  return isAddress ? parts.map(Number) : null;
}

function parseV6(text: string): number[] | null {
  const [head = '', tail, ...more] = text.split('::');
  const before = parseGroups(head);
  const after = parseGroups(tail ?? '');
  if (before === null || after === null || more.length > 0) return null;
  const missing = V6_GROUPS - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...before, ...new Array<number>(missing).fill(0), ...after];
  return groups.flatMap(group => [group >> 8, group & 0xff]);
}

function parseGroups(text: string): number[] | null {
  if (text === '') return [];
  const groups = text.split(':');
  return groups.every(group => /^[\da-f]{1,4}$/i.test(group)) ? groups.map(group => Number.parseInt(group, 16)) : null;
}
