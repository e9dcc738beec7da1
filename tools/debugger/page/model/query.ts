/**
 * What people type to find events, and what it fits.
 *
 *   RunTask                 the text, in the name or in either end
 *   actor:master            in the id of either end; also from: to: name: kind: node: tree: cause:
 *   kind:message,timer      one of several
 *   actor=slave*            a pattern as of a trace's filter: the whole name, or with * at its ends
 *   -kind:timer             all but these
 *   slow:5  wait:20         turns, or waits in the mailbox, of so many milliseconds at least
 *   is:dropped  is:open     lost, or not over yet
 *
 * Words are joined by "and"; a text with blanks stands in "quotes". Pure.
 */
import { matcher, type TraceEvent } from '../../../../libprocess/trace.ts';

export type Test = (event: TraceEvent) => boolean;

/** Names and PIDs are few and come over and over: what was found of them is remembered. */
const KNOWN_MAX = 20_000;

const WORD = /-?(?:[a-z]+[:=])?(?:"[^"]*"|\S+)/g;
const PARTS = /^(-?)(?:([a-z]+)([:=]))?"?([^"]*)"?$/;

/** Which texts of an event a field looks at. */
const FIELDS: Record<string, (event: TraceEvent) => readonly string[]> = {
  actor: ({ from, to }) => [from, to],
  from: ({ from }) => [from],
  to: ({ to }) => [to],
  name: ({ name }) => [name],
  kind: ({ kind }) => [kind],
  node: ({ node }) => [node],
  cause: ({ cause }) => [cause ?? ''],
  id: ({ id }) => [id],
};

const STATES: Record<string, Test> = {
  dropped: ({ dropped }) => dropped !== undefined,
  open: ({ ended, dropped, bytes }) => ended === null && dropped === undefined && bytes === null,
  remote: ({ bytes }) => bytes !== null,
};

const TIMES: Record<string, (event: TraceEvent) => number> = {
  slow: ({ started, ended }) => (started === null || ended === null ? -1 : ended - started),
  wait: ({ at, started }) => (started === null ? -1 : started - at),
};

/** Null for a query that fits everything. */
export function parseQuery(text: string): Test | null {
  const tests = (text.match(WORD) ?? []).map(parseWord).filter(test => test !== null);
  const [only] = tests;
  if (only === undefined) return null;
  return tests.length === 1 ? only : event => tests.every(test => test(event));
}

/** `query` with `word` added, or without it where it was there. */
export function toggleWord(query: string, word: string): string {
  const words = query.match(WORD) ?? [];
  const others = words.filter(each => each !== word);
  return (others.length < words.length ? others : [...words, word]).join(' ');
}

/** A word that finds exactly `value`. */
export function wordFor(field: string, value: string): string {
  return /\s/.test(value) ? `${field}="${value}"` : `${field}=${value}`;
}

function parseWord(word: string): Test | null {
  const [, minus = '', field, sign = ':', value = ''] = PARTS.exec(word) ?? [];
  const test = field === undefined ? anyText(value) : fieldTest(field, sign, value);
  if (test === null) return null;
  return minus === '' ? test : event => !test(event);
}

function fieldTest(field: string, sign: string, value: string): Test | null {
  const time = TIMES[field];
  if (time !== undefined) return Number.isFinite(Number(value)) ? event => time(event) >= Number(value) : null;
  if (field === 'is') return STATES[value] ?? null;
  const texts = FIELDS[field];
  // `10.0.0.1:5050` and the like are texts, not fields.
  if (texts === undefined) return anyText(`${field}${sign}${value}`);
  if (value === '') return null;
  const fits = sign === '=' ? exactly(value) : containing(value.split(','));
  return event => texts(event).some(fits);
}

/** Ids of actors are known without their address too. */
function exactly(value: string): (text: string) => boolean {
  const fits = matcher(value.split(','));
  return text => fits(text) || (text.includes('@') && fits(text.slice(0, text.indexOf('@'))));
}

function containing(values: readonly string[]): (text: string) => boolean {
  const wanted = values.filter(value => value !== '').map(value => value.toLowerCase());
  const known = new Map<string, boolean>();
  return text => {
    let fits = known.get(text);
    if (fits === undefined) {
      const lower = text.toLowerCase();
      fits = wanted.some(value => lower.includes(value));
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(text, fits);
    }
    return fits;
  };
}

function anyText(value: string): Test | null {
  if (value === '') return null;
  const fits = containing([value]);
  return ({ name, from, to }) => fits(name) || fits(from) || fits(to);
}
