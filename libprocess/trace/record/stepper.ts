/**
 * Stepping through a recording, envelope by envelope, in either direction.
 *
 *   const stepper = await Stepper.open(recorded, start);      // replays it once, and knows all steps
 *   const steps = stepper.stepsOf('master');
 *   await stepper.at(steps[41]);                              // its envelope, and the actor's state before and after
 *
 * A step back is a run from the start to one step earlier: nothing waits in a replay, so that takes as long as the turns
 * themselves. While it is open nothing else should run on this thread.
 */
import type { Envelope } from '../../envelope.ts';
import { type Logger, logger } from '../../log.ts';
import type { RuntimeOptions } from '../../runtime.ts';
import { printPayload } from '../payload.ts';
import type { Recorded } from './batch.ts';
import type { Difference } from './differences.ts';
import { Playback } from './playback.ts';
import { stateOf } from './state.ts';
import type { Tape } from './tape.ts';

/** Starts the recorded program on seams that play its recording back, and has `tape` follow its runtime. */
export type Start = (options: RuntimeOptions, tape: Tape) => PromiseLike<unknown>;

/** One envelope that was served. */
export interface Step {
  /** From 1. */
  readonly turn: number;
  /** Id of the actor. */
  readonly actor: string;
  readonly kind: Envelope['kind'];
  readonly name: string;
  /** Who sent it, as `id@ip:port`; empty for nobody. */
  readonly from: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A step from near by. */
export interface StepDetails {
  readonly step: Step;
  readonly body: unknown;
  /** The actor's state; null where it had not begun, or has ended. */
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
  /** What was logged. */
  readonly log: readonly string[];
}

/** A recording, step by step. */
export class Stepper {
  readonly steps: readonly Step[];
  /** In which the first replay was not what was recorded. */
  readonly differences: readonly Difference[];
  #run: Run;

  private constructor(
    private readonly recorded: Recorded,
    private readonly start: Start,
    first: Run,
  ) {
    this.steps = first.steps;
    this.differences = first.playback.differences;
    this.#run = first;
  }

  /** Replays `recorded` from start to end. @throws what the program fails to start with. */
  static async open(recorded: Recorded, start: Start): Promise<Stepper> {
    const first = new Run(recorded, start);
    await first.playback.advance(Infinity);
    return new Stepper(recorded, start, first);
  }

  /** The steps of one actor, or, without an id, of all. */
  stepsOf(actor?: string): readonly Step[] {
    return actor === undefined ? this.steps : this.steps.filter(step => step.actor === actor);
  }

  /** Goes to `step`, forwards or backwards. */
  async at(step: Step): Promise<StepDetails> {
    if (this.#run.playback.turns >= step.turn) await this.#again();
    const run = this.#run;
    await run.playback.advance(step.turn - 1);
    const before = run.state(step.actor);
    const logged = run.log.length;
    await run.playback.advance(step.turn);
    const body = printPayload(run.last?.body);
    return { step, body, before, after: run.state(step.actor), log: run.log.slice(logged) };
  }

  /** Ends the replay: the drain of this thread is its own again. */
  async close(): Promise<void> {
    await this.#run.end();
    this.#run.playback.stop();
  }

  async #again(): Promise<void> {
    await this.#run.end();
    this.#run = new Run(this.recorded, this.start);
  }
}

/** One replay. */
class Run {
  readonly playback: Playback;
  readonly steps: Step[] = [];
  readonly log: string[] = [];
  /** The envelope that was served last. */
  last: Envelope | null = null;

  constructor(recorded: Recorded, start: Start) {
    const playback = new Playback(recorded);
    this.playback = playback;
    playback.watch((envelope, turn) => this.#served(envelope, turn));
    playback.start(seams => start({ ...seams, log: this.#logger(), died: () => undefined }, playback));
  }

  state(actor: string): Record<string, unknown> | null {
    const process = this.playback.runtime?.process(actor);
    return process === undefined ? null : stateOf(process);
  }

  /** Takes all actors away, and what they would still have done. */
  async end(): Promise<void> {
    this.playback.runtime?.kill();
    await this.playback.drop();
  }

  #served(envelope: Envelope, turn: number): void {
    const { kind, type, to, from } = envelope;
    this.last = envelope;
    const { wall } = this.playback;
    this.steps.push({ turn, actor: to.id, kind, name: type.name, from: from.id === '' ? '' : String(from), at: wall });
  }

  #logger(): Logger {
    return logger((level, message) => this.log.push(`${level.toUpperCase()} ${message}`));
  }
}
