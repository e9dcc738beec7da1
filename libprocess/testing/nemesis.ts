/**
 * The nemesis: lets things go wrong at seeded times, until it is told to make good again.
 *
 *   const nemesis = new Nemesis(sim, { nodes: ['a', 'b', 'c'], everyMs: [100, 2_000] });
 *   await sim.advance(60_000);
 *   nemesis.end();                  // partitions are healed, crashed nodes run again
 *
 * Source: the idea and the name are Jepsen's.
 */
import type { Timer } from '../clock.ts';
import type { SeededRandom } from '../random.ts';
import type { Simulation } from './simulation.ts';

/** What can go wrong. */
export const TROUBLES = ['partition', 'one-way partition', 'isolation', 'reset', 'crash', 'power failure'] as const;
/** One of TROUBLES. */
export type Trouble = (typeof TROUBLES)[number];

/** What may go wrong, where and how often. */
export interface NemesisOptions {
  /** Where things may go wrong. */
  readonly nodes: readonly string[];
  /** The shortest and the longest time between two troubles. */
  readonly everyMs: readonly [number, number];
  /** The shortest and the longest time that one lasts; as `everyMs` by default. */
  readonly lastsMs?: readonly [number, number] | undefined;
  /** All by default. */
  readonly troubles?: readonly Trouble[] | undefined;
  /** How many nodes may be down at a time; 1 by default. */
  readonly downMax?: number | undefined;
}

/** Lets things go wrong from when it is made until `end`. */
export class Nemesis {
  /** How often each trouble came. */
  readonly counts = new Map<Trouble, number>();
  readonly #random: SeededRandom;
  /** What is to be made good, and when. */
  readonly #wounds = new Map<() => void, Timer>();
  readonly #down = new Set<string>();
  #next: Timer;

  constructor(
    private readonly sim: Simulation,
    private readonly options: NemesisOptions,
  ) {
    this.#random = sim.random.fork();
    this.#next = this.#plan();
  }

  /** Strikes no more, and makes good what it did. */
  end(): void {
    this.#next.cancel();
    for (const [heal, timer] of this.#wounds) {
      timer.cancel();
      heal();
    }
    this.#wounds.clear();
  }

  #plan(): Timer {
    return this.sim.clock.timer(this.#random.between(...this.options.everyMs), () => {
      this.#next = this.#plan();
      this.#strike();
    });
  }

  #strike(): void {
    const trouble = this.#pick(this.options.troubles ?? TROUBLES);
    const heal = this.#cause(trouble);
    if (heal === null) return;
    this.counts.set(trouble, (this.counts.get(trouble) ?? 0) + 1);
    const timer = this.sim.clock.timer(this.#random.between(...(this.options.lastsMs ?? this.options.everyMs)), () => {
      this.#wounds.delete(heal);
      heal();
    });
    this.#wounds.set(heal, timer);
  }

  /** @returns how to make it good; null when it cannot be now. */
  #cause(trouble: Trouble): (() => void) | null {
    const { sim } = this;
    const one = this.#pick(this.options.nodes);
    const other = this.#pick(sim.nodes.filter(node => node !== one));
    if (trouble === 'crash' || trouble === 'power failure') return this.#crash(one, trouble);
    if (trouble === 'reset') {
      sim.reset(one, other);
      return () => undefined;
    }
    const others = trouble === 'isolation' ? sim.nodes.filter(node => node !== one) : [other];
    sim.partition(one, others, trouble === 'one-way partition');
    return () => sim.heal(one, others);
  }

  #crash(node: string, trouble: Trouble): (() => void) | null {
    const { sim } = this;
    if (!sim.isUp(node) || this.#down.size >= (this.options.downMax ?? 1)) return null;
    this.#down.add(node);
    sim.crash(node, trouble === 'crash' ? 'process' : 'power');
    return () => {
      this.#down.delete(node);
      if (!sim.isUp(node)) sim.restart(node);
    };
  }

  #pick<T>(list: readonly T[]): T {
    const picked = list[this.#random.between(0, list.length - 1)];
    if (picked === undefined) throw new Error('there is nothing to pick from');
    return picked;
  }
}
