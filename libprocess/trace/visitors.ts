/**
 * Nodes that were heard of by their HTTP requests alone, such as frameworks: they say in a header where their actors are,
 * so that a debugger finds them.
 */

import { Failure } from '../failure.ts';
import type { Request } from '../http/http.ts';
import { Address } from '../pid.ts';

/** The header, with the address of the runtime that asks. */
export const NODE_HEADER = 'libprocess-node';

/** More are not remembered: the one that was silent longest goes. */
const VISITORS_MAX = 256;

export class Visitors {
  /** In the order of their last requests. */
  readonly #addresses = new Set<Address>();

  get addresses(): Iterable<Address> {
    return this.#addresses;
  }

  note({ headers }: Request): void {
    const node = headers[NODE_HEADER];
    if (node === undefined) return;
    const address = addressIn(node);
    if (address === null) return;
    this.#addresses.delete(address);
    this.#addresses.add(address);
    const [oldest] = this.#addresses;
    if (this.#addresses.size > VISITORS_MAX && oldest !== undefined) this.#addresses.delete(oldest);
  }
}

function addressIn(text: string): Address | null {
  try {
    return Address.parse(text);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
