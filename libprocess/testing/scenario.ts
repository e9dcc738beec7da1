/**
 * Scenarios: what is played in a simulation, once, or with many seeds in search of one that fails.
 *
 *   const play = (seed: number) => scenario({ seed, network: { loss: 0.1 } }, async sim => { … expect(…) … });
 *   const finding = await search(play, { seeds: 1_000 });        // null, or the first seed that failed, and why
 */
import { type Simulation, type SimulationOptions, simulate } from './simulation.ts';

/**
 * Plays in a simulation of its own, and ends it.
 *
 * @throws whatever `play` throws, a plain `expect` too, or the first bug that killed an actor; its message then tells the
 *   seed, the command that replays it, and the last of the message flow.
 */
export async function scenario<T>(options: SimulationOptions, play: (sim: Simulation) => Promise<T>): Promise<T> {
  const sim = simulate(options);
  try {
    const result = await play(sim);
    await sim.settle();
    return result;
  } catch (error) {
    throw withFlow(error, sim);
  } finally {
    sim.end();
  }
}

/** The same error, so that a runner still shows what was expected; its message tells seed, command and flow. */
export function withFlow(error: unknown, sim: Simulation): unknown {
  if (error instanceof Error && !error.message.includes(sim.replay)) error.message += ` (${sim.describe()}`;
  return error;
}

/** Which seeds to try. */
export interface SearchOptions {
  /** How many seeds to try. */
  readonly seeds: number;
  /** The first one; 1 by default. */
  readonly from?: number | undefined;
  /** Told after each seed that passes. */
  readonly passed?: ((seed: number) => void) | undefined;
}

/** The first seed that failed. */
export interface Finding {
  readonly seed: number;
  /** How many seeds it took, this one counted. */
  readonly tried: number;
  readonly error: unknown;
}

/** Plays with one seed after another until one fails; null when none does. */
export async function search(
  play: (seed: number) => Promise<unknown>,
  { seeds, from = 1, passed }: SearchOptions,
): Promise<Finding | null> {
  for (let tried = 1; tried <= seeds; tried++) {
    const seed = from + tried - 1;
    const finding = await attempt(play, seed, tried);
    if (finding !== null) return finding;
    passed?.(seed);
  }
  return null;
}

async function attempt(play: (seed: number) => Promise<unknown>, seed: number, tried: number): Promise<Finding | null> {
  try {
    await play(seed);
    return null;
  } catch (error) {
    return { seed, tried, error }; // A seed that fails is what is searched for, however it fails.
  }
}
