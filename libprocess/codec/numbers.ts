/**
 * Numbers as the wires have them.
 *
 * A 64-bit integer is a JavaScript number here, so the largest ones round up to what no longer fits. They saturate
 * at the largest number that does: `Duration::max()` of a C++ peer comes back as very long, not as negative.
 */

/** The largest doubles below 2^63 and 2^64. */
const INT64_MAX = 2 ** 63 - 1024;
const UINT64_MAX = 2 ** 64 - 2048;
const INT64_MIN = -(2 ** 63);

export function saturateInt64(value: number): number {
  return Math.min(Math.max(value, INT64_MIN), INT64_MAX);
}

export function saturateUint64(value: number): number {
  return Math.min(Math.max(value, 0), UINT64_MAX);
}

export function isInt64(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= INT64_MIN && (value as number) <= INT64_MAX;
}

export function isUint64(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= UINT64_MAX;
}
