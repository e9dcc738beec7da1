/**
 * What a runtime asks when an actor of its own address does not live in its thread.
 *
 * A runtime without threads has none: that costs one look at a null, and only where an id was not found.
 */
import type { Envelope } from '../envelope.ts';
import type { Future } from '../future.ts';
import type { Request, Response } from '../http/http.ts';
import type { Address, PID } from '../pid.ts';

export interface Neighbours {
  /** What counted ids have before their number, so that no two threads count to the same id. */
  readonly mark: string;

  /** An actor begins here. @throws Failure DUPLICATE_ID when one of this id lives in another thread. */
  spawning(id: string, isCounted: boolean): void;

  /** An actor of this thread has ended. */
  ended(pid: PID): void;

  /** Takes an envelope to the thread where its actor lives; false when it lives in none. */
  take(envelope: Envelope): boolean;

  /** False when `pid` lives nowhere; otherwise `Runtime.gone` will tell of its end. */
  link(pid: PID): boolean;

  /** The connection to another host broke. */
  disconnected(address: Address): void;

  /** Whether the actor `id` lives in another thread. */
  has(id: string): boolean;

  /** The answer of the actor `id`, which lives in another thread. */
  serve(id: string, request: Request): Future<Response>;

  /** What `/__processes__` says of the actors of other threads. */
  processes(): Future<readonly object[]>;

  /** Ends the threads that this one has started. */
  stop(): Promise<void>;
}
