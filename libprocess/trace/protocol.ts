/**
 * What a debugger's page or command line and a node say to each other: JSON texts, over the WebSocket
 * `/__debugger__/stream` of any node.
 *
 *   viewer                      the node it looks at                another node
 *     │ ◀── hello ──────────────────│                                   │
 *     │ ─── { node, do: 'start' } ─▶│ ── the same, over the link ─────▶ │
 *     │ ◀── { node, events: […] } ──│ ◀──────────────────────────────── │
 *
 * One socket shows many nodes: a command names the node that it is for, and what comes back says where it is from. Nodes
 * hand commands on over their links, so a page never opens a second address, and a framework behind NAT is seen too.
 *
 * For browsers too.
 */
import type { TraceEvent } from './event.ts';

/** A command, as a viewer sends it; without `node` it is for the node that the viewer has reached. */
export type Command = { readonly node?: string; readonly number?: number } & Order;

/** What a node can be asked for; those after `inject` need `--debugger=control`. */
export type Order =
  /** Says hello, and from then on the actors once a second where `actors` is true. */
  | { readonly do: 'watch'; readonly actors?: boolean }
  /** Traces from now on, and sends the events as they come; a second start changes the filter. */
  | ({ readonly do: 'start' } & TraceSettings)
  /** Traces no more, for nobody. */
  | { readonly do: 'stop' }
  /** Sends the events that are kept, newest last. */
  | { readonly do: 'history'; readonly limit?: number }
  /** Answers with one event and its body. */
  | { readonly do: 'event'; readonly id: string }
  /** Answers with what waits in the mailbox of `actor`, and with the actor's fields where control is allowed. */
  | { readonly do: 'inspect'; readonly actor: string }
  | { readonly do: 'pause' | 'resume' | 'step' | 'kill'; readonly actor: string }
  | { readonly do: 'rule'; readonly rule: Rule }
  | { readonly do: 'unrule'; readonly id: string }
  /** Sends `body`, JSON by the message's own description, to `actor`, as from `from`. */
  | {
      readonly do: 'inject';
      readonly actor: string;
      readonly name: string;
      readonly body: unknown;
      readonly from?: string;
    }
  /** Cuts this node off from the node at `peer`, or mends that. */
  | { readonly do: 'partition' | 'heal'; readonly peer: string };

export interface TraceSettings {
  readonly actors?: readonly string[];
  readonly names?: readonly string[];
  readonly sample?: number;
  readonly size?: number;
  readonly times?: 'slice' | 'turn';
}

/** What is to happen to envelopes for `actor` with `name`, before they are served. */
export interface Rule {
  readonly id: string;
  readonly action: 'break' | 'drop' | 'delay' | 'duplicate';
  /** Patterns as of a trace's filter; empty fits all. */
  readonly actor: string;
  readonly name: string;
  /** Of fields of the body: each path (`status.state`) must print as its value. */
  readonly where?: Readonly<Record<string, string>>;
  /** For `delay`. */
  readonly ms?: number;
  /** How often it applies before it goes; 0 for always. */
  readonly times?: number;
}

/** What a node says. */
export type Report = { readonly node: string } & (
  | { readonly hello: Hello }
  | { readonly events: readonly TraceEvent[]; readonly skipped: number }
  | { readonly actors: readonly ActorReport[]; readonly loop: LoopReport }
  | { readonly status: TraceStatus }
  /** Actors that stand still: paused, or at a breakpoint, before `event`. */
  | { readonly held: readonly Held[] }
  /** Answers the command of this number. */
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly error: string }
  /** The node cannot be reached any more. */
  | { readonly gone: string }
);

export interface Hello {
  readonly incarnation: string;
  /** What this node is called by people: its flags' program, or the ids of its first actors. */
  readonly title: string;
  /** Whether commands after `inject` are obeyed. */
  readonly control: boolean;
  /** Nodes that this one is connected to, by address. */
  readonly peers: readonly string[];
  readonly status: TraceStatus;
}

export interface TraceStatus {
  readonly on: boolean;
  readonly settings: TraceSettings;
  /** Events recorded since the start. */
  readonly recorded: number;
  /** Of those, written over. */
  readonly forgotten: number;
  readonly rules: readonly Rule[];
}

export interface ActorReport {
  readonly id: string;
  /** Its class. */
  readonly type: string;
  readonly mailbox: number;
  readonly paused: boolean;
  /** Turns since tracing began; null while it is off. */
  readonly turns: number | null;
  /** Milliseconds in turns; 0 where times are taken by slices. */
  readonly busy: number;
  readonly slowest: readonly HandlerReport[];
  /** PIDs to which it is linked. */
  readonly links: readonly string[];
}

export interface HandlerReport {
  readonly name: string;
  readonly turns: number;
  readonly busy: number;
  readonly slowest: number;
}

/** How late the event loop is. */
export interface LoopReport {
  /** Milliseconds. */
  readonly delayP50: number;
  readonly delayP99: number;
  /** The share of time in which it was not idle, 0 to 1. */
  readonly utilization: number;
}

export interface Held {
  readonly actor: string;
  readonly because: 'paused' | 'break';
  /** What would be served next; null when nothing waits. */
  readonly next: TraceEvent | null;
}

/** What a viewer that is behind can do without, or get later. */
export function isBulky(report: Omit<Report, 'node'>): boolean {
  return 'events' in report || 'actors' in report;
}
