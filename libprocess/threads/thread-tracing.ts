/** What a thread records of its actors while somebody traces, in events that the main thread can show with its own. */
import type { Runtime } from '../runtime.ts';
import type { TraceEvent } from '../trace/event.ts';
import type { TraceSettings } from '../trace/protocol.ts';
import { Tracing } from '../trace/tracing.ts';

/** Events at a time. */
const EVENTS_MAX = 10_000;

/** Some events, and the number to ask for the next ones with. */
export interface TracedEvents {
  readonly events: readonly TraceEvent[];
  readonly next: number;
}

export class ThreadTracing {
  readonly #tracing: Tracing;

  constructor(runtime: Runtime) {
    this.#tracing = new Tracing(runtime);
  }

  /** @param settings - null ends it. @throws Failure BAD_SETTINGS. */
  set(settings: TraceSettings | null): void {
    if (settings === null) this.#tracing.stop();
    else this.#tracing.start(settings);
  }

  /** Those from the number `from` on that are kept, at most 10,000. */
  events(from: number): TracedEvents {
    const { recorder } = this.#tracing;
    if (recorder === null) return { events: [], next: 0 };
    const start = Math.max(from, recorder.forgotten);
    const next = Math.min(recorder.recorded, start + EVENTS_MAX);
    const events: TraceEvent[] = [];
    for (let number = start; number < next; number++) {
      const event = recorder.event(number, true);
      if (event !== null) events.push(event);
    }
    return { events, next };
  }
}
