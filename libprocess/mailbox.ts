/**
 * Mailboxes: the envelopes that an actor has still to serve, and what must be known of the actor to queue one more and
 * to serve it.
 *
 * Actors have a hidden class for each of their classes, mailboxes have one for all. Therefore all that the runtime knows
 * of an actor is kept here: the place of these fields in memory is known, that of an actor's must be looked up.
 */
import type { Ending } from './ending.ts';
import type { Envelope, Named } from './envelope.ts';
import type { Promised } from './future.ts';
import type { Routes } from './http/routes.ts';
import type { CountedId } from './id.ts';
import type { PID } from './pid.ts';
import type { Process } from './process.ts';
import { Ring } from './ring.ts';
import type { Runtime } from './runtime.ts';

/** Serves messages of one type. */
export type Handler = (body: never, from: PID) => unknown;

export class Mailbox extends Ring<Envelope> {
  // Set by spawn.
  pid!: PID;
  runtime!: Runtime;

  /** The actor has not ended. */
  alive = true;
  /** Its first turn has begun. */
  initialized = false;
  /** In the run queue, or being served. */
  scheduled = false;
  /** The type of the message that was served last: mostly the next one has the same. */
  lastType: Named | null = null;
  lastHandler: Handler | null = null;
  /** The neighbours among the living actors of the runtime. */
  before: Mailbox | null = null;
  behind: Mailbox | null = null;

  /** Without it the OS process has no use. */
  essential = false;
  /** Who answers for the actor. */
  ended: ((how: Ending) => void) | null = null;
  /** Ready once an `initialize` that waits for something is over; null when none is under way. */
  initializing: Promised<void> | null = null;
  handlers: Map<string, Handler> | null = null;
  delegates: Map<string, PID> | null = null;
  routes: Routes | null = null;
  /** Who wants to hear of the end. */
  linkers: Set<PID> | null = null;
  /** Whose end the actor wants to hear of. */
  links: Set<PID> | null = null;
  /** Whose end is on its way here: to link once more to one that is gone adds nothing. */
  exits: Set<PID> | null = null;
  /** Replies that asynchronous handlers have not given yet. */
  owed: Set<Promised<unknown>> | null = null;
  /** Timers, futures and whatever else ends with the actor. */
  owned: Set<Disposable> | null = null;
  waiters: Promised<boolean>[] | null = null;

  constructor(
    readonly process: Process,
    /** What the actor is to be called; null once it has its PID, since a million of these take 32 MB. */
    public id: string | CountedId | null,
  ) {
    super();
  }

  /** Queues a terminate before all else, but for the first turn: no actor ends before it has begun. */
  inject(envelope: Envelope): void {
    const initialize = this.initialized ? undefined : this.shift();
    this.unshift(envelope);
    if (initialize !== undefined) this.unshift(initialize);
  }
}
