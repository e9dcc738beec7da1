/**
 * Queues whose `get` waits: items and getters meet in the order in which they came.
 *
 * Source: libprocess `Queue` (queue.hpp).
 */
import { Future, Promised } from './future.ts';
import { Ring } from './ring.ts';

/** First in, first out; `get` waits for an item. */
export class Queue<T> {
  readonly #items = new Ring<T>();
  /** Who waits for an item; a set keeps the order and lets a getter leave from the middle. */
  readonly #getters = new Set<Promised<T>>();

  /** How many items wait for a getter. */
  get size(): number {
    return this.#items.length;
  }

  put(item: T): void {
    const [getter] = this.#getters;
    if (getter === undefined) {
      this.#items.push(item);
      return;
    }
    this.#getters.delete(getter);
    getter.set(item);
  }

  /** The oldest item, once there is one. A getter that is discarded leaves the queue and takes no item. */
  get(): Future<T> {
    if (this.#items.length > 0) return Future.ready(this.#items.shift() as T);
    const getter = new Promised<T>();
    this.#getters.add(getter);
    getter.onDiscard(() => {
      if (this.#getters.delete(getter)) getter.discarded();
    });
    return getter;
  }
}
