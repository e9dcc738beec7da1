/**
 * Tracing of one runtime, on or off: whoever asks for it shares one recorder.
 *
 *   off ──start()──▶ on ──start() with other settings──▶ on, from an empty ring
 *    ▲                └──stop()──┐
 *    └───────────────────────────┘   what was recorded stays to be looked at until the next start
 */
import type { Tracer } from '../envelope.ts';
import { Failure } from '../failure.ts';
import type { PID } from '../pid.ts';
import { EVERYTHING } from './filter.ts';
import type { Rule, TraceSettings, TraceStatus } from './protocol.ts';
import { EVENTS_DEFAULT, EVENTS_MAX, type Recorded, Recorder } from './recorder.ts';

/** What a runtime lends to its tracing. */
export interface Traced extends Recorded {
  tracer: Tracer | null;
}

const PATTERNS_MAX = 100;

export class Tracing {
  #recorder: Recorder | null = null;
  #settings: TraceSettings = {};
  readonly #hidden: PID[] = [];

  constructor(private readonly runtime: Traced) {}

  /** What was recorded since the last start; null before the first. */
  get recorder(): Recorder | null {
    return this.#recorder;
  }

  get isOn(): boolean {
    return this.#recorder !== null && this.runtime.tracer === this.#recorder;
  }

  /** From the next start on, what `actor` says and hears is not traced: who looks must not see himself look. */
  hide(actor: PID): void {
    this.#hidden.push(actor);
  }

  /** @throws Failure BAD_SETTINGS, naming the setting. */
  start(settings: TraceSettings): Recorder {
    const { actors = EVERYTHING.actors, names = EVERYTHING.names, sample = 1, size = EVENTS_DEFAULT } = settings;
    const times = settings.times ?? 'slice';
    if (!isTexts(actors)) throw bad('actors', `a list of at most ${PATTERNS_MAX} patterns`);
    if (!isTexts(names)) throw bad('names', `a list of at most ${PATTERNS_MAX} patterns`);
    if (!isCount(sample, 1_000_000_000)) throw bad('sample', 'a whole number from 1');
    if (!isCount(size, EVENTS_MAX)) throw bad('size', `a whole number from 1 to ${EVENTS_MAX}`);
    if (times !== 'slice' && times !== 'turn') throw bad('times', `'slice' or 'turn'`);
    const recorder = new Recorder(this.runtime, {
      size,
      filter: { actors, names, sample },
      times,
      hidden: this.#hidden,
    });
    this.#settings = { actors, names, sample, size: recorder.size, times };
    this.#recorder = recorder;
    this.runtime.tracer = recorder;
    return recorder;
  }

  stop(): void {
    if (this.isOn) this.runtime.tracer = null;
  }

  status(rules: readonly Rule[] = []): TraceStatus {
    const { recorded = 0, forgotten = 0 } = this.#recorder ?? {};
    return { on: this.isOn, settings: this.#settings, recorded, forgotten, rules };
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= PATTERNS_MAX && value.every(item => typeof item === 'string');
}

function isCount(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= max;
}

function bad(name: string, want: string): Failure {
  return new Failure(`trace setting '${name}' must be ${want}`, 'BAD_SETTINGS');
}
