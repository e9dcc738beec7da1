/**
 * Letting actors finish: what tests on a paused clock do between two looks at the world.
 *
 *   const clock = PausableClock.paused();
 *   const runtime = Runtime.local({ clock });
 *   …
 *   await advance(clock, 5_000);
 *
 * Sockets, files and child processes are not waited for. A `Simulation` has both as methods, for all its nodes.
 *
 * Source: libprocess `Clock::settle`, `Clock::advance` (clock.hpp).
 */
import type { PausableClock } from './clock.ts';
import { afterTurns, isIdle } from './drain.ts';

/** Ready once no actor of this thread has anything to do that needs no time. */
export async function settle(): Promise<void> {
  do await new Promise<void>(afterTurns);
  while (!isIdle());
}

/** Moves the paused `clock` by `ms`, firing each timer in order and letting its consequences happen before the next. */
export async function advance(clock: PausableClock, ms: number): Promise<void> {
  const limit = clock.now + ms;
  do await settle();
  while (clock.step(limit));
  await settle();
}
