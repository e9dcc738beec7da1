/**
 * The events that the page holds, oldest first, and their trees. Bounded: when it is full, the oldest quarter goes, and is
 * counted.
 *
 * Pure.
 */
import type { TraceEvent } from '../../../../libprocess/trace.ts';
import { Entry } from './entry.ts';
import { Families } from './families.ts';

export const ENTRIES_MAX = 250_000;

/** What an addition did to the list. */
export interface Change {
  /** Entries before this place are as they were. */
  readonly from: number;
  readonly added: number;
  /** Events that were known, and of which more is known now. */
  readonly updated: number;
}

export class Store {
  #entries: Entry[] = [];
  #families = new Families();
  #forgotten = 0;
  #order = 0;

  constructor(private readonly max = ENTRIES_MAX) {}

  /** By time; the array is replaced or grows, so keep none. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Events that were here and are not any more. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get(id: string): Entry | undefined {
    return this.#families.get(id);
  }

  rootOf(entry: Entry): Entry {
    return this.#families.rootOf(entry);
  }

  add(events: readonly TraceEvent[]): Change {
    const fresh: Entry[] = [];
    for (const event of events) {
      const known = this.#families.get(event.id);
      if (known === undefined) fresh.push(this.#takeIn(event));
      else known.event = event;
    }
    const from = mergeIn(this.#entries, fresh.sort(byTime));
    const [added, updated] = [fresh.length, events.length - fresh.length];
    if (this.#entries.length <= this.max) return { from, added, updated };
    this.#forget();
    return { from: 0, added, updated };
  }

  clear(): void {
    this.#entries = [];
    this.#families = new Families();
    this.#forgotten = 0;
  }

  /** The place of the first entry that was posted at `at` or later. */
  placeOf(at: number): number {
    return placeIn(this.#entries, at);
  }

  #takeIn(event: TraceEvent): Entry {
    const entry = new Entry(event, this.#order++);
    this.#families.add(entry);
    return entry;
  }

  #forget(): void {
    const dropped = this.#entries.length - Math.floor(this.max * 0.75);
    const kept = this.#entries.slice(dropped);
    this.#forgotten += dropped;
    this.#families = new Families();
    this.#entries = kept.map(({ event }) => this.#takeIn(event)).sort(byTime);
  }
}

/**
 * Merges `fresh` into `entries`, both by time, from the end: nodes' events come interleaved, so only the last are touched.
 *
 * @returns the first place that has changed
 */
function mergeIn(entries: Entry[], fresh: readonly Entry[]): number {
  let [old, next, place] = [entries.length - 1, fresh.length - 1, entries.length + fresh.length - 1];
  // Filled from the front once, so that the array has no holes.
  for (const entry of fresh) entries.push(entry);
  while (next >= 0) {
    const [left, right] = [entries[old], fresh[next] as Entry];
    if (old >= 0 && left !== undefined && byTime(left, right) > 0) {
      entries[place] = left;
      old -= 1;
    } else {
      entries[place] = right;
      next -= 1;
    }
    place -= 1;
  }
  return place + 1;
}

export function byTime(a: Entry, b: Entry): number {
  return a.at - b.at || a.order - b.order;
}

export function placeIn(entries: readonly Entry[], at: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle] as Entry).at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
