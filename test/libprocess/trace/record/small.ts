/** Recording and replaying small programs in one process: what the tests of the recorder share. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { PausableClock } from '../../../../libprocess/clock.ts';
import { logger } from '../../../../libprocess/log.ts';
import { Address } from '../../../../libprocess/pid.ts';
import { Runtime, type RuntimeOptions } from '../../../../libprocess/runtime.ts';
import { decodeRecording, type Recorded } from '../../../../libprocess/trace/record/batch.ts';
import type { Difference } from '../../../../libprocess/trace/record/differences.ts';
import { Playback } from '../../../../libprocess/trace/record/playback.ts';
import { Recording } from '../../../../libprocess/trace/record/recording.ts';

/** Spawns what a runtime is to run. */
export type Boot = (runtime: Runtime) => void;

export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recording-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'run.rec');
}

/** Macrotasks, so that all that is on its way arrives. */
export async function rounds(count = 3): Promise<void> {
  for (let round = 0; round < count; round++) await new Promise<void>(setImmediate);
}

export interface LiveRun {
  readonly runtime: Runtime;
  readonly clock: PausableClock;
  readonly path: string;
  /** Moves time, and lets all happen that is due. */
  advance(ms: number): Promise<void>;
  /** Ends the recording, and reads it. */
  end(): Promise<Recorded>;
}

/** A program on a paused clock, recorded from its start. */
export function record(boot: Boot, options: RuntimeOptions = {}, bytesMax?: number): Promise<LiveRun> {
  return recordOn(PausableClock.paused(1_700_000_000_000), boot, options, bytesMax);
}

/** A program in the world as it is. */
export function recordReal(boot: Boot, options: RuntimeOptions): Promise<LiveRun> {
  return recordOn(new PausableClock(), boot, options);
}

async function recordOn(
  clock: PausableClock,
  boot: Boot,
  options: RuntimeOptions,
  bytesMax?: number,
): Promise<LiveRun> {
  const path = temporaryFile();
  const log = logger(() => undefined);
  const recording = new Recording({ path, program: { name: 'test' }, clock, bytesMax, log });
  const seams = recording.seams<RuntimeOptions>({ ...options, log, died: () => undefined });
  const runtime = await runtimeOn(seams);
  recording.follow(runtime);
  boot(runtime);
  await rounds();
  return {
    runtime,
    clock,
    path,
    async advance(ms) {
      const limit = clock.now + ms;
      while (clock.step(limit)) await rounds();
      await rounds();
    },
    async end() {
      await recording.close();
      await runtime.stop();
      return decodeRecording(readFileSync(path));
    },
  };
}

/** On the seams that there are; without a network at an address that is always the same. */
export function runtimeOn(options: RuntimeOptions): Promise<Runtime> | Runtime {
  const { network } = options;
  return network === undefined ? Runtime.at(LOCAL, options) : Runtime.start({ ...options, network });
}

const LOCAL = Address.of('local', 4_711);

/** Looks again and again, for at most ten seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const limit = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > limit) throw new Error(`not within ten seconds: ${condition}`);
    await rounds(1);
  }
}

export interface Replayed {
  readonly runtime: Runtime | null;
  readonly turns: number;
  readonly differences: readonly Difference[];
}

/** The same program again, from what was recorded of it, up to `turn`. */
export async function replay(recorded: Recorded, boot: Boot, turn = Infinity): Promise<Replayed> {
  const playback = new Playback(recorded);
  let runtime: Runtime | null = null;
  playback.start(async seams => {
    runtime = await runtimeOn({ ...seams, log: logger(() => undefined), died: () => undefined });
    playback.follow(runtime);
    boot(runtime);
  });
  await playback.advance(turn);
  const { turns, differences } = playback;
  (runtime as Runtime | null)?.kill();
  await playback.drop();
  playback.stop();
  return { runtime, turns, differences };
}
