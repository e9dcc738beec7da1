/**
 * What a client of `/__trace__` asks for, from the query of its request. Pure.
 *
 *   /__trace__?actor=master,slave*&message=StatusUpdateMessage&kind=message&since=1700000000000&limit=100&body=true
 *   /__trace__?tree=k3J9x2aQ/512
 */
import { Failure } from '../failure.ts';
import { idOf, type TraceEvent, type TraceKind } from './event.ts';
import { matcher } from './filter.ts';
import type { TraceSettings } from './protocol.ts';
import { EVENTS_MAX } from './recorder.ts';

export interface TraceQuery {
  /** Patterns, as of a trace's filter; no pattern fits all. */
  readonly actors: readonly string[];
  readonly messages: readonly string[];
  readonly kinds: readonly string[];
  /** An address at either end. */
  readonly node: string | null;
  /** Only direct consequences of this event. */
  readonly cause: string | null;
  /** Only the tree that this event belongs to, as far as it is of this runtime. */
  readonly tree: string | null;
  /** Only what was posted then or later, in milliseconds since the epoch. */
  readonly since: number;
  /** Only so many, the newest. */
  readonly limit: number;
  readonly body: boolean;
  /** Goes on with what comes. */
  readonly follow: boolean;
}

const KINDS: Readonly<Record<TraceKind, true>> = {
  initialize: true,
  message: true,
  dispatch: true,
  timer: true,
  resume: true,
  http: true,
  exited: true,
  terminate: true,
  request: true,
  response: true,
  write: true,
  read: true,
  reply: true,
  link: true,
};

const NAMES = ['actor', 'message', 'kind', 'node', 'cause', 'tree', 'since', 'limit', 'body', 'follow', 'jsonp'];
const SETTINGS = ['actors', 'names', 'sample', 'size', 'times'];

/** @throws Failure BAD_QUERY, naming the parameter. */
export function parseTraceQuery(search: URLSearchParams): TraceQuery {
  refuseUnknown(search.keys(), NAMES);
  const kinds = listIn(search, 'kind');
  const wrong = kinds.find(kind => !Object.hasOwn(KINDS, kind));
  if (wrong !== undefined) throw bad('kind', wrong, `one of ${Object.keys(KINDS).join(', ')}`);
  return {
    actors: listIn(search, 'actor'),
    messages: listIn(search, 'message'),
    kinds,
    node: search.get('node'),
    cause: search.get('cause'),
    tree: search.get('tree'),
    since: numberIn(search, 'since', 0, Number.MAX_SAFE_INTEGER) ?? 0,
    limit: numberIn(search, 'limit', 1, EVENTS_MAX) ?? EVENTS_MAX,
    body: switchIn(search, 'body'),
    follow: switchIn(search, 'follow'),
  };
}

/** Settings of a trace from a query or a form; what they may be, `Tracing` says. @throws Failure BAD_QUERY. */
export function parseTraceSettings(search: URLSearchParams): TraceSettings {
  refuseUnknown(search.keys(), SETTINGS);
  const [actors, names] = [listIn(search, 'actors'), listIn(search, 'names')];
  const sample = numberIn(search, 'sample', 1, Number.MAX_SAFE_INTEGER);
  const size = numberIn(search, 'size', 1, EVENTS_MAX);
  const times = search.get('times');
  return {
    actors,
    names,
    ...(sample === null ? {} : { sample }),
    ...(size === null ? {} : { size }),
    ...(times === null ? {} : { times: times as 'slice' | 'turn' }), // `Tracing` refuses what it is not.
  };
}

/** The same from JSON. @throws Failure BAD_QUERY. */
export function settingsOfJson(text: string): TraceSettings {
  const value = jsonOf(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Failure('want settings as a JSON object', 'BAD_QUERY');
  }
  refuseUnknown(Object.keys(value), SETTINGS);
  return value; // `Tracing` looks at each of its fields.
}

/** Whether an event is asked for. Of a tree it has to see all events from the root on, in their order. */
export function fitter(query: TraceQuery): (event: TraceEvent) => boolean {
  const { kinds, node, cause, since } = query;
  const [fitsActor, fitsMessage] = [matcher(query.actors), matcher(query.messages)];
  const isInTree = query.tree === null ? () => true : treeFitter(query.tree);
  return event => {
    if (!isInTree(event)) return false;
    if (event.at < since || (kinds.length > 0 && !kinds.includes(event.kind))) return false;
    if (cause !== null && event.cause !== cause) return false;
    if (node !== null && !event.from.endsWith(`@${node}`) && !event.to.endsWith(`@${node}`)) return false;
    return fitsMessage(event.name) && (fitsActor(idOf(event.to)) || fitsActor(idOf(event.from)));
  };
}

/** The event that the tree of `event` begins with: of timers it is unknown what they belong to. */
export function rootOf(event: TraceEvent, find: (id: string) => TraceEvent | null): TraceEvent {
  let root = event;
  const seen = new Set<string>();
  while (root.cause !== null && root.kind !== 'timer' && !seen.has(root.id)) {
    seen.add(root.id);
    const above = find(root.cause);
    if (above === null) return root;
    root = above;
  }
  return root;
}

function treeFitter(root: string): (event: TraceEvent) => boolean {
  const ids = new Set([root]);
  return ({ id, cause, kind }) => {
    if (ids.has(id)) return true;
    if (cause === null || kind === 'timer' || !ids.has(cause)) return false;
    ids.add(id);
    return true;
  };
}

function refuseUnknown(names: Iterable<string>, known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new Failure(`there is no parameter '${name}': want some of ${known.join(', ')}`, 'BAD_QUERY');
  }
}

/** Repeated, or separated by commas. */
function listIn(search: URLSearchParams, name: string): string[] {
  return search.getAll(name).flatMap(value => value.split(',').filter(item => item !== ''));
}

function numberIn(search: URLSearchParams, name: string, min: number, max: number): number | null {
  const text = search.get(name);
  if (text === null) return null;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw bad(name, text, `a number from ${min} to ${max}`);
  return value;
}

function switchIn(search: URLSearchParams, name: string): boolean {
  const text = search.get(name) ?? 'false';
  if (text !== 'true' && text !== 'false') throw bad(name, text, 'true or false');
  return text === 'true';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Failure(`the settings are not JSON: ${error.message}`, 'BAD_QUERY', { cause: error });
  }
}

function bad(name: string, value: string, want: string): Failure {
  return new Failure(`'${name}' is '${value}': want ${want}`, 'BAD_QUERY');
}
