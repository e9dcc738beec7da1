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
    let [added, updated, earliest] = [0, 0, Number.POSITIVE_INFINITY];
    const before = this.#entries.length;
    for (const event of events) {
      const known = this.#families.get(event.id);
      if (known !== undefined) {
        known.event = { ...event, at: known.event.at };
        updated += 1;
        continue;
      }
      this.#append(event);
      added += 1;
      if (event.at < earliest) earliest = event.at;
    }
    const from = this.#sort(before, earliest);
    return this.#entries.length > this.max ? this.#forget(added, updated) : { from, added, updated };
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

  #append(event: TraceEvent): void {
    const entry = new Entry(event, this.#order++);
    this.#entries.push(entry);
    this.#families.add(entry);
  }

  /** Nodes' events come interleaved: only what is later than the earliest newcomer can be out of order. */
  #sort(before: number, earliest: number): number {
    const last = this.#entries[before - 1];
    if (last === undefined || last.event.at <= earliest) {
      sortTail(this.#entries, before);
      return before;
    }
    const from = placeIn(this.#entries.slice(0, before), earliest);
    sortTail(this.#entries, from);
    return from;
  }

  #forget(added: number, updated: number): Change {
    const dropped = this.#entries.length - Math.floor(this.max * 0.75);
    const kept = this.#entries.slice(dropped);
    this.#forgotten += dropped;
    this.#entries = [];
    this.#families = new Families();
    for (const { event } of kept) this.#append(event);
    return { from: 0, added, updated };
  }
}

function sortTail(entries: Entry[], from: number): void {
  const tail = entries.slice(from);
  if (tail.every((entry, index) => index === 0 || byTime(tail[index - 1] as Entry, entry) <= 0)) return;
  tail.sort(byTime);
  for (const [index, entry] of tail.entries()) entries[from + index] = entry;
}

export function byTime(a: Entry, b: Entry): number {
  return a.event.at - b.event.at || a.order - b.order;
}

export function placeIn(entries: readonly Entry[], at: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle] as Entry).event.at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
