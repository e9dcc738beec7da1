/**
 * Where the records of a segment stand: of one in every 16 KiB, so that a single record is found by reading not much
 * more than that. A full segment of 64 MiB has four thousand.
 */
export interface Place {
  readonly sequence: number;
  readonly offset: number;
}

const EVERY_BYTES = 16 * 1024;

export class Places {
  readonly #places: Place[] = [];
  /** From where on the next one is kept. */
  #due = EVERY_BYTES;

  /** Called for records in their order; keeps those that are far enough behind the one before. */
  note(sequence: number, offset: number): void {
    if (offset < this.#due) return;
    this.#places.push({ sequence, offset });
    this.#due = offset + EVERY_BYTES;
  }

  /** The last one that is at or before record `sequence`; null when that is nearer to the segment's beginning. */
  before(sequence: number): Place | null {
    return this.#places[this.#countUpTo(sequence) - 1] ?? null;
  }

  /** The first one behind record `sequence`; null when that is nearer to the segment's end. */
  behind(sequence: number): Place | null {
    return this.#places[this.#countUpTo(sequence)] ?? null;
  }

  #countUpTo(sequence: number): number {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#places[middle]?.sequence ?? Infinity) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
