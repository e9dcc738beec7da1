/** Differences between what left a recorded runtime and what leaves its replay. Pure. */
import type { Output } from './batch.ts';

/** Something in which a replay is not what was recorded: the program has changed, or is not deterministic. */
export interface Difference {
  /** The turn in which it shows. */
  readonly turn: number;
  readonly what: 'output' | 'turns' | 'input' | 'observation';
  /** What the recording says. */
  readonly expected: string;
  readonly found: string;
}

/** One of the two may be missing; where both are there, they differ in their contents. */
export interface Mismatch {
  readonly expected: Output | null;
  readonly found: Output | null;
}

/**
 * Where the outputs of one span differ. When they turned up within the span is left aside: what matters is what, and in
 * which order.
 */
export function compare(expected: readonly Output[], found: readonly Output[]): Mismatch[] {
  const start = commonStart(expected, found);
  const end = commonEnd(expected, found, start);
  const [missing, surplus] = [expected.slice(start, expected.length - end), found.slice(start, found.length - end)];
  return pair(missing, surplus);
}

function commonStart(a: readonly Output[], b: readonly Output[]): number {
  let count = 0;
  while (count < a.length && count < b.length && isSame(a[count], b[count])) count += 1;
  return count;
}

function commonEnd(a: readonly Output[], b: readonly Output[], start: number): number {
  let count = 0;
  const max = Math.min(a.length, b.length) - start;
  while (count < max && isSame(a[a.length - 1 - count], b[b.length - 1 - count])) count += 1;
  return count;
}

function isSame(a: Output | undefined, b: Output | undefined): boolean {
  return a !== undefined && b !== undefined && a[1] === b[1] && a[2] === b[2];
}

/** Those of the same label belong together; what is left over has no counterpart. */
function pair(missing: readonly Output[], surplus: readonly Output[]): Mismatch[] {
  const left = [...surplus];
  const mismatches: Mismatch[] = [];
  for (const expected of missing) {
    const at = left.findIndex(found => found[1] === expected[1]);
    const [found = null] = at < 0 ? [] : left.splice(at, 1);
    if (found === null || found[2] !== expected[2]) mismatches.push({ expected, found });
  }
  for (const found of left) mismatches.push({ expected: null, found });
  return mismatches;
}
