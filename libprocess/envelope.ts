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
 * `cause` is the id of the envelope that was being served when this one was posted: that one number makes a tree of all
 * consequences. Where a timer, a socket or a file was the occasion, it is the id of the envelope that had asked for it.
 * 0 for none, TIME (-1) for a clock alone.
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
  /**
   * @param origin - the event of another runtime that caused it; null for none.
   * @param bytes - what it took on the wire; -1 for what did not come over one.
   * @param number - of the event `origin`, where that is only the incarnation: to print the two for each message costs much.
   */
  posted(envelope: Envelope, origin?: string | null, bytes?: number, number?: number): void;
  served(envelope: Envelope): void;
  /** Its turn is over, up to what it awaits. */
  done(envelope: Envelope): void;
  dropped(envelope: Envelope, why: string): void;
  /** Something happened that is no envelope. */
  noted(note: Note): void;
}

/**
 * Asked about each envelope before it is served: `drop` loses it, `keep` means that whoever says so puts it back into its
 * mailbox later. An actor without its first turn or its resumptions would only half exist: never drop those.
 */
export type Filter = (envelope: Envelope) => 'serve' | 'drop' | 'keep';

/** What is no envelope and is traced all the same. */
export interface Note {
  /** From the same numbers as the ids of envelopes (`runtime.nextId()`). */
  readonly id: number;
  readonly cause: number;
  /** `request`, `response`, `write`, `read`, `reply` or `link`: trace/event.ts says what they are. */
  readonly kind: 'request' | 'response' | 'write' | 'read' | 'reply' | 'link';
  readonly type: Named;
  readonly from: PID;
  readonly to: PID;
  readonly origin?: string | null;
  readonly bytes?: number;
  /** Bytes of the body of the answer to a request. */
  readonly stream?: { readonly of: string; readonly from: number; readonly to: number } | null;
  readonly body?: unknown;
}
