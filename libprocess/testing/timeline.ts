/**
 * Virtual time, and how tests wait in it: nothing here waits for real time, and every wait has a limit.
 *
 *   settle()    what needs no time happens
 *   advance(ms) timers fire one by one, each with all its consequences
 *   until(…)    the same, until something holds
 *   ready(…)    … until a future is ready; failed, discarded, abandoned, response
 *   always(…)   what must hold after every turn
 *
 * Source: libprocess gtest.hpp (AWAIT_READY…), Clock::settle.
 */
import { PausableClock } from '../clock.ts';
import { afterTurns, isIdle } from '../drain.ts';
import type { Future, FutureState } from '../future.ts';
import type { Headers, Response } from '../http/http.ts';

/** What the wall clocks of a simulation show at its beginning. */
export const EPOCH_MS = Date.UTC(2016, 0, 1);
/** How long a test waits for a future, in virtual milliseconds, unless it says otherwise: as long as AWAIT_READY. */
export const AWAIT_MS = 15_000;

/** A response as `response` gives it. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

interface Invariant {
  readonly what: string;
  readonly holds: () => unknown;
}

/** The virtual time of a simulation, and the waiting in it. */
export abstract class Timeline {
  readonly clock = PausableClock.paused(EPOCH_MS);
  /** Bugs that killed actors, and what was always to hold and did not; the next `settle` throws the first. */
  readonly crashes: unknown[] = [];
  readonly #invariants = new Set<Invariant>();

  /** What a failing test should print: the seed, how to see it again, and the last of the message flow. */
  abstract describe(): string;

  /** Lets everything happen that needs no time. @throws the first bug that killed an actor. */
  async settle(): Promise<void> {
    do await new Promise<void>(afterTurns);
    while (!isIdle());
    this.checkInvariants();
    const [bug] = this.crashes.splice(0);
    if (bug !== undefined) throw bug;
  }

  /** Moves time by `ms`, firing each timer in order and letting its consequences happen. */
  async advance(ms: number): Promise<void> {
    const limit = this.clock.now + ms;
    do await this.settle();
    while (this.clock.step(limit));
    await this.settle();
  }

  /** Fires timers one by one until `condition` holds. @throws Error with the last message flow after `withinMs`. */
  async until(condition: () => boolean, withinMs: number): Promise<void> {
    const limit = this.clock.now + withinMs;
    for (await this.settle(); !condition(); await this.settle()) {
      if (!this.clock.step(limit)) throw this.#complaint(`not within ${withinMs} ms`);
    }
  }

  /**
   * Checks `holds` before and after every turn of every actor, until what is returned is disposed of. The first time
   * that it returns false or throws, the next `settle` fails.
   */
  always(what: string, holds: () => unknown): Disposable {
    const invariant = { what, holds };
    this.#invariants.add(invariant);
    return { [Symbol.dispose]: () => this.#invariants.delete(invariant) };
  }

  /** What `future` is ready with. AWAIT_READY, AWAIT_EQ. @throws Error when it fails, is discarded, or takes longer. */
  async ready<T>(future: Future<T>, withinMs = AWAIT_MS): Promise<T> {
    await this.#done(future, 'ready', withinMs);
    return future.value;
  }

  /** What `future` fails with. AWAIT_FAILED. @throws Error when it does not, or takes longer. */
  async failed(future: Future<unknown>, withinMs = AWAIT_MS): Promise<unknown> {
    await this.#done(future, 'failed', withinMs);
    return future.error;
  }

  /** AWAIT_DISCARDED. */
  async discarded(future: Future<unknown>, withinMs = AWAIT_MS): Promise<void> {
    await this.#done(future, 'discarded', withinMs);
  }

  /** AWAIT_ABANDONED. */
  async abandoned(future: Future<unknown>, withinMs = AWAIT_MS): Promise<void> {
    await this.until(() => future.isAbandoned || !future.isPending, withinMs);
    if (!future.isAbandoned) throw this.#complaint(`the future is not abandoned but ${future}`);
  }

  /** A response with its whole body. AWAIT_EXPECT_RESPONSE_STATUS_EQ, …_BODY_EQ, …_HEADER_EQ. */
  async response(future: Future<Response>, withinMs = AWAIT_MS): Promise<Answered> {
    const { status, headers, body, reader } = await this.ready(future, withinMs);
    const bytes = reader === null ? body : await this.ready(reader.readAll(), withinMs);
    return { status, headers, body: typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8') };
  }

  /** Notes each invariant that does not hold, once. */
  protected readonly checkInvariants = (): void => {
    for (const invariant of this.#invariants) {
      const wrong = wrongWith(invariant);
      if (wrong === null) continue;
      this.#invariants.delete(invariant);
      this.crashes.push(this.#complaint(wrong));
    }
  };

  async #done(future: Future<unknown>, state: FutureState, withinMs: number): Promise<void> {
    await this.until(() => !future.isPending, withinMs);
    if (future.state !== state) throw this.#complaint(`the future is not ${state} but ${future}`);
  }

  #complaint(what: string): Error {
    return new Error(`${what} (${this.describe()}`);
  }
}

/** What is wrong with an invariant; null when it holds. One that throws says so by its own assertion. */
function wrongWith({ what, holds }: Invariant): string | null {
  try {
    return holds() === false ? `broken: ${what}` : null;
  } catch (error) {
    return `broken: ${what}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
