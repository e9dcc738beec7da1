/**
 * What one viewer has not seen yet of a recorder's events: each when it is posted, and once more when it is over.
 *
 * A viewer that comes seldom misses what was written over meanwhile, and is told how much. Pure.
 */
import { addressOf, type TraceEvent } from './event.ts';
import type { Recorder } from './recorder.ts';

/** Events that were shown while they were under way, and are looked at again. */
const OPEN_MAX = 20_000;

export interface Portion {
  readonly events: readonly TraceEvent[];
  /** Events that this viewer will never see. */
  readonly skipped: number;
}

export class Feed {
  #next: number;
  #open: number[] = [];

  /** @param from - the first event's number; by default those that are recorded from now on. */
  constructor(
    private readonly recorder: Recorder,
    from = recorder.recorded,
  ) {
    this.#next = from;
  }

  isOf(recorder: Recorder): boolean {
    return recorder === this.recorder;
  }

  /** What there is now, oldest first; of more than `limit` new events only the newest. */
  take(limit: number): Portion {
    const { recorded, forgotten } = this.recorder;
    const first = Math.max(this.#next, forgotten, recorded - limit);
    const skipped = first - this.#next;
    const events = this.#finished();
    for (let number = first; number < recorded; number++) {
      const event = this.recorder.event(number, false);
      if (event === null) continue;
      events.push(event);
      if (!isOver(event) && this.#open.length < OPEN_MAX) this.#open.push(number);
    }
    this.#next = recorded;
    return { events, skipped };
  }

  /** Those that were shown while they were under way and are over now; what was written over is given up. */
  #finished(): TraceEvent[] {
    const finished: TraceEvent[] = [];
    this.#open = this.#open.filter(number => {
      const event = this.recorder.event(number, false);
      if (event === null) return false;
      if (!isOver(event)) return true;
      finished.push(event);
      return false;
    });
    return finished;
  }
}

/** The events that are kept at one moment, oldest first, in as many portions as whoever reads them can take. */
export class Past {
  #next: number;
  readonly #until: number;

  /** @param limit - of more events only the newest. */
  constructor(
    private readonly recorder: Recorder,
    limit: number,
  ) {
    this.#until = recorder.recorded;
    this.#next = Math.max(recorder.forgotten, this.#until - limit);
  }

  /** Events that are still to come. */
  get left(): number {
    return this.#until - this.#next;
  }

  /** The next `limit` events; those that have been written over since are skipped. */
  take(limit: number): Portion {
    const end = Math.min(this.#until, this.#next + limit);
    const numbers = Array.from({ length: end - this.#next }, (_, index) => this.#next + index);
    const events = numbers.map(number => this.recorder.event(number, false)).filter(event => event !== null);
    this.#next = end;
    return { events, skipped: numbers.length - events.length };
  }
}

/** Nothing more will be told of it: what another runtime serves ends here when it leaves. */
export function isOver({ ended, dropped, to, node }: TraceEvent): boolean {
  return ended !== null || dropped !== undefined || addressOf(to) !== node;
}
