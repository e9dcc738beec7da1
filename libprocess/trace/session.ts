/**
 * One viewer of one node: orders in, reports out. The viewer may sit at this node's WebSocket or at another node's; this
 * file does not know (`debugger.ts` carries both).
 */
import type { Envelope } from '../envelope.ts';
import { Failure } from '../failure.ts';
import type { Mailbox } from '../mailbox.ts';
import type { Process } from '../process.ts';
import type { Runtime } from '../runtime.ts';
import type { Control } from './control.ts';
import { Feed, Past, type Portion } from './feed.ts';
import { fieldsOf } from './inspect.ts';
import type { LoopDelay } from './loop-delay.ts';
import { COMMANDS, countIn, numberOf, textIn, type WireOrder } from './orders.ts';
import { printPayload } from './payload.ts';
import type { ActorReport, HandlerReport, Hello, LoopReport, Report, TraceStatus } from './protocol.ts';

/** Events that a viewer gets in one report; of more the oldest are skipped, and counted. */
export const EVENTS_PER_REPORT = 2_000;
/** Actors that are listed. */
const ACTORS_MAX = 5_000;
const SLOWEST_HANDLERS = 5;
const MAILBOX_SHOWN = 100;
/** Orders for the past that a viewer may have under way. */
const PASTS_MAX = 16;
/** Actors that every node has: none is named after them. */
const EVERYWHERE: ReadonlySet<string> = new Set(
  'help metrics logging profiler memory-profiler system __processes__ __trace__ __debugger__'.split(' '),
);

/** What all sessions of a node share. */
export interface Watched {
  readonly runtime: Runtime;
  /** Null where the node was started without `--debugger=control`. */
  readonly control: Control | null;
  readonly loop: LoopDelay;
  /** Nodes that this one is connected to. */
  peers(): readonly string[];
}

/** A viewer has asked for the past. */
interface PastOrder {
  readonly past: Past;
  /** The order that is answered once all has been sent, and with what. */
  readonly number: number;
  readonly count: number;
  /** A portion that the viewer could not take yet. */
  unsent: Portion | null;
}

/** Stands for an answer that comes later. */
const LATER = Symbol('later');

export class Session {
  #feed: Feed | null = null;
  readonly #pastOrders: PastOrder[] = [];
  #actors = false;
  #skipped = 0;

  /** @param emit - false when the viewer is behind: events and lists of actors are not sent then, all else always is. */
  constructor(
    private readonly watched: Watched,
    private readonly emit: (report: Report) => boolean,
  ) {}

  /** Does what a viewer asks. What it cannot do, the viewer hears. */
  obey(order: WireOrder): void {
    const number = numberOf(order);
    try {
      const value = this.#do(order);
      if (number !== 0 && value !== LATER) this.#say({ answer: number, value });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#say({ answer: number, error: error.message });
    }
  }

  /** Sends the events that have come since the last time. */
  flush(): void {
    this.#sendPast();
    const { recorder } = this.watched.runtime.tracing;
    if (this.#feed === null) return;
    if (recorder !== null && !this.#feed.isOf(recorder)) this.#feed = new Feed(recorder, 0);
    const { events, skipped } = this.#feed.take(EVENTS_PER_REPORT);
    this.#skipped += skipped;
    if (events.length === 0 && this.#skipped === 0) return;
    if (this.#say({ events, skipped: this.#skipped })) this.#skipped = 0;
    else this.#skipped += events.length;
  }

  /** Sends the list of actors, where it was asked for. */
  tick(): void {
    if (this.#actors) this.#say({ actors: this.#listActors(), loop: this.#loop });
  }

  /** Measured, and so no two runs have the same. */
  get #loop(): LoopReport {
    const { runtime, loop } = this.watched;
    return runtime.observe('loop', () => loop.report());
  }

  /** What stands still has changed. */
  tellHeld(): void {
    const held = this.watched.control?.held ?? [];
    this.#say({
      held: held.map(({ actor, because, next }) => ({
        actor: actor.id,
        because,
        next: next === null ? null : this.#eventOf(next),
      })),
    });
  }

  #do(order: WireOrder): unknown {
    const { tracing } = this.watched.runtime;
    switch (order.do) {
      case 'watch':
        this.#actors = order['actors'] === true;
        this.#say({ hello: this.#hello() });
        this.tick();
        this.tellHeld();
        return null;
      case 'start':
        return this.#start(order);
      case 'stop':
        tracing.stop();
        this.#tellStatus();
        return tracing.status();
      case 'history':
        return this.#tellPast(countIn(order, 'limit', EVENTS_PER_REPORT), numberOf(order));
      case 'event':
        return tracing.recorder?.eventOf(textIn(order, 'id')) ?? null;
      case 'inspect':
        return this.#inspect(textIn(order, 'actor'));
      default:
        this.#command(order);
        return null;
    }
  }

  #command(order: WireOrder): void {
    const { control, runtime } = this.watched;
    const command = COMMANDS[order.do];
    if (command === undefined) throw new Failure(`there is no order '${order.do}'`, 'BAD_ORDER');
    if (control === null) {
      throw new Failure(
        `${runtime.address} was not started with --debugger=control: '${order.do}' is refused`,
        'REFUSED',
      );
    }
    command(control, order);
    this.#tellStatus();
  }

