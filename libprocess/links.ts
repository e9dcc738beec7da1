/**
 * Links from actors of one runtime to actors elsewhere: who must hear when the connection to an address breaks.
 *
 * Source: libprocess `SocketManager::links` (process.cpp).
 */
import type { Address, PID } from './pid.ts';

export class RemoteLinks {
  readonly #byAddress = new Map<Address, Map<PID, Set<PID>>>();

  /** Set semantics: linking twice is linking once. */
  add(linker: PID, to: PID): void {
    let links = this.#byAddress.get(to.address);
    if (links === undefined) {
      links = new Map();
      this.#byAddress.set(to.address, links);
    }
    const linkers = links.get(to);
    if (linkers === undefined) links.set(to, new Set([linker]));
    else linkers.add(linker);
  }

  delete(linker: PID, to: PID): void {
    const links = this.#byAddress.get(to.address);
    const linkers = links?.get(to);
    linkers?.delete(linker);
    if (linkers?.size === 0) links?.delete(to);
    if (links?.size === 0) this.#byAddress.delete(to.address);
  }

  /** Forgets all links to `address`. @returns who had linked to whom. */
  take(address: Address): readonly { readonly linker: PID; readonly to: PID }[] {
    const links = this.#byAddress.get(address);
    this.#byAddress.delete(address);
    return [...(links ?? [])].flatMap(([to, linkers]) => [...linkers].map(linker => ({ linker, to })));
  }

  /** Forgets all links to `to`. @returns who had linked to it. */
  takeOne(to: PID): Iterable<PID> {
    const links = this.#byAddress.get(to.address);
    const linkers = links?.get(to) ?? [];
    links?.delete(to);
    if (links?.size === 0) this.#byAddress.delete(to.address);
    return linkers;
  }

  /** Where the actors are to which somebody here has linked. */
  get addresses(): Iterable<Address> {
    return this.#byAddress.keys();
  }

  clear(): void {
    this.#byAddress.clear();
  }
}
