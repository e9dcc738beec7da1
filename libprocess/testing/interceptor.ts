/**
 * Expectations about events: what is to come, what is to be lost, what must not be.
 *
 *   const registered = sim.events.expect(messages(SlaveRegisteredMessage, { to: agent }));
 *   sim.events.drop(messages(StatusUpdateMessage));
 *   expect((await sim.ready(registered)).body.slave_id).toEqual(…);
 *
 * Expectations see an event when it is about to be served: a local message and a call by a Ref no less than what came
 * over a network. Of several that match, the newest takes it, alone; one that was for a single event is then done.
 * A dropped event has no effect: who waits for its answer waits on, and a dropped request is answered with 500.
 *
 * Source: libprocess gmock.hpp, filter.hpp.
 */
import type { Envelope } from '../envelope.ts';
import { type Future, Promised } from '../future.ts';
import type { Runtime } from '../runtime.ts';
import type { Event, Matcher } from './matchers.ts';

interface Expectation {
  readonly matcher: Matcher<unknown>;
  readonly drops: boolean;
  readonly seen: (event: Event<unknown>) => void;
}

/** Goes on until it is disposed of. */
export interface Watch<B> extends Disposable {
  /** The events so far, oldest first. */
  readonly seen: readonly Event<B>[];
}

/** The expectations about the events of `runtime`. In place of libprocess' `filter(…)`. */
export function intercept(runtime: Runtime): Interceptor {
  const interceptor = new Interceptor();
  runtime.filter = interceptor.filter;
  return interceptor;
}

/** The expectations of one runtime, or of all those of a simulation. */
export class Interceptor {
  /** The newest first. */
  readonly #expectations: Expectation[] = [];

  /** @param report - told at once of an event that was never to come. */
  constructor(private readonly report: (error: Error) => void = () => undefined) {}

  /** What the runtimes that are watched have as their `filter`. */
  readonly filter = (envelope: Envelope): 'serve' | 'drop' => {
    if (envelope.kind === 'initialize' || envelope.kind === 'resume') return 'serve';
    const expectation = this.#expectations.find(({ matcher }) => matcher.matches(envelope));
    if (expectation === undefined) return 'serve';
    const { from, to } = envelope;
    const body = expectation.matcher.read?.(envelope) ?? envelope.body;
    expectation.seen({ from, to, body });
    return expectation.drops ? 'drop' : 'serve';
  };

  /** The next event that matches; it is served all the same. FUTURE_MESSAGE, FUTURE_DISPATCH, FUTURE_EXITED… */
  expect<B>(matcher: Matcher<B>): Future<Event<B>> {
    return this.#next(matcher, false);
  }

  /** The next event that matches, which nobody will get. DROP_MESSAGE, DROP_PROTOBUF, DROP_DISPATCH, DROP_EXITED… */
  drop<B>(matcher: Matcher<B>): Future<Event<B>> {
    return this.#next(matcher, true);
  }

  /** All events that match from now on; they are served all the same. FUTURE_PROTOBUFS… */
  watch<B>(matcher: Matcher<B>): Watch<B> {
    return this.#all(matcher, false);
  }

  /** All events that match from now on, which nobody will get. DROP_MESSAGES, DROP_PROTOBUFS, DROP_DISPATCHES… */
  dropAll<B>(matcher: Matcher<B>): Watch<B> {
    return this.#all(matcher, true);
  }

  /**
   * Says that no event will match until what is returned is disposed of, which throws if one did; a simulation fails at
   * its next `settle` already. EXPECT_NO_FUTURE_MESSAGES, EXPECT_NO_FUTURE_DISPATCHES, EXPECT_NO_FUTURE_PROTOBUFS.
   */
  never<B>(matcher: Matcher<B>): Disposable {
    let unexpected: Error | null = null;
    const end = this.#add(matcher, false, ({ from, to }) => {
      unexpected ??= new Error(`there were to be no ${matcher.what}, and one came from ${from} to ${to}`);
      this.report(unexpected);
    });
    return {
      [Symbol.dispose]: () => {
        end();
        if (unexpected !== null) throw unexpected;
      },
    };
  }

  #next<B>(matcher: Matcher<B>, drops: boolean): Future<Event<B>> {
    const next = new Promised<Event<B>>();
    const end = this.#add(matcher, drops, event => {
      end();
      next.set(event);
    });
    next.onDiscard(() => {
      end();
      next.discarded();
    });
    return next;
  }

  #all<B>(matcher: Matcher<B>, drops: boolean): Watch<B> {
    const seen: Event<B>[] = [];
    const end = this.#add(matcher, drops, event => seen.push(event));
    return { seen, [Symbol.dispose]: end };
  }

  #add<B>(matcher: Matcher<B>, drops: boolean, seen: (event: Event<B>) => void): () => void {
    const expectation: Expectation = { matcher, drops, seen: seen as Expectation['seen'] };
    this.#expectations.unshift(expectation);
    return () => {
      const index = this.#expectations.indexOf(expectation);
      if (index >= 0) this.#expectations.splice(index, 1);
    };
  }
}
