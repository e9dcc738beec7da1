/** What the tests of the journal share: a disk in memory, and time that moves only while something is waited for. */

import { SimulatedDisk } from '../../../libprocess/disk/simulated.ts';
import { type Future, Journal, type JournalOptions, PausableClock, SeededRandom } from '../../../libprocess/index.ts';
import { Life } from '../../../libprocess/testing/life.ts';

export const FOLDER = '/journal';

const STEPS_MAX = 100_000;

export class Scene {
  readonly clock = PausableClock.paused();
  readonly random: SeededRandom;
  readonly disk: SimulatedDisk;
  #life = new Life();

  constructor(seed = 1, latencyMs: readonly [number, number] = [0, 0]) {
    this.random = new SeededRandom(seed);
    this.disk = new SimulatedDisk({ clock: this.clock, random: this.random.fork(), latencyMs });
  }

  /** What `future` comes to, time moving as far as it must. */
  async done<T>(future: Future<T>): Promise<T> {
    for (let n = 0; future.isPending; n++) {
      if (n > STEPS_MAX) throw new Error('nothing completes this future');
      await this.step();
    }
    return future;
  }

  /** Lets what is due happen, or, if nothing is, all that needs no time. */
  async step(): Promise<void> {
    await Promise.resolve();
    if (this.clock.nextDue < Infinity) this.clock.step(this.clock.nextDue);
  }

  /** Until nothing is under way. */
  async idle(): Promise<void> {
    for (let quiet = 0; quiet < 10; quiet++) {
      if (this.clock.nextDue < Infinity) quiet = 0;
      await this.step();
    }
  }

  /** Opens the journal, as a process that follows one that was killed; `replayed` is what it gave back, as text, the snapshot first. */
  async open(options: Partial<JournalOptions> = {}): Promise<{ journal: Journal; replayed: string[] }> {
    const replayed: string[] = [];
    this.#life.end();
    this.#life = new Life();
    const journal = await this.done(
      Journal.open({
        disk: this.#life.disk(this.disk),
        clock: this.#life.clock(this.clock),
        folder: FOLDER,
        restore: ({ sequence, payload }) => replayed.push(`snapshot ${sequence} ${text(payload)}`),
        replay: ({ payload }) => replayed.push(text(payload)),
        ...options,
      }),
    );
    return { journal, replayed };
  }

  /** The files of the journal, by name. */
  async files(): Promise<Map<string, Uint8Array>> {
    const files = new Map<string, Uint8Array>();
    for (const name of await this.done(this.disk.list(FOLDER))) {
      files.set(name, (await this.done(this.disk.read(`${FOLDER}/${name}`))) ?? new Uint8Array());
    }
    return files;
  }
}

export function bytes(value: string | number): Uint8Array {
  return Buffer.from(String(value));
}

export function text(payload: Uint8Array): string {
  return Buffer.from(payload).toString();
}
