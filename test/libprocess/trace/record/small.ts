/** Recording and replaying small programs in one process: what the tests of the recorder share. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { PausableClock } from '../../../../libprocess/clock.ts';
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
export async function record(boot: Boot, options: Partial<RuntimeOptions> = {}): Promise<LiveRun> {
  const clock = PausableClock.paused(1_700_000_000_000);
  const path = temporaryFile();
  const recording = new Recording({ path, program: { name: 'test' }, clock });
  const seams = recording.seams<RuntimeOptions>({ ...options, died: () => undefined });
  const { network } = seams;
  const runtime = network === undefined ? Runtime.local(seams) : await Runtime.start({ ...seams, network });
  recording.follow(runtime);
  boot(runtime);
  await rounds();
  return {
    runtime,
    clock,
    path,
    async advance(ms) {
      const until = clock.now + ms;
      while (clock.step(until)) await rounds();
      await rounds();
    },
    async end() {
      await recording.close();
      runtime.kill();
      return decodeRecording(readFileSync(path));
    },
  };
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
    const { network } = seams;
    const options = { ...seams, died: () => undefined };
    runtime = network === undefined ? Runtime.local(options) : await Runtime.start({ ...options, network });
    playback.follow(runtime);
    boot(runtime);
  });
  await playback.advance(turn);
  const { turns, differences } = playback;
  (runtime as Runtime | null)?.kill();
  await playback.stop();
  return { runtime, turns, differences };
}
