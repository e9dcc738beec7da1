/**
 * Which nodes to ask next: the peers that a hello names, until there are enough. Pure.
 */
import type { Hello } from '../../../../libprocess/trace.ts';

/** More nodes than this are not watched by one page. */
export const NODES_MAX = 50;

export class Discovery {
  readonly #asked = new Set<string>();
  #left = 0;

  /** Nodes that were named and are too many. */
  get left(): number {
    return this.#left;
  }

  /** The addresses to be watched from now on, now that `node` has said `hello`. */
  heard(node: string, { peers }: Pick<Hello, 'peers'>): string[] {
    const fresh = [node, ...peers].filter(address => address !== '' && !this.#asked.has(address));
    const wanted = [...new Set(fresh)].slice(0, Math.max(0, NODES_MAX - this.#asked.size));
    this.#left += new Set(fresh).size - wanted.length;
    for (const address of wanted) this.#asked.add(address);
    return wanted;
  }

  forget(): void {
    this.#asked.clear();
    this.#left = 0;
  }
}
