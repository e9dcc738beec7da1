/** What waits for a link to a peer, in order. */
import { Promised } from '../future.ts';
import type { Link } from './link.ts';

/** Something that is to be sent. */
export interface Waiting {
  readonly bytes: number;
  send(link: Link): void;
  /** What it says in the original's form; null for what that cannot say. */
  original(): Buffer | null;
}

export class WaitingList {
  /** How much it is on the wire, about. */
  bytes = 0;
  #all: Waiting[] = [];
  /** Ready once nothing waits, for whoever waits for that. */
  #emptied: Promised<void> | null = null;

  add(waiting: Waiting): void {
    this.#all.push(waiting);
    this.bytes += waiting.bytes;
  }

  /** All that waits, which does so no more. */
  take(): readonly Waiting[] {
    const all = this.#all;
    this.#all = [];
    this.bytes = 0;
    this.#emptied?.set();
    return all;
  }

  /** Ready once everything has been taken. */
  async empty(): Promise<void> {
    if (this.#all.length === 0) return;
    this.#emptied ??= new Promised<void>();
    await this.#emptied;
  }
}