  #start({ do: _do, number: _number, node: _node, ...settings }: WireOrder): TraceStatus {
    const { tracing } = this.watched.runtime;
    // A viewer that only joins does not take from others what they have recorded.
    if (!tracing.isOn || Object.keys(settings).length > 0) tracing.start(settings);
    if (tracing.recorder !== null) this.#feed = new Feed(tracing.recorder);
    this.#tellStatus();
    return this.#status();
  }

  /** All of it comes, as fast as the viewer takes it; then the answer, with how much it was. */
  #tellPast(limit: number, number: number): unknown {
    const { recorder } = this.watched.runtime.tracing;
    if (recorder === null) return 0;
    if (this.#pastOrders.length >= PASTS_MAX)
      throw new Failure('ask for the past once the last answers have come', 'BUSY');
    const past = new Past(recorder, limit);
    this.#pastOrders.push({ past, number, count: past.left, unsent: null });
    this.#sendPast();
    return LATER;
  }

  #sendPast(): void {
    for (let [order] = this.#pastOrders; order !== undefined; [order] = this.#pastOrders) {
      while (order.unsent !== null || order.past.left > 0) {
        const portion: Portion = order.unsent ?? order.past.take(EVENTS_PER_REPORT);
        order.unsent = this.#say(portion) ? null : portion;
        if (order.unsent !== null) return;
      }
      this.#pastOrders.shift();
      if (order.number !== 0) this.#say({ answer: order.number, value: order.count });
    }
  }

  #inspect(id: string): object {
    const { runtime, control } = this.watched;
    const process = runtime.process(id);
    if (process === undefined) throw new Failure(`there is no process '${id}' at ${runtime.address}`, 'NO_PROCESS');
    const waiting = [...(control?.heldOf(process.pid) ?? []), ...process.$mailbox];
    return {
      mailbox: waiting.slice(0, MAILBOX_SHOWN).map(describe),
      waiting: waiting.length,
      fields: control === null ? null : fieldsOf(process),
    };
  }

  #listActors(): ActorReport[] {
    const { processes, tracing } = this.watched.runtime;
    tracing.recorder?.activities.sweep();
    const reports: ActorReport[] = [];
    for (const process of processes) {
      if (reports.length >= ACTORS_MAX) break;
      reports.push(this.#reportOn(process, process.$mailbox));
    }
    return reports;
  }

  #reportOn(process: Process, mailbox: Mailbox): ActorReport {
    const { runtime, control } = this.watched;
    const activity = runtime.tracing.recorder?.activities.of(process.pid);
    const held = control === null ? [] : [...control.heldOf(process.pid)];
    return {
      id: process.pid.id,
      type: process.constructor.name,
      mailbox: mailbox.length + held.length,
      paused: control?.isHeld(process.pid) ?? false,
      turns: runtime.tracing.isOn ? (activity?.turns ?? 0) : null,
      busy: activity?.busy ?? 0,
      slowest: activity === undefined ? [] : slowestOf(activity.handlers),
      links: [...(mailbox.links ?? [])].map(String),
    };
  }

  #hello(): Hello {
    const { runtime, control } = this.watched;
    const { delegate } = runtime.http;
    const own = [...runtime.processes].find(({ pid }) => !EVERYWHERE.has(pid.id));
    return {
      incarnation: runtime.incarnation,
      title: delegate ?? own?.pid.id ?? '',
      control: control !== null,
      peers: this.watched.peers(),
      status: this.#status(),
    };
  }

  #status(): TraceStatus {
    const { runtime, control } = this.watched;
    return runtime.tracing.status(control?.rules.all ?? []);
  }

  #tellStatus(): void {
    this.#say({ status: this.#status() });
  }

  #eventOf({ id }: Envelope) {
    const { runtime } = this.watched;
    return runtime.tracing.recorder?.eventOf(`${runtime.incarnation}/${id}`) ?? null;
  }

  #say(report: Omit<Report, 'node'>): boolean {
    return this.emit({ node: this.watched.runtime.address.text, ...report } as Report);
  }
}

function describe({ kind, type, from, body }: Envelope): object {
  return { kind, name: type.name, from: String(from), body: printPayload(body) };
}

function slowestOf(handlers: ReadonlyMap<string, Omit<HandlerReport, 'name'>>): HandlerReport[] {
  return [...handlers]
    .map(([name, handled]) => ({ name, ...handled }))
    .sort((a, b) => b.busy - a.busy || b.turns - a.turns)
    .slice(0, SLOWEST_HANDLERS);
}
