/**
 * Host names to addresses: at the edge, since inside an address is always an IP.
 *
 * Source: libprocess net::getIP (stout net.hpp).
 */
import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import { Failure } from '../failure.ts';

/** The IPv4 address of `host`. @throws Failure UNKNOWN_HOST. */
export async function resolveHost(host: string): Promise<string> {
  try {
    return (await lookup(host, { family: 4 })).address;
  } catch (error) {
    throw new Failure(`cannot resolve ${host}`, 'UNKNOWN_HOST', { cause: error });
  }
}

/** Where others reach this machine: what its own name resolves to, or the loopback where it does not. */
export async function ownAddress(): Promise<string> {
  try {
    return await resolveHost(hostname());
  } catch (error) {
    if (error instanceof Failure && error.code === 'UNKNOWN_HOST') return '127.0.0.1';
    throw error;
  }
}
