/**
 * Playback: a tape that hands in what a recording holds, after as many turns as it came, and compares what leaves.
 *
 *   const playback = new Playback(decodeRecording(bytes));
 *   playback.start(seams => startProgram(seams));      // the program that was recorded, and playback.follow(runtime)
 *   await playback.advance(1_000);                     // up to the end of its 1,000th turn
 *
 * Nothing waits for anything: an hour is replayed in moments. The drain of this thread is paced by the playback until
 * `stop`; nothing else should run on it meanwhile.
 *
 *   differences   an output that is missing, or that nothing in the recording accounts for
 *                 turns that are missing, or too many
 *                 something that came in, and nobody had asked for it
 *
 * After a difference the replay goes on, batch by batch: what follows from it differs as well.
 */
import { afterTurns, isIdle, pace } from '../../drain.ts';
import type { Envelope, Filter } from '../../envelope.ts';
import type { Runtime } from '../../runtime.ts';
import { unpackError } from './asked.ts';
import { type Batch, digestOf, type Observation, type Output, type Recorded } from './batch.ts';
import { compare, type Difference } from './differences.ts';
import { replayedSeams, type TapedSeams } from './seams.ts';
import type { Taker, Tape } from './tape.ts';

/** Turns that a replay is let go on for where the recording had nothing left to do: a loop must end. */
const EXTRA_TURNS_MAX = 10_000;
/** Behind its last batch a recording does not say what happened: the replay goes on while there is something to do. */
const REST_TURNS_MAX = 100_000;

/** A recording as the tape of a replay. */
export class Playback implements Tape {
  readonly differences: Difference[] = [];
  #now: number;
  #wall: number;
  readonly #takers = new Map<string, Taker>();
  #runtime: Runtime | null = null;
  #watcher: Watcher | null = null;
  #failure: unknown = null;
  /** The batch that comes next. */
  #next = 0;
  /** Turns up to the last batch. */
  #before = 0;
  /** What leaves, and was known at once, since the last batch. */
  #outputs: Output[] = [];
  #observed = 0;
  #isOver = false;

  constructor(private readonly recorded: Recorded) {
    this.#now = recorded.header.now;
    this.#wall = recorded.header.wall;
    pace(0);
  }

  get now(): number {
    return this.#now;
  }

  get wall(): number {
    return this.#wall;
  }

  /** Turns so far. */
  get turns(): number {
    return this.#runtime?.$served ?? 0;
  }

  /** The runtime of the replay, once there is one. */
  get runtime(): Runtime | null {
    return this.#runtime;
  }

  /** Nothing more will happen. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Begins to run the program; what it fails with, `advance` fails with. */
  start(boot: (seams: TapedSeams) => PromiseLike<unknown>): void {
    const { key, seams } = this.recorded.header;
    boot(replayedSeams(this, key, seams)).then(undefined, error => {
      this.#failure = error;
    });
  }

  follow(runtime: Runtime): void {
    this.#runtime = runtime;
    if (this.#watcher !== null) watchServed(runtime, this.#watcher);
  }

  /** Calls `watcher` for each envelope just before it is served. Call it before `start`. */
  watch(watcher: Watcher): void {
    this.#watcher = watcher;
  }

  on(kind: string, take: Taker): void {
    this.#takers.set(kind, take);
  }

  /** Nothing comes but from the recording. */
  enter(): void {}

  output(label: string, content?: Uint8Array | string): void {
    this.#outputs.push([this.#sinceBatch, label, digestOf(content)]);
  }

  observe<T>(label: string, look: () => T): T {
    const observation = this.#batch?.observations[this.#observed];
    this.#observed += 1;
    if (observation === undefined || observation[0] !== label) {
      if (this.#batch !== undefined) this.#differ('observation', observation?.[0] ?? 'nothing', label);
      return look();
    }
    return known<T>(observation);
  }

  /** Runs up to the end of turn `turn`, or of the recording; false when that came first. */
  async advance(turn: number): Promise<boolean> {
    await this.#settle();
    while (this.turns < turn && !this.#isOver) {
      const batch = this.#batch;
      const due = batch === undefined ? REST_TURNS_MAX : batch.turns;
      const left = due - this.#sinceBatch;
      await this.#run(Math.min(left, turn - this.turns));
      if (this.turns >= turn) break;
      if (batch !== undefined) await this.#handIn(batch);
      else this.#isOver = true;
    }
    return this.turns >= turn;
  }

  /** Lets the drain forget the actors of a runtime that was killed. */
  async drop(): Promise<void> {
    pace(REST_TURNS_MAX);
    await new Promise<void>(afterTurns);
    pace(0);
  }

  /** The drain paces itself again. */
  stop(): void {
    pace(null);
  }

  get #batch(): Batch | undefined {
    return this.recorded.batches[this.#next];
  }

  get #sinceBatch(): number {
    return this.turns - this.#before;
  }

  async #run(turns: number): Promise<void> {
    if (turns > 0) pace(turns);
    await this.#settle();
  }

  /** All that the turns so far have started has run after this, and no further turn. */
  async #settle(): Promise<void> {
    await new Promise<void>(afterTurns);
    if (this.#failure !== null) throw this.#failure;
  }

  async #handIn(batch: Batch): Promise<void> {
    if (this.#sinceBatch < batch.turns) this.#differ('turns', `${batch.turns} turns`, `${this.#sinceBatch} turns`);
    else if (batch.idle && !isIdle()) await this.#runOn(batch);
    this.#compare(batch);
    this.#next += 1;
    this.#before = this.turns;
    this.#outputs = [];
    this.#observed = 0;
    this.#now = batch.now;
    this.#wall = batch.wall;
    pace(0);
    for (const [kind, number, ...values] of batch.inputs) {
      const taken = this.#takers.get(kind)?.(number, values) ?? false;
      if (!taken) this.#differ('input', `${kind} ${number}`, 'nobody who waits for it');
    }
    await this.#settle();
  }

  /** The recording had nothing left to do here. */
  async #runOn(batch: Batch): Promise<void> {
    await this.#run(EXTRA_TURNS_MAX);
    this.#differ('turns', `${batch.turns} turns`, `${this.#sinceBatch} turns`);
  }

  #compare(batch: Batch): void {
    for (const { expected, found } of compare(batch.outputs, this.#outputs)) {
      const turn = this.#before + (found ?? expected ?? [0])[0];
      this.differences.push({ turn, what: 'output', expected: textOf(expected), found: textOf(found) });
    }
  }

  #differ(what: Difference['what'], expected: string, found: string): void {
    this.differences.push({ turn: this.turns, what, expected, found });
  }
}

/** @param turn - the number of its turn. */
export type Watcher = (envelope: Envelope, turn: number) => void;

/** Sees what the runtime's filter lets pass, whoever sets one later. */
function watchServed(runtime: Runtime, watcher: Watcher): void {
  let inner: Filter | null = runtime.filter;
  const watching: Filter = envelope => {
    const verdict = inner?.(envelope) ?? 'serve';
    if (verdict === 'serve') watcher(envelope, runtime.$served);
    return verdict;
  };
  Object.defineProperty(runtime, 'filter', {
    get: () => watching,
    set: (next: Filter | null) => {
      inner = next;
    },
  });
}

function textOf(output: Output | null): string {
  if (output === null) return 'nothing';
  const [, label, digest] = output;
  return digest === 0 ? label : `${label} [${digest.toString(16).padStart(8, '0')}]`;
}

function known<T>([, value, failure]: Observation): T {
  if (failure !== undefined) throw unpackError(failure);
  return value as T;
}
