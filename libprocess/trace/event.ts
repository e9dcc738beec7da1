/**
 * Trace events: what a runtime tells of one message, dispatch, timer, request or exit, as JSON.
 *
 *   posted ──▶ waiting in a mailbox ──▶ started ──▶ ended          or dropped, with the reason
 *
 * Every event has an id and the id of its cause. Ids begin with the incarnation of their runtime (`k3J9x2aQ/512`), so
 * they mean the same on every node, and the events of many nodes make one tree (`forest.ts`).
 *
 * Plain data, for browsers too.
 */
import type { EnvelopeKind } from '../envelope.ts';

/**
 * Besides the kinds of envelopes:
 *
 * - `request`: an HTTP request that left; its arrival at the other side is an `http` event that has it as its cause.
 * - `response`: the head of the answer to a request.
 * - `write`, `read`: a piece of a streaming HTTP body, with the bytes it spans (`stream`).
 * - `reply`: the answer to a question that crossed the network.
 * - `link`: an actor asked to hear of the end of another.
 */
export type TraceKind = EnvelopeKind | 'request' | 'response' | 'write' | 'read' | 'reply' | 'link';

export interface TraceEvent {
  readonly id: string;
  /** The event that was being served when this one was posted; null for none, or for one that nobody knows. */
  readonly cause: string | null;
  readonly kind: TraceKind;
  /** The message's name, `Class.method`, `HTTP /path`, or what else is to be done. */
  readonly name: string;
  /** PIDs; empty for what no actor sent. */
  readonly from: string;
  readonly to: string;
  /** The address of the runtime that saw it. */
  readonly node: string;
  /** When it was posted, in milliseconds since the epoch, with a fraction. */
  readonly at: number;
  /** When its turn began; null while it waits, and for what another runtime serves. */
  readonly started: number | null;
  readonly ended: number | null;
  /** How many waited before it in the mailbox. */
  readonly depth: number;
  /** On the wire, or of the piece; null for what stayed in the runtime. */
  readonly bytes: number | null;
  /** Why it was never served. */
  readonly dropped?: string;
  /** Which bytes of which streaming body: that of the answer to the request `of`. */
  readonly stream?: Span;
  /** Cut and without secrets (`payload.ts`); only where it was asked for. */
  readonly body?: unknown;
}

export interface Span {
  readonly of: string;
  readonly from: number;
  readonly to: number;
}

/** `name` of the PID `id@ip:port`; what is no PID is its own id. */
export function idOf(pid: string): string {
  const at = pid.indexOf('@');
  return at < 0 ? pid : pid.slice(0, at);
}

/** The address of the PID `id@ip:port`; empty for what is no PID. */
export function addressOf(pid: string): string {
  const at = pid.indexOf('@');
  return at < 0 ? '' : pid.slice(at + 1);
}
