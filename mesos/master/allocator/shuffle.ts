/**
 * Order by chance, from a given source of it.
 *
 * Source: the Fisher-Yates shuffle.
 */

/** A shuffled copy. @param random - from 0 up to, but not including, 1. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = items.slice();
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [result[last], result[other]];
    if (a === undefined || b === undefined) continue; // Both places exist: `items` has no holes.
    result[last] = b;
    result[other] = a;
  }
  return result;
}
