/** The address under which others reach this machine, where nobody said one. */
import { networkInterfaces } from 'node:os';

/** The first IPv4 address that is not the loopback; the loopback where there is no other. */
export function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
