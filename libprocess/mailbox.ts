/**
 * Mailboxes: the envelopes that an actor has still to serve, and what must be known of the actor to queue one more and
 * to serve it.
 *
 * Actors have a hidden class for each of their classes, mailboxes have one for all. Therefore everything that happens
 * for each envelope reads the fields of mailboxes, whose place in memory is known, and those of actors only at need.
 */
import type { Envelope, Named } from './envelope.ts';
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
  /** In the run queue, or being served. */
  scheduled = false;
  /** The type of the message that was served last: mostly the next one has the same. */
  type: Named | null = null;
  handler: Handler | null = null;
  /** The neighbours among the living actors of the runtime. */
  before: Mailbox | null = null;
  behind: Mailbox | null = null;

  constructor(readonly process: Process) {
    super();
  }

  /** Queues a terminate before all else, but for the first turn: no actor ends before it has begun. */
  inject(envelope: Envelope): void {
    const initialize = this.process.$initialized ? undefined : this.shift();
    this.unshift(envelope);
    if (initialize !== undefined) this.unshift(initialize);
  }
}
