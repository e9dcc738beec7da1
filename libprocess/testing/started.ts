/**
 * Which simulations begin, for whoever reports on them. Imports nothing: a set-up file that every test file loads must
 * cost nothing to those without a simulation.
 */

/** A simulation, as far as a report needs it. */
export interface Described {
  /** The seed, how to see it again, and the last of the message flow. */
  describe(): string;
  /** The command that shows it again. */
  readonly replay: string;
}

const listeners = new Set<(simulation: Described) => void>();

/** Tells `listener` of every simulation from now on, until what is returned is disposed of. */
export function onSimulation(listener: (simulation: Described) => void): Disposable {
  listeners.add(listener);
  return { [Symbol.dispose]: () => listeners.delete(listener) };
}

/** @internal */
export function announce(simulation: Described): void {
  for (const listener of listeners) listener(simulation);
}
