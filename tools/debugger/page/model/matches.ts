/**
 * The entries that a query fits, kept up as entries come: only what changed is looked at again.
 *
 * Pure.
 */
import type { Entry } from './entry.ts';
import type { Test } from './query.ts';

export class Matches {
  #test: Test | null = null;
  #all: readonly Entry[] = [];
  #found: Entry[] = [];
  /** Where each of them stands among all. */
  #places: number[] = [];

  get list(): readonly Entry[] {
    return this.#test === null ? this.#all : this.#found;
  }

  /** @param test - null fits all. */
  search(entries: readonly Entry[], test: Test | null): void {
    this.#test = test;
    this.update(entries, 0);
  }

  /** Entries before `from` are as they were. */
  update(entries: readonly Entry[], from: number): void {
    this.#all = entries;
    const test = this.#test;
    if (test === null) return;
    const kept = firstAtLeast(this.#places, from);
    this.#places.length = kept;
    this.#found.length = kept;
    for (let place = from; place < entries.length; place++) {
      const entry = entries[place] as Entry;
      if (!test(entry.event)) continue;
      this.#found.push(entry);
      this.#places.push(place);
    }
  }
}

function firstAtLeast(numbers: readonly number[], least: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
