/**
 * The seam between a runtime and the world of other runtimes: envelopes, links and HTTP.
 *
 * Two forms: TCP (`tcp.ts`), and a seeded, unreliable network in one process (`simulated.ts`).
 */
import type { Clock } from '../clock.ts';
import type { Envelope, Tracer } from '../envelope.ts';
import type { Future, Promised } from '../future.ts';
import type { Request, Response } from '../http/http.ts';
import type { Logger } from '../log.ts';
import type { MessageType } from '../message.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Address, PID } from '../pid.ts';
import type { Random } from '../random.ts';

/** The seam between a runtime and other machines: messages, links and HTTP. */
export interface Network {
  /**
   * Starts to serve for `host`.
   *
   * @param port - 0 lets the system choose one.
   * @returns where it is bound.
   * @throws Failure ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE or LISTEN, naming the address.
   */
  listen(ip: string, port: number, host: NetworkHost): Promise<Address>;

  /**
   * Carries an envelope to another runtime: at most once, in order for each connection. A reply that it asks for fails
   * DISCONNECTED when the connection breaks first.
   */
  carry(envelope: Envelope): void;

  /** Holds a connection to `address`, and tells the host once it breaks; `reconnect` replaces the one there is. */
  link(address: Address, mode: 'reuse' | 'reconnect'): void;

  /**
   * Sends an HTTP request to `authority`: `host:port`, or `https://host:port` to say how. Ready with the head; the body
   * comes by its `reader`. Discarding it, or closing the reader, aborts the request.
   */
  request(authority: string, request: Request): Future<Response>;

  /** Ready once a TCP connection to `authority` came about, which is ended at once. Fails CONNECT. */
  connect(authority: string): Future<void>;

  /** Runtimes that this one has connections to. */
  readonly peers?: readonly Address[];

  /** Ends all connections and stops serving. */
  close(): Promise<void>;
}

/** What a network asks of the runtime it serves. */
export interface NetworkHost {
  /** What others call this runtime; known once `listen` has returned. */
  readonly address: Address;
  /** Tells it from a runtime that had the same address before. */
  readonly incarnation: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Null when nobody looks: then the other side need not hear what envelopes are called here. */
  readonly tracer: Tracer | null;

  /**
   * Takes in a message from another runtime; false when there is no such actor.
   *
   * @param origin - the envelope there, as `incarnation/id`, if it is traced; or the incarnation alone.
   * @param bytes - what it took on the wire.
   * @param number - the id that belongs to the incarnation; 0 where `origin` says all.
   */
  receive(
    type: MessageType<unknown, unknown>,
    to: PID,
    from: PID,
    body: unknown,
    reply: Promised<unknown> | null,
    origin?: string | null,
    bytes?: number,
    number?: number,
  ): boolean;

  /** Answers an HTTP request. Discarding the future says that the client has gone. */
  serve(request: Request): Future<Response>;

  /** The connection to `address` broke: everyone who linked to an actor there hears of it. */
  disconnected(address: Address): void;
}
