/**
 * Which nodes to ask next: the peers that a hello names, until there are enough. Pure.
 */
import type { Hello } from '../../../../libprocess/trace.ts';

/** More nodes than this are not watched by one page. */
export const NODES_MAX = 50;

export class Discovery {
  readonly #asked = new Set<string>();
  #left = 0;

  /** Nodes that were named last and are too many. */
  get left(): number {
    return this.#left;
  }

  /** Peers to be watched from now on, now that `node`, which is watched, has said hello. */
  heard(node: string, { peers }: Pick<Hello, 'peers'>): string[] {
    this.#asked.add(node);
    const fresh = new Set(peers.filter(address => !this.#asked.has(address)));
    const wanted = [...fresh].slice(0, Math.max(0, NODES_MAX - this.#asked.size));
    this.#left = fresh.size - wanted.length;
    for (const address of wanted) this.#asked.add(address);
    return wanted;
  }

  /** It may be asked again when somebody names it again. */
  lost(node: string): void {
    this.#asked.delete(node);
  }

  forget(): void {
    this.#asked.clear();
    this.#left = 0;
  }
}
