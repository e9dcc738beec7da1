/** Envelopes: the entries of mailboxes. Whatever an actor is to do, it finds as one of these. */
import type { Promised } from './future.ts';
import type { PID } from './pid.ts';
import type { Process } from './process.ts';

/** What an envelope asks of its actor. */
export type EnvelopeKind = 'initialize' | 'message' | 'dispatch' | 'timer' | 'resume' | 'http' | 'exited' | 'terminate';

/** What has a name for traces: a message type, a method, a route. */
export interface Named {
  readonly name: string;
}

/**
 * All nine fields, always, in this order: one hidden class keeps the drain's loop fast.
 *
 * `cause` is the id of the envelope that was being served when this one was posted, 0 for none: that one number makes
 * a tree of all consequences.
 */
export interface Envelope {
  readonly kind: EnvelopeKind;
  readonly type: Named;
  readonly to: PID;
  readonly from: PID;
  readonly body: unknown;
  /** What serves it; null for messages, whose handler the actor has installed. */
  readonly run: Run | null;
  readonly reply: Promised<unknown> | null;
  readonly id: number;
  readonly cause: number;
}

// Bodies and handlers meet here untyped; `Process` and its Refs type both ends.
export type Run = (this: Process, body: never, from: PID) => unknown;

/** Sees every envelope of a runtime. Called at each step, so it must be quick. */
export interface Tracer {
  posted(envelope: Envelope): void;
  served(envelope: Envelope): void;
  dropped(envelope: Envelope, why: string): void;
}
