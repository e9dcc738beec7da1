/**
 * The page's state, as signals: where one is (the address bar), what came in (events, nodes), and what to do about it.
 *
 *   socket ──▶ intake ──▶ store ──▶ matches     version tells of each change, pulse of all changes four times a second
 *      └─────▶ nodes
 */
import { computed, effect, signal } from '@preact/signals';
import type { Order, Report, TraceEvent, TraceSettings } from '../../../libprocess/trace.ts';
import { Discovery } from './model/discovery.ts';
import type { Entry } from './model/entry.ts';
import { Matches } from './model/matches.ts';
import { type Nodes, reduce } from './model/nodes.ts';
import { NodeColours } from './model/palette.ts';
import { type Place, parsePlace, printPlace } from './model/place.ts';
import { parseQuery, type Test, toggleWord } from './model/query.ts';
import { Store } from './model/store.ts';
import { Connection, type ConnectionState } from './net/connection.ts';
import { Intake } from './net/intake.ts';

const TOLD_EVERY_MS = 80;
const PULSE_MS = 250;
const LOOK_AROUND_MS = 3_000;
/** Events that are asked for when a node that is already traced is found. */
const HISTORY = 50_000;

export const place = signal<Place>(parsePlace(location.hash));
export const nodes = signal<Nodes>(new Map());
export const connected = signal<ConnectionState>('connecting');
export const paused = signal(false);
/** True while the newest is to be seen. */
export const following = signal(true);
export const version = signal(0);
export const pulse = signal(0);
/** What went wrong last, for people. */
export const notice = signal('');
/** The file that is looked at, where the page is not live. */
export const file = signal('');

/** The settings that tracing was switched on with, here; null while it is not. */
export const wanted = signal<TraceSettings | null>(null);
let heardAt = 0;

export const store = new Store();
export const matches = new Matches();
export const nodeColours = new NodeColours();
const discovery = new Discovery();

export const intake = new Intake(events => {
  const { from } = store.add(events);
  matches.update(store.entries, from);
  changed();
});

/** Tells of changes, at once where there was none of late: nobody reads faster. */
function changed(): void {
  if (telling) return;
  telling = true;
  const tell = (): void => {
    telling = false;
    toldAt = performance.now();
    version.value += 1;
  };
  const wait = toldAt + TOLD_EVERY_MS - performance.now();
  if (wait <= 0) tell();
  else window.setTimeout(tell, wait);
}

let telling = false;
let toldAt = 0;

const connection = new Connection(streamUrl(), {
  onReport: heard,
  onState(state) {
    connected.value = state;
    if (state !== 'waiting') return;
    discovery.forget();
    greeted.clear();
  },
});

/** Whether any node lets itself be controlled. */
export const controllable = computed(() => [...nodes.value.values()].some(({ hello }) => hello?.control === true));
export const anyTracing = computed(() => [...nodes.value.values()].some(({ status }) => status?.on === true));
export const shownNodes = computed(() =>
  [...nodes.value.values()].filter(({ address }) => !place.value.off.includes(address)),
);
const filter = computed(() => testOf(place.value.query, place.value.off));

export function start(): void {
  effect(() => {
    matches.search(store.entries, filter.value);
    version.value = version.peek() + 1;
  });
  let pulsed = 0;
  window.setInterval(() => {
    if (pulsed !== version.peek()) pulse.value += 1;
    pulsed = version.peek();
  }, PULSE_MS);
  window.setInterval(lookAround, LOOK_AROUND_MS);
  window.addEventListener('hashchange', () => {
    place.value = parsePlace(location.hash);
  });
  if (location.protocol !== 'file:') connection.open();
}

/** Goes somewhere else in the page; another view is a step that the browser's back button undoes. */
export function go(change: Partial<Place>): void {
  const before = place.value;
  place.value = { ...before, ...change };
  const address = `#${printPlace(place.value)}`;
  if (change.view !== undefined && change.view !== before.view) history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}

/** The present, by the nodes' clocks: the newest event's time, and what has passed since it came. */
export function present(): number {
  const newest = store.entries.at(-1)?.event.at ?? 0;
  const isLive = file.value === '' && !paused.value && heardAt > 0;
  return isLive ? newest + performance.now() - heardAt : newest;
}

export function select(entry: Entry | null): void {
  go({ event: entry?.event.id ?? '', actor: '' });
}

export function selectActor(pid: string): void {
  go({ actor: pid, event: '' });
}

export function toggleFilter(word: string): void {
  go({ query: toggleWord(place.value.query, word) });
}

export function setPaused(value: boolean): void {
  paused.value = value;
  intake.pause(value);
}

export function tell(node: string, order: Order): void {
  connection.tell(node, order);
}

export function ask(node: string, order: Order): Promise<unknown> {
  return connection.ask(node, order);
}

/** As `ask`, where only a failure is news. */
export function command(node: string, order: Order): void {
  ask(node, order).catch((error: Error) => {
    notice.value = `${order.do} at ${node}: ${error.message}`;
  });
}

/** Shows a saved trace instead of what is live. */
export function openSaved(name: string, events: readonly TraceEvent[]): void {
  connection.close();
  intake.clear();
  clearEvents();
  file.value = name;
  nodes.value = new Map();
  setPaused(false);
  following.value = false;
  intake.push(events);
}

export function clearEvents(): void {
  store.clear();
  matches.update(store.entries, 0);
  version.value += 1;
}

function heard(report: Report): void {
  nodes.value = reduce(nodes.peek(), report, performance.now());
  nodeColours.of(report.node);
  if ('events' in report) {
    intake.push(report.events);
    heardAt = performance.now();
  } else if ('gone' in report) {
    discovery.lost(report.node);
    greeted.delete(report.node);
  }
  if ('hello' in report) greet(report.node, report.hello.peers, report.hello.status.on);
}

/**
 * Watches every node that a hello names. Of a node that is traced already, what it has kept is of interest; one that comes
 * while this page has tracing switched on is traced as well.
 */
function greet(node: string, peers: readonly string[], tracing: boolean): void {
  const isNew = !greeted.has(node);
  greeted.add(node);
  for (const address of discovery.heard(node, { peers })) tell(address, { do: 'watch', actors: true });
  if (!isNew) return;
  if (tracing) tell(node, { do: 'history', limit: HISTORY });
  // Without settings it joins a trace that is on.
  if (tracing || wanted.value !== null) tell(node, { do: 'start', ...(tracing ? {} : wanted.value) });
}

/** New links make new peers: every node is asked again from time to time. */
function lookAround(): void {
  if (connected.value !== 'open') return;
  for (const { address, gone } of nodes.value.values()) if (gone === null) tell(address, { do: 'watch', actors: true });
}

const greeted = new Set<string>();

function testOf(query: string, off: readonly string[]): Test | null {
  const test = parseQuery(query);
  if (off.length === 0) return test;
  const hidden = new Set(off);
  return event => !hidden.has(event.node) && (test === null || test(event));
}

/** Beside the page itself, whatever stands before it in the address. */
function streamUrl(): string {
  const { protocol, host, pathname } = location;
  const folder = pathname.replace(/\/(index\.html)?$/, '');
  return `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${folder}/stream`;
}
