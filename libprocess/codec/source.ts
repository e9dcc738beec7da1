/**
 * What generated source may name. Coders are written out as source, one function for each struct, because that makes
 * them as fast as if they had been written by hand: every property is named, every check is inline. Only identifiers
 * that struct() has checked, numbers and quoted strings get into the source; nothing of a peer's does.
 */

/** Values under names: `this.name(value)` may stand in the source that `evaluate` is given. */
export class Scope {
  readonly #names = new Map<unknown, string>();

  /** @param helpers - what the source names by itself. */
  constructor(private readonly helpers: Readonly<Record<string, unknown>>) {}

  name(value: unknown): string {
    let name = this.#names.get(value);
    if (name === undefined) {
      name = `x${this.#names.size}`;
      this.#names.set(value, name);
    }
    return name;
  }

  /** The function that `source`, an expression, comes to. */
  evaluate<F>(source: string): F {
    const names = [...Object.keys(this.helpers), ...this.#names.values()];
    return new Function(...names, `return ${source};`)(...Object.values(this.helpers), ...this.#names.keys());
  }
}

export const quote = (text: string): string => JSON.stringify(text);
