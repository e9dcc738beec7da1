/**
 * The algebra of values: scalars, ranges, sets; how they are read and printed.
 *
 *   scalar   whole thousandths, so that 0.1 + 0.2 is 0.3 and nothing below 0.001 exists
 *   ranges   [b1, e1, b2, e2, …], both ends included, sorted, neither overlapping nor touching
 *   set      its items, in the order in which they came
 *
 * All are immutable: an operation returns a new value, or one of its arguments.
 *
 * Source: Mesos src/common/values.cpp.
 */
import { Failure } from '../../libprocess/index.ts';
import type { Value, ValueRange } from '../protocol/values.ts';

export type Ranges = readonly number[];
export type Items = readonly string[];

/** A scalar as it is computed with. */
export function thousandths(value: number): number {
  return Math.round(value * 1000);
}

/** A scalar as it is shown. */
export function fromThousandths(amount: number): number {
  return amount / 1000;
}

/** Ranges of any order, overlapping or touching, as the fewest that say the same. */
export function coalesce(ranges: Iterable<ValueRange>): Ranges {
  const sorted = [...ranges].filter(({ begin, end }) => begin <= end).sort((a, b) => a.begin - b.begin);
  const result: number[] = [];
  for (const { begin, end } of sorted) append(result, begin, end);
  return result;
}

/** Adds a range that begins no earlier than those in `ranges`. */
function append(ranges: number[], begin: number, end: number): void {
  const last = ranges.length - 1;
  const reached = ranges[last];
  if (reached !== undefined && begin <= reached + 1) ranges[last] = Math.max(reached, end);
  else ranges.push(begin, end);
}

export function addRanges(a: Ranges, b: Ranges): Ranges {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const result: number[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const first = (a[i] ?? Infinity) <= (b[j] ?? Infinity);
    const from = first ? a : b;
    const at = first ? i : j;
    append(result, from[at] ?? 0, from[at + 1] ?? 0);
    if (first) i += 2;
    else j += 2;
  }
  return result;
}

export function subtractRanges(a: Ranges, b: Ranges): Ranges {
  if (b.length === 0) return a;
  const result: number[] = [];
  let j = 0;
  for (let i = 0; i < a.length; i += 2) {
    let begin = a[i] ?? 0;
    const end = a[i + 1] ?? 0;
    while ((b[j + 1] ?? Infinity) < begin) j += 2; // Wholly before this range, and so before all later ones.
    for (let k = j; (b[k] ?? Infinity) <= end; k += 2) {
      const cut = b[k] ?? 0;
      if (cut > begin) result.push(begin, cut - 1);
      begin = Math.max(begin, (b[k + 1] ?? 0) + 1);
    }
    if (begin <= end) result.push(begin, end);
  }
  return result;
}

export function containsRanges(a: Ranges, b: Ranges): boolean {
  let i = 0;
  for (let j = 0; j < b.length; j += 2) {
    const [begin, end] = [b[j] ?? 0, b[j + 1] ?? 0];
    while ((a[i + 1] ?? Infinity) < begin) i += 2;
    if (!((a[i] ?? Infinity) <= begin && end <= (a[i + 1] ?? -Infinity))) return false;
  }
  return true;
}

export function sameRanges(a: Ranges, b: Ranges): boolean {
  return a === b || (a.length === b.length && a.every((bound, at) => bound === b[at]));
}

export function toValueRanges(ranges: Ranges): ValueRange[] {
  const result: ValueRange[] = [];
  for (let i = 0; i < ranges.length; i += 2) result.push({ begin: ranges[i] ?? 0, end: ranges[i + 1] ?? 0 });
  return result;
}

export function addItems(a: Items, b: Items): Items {
  return [...new Set([...a, ...b])];
}

export function subtractItems(a: Items, b: Items): Items {
  return a.filter(item => !b.includes(item));
}

export function containsItems(a: Items, b: Items): boolean {
  return b.every(item => a.includes(item));
}

export function sameItems(a: Items, b: Items): boolean {
  return a.length === b.length && containsItems(a, b);
}

export function printScalar(amount: number): string {
  return String(fromThousandths(amount));
}

/** `[31000-32000, 33000-33010]` */
export function printRanges(ranges: Ranges): string {
  return `[${toValueRanges(ranges)
    .map(({ begin, end }) => `${begin}-${end}`)
    .join(', ')}]`;
}

/** `{z1, z2}` */
export function printItems(items: Items): string {
  return `{${items.join(', ')}}`;
}

export function printValue(value: Omit<Value, 'type'> & { readonly type: Value['type'] }): string {
  if (value.type === 'SCALAR') return printScalar(thousandths(value.scalar?.value ?? 0));
  if (value.type === 'RANGES') return printRanges(coalesce(value.ranges?.range ?? []));
  if (value.type === 'SET') return printItems(value.set?.item ?? []);
  return value.text?.value ?? '';
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads a number as SCALAR, `[a-b, c-d]` as RANGES, `{x, y}` as SET, and anything else as TEXT.
 *
 * @throws Failure MALFORMED
 */
export function parseValue(text: string): Value {
  const trimmed = text.trim();
  if (trimmed === '') throw malformed('Expecting non-empty string');
  if (trimmed.startsWith('[')) return { type: 'RANGES', ranges: { range: parseRanges(trimmed) } };
  if (trimmed.startsWith('{')) return { type: 'SET', set: { item: parseItems(trimmed) } };
  if (NUMBER.test(trimmed)) return { type: 'SCALAR', scalar: { value: fromThousandths(thousandths(Number(trimmed))) } };
  return { type: 'TEXT', text: { value: trimmed } };
}

function parseRanges(text: string): ValueRange[] {
  const ranges = coalesce(inside(text, ']').map(parseRange));
  if (ranges.length === 0) throw malformed('Expecting one or more "ranges"');
  return toValueRanges(ranges);
}

function parseRange(text: string): ValueRange {
  const found = /^(\d+)\s*-\s*(\d+)$/.exec(text);
  if (found === null) throw malformed(`Expecting one or more "ranges", not '${text}'`);
  const [begin, end] = [Number(found[1]), Number(found[2])];
  if (begin > end) throw malformed(`Range '${text}' ends before it begins`);
  return { begin, end };
}

function parseItems(text: string): string[] {
  const items = inside(text, '}');
  if (new Set(items).size < items.length) throw malformed(`Set '${text}' names an item twice`);
  return items;
}

function inside(text: string, close: string): string[] {
  if (!text.endsWith(close)) throw malformed(`Expecting '${close}' at the end of '${text}'`);
  return text
    .slice(1, -1)
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
}

function malformed(message: string): Failure {
  return new Failure(message, 'MALFORMED');
}
