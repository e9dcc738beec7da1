/**
 * Between a runtime and the world: all that crosses in either direction, so that it can be recorded and played back.
 *
 *   recorded   world ──enter──▶ queue ──┬─▶ file
 *                                       └─▶ seams ─▶ runtime ──output──▶ file, and on to the world
 *   replayed                    file ─────▶ seams ─▶ runtime ──output──▶ compared with the file
 *
 * A runtime is a function of what comes in by its seams, and of when: after how many turns. The same seams therefore
 * stand in a recorded runtime and in a replayed one; only what is behind them differs, the world or a file.
 *
 * What comes in waits until no turn is under way, and is then handed in all at once, in a batch. Time stands still from
 * one batch to the next. Within a batch, and between two, all depends on the program alone.
 */

import type { Runtime } from '../../runtime.ts';

/** What came: of which kind, the number of what it belongs to, and plain values that can be packed. */
export type Input = readonly [kind: string, number: number, ...values: unknown[]];

/** Takes what came in; false when nothing here has been waiting for that. */
export type Taker = (number: number, values: readonly unknown[]) => boolean;

/** What a runtime's seams write to, and are fed from. */
export interface Tape {
  /** Monotonic milliseconds, as of the last batch. */
  readonly now: number;
  /** Milliseconds since the epoch, as of the last batch. */
  readonly wall: number;

  /** From now on `take` is given what comes in of `kind`. */
  on(kind: string, take: Taker): void;

  /**
   * Something has come from the world: it is handed in with the next batch.
   *
   * @param take - in place of the taker of its kind, where what came need not be unpacked.
   * @param isWanted - asked just before the batch: false for what has been cancelled meanwhile.
   */
  enter(input: Input, take?: () => void, isWanted?: () => boolean): void;

  /** Something leaves: what and where to, and its content, of which a digest is kept. */
  output(label: string, content?: Uint8Array | string): void;

  /**
   * Something of the world that has to be known at once.
   *
   * @param look - called in a replay only where the recording has nothing more.
   */
  observe<T>(label: string, look: () => T): T;

  /** Tells of whose turns the batches count. */
  follow(runtime: Runtime): void;
}
