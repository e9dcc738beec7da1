/**
 * Durations and sizes as text, at the edge: flags, query parameters, log lines. Inside, a duration is a number of
 * milliseconds and a size a number of bytes.
 *
 *   parseDuration('1.5mins') = 90_000     printDuration(90_000)      = '90secs'
 *   parseBytes('512MB') = 536_870_912     printBytes(536_870_912)    = '512MB'
 *
 * Source: stout duration.hpp, bytes.hpp.
 */
import { Failure } from './failure.ts';

interface Unit {
  readonly name: string;
  /** How many of the smallest unit it holds. */
  readonly size: number;
}

const NANOSECONDS_PER_MS = 1e6;

const NANOSECOND: Unit = { name: 'ns', size: 1 };
const DURATION_UNITS: readonly Unit[] = [
  NANOSECOND,
  { name: 'us', size: 1e3 },
  { name: 'ms', size: 1e6 },
  { name: 'secs', size: 1e9 },
  { name: 'mins', size: 60e9 },
  { name: 'hrs', size: 3_600e9 },
  { name: 'days', size: 86_400e9 },
  { name: 'weeks', size: 604_800e9 },
];

const BYTE: Unit = { name: 'B', size: 1 };
const BYTE_UNITS: readonly Unit[] = [
  BYTE,
  { name: 'KB', size: 1024 },
  { name: 'MB', size: 1024 ** 2 },
  { name: 'GB', size: 1024 ** 3 },
  { name: 'TB', size: 1024 ** 4 },
];

/** As many digits as a double holds for sure. */
const DIGITS = 15;

/** A unit of time as metrics name it. */
export type DurationUnit = 'ns' | 'us' | 'ms' | 'secs' | 'mins' | 'hrs' | 'days' | 'weeks';

/**
 * Milliseconds, possibly with a fraction down to a nanosecond.
 *
 * @throws Failure INVALID_DURATION, with the words of the original.
 */
export function parseDuration(text: string): number {
  const [digits, name] = split(text, /^[\d.]*/);
  if (name === '') throw new Failure(`Invalid duration '${text}'`, 'INVALID_DURATION');
  if (!/^(\d+\.?\d*|\.\d+)$/.test(digits)) {
    throw new Failure(`Failed to convert '${digits}' to number`, 'INVALID_DURATION');
  }
  const unit = DURATION_UNITS.find(candidate => candidate.name === name);
  if (unit === undefined) throw new Failure(`Unknown duration unit '${name}'`, 'INVALID_DURATION');
  return Math.round(Number(digits) * unit.size) / NANOSECONDS_PER_MS;
}

/**
 * The largest unit not above `ms`, or the next finer one where only that gives a whole number: `2weeks`, `10days`,
 * `90secs`, and `1.1875days`, which would not be whole in hours either.
 */
export function printDuration(ms: number): string {
  const nanoseconds = Math.round(Math.abs(ms) * NANOSECONDS_PER_MS);
  const sign = ms < 0 && nanoseconds > 0 ? '-' : '';
  const fitting = DURATION_UNITS.findLastIndex(unit => unit.size <= nanoseconds);
  const [finer, unit] = [DURATION_UNITS[fitting - 1], DURATION_UNITS[fitting] ?? NANOSECOND];
  const chosen = finer !== undefined && !isWhole(nanoseconds, unit) && isWhole(nanoseconds, finer) ? finer : unit;
  return `${sign}${Number((nanoseconds / chosen.size).toPrecision(DIGITS))}${chosen.name}`;
}

/** `ms` milliseconds in `unit`. */
export function inUnit(ms: number, unit: DurationUnit): number {
  const { size } = DURATION_UNITS.find(candidate => candidate.name === unit) ?? NANOSECOND;
  return (ms * NANOSECONDS_PER_MS) / size;
}

/**
 * Bytes; units count in powers of 1024, and their case does not matter.
 *
 * @throws Failure INVALID_BYTES, with the words of the original.
 */
export function parseBytes(text: string): number {
  const [digits, name] = split(text, /^\d*/);
  if (name.startsWith('.')) throw new Failure(`Fractional bytes '${text}'`, 'INVALID_BYTES');
  if (name === '') throw new Failure(`Invalid bytes '${text}'`, 'INVALID_BYTES');
  if (digits === '') throw new Failure("Failed to convert '' to number", 'INVALID_BYTES');
  const unit = BYTE_UNITS.find(candidate => candidate.name === name.toUpperCase());
  if (unit === undefined) throw new Failure(`Unknown bytes unit '${name.toUpperCase()}'`, 'INVALID_BYTES');
  return Number(digits) * unit.size;
}

/** In the largest unit that gives a whole number. */
export function printBytes(bytes: number): string {
  const unit = BYTE_UNITS.findLast(candidate => bytes >= candidate.size && isWhole(bytes, candidate)) ?? BYTE;
  return `${bytes / unit.size}${unit.name}`;
}

function isWhole(amount: number, unit: Unit): boolean {
  return amount % unit.size === 0;
}

/** `text` in two: what `number` matches at its start, and the rest. */
function split(text: string, number: RegExp): [string, string] {
  const digits = number.exec(text)?.[0] ?? '';
  return [digits, text.slice(digits.length)];
}
