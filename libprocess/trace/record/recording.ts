/**
 * Recording: a tape that writes down what crosses it, in both directions.
 *
 *   const recording = new Recording({ path: 'master.rec', program: { name: 'mesos-master' } });
 *   const runtime = await Runtime.start(recording.seams({ network, disk, launcher, log, ip, port }));
 *   recording.follow(runtime);
 *
 * What comes waits for the next look at sockets (`setImmediate`), so that a batch never falls into a turn; this is what a
 * recording costs in latency.
 *
 * Measured on two busy cores, with messages of 50 bytes over TCP: 3.3 µs of a core for each (0.7 µs without a recording),
 * and 117 bytes of the file. A master with an agent, a task and a look at its pages fills 9 KB. A replay serves about
 * 100,000 turns a second. Without a recording nothing of this is there: a runtime has the world's own seams.
 */
import { type Clock, PausableClock } from '../../clock.ts';
import { afterTurns, isIdle } from '../../drain.ts';
import { Failure } from '../../failure.ts';
import { type Logger, stderrLogger } from '../../log.ts';
import type { Runtime, RuntimeOptions } from '../../runtime.ts';
import { type PackedError, packError } from './asked.ts';
import {
  digestOf,
  encodeBatch,
  encodeHeader,
  FORMAT,
  type Observation,
  type Output,
  type RecordedProgram,
} from './batch.ts';
import { RECORDING_BYTES_MAX, RecordingFile } from './file.ts';
import { newKey } from './random.ts';
import { SEAMS, tapedSeams } from './seams.ts';
import type { Input, Taker, Tape } from './tape.ts';

/** What is recorded, and where to. */
export interface RecordingOptions {
  readonly path: string;
  readonly program: RecordedProgram;
  /** Where the file ends. */
  readonly bytesMax?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly log?: Logger | undefined;
}

/** Something that has come and was not handed in yet. */
interface Entry {
  readonly input: Input;
  readonly take: (() => void) | undefined;
  readonly isWanted: (() => boolean) | undefined;
}

/** Time that is older than this is brought up to date by a batch of its own. */
const TIME_AGE_MAX_MS = 5;

/** What crosses a runtime's seams, on its way into a file. */
export class Recording implements Tape {
  #now: number;
  #wall: number;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #file: RecordingFile;
  readonly #key = newKey();
  readonly #program: RecordedProgram;
  readonly #takers = new Map<string, Taker>();
  #runtime: Runtime | null = null;
  #queue: Entry[] = [];
  #isDue = false;
  #outputs: Output[] = [];
  #observations: Observation[] = [];
  #batches = 0;
  /** Turns up to the last batch. */
  #turns = 0;
  #isOn = true;

  /** @throws Failure RECORDING when the file cannot be made. */
  constructor({ path, program, bytesMax = RECORDING_BYTES_MAX, clock, log = stderrLogger }: RecordingOptions) {
    this.#clock = clock ?? new PausableClock();
    this.#log = log;
    this.#program = program;
    this.#file = new RecordingFile(path, bytesMax);
    this.#now = this.#clock.now;
    this.#wall = this.#clock.wall;
  }

  get now(): number {
    this.#age();
    return this.#now;
  }

  get wall(): number {
    this.#age();
    return this.#wall;
  }

  /** `options` with each of their seams recorded. Call it once. */
  seams<O extends RuntimeOptions>(options: O): O {
    const seams = SEAMS.filter(name => options[name] !== undefined);
    const header = { format: FORMAT, program: this.#program, seams, now: this.#now, wall: this.#wall, key: this.#key };
    this.#append(encodeHeader(header as never));
    return { ...options, ...tapedSeams(this, this.#key, { ...options, clock: this.#clock }) };
  }

  follow(runtime: Runtime): void {
    this.#runtime = runtime;
  }

  on(kind: string, take: Taker): void {
    this.#takers.set(kind, take);
  }

  enter(input: Input, take?: () => void, isWanted?: () => boolean): void {
    this.#queue.push({ input, take, isWanted });
    this.#soon();
  }

  output(label: string, content?: Uint8Array | string): void {
    if (this.#isOn) this.#outputs.push([this.#turnsSince, label, digestOf(content)]);
  }

  observe<T>(label: string, look: () => T): T {
    try {
      const value = look();
      if (this.#isOn) this.#observations.push([label, value]);
      return value;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (this.#isOn) this.#observations.push([label, null, packError(error) as PackedError]);
      throw error;
    }
  }

  /** Writes what is left. Ready once all is with the system. */
  async close(): Promise<void> {
    this.#handIn();
    this.#isOn = false;
    await this.#file.close();
  }

  get #turnsSince(): number {
    return (this.#runtime?.$served ?? 0) - this.#turns;
  }

  /** In a long run of turns time must go on as well. */
  #age(): void {
    if (!this.#isDue && this.#clock.now - this.#now > TIME_AGE_MAX_MS) this.#soon();
  }

  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    afterTurns(this.#handIn);
  }

  readonly #handIn = (): void => {
    this.#isDue = false;
    const entries = this.#queue.filter(({ isWanted }) => isWanted?.() !== false);
    this.#queue = [];
    this.#now = this.#clock.now;
    this.#wall = this.#clock.wall;
    if (this.#isOn) this.#write(entries.map(({ input }) => input));
    this.#takeAll(entries, 0);
  };

  #write(inputs: readonly Input[]): void {
    const turns = this.#turnsSince;
    this.#batches += 1;
    this.#turns += turns;
    const [now, wall] = [this.#now, this.#wall];
    const [observations, outputs] = [this.#observations, this.#outputs];
    this.#observations = [];
    this.#outputs = [];
    this.#append(encodeBatch(this.#batches, { turns, idle: isIdle(), now, wall, observations, outputs, inputs }));
    if (this.#runtime?.neighbours != null) this.#end('a runtime with threads cannot be recorded');
  }

  /** One that throws has a bug, and must not keep the others from coming in. */
  #takeAll(entries: readonly Entry[], from: number): void {
    let next = from;
    try {
      for (; next < entries.length; ) {
        const { input, take } = entries[next] as Entry;
        next += 1;
        if (take !== undefined) take();
        else this.#takers.get(input[0])?.(input[1], input.slice(2));
      }
    } finally {
      if (next < entries.length) this.#takeAll(entries, next);
    }
  }

  #append(record: Buffer): void {
    if (this.#isOn && !this.#file.append(record)) this.#end(this.#file.ended ?? '');
  }

  #end(why: string): void {
    this.#isOn = false;
    this.#log.warn({ path: this.#file.path }, `the recording ends here: ${why}`);
  }
}
