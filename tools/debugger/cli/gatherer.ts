/**
 * Trees that are finished, from events as they come from many nodes: one to which nothing was added for a while, and of
 * which nothing waits any more. Pure.
 */
import { addressOf, eventsOf, plant, type TraceEvent, type TraceTree } from '../../../libprocess/trace.ts';

/** Nothing was added for so long. */
const QUIET_MS = 1_000;
/** Of more events that wait for the rest of their trees the oldest are given up. */
const EVENTS_MAX = 100_000;

interface Heard {
  readonly event: TraceEvent;
  /** By the clock of who listens: nodes' clocks differ. */
  readonly atMs: number;
}

export class Gatherer {
  readonly #heard = new Map<string, Heard>();

  /** @param fits - a tree is wanted when one of its events fits. */
  constructor(private readonly fits: (event: TraceEvent) => boolean) {}

  add(events: Iterable<TraceEvent>, nowMs: number): void {
    for (const event of events) {
      this.#heard.delete(event.id);
      this.#heard.set(event.id, { event, atMs: nowMs });
    }
    for (const id of this.#heard.keys()) {
      if (this.#heard.size <= EVENTS_MAX) break;
      this.#heard.delete(id);
    }
  }

  /** Those that are finished by now, oldest first; they are forgotten. */
  take(nowMs: number): TraceTree[] {
    return this.#trees().filter(tree => {
      for (const { id, ended, dropped, to, node } of eventsOf(tree)) {
        const heard = this.#heard.get(id);
        if (heard !== undefined && nowMs - heard.atMs < QUIET_MS) return false;
        if (ended === null && dropped === undefined && addressOf(to) === node) return false;
      }
      return this.#drop(tree);
    });
  }

  /** All that is left, finished or not. */
  takeAll(): TraceTree[] {
    return this.#trees().filter(tree => this.#drop(tree));
  }

  #trees(): TraceTree[] {
    return plant([...this.#heard.values()].map(({ event }) => event));
  }

  /** True for a tree that is wanted. */
  #drop(tree: TraceTree): boolean {
    let wanted = false;
    for (const event of eventsOf(tree)) {
      wanted ||= this.fits(event);
      this.#heard.delete(event.id);
    }
    return wanted;
  }
}
