/**
 * Events on their way into the store: a portion each frame, so that a flood never costs a frame. While the page is paused
 * they wait here, and the oldest are skipped and counted when there are too many.
 */
import type { TraceEvent } from '../../../../libprocess/trace.ts';

const PORTION = 2_000;
const WAITING_MAX = 250_000;
/** Frames do not come while the page is hidden. */
const HIDDEN_MS = 250;

export class Intake {
  #queue: (readonly TraceEvent[])[] = [];
  #waiting = 0;
  #scheduled = false;
  #paused = false;
  #skipped = 0;

  constructor(private readonly take: (events: readonly TraceEvent[]) => void) {}

  get waiting(): number {
    return this.#waiting;
  }

  get skipped(): number {
    return this.#skipped;
  }

  push(events: readonly TraceEvent[]): void {
    if (events.length === 0) return;
    this.#queue.push(events);
    this.#waiting += events.length;
    while (this.#waiting > WAITING_MAX && this.#queue.length > 1) {
      const { length } = this.#queue.shift() as readonly TraceEvent[];
      this.#waiting -= length;
      this.#skipped += length;
    }
    this.#schedule();
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    this.#schedule();
  }

  clear(): void {
    this.#queue = [];
    this.#waiting = 0;
  }

  #schedule(): void {
    if (this.#scheduled || this.#paused || this.#waiting === 0) return;
    this.#scheduled = true;
    const run = (): void => this.#run();
    if (document.hidden) window.setTimeout(run, HIDDEN_MS);
    else requestAnimationFrame(run);
  }

  #run(): void {
    this.#scheduled = false;
    if (this.#paused) return;
    const portion: TraceEvent[] = [];
    while (portion.length < PORTION) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      const room = PORTION - portion.length;
      portion.push(...next.slice(0, room));
      if (next.length > room) this.#queue.unshift(next.slice(room));
    }
    this.#waiting -= portion.length;
    if (portion.length > 0) this.take(portion);
    this.#schedule();
  }
}
