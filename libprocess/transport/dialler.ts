/**
 * Connections to peers, secured where TLS is enabled.
 *
 *   TLS ──▶ fails, and downgrades are supported ──▶ plain, and remembered: until that fails as well
 */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { Address } from '../pid.ts';
import type { Tls } from './tls.ts';

export class Dialler {
  readonly #plain = new Set<Address>();

  constructor(private readonly tls: Tls | null) {}

  connect(address: Address): Socket {
    const where = { host: address.ip, port: address.port, allowHalfOpen: true, noDelay: true };
    if (this.tls === null || this.#plain.has(address)) return connectPlain(where);
    return connectSecure({ ...where, ...this.tls.connect });
  }

  /** A connection to `address` did not come about. True when another way should be tried. */
  failed(address: Address): boolean {
    if (this.#plain.delete(address) || this.tls?.downgrade !== true) return false;
    this.#plain.add(address);
    return true;
  }
}
