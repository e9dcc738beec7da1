/**
 * Time: one heap of timers and one armed system timer for each clock.
 *
 *   running ──pause()──▶ paused: time moves only by advance() and step() ──resume()──▶ running
 *
 * `now` is monotonic, in milliseconds, and decides when timers fire: a step of the machine's clock moves none of them.
 * `wall` is the time since the epoch, for display and for protocols.
 *
 * Source: libprocess `Clock`, `Timer` (clock.hpp). Timers that are due at the same time fire in the order of creation.
 */
export interface Clock {
  /** Monotonic milliseconds. */
  readonly now: number;
  /** Milliseconds since the epoch. */
  readonly wall: number;
  /** Calls `fire` in `ms` milliseconds; never before this call has returned. */
  timer(ms: number, fire: () => void): Timer;
}

/** Something that will happen later, unless it is cancelled. */
export interface Timer {
  /** True when the timer was still pending: it will not fire any more. */
  cancel(): boolean;
}

/** The longest delay that Node's timers hold; longer waits are armed again. */
const ARM_MAX_MS = 2 ** 31 - 1;

class Entry implements Timer {
  /** Its place in the heap; -1 once fired or cancelled. */
  place = -1;

  constructor(
    readonly due: number,
    readonly order: number,
    readonly fire: () => void,
    readonly clock: PausableClock,
  ) {}

  cancel(): boolean {
    if (this.place < 0) return false;
    this.clock.remove(this);
    return true;
  }

  before(other: Entry): boolean {
    return this.due < other.due || (this.due === other.due && this.order < other.order);
  }
}

/** The clock of a runtime, and, paused from the start, of a simulation. */
export class PausableClock implements Clock {
  readonly #heap: Entry[] = [];
  #created = 0;
  /** Where time stands while paused. */
  #pausedAt: number | null = null;
  /** How far `advance` has moved this clock ahead of the machine's. */
  #ahead = 0;
  /** The wall clock minus `now` while paused. */
  #wallOffset = 0;
  #armed: NodeJS.Timeout | null = null;
  #armedFor = Infinity;

  /** A clock that starts paused at 0, with `epochMs` as its wall time then. */
  static paused(epochMs = 0): PausableClock {
    const clock = new PausableClock();
    clock.#pausedAt = 0;
    clock.#wallOffset = epochMs;
    return clock;
  }

  get now(): number {
    return this.#pausedAt ?? performance.now() + this.#ahead;
  }

  get wall(): number {
    return this.#pausedAt === null ? Date.now() + this.#ahead : this.#pausedAt + this.#wallOffset;
  }

  get isPaused(): boolean {
    return this.#pausedAt !== null;
  }

  /** When the next timer is due; Infinity when there is none. */
  get nextDue(): number {
    return this.#heap[0]?.due ?? Infinity;
  }

  /** @throws Error when `ms` is not a number: such a timer would be due at no time, and put all others out of order. */
  timer(ms: number, fire: () => void): Timer {
    if (Number.isNaN(ms)) throw new Error('a timer in NaN ms');
    const entry = new Entry(this.now + Math.max(0, ms), this.#created++, fire, this);
    this.#push(entry);
    this.#arm();
    return entry;
  }

  pause(): void {
    if (this.#pausedAt !== null) return;
    const wall = this.wall;
    this.#pausedAt = this.now;
    this.#wallOffset = wall - this.#pausedAt;
    this.#disarm();
  }

  /** Runs again from where it stands; what `advance` added stays added. */
  resume(): void {
    if (this.#pausedAt === null) return;
    this.#ahead = this.#pausedAt - performance.now();
    this.#pausedAt = null;
    this.#arm();
  }

  /** Moves a paused clock by `ms`, firing what becomes due, in order. */
  advance(ms: number): void {
    const limit = this.now + ms;
    while (this.step(limit));
  }

  /** Moves a paused clock to the next timer due by `limit` and fires it; to `limit`, and false, when there is none. */
  step(limit: number): boolean {
    if (this.#pausedAt === null) throw new Error('only a paused clock can be stepped');
    const next = this.#heap[0];
    if (next === undefined || next.due > limit) {
      this.#pausedAt = Math.max(this.#pausedAt, limit);
      return false;
    }
    this.#pausedAt = Math.max(this.#pausedAt, next.due);
    this.remove(next);
    next.fire();
    return true;
  }

  /** @internal */
  remove(entry: Entry): void {
    const heap = this.#heap;
    const last = heap.pop();
    const { place } = entry;
    entry.place = -1;
    if (last !== undefined && last !== entry) {
      heap[place] = last;
      last.place = place;
      this.#sift(last);
    }
    if (heap.length === 0) this.#disarm();
  }

  readonly #ring = (): void => {
    this.#armed = null;
    this.#armedFor = Infinity;
    const { now } = this;
    try {
      for (let next = this.#heap[0]; next !== undefined && next.due <= now; next = this.#heap[0]) {
        this.remove(next);
        next.fire();
      }
    } finally {
      this.#arm(); // One that throws must not keep the others from ringing.
    }
  };

  #arm(): void {
    const due = this.nextDue;
    if (this.#pausedAt !== null || due === Infinity || due >= this.#armedFor) return;
    this.#disarm();
    this.#armedFor = due;
    this.#armed = setTimeout(this.#ring, Math.min(ARM_MAX_MS, Math.max(0, Math.ceil(due - this.now))));
  }

  #disarm(): void {
    if (this.#armed !== null) clearTimeout(this.#armed);
    this.#armed = null;
    this.#armedFor = Infinity;
  }

  #push(entry: Entry): void {
    entry.place = this.#heap.length;
    this.#heap.push(entry);
    this.#sift(entry);
  }

  /** Moves `entry` up or down to where the heap's order wants it. */
  #sift(entry: Entry): void {
    const heap = this.#heap;
    for (
      let parent = (entry.place - 1) >> 1;
      entry.place > 0 && entry.before(heap[parent]!);
      parent = (entry.place - 1) >> 1
    ) {
      this.#swap(entry.place, parent);
    }
    for (;;) {
      const left = entry.place * 2 + 1;
      if (left >= heap.length) return;
      const child = left + 1 < heap.length && heap[left + 1]!.before(heap[left]!) ? left + 1 : left;
      if (!heap[child]!.before(entry)) return;
      this.#swap(entry.place, child);
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const [x, y] = [heap[a]!, heap[b]!];
    heap[a] = y;
    heap[b] = x;
    y.place = a;
    x.place = b;
  }
}
