/**
 * Quantities: how much of each scalar resource, whatever it is reserved for, lies on or is allocated to.
 *
 * Amounts are whole thousandths; a name whose amount is zero is not there. Immutable.
 *
 * Source: Mesos src/common/resource_quantities.cpp.
 */
import type { ValueScalar } from '../protocol/values.ts';
import { fromThousandths, printScalar, thousandths } from './values.ts';

export class Quantities {
  static readonly EMPTY = new Quantities(new Map());

  private constructor(private readonly amounts: ReadonlyMap<string, number>) {}

  /** From name → thousandths. */
  static of(amounts: Iterable<readonly [string, number]>): Quantities {
    const kept = [...amounts].filter(([, amount]) => amount > 0);
    return kept.length === 0 ? Quantities.EMPTY : new Quantities(new Map(kept));
  }

  /** From name → scalar, as quota and offer filters give them. */
  static from(scalars: Readonly<Record<string, ValueScalar>>): Quantities {
    return Quantities.of(Object.entries(scalars).map(([name, { value }]) => [name, thousandths(value)]));
  }

  get isEmpty(): boolean {
    return this.amounts.size === 0;
  }

  /** Thousandths; 0 for a name that is not there. */
  get(name: string): number {
    return this.amounts.get(name) ?? 0;
  }

  has(name: string): boolean {
    return this.amounts.has(name);
  }

  entries(): IterableIterator<[string, number]> {
    return this.amounts.entries();
  }

  forEach(visit: (amount: number, name: string) => void): void {
    this.amounts.forEach(visit);
  }

  add(other: Quantities): Quantities {
    if (other.isEmpty) return this;
    if (this.isEmpty) return other;
    const sum = new Map(this.amounts);
    for (const [name, amount] of other.amounts) sum.set(name, (sum.get(name) ?? 0) + amount);
    return new Quantities(sum);
  }

  /** What is left; nothing goes below zero. */
  subtract(other: Quantities): Quantities {
    if (other.isEmpty || this.isEmpty) return this;
    const rest = new Map(this.amounts);
    for (const [name, amount] of other.amounts) {
      const left = (rest.get(name) ?? 0) - amount;
      if (left > 0) rest.set(name, left);
      else rest.delete(name);
    }
    return rest.size === 0 ? Quantities.EMPTY : new Quantities(rest);
  }

  contains(other: Quantities): boolean {
    for (const [name, amount] of other.amounts) if (this.get(name) < amount) return false;
    return true;
  }

  /** Name → number, as JSON shows them. */
  toJson(): Record<string, number> {
    return Object.fromEntries([...this.amounts].map(([name, amount]) => [name, fromThousandths(amount)]));
  }

  /** `cpus:2; mem:1024` */
  toString(): string {
    return [...this.amounts].map(([name, amount]) => `${name}:${printScalar(amount)}`).join('; ');
  }
}
