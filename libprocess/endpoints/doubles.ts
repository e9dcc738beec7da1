/**
 * JSON in which doubles look like doubles: `48.0`, where `JSON.stringify` prints `48`.
 *
 * Source: stout json.hpp.
 */

/** `value` as a double of JSON. */
export function printDouble(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** An object whose values are printed already. */
export function printObject(fields: Iterable<readonly [name: string, value: string]>): string {
  return `{${[...fields].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}
