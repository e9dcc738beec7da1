/** The job of the bench: it computes, for about as long as it is told. */

/** Steps of `spin` that take about a microsecond, on the machine of the table. */
export const STEPS_PER_US = 700;

/** @returns something that depends on every step, so that none is left out. */
export function spin({ us }: { readonly us: number }): number {
  let value = 1;
  for (let step = 0; step < us * STEPS_PER_US; step++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
  return value;
}
