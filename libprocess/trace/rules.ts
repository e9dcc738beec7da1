/**
 * Rules about envelopes: which they fit, and how often they still apply. Pure.
 */
import { matcher } from './filter.ts';
import { printPayload } from './payload.ts';
import type { Rule } from './protocol.ts';

/** More than this at once is a mistake. */
export const RULES_MAX = 100;

/** What a rule looks at. */
export interface Judged {
  /** The id of the actor that is to serve it. */
  readonly actor: string;
  readonly name: string;
  readonly body: unknown;
}

export class Rules {
  readonly #rules = new Map<string, Armed>();

  get all(): readonly Rule[] {
    return [...this.#rules.values()].map(({ rule }) => rule);
  }

  get isEmpty(): boolean {
    return this.#rules.size === 0;
  }

  /** A rule of the same id is replaced. False when there are too many. */
  add(rule: Rule): boolean {
    if (this.#rules.size >= RULES_MAX && !this.#rules.has(rule.id)) return false;
    this.#rules.set(rule.id, new Armed(rule));
    return true;
  }

  /** True when there was one of this id. */
  remove(id: string): boolean {
    return this.#rules.delete(id);
  }

  /** The first rule that fits; one that has applied as often as it should is gone then. */
  take(judged: Judged): Rule | null {
    for (const armed of this.#rules.values()) {
      if (!armed.fits(judged)) continue;
      if (armed.spend()) this.#rules.delete(armed.rule.id);
      return armed.rule;
    }
    return null;
  }
}

class Armed {
  readonly #fitsActor: (text: string) => boolean;
  readonly #fitsName: (text: string) => boolean;
  readonly #where: readonly (readonly [path: readonly string[], value: string])[];
  #left: number;

  constructor(readonly rule: Rule) {
    this.#fitsActor = matcher(rule.actor === '' ? [] : [rule.actor]);
    this.#fitsName = matcher(rule.name === '' ? [] : [rule.name]);
    this.#where = Object.entries(rule.where ?? {}).map(([path, value]) => [path.split('.'), value]);
    this.#left = rule.times ?? 0;
  }

  fits({ actor, name, body }: Judged): boolean {
    if (!this.#fitsActor(actor) || !this.#fitsName(name)) return false;
    return this.#where.every(([path, value]) => textAt(body, path) === value);
  }

  /** True when it has applied for the last time. */
  spend(): boolean {
    this.#left -= 1;
    return this.#left === 0;
  }
}

/** What the field at `path` prints as; undefined when there is none, or nothing that a person would compare with. */
function textAt(body: unknown, path: readonly string[]): string | undefined {
  let value = body;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  const printed = printPayload(value);
  return typeof printed === 'object' ? undefined : String(printed);
}
