/**
 * Trace events in the format of Chrome's `about:tracing`, which Perfetto (ui.perfetto.dev) opens: a process for each
 * node, a thread for each actor, a slice for each turn, and an arrow from each cause to its consequence.
 *
 * Source: "Trace Event Format" of the Chromium project (phases X, i, s, f, M). Pure, for browsers too.
 */
import { addressOf, idOf, type TraceEvent } from './event.ts';

/** Shorter turns are drawn this long, in microseconds, so that they can be seen and arrows find them. */
const SLICE_MIN_US = 1;

/** @returns an object to be saved as JSON. */
export function toChromeTrace(events: Iterable<TraceEvent>): { readonly traceEvents: readonly object[] } {
  const tracks = new Tracks();
  const drawn = new Map<string, Place>();
  const traceEvents: object[] = [];
  for (const event of events) {
    const place = tracks.placeOf(event);
    drawn.set(event.id, place);
    traceEvents.push(slice(event, place));
    const cause = event.cause === null ? undefined : drawn.get(event.cause);
    if (cause !== undefined) traceEvents.push(...arrow(event, cause, place));
  }
  return { traceEvents: [...tracks.names, ...traceEvents] };
}

interface Place {
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
}

function slice(event: TraceEvent, place: Place): object {
  const { id, cause, kind, from, depth, bytes, dropped, started, ended, at, body } = event;
  const args = { id, cause, from, depth, bytes, dropped, waitedMs: started === null ? undefined : started - at, body };
  const common = { name: event.name, cat: kind, ...place, args };
  if (started === null) return { ph: 'i', s: 't', ...common };
  return { ph: 'X', dur: Math.max(SLICE_MIN_US, micros((ended ?? started) - started)), ...common };
}

function arrow({ id, name }: TraceEvent, cause: Place, place: Place): readonly object[] {
  const common = { name, cat: 'cause', id };
  return [
    { ph: 's', ...common, ...cause },
    { ph: 'f', bp: 'e', ...common, ...place },
  ];
}

/** Numbers for nodes and actors, and the names that viewers show for them. */
class Tracks {
  readonly names: object[] = [];
  readonly #nodes = new Map<string, number>();
  readonly #actors = new Map<string, number>();

  placeOf({ node, to, started, at, from }: TraceEvent): Place {
    // What another node serves is drawn where it was sent.
    const actor = addressOf(to) === node ? to : from;
    const pid = this.#number(this.#nodes, node, node, number => ({ name: 'process_name', pid: number }));
    const tid = this.#number(this.#actors, `${node} ${actor}`, idOf(actor) || 'outside', number => ({
      name: 'thread_name',
      pid,
      tid: number,
    }));
    return { pid, tid, ts: micros(started ?? at) };
  }

  #number(numbers: Map<string, number>, key: string, name: string, meta: (number: number) => object): number {
    let number = numbers.get(key);
    if (number === undefined) {
      number = numbers.size + 1;
      numbers.set(key, number);
      this.names.push({ ph: 'M', ...meta(number), args: { name } });
    }
    return number;
  }
}

function micros(ms: number): number {
  return Math.round(ms * 1_000);
}
