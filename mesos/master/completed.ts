/** A list that remembers its last `max` entries: completed frameworks, completed and unreachable tasks. */
export class Completed<T> implements Iterable<T> {
  #entries: T[] = [];

  constructor(readonly max: number) {}

  get length(): number {
    return this.#entries.length;
  }

  push(entry: T): void {
    if (this.max === 0) return;
    this.#entries.push(entry);
    if (this.#entries.length > this.max) this.#entries.shift();
  }

  find(matches: (entry: T) => boolean): T | undefined {
    return this.#entries.find(matches);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#entries.values();
  }
}

/** The same for entries with a key: the oldest goes first. */
export class CompletedMap<V> {
  readonly #entries = new Map<string, V>();

  constructor(readonly max: number) {}

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: V): void {
    if (this.max === 0) return;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.max) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  keys(): IterableIterator<string> {
    return this.#entries.keys();
  }
}
