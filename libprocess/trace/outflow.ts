/**
 * Trace events as JSON lines into a pipe: those that are kept, then, where they are asked for, those that come.
 *
 *   kept ──▶ line, line, … ──▶ end
 *                          └──▶ follow: every 100 ms what is new, until the reader closes
 *
 * The pipe holds a bounded number of bytes. What a slow reader misses is counted, and told by a line of its own:
 * `{"skipped":n}`. It works by the clock alone, without a turn of any actor, and so leaves no trace itself.
 */
import type { Clock, Timer } from '../clock.ts';
import type { PipeWriter } from '../http/pipe.ts';
import type { TraceEvent } from './event.ts';
import { Feed } from './feed.ts';
import type { Recorder } from './recorder.ts';

/** No more than this, and the lines of one portion, waits for a reader. */
const BUFFERED_MAX = 256 * 1024;
const LINES_PER_WRITE = 250;
/** Of more new events than this only the newest are shown. */
const NEW_MAX = 2_000;
const POLL_MS = 100;

export interface OutflowOptions {
  readonly recorder: Recorder | null;
  /** Numbers of the events of `recorder` to begin with. */
  readonly kept: readonly number[];
  /** The number of the first event to follow. */
  readonly next: number;
  readonly body: boolean;
  /** Which of those that come are shown; null to end with those that are kept. */
  readonly follow: ((event: TraceEvent) => boolean) | null;
  /** The recorder that is in use by now: another one when a trace was started anew. */
  readonly current: () => Recorder | null;
}

export class Outflow implements Disposable {
  #at = 0;
  #skipped = 0;
  #recorder: Recorder | null;
  #feed: Feed | null;
  #timer: Timer | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly writer: PipeWriter,
    private readonly options: OutflowOptions,
  ) {
    const { recorder, next } = options;
    this.#recorder = recorder;
    this.#feed = recorder === null ? null : new Feed(recorder, next);
    writer.readerClosed().onReady(() => this[Symbol.dispose]());
    this.#pump();
  }

  /** The reader reads what was written, then the end. */
  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.writer.close();
  }

  #pump(): void {
    const { kept, follow } = this.options;
    while (this.#at < kept.length) {
      if (this.writer.refusal !== null) return;
      if (this.writer.buffered >= BUFFERED_MAX) {
        this.writer.drained().onReady(() => this.#pump());
        return;
      }
      this.#write(this.#keptEvents());
    }
    if (follow === null) this.writer.close();
    else this.#follow(follow);
  }

  /** The next of those that are kept; some may have been written over meanwhile. */
  #keptEvents(): TraceEvent[] {
    const numbers = this.options.kept.slice(this.#at, this.#at + LINES_PER_WRITE);
    this.#at += numbers.length;
    const events = numbers.flatMap(number => this.#recorder?.event(number, this.options.body) ?? []);
    this.#skipped += numbers.length - events.length;
    return events;
  }

  #follow(fits: (event: TraceEvent) => boolean): void {
    if (this.writer.refusal !== null) return;
    this.#timer = this.clock.timer(POLL_MS, () => this.#follow(fits));
    if (this.writer.buffered >= BUFFERED_MAX) return; // It reads slowly: meanwhile the ring forgets.
    this.#useRecorder();
    const { events = [], skipped = 0 } = this.#feed?.take(NEW_MAX) ?? {};
    this.#skipped += skipped;
    this.#write(events.filter(fits).map(event => this.#withBody(event)));
  }

  #useRecorder(): void {
    const recorder = this.options.current();
    if (recorder === this.#recorder) return;
    this.#recorder = recorder;
    this.#feed = recorder === null ? null : new Feed(recorder, 0);
  }

  #withBody(event: TraceEvent): TraceEvent {
    return (this.options.body ? this.#recorder?.eventOf(event.id) : null) ?? event;
  }

  #write(events: readonly TraceEvent[]): void {
    let text = '';
    if (this.#skipped > 0) text += `${JSON.stringify({ skipped: this.#skipped })}\n`;
    this.#skipped = 0;
    for (const event of events) text += `${JSON.stringify(event)}\n`;
    this.writer.write(text);
  }
}
