/** The load of the machine, as a recorded or replayed runtime sees it. */
import { type Machine, thisMachine } from '../../endpoints/system.ts';
import type { Tape } from './tape.ts';

const UNKNOWN: Machine = { load: [0, 0, 0], cpus: 0, memTotal: 0, memFree: 0 };

/** What `spawnEndpoints` is to be told of the machine. */
export function tapedMachine(tape: Tape): () => Machine {
  return () => tape.observe('machine', thisMachine, UNKNOWN);
}
