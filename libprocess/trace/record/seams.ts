/** All seams of a runtime, on a tape. */
import type { Clock } from '../../clock.ts';
import type { Disk } from '../../disk/disk.ts';
import type { RuntimeOptions, Seams } from '../../runtime.ts';
import type { Launcher } from '../../subprocess/launcher.ts';
import type { Network } from '../../transport/network.ts';
import { TapedClock } from './clock.ts';
import { tapedDisk } from './disk.ts';
import { TapedLauncher } from './launcher.ts';
import { TapedNetwork } from './network.ts';
import { KeyedRandom } from './random.ts';
import { Inlets, Outlets } from './streams.ts';
import type { Tape } from './tape.ts';

/** Seams that not every runtime has. */
export const SEAMS = ['network', 'disk', 'launcher'] as const;

/** What is behind the seams of a recorded runtime. */
export interface World {
  readonly clock: Clock;
  readonly network?: Network | undefined;
  readonly disk?: Disk | undefined;
  readonly launcher?: Launcher | undefined;
}

/** What the seams of one runtime share. */
export interface Border {
  readonly tape: Tape;
  readonly inlets: Inlets;
  readonly outlets: Outlets;
}

/** What a runtime is given. */
export type TapedSeams = Partial<Seams> & Pick<RuntimeOptions, 'observe'>;

/** Seams onto `world`, all of which goes by `tape`. */
export function tapedSeams(tape: Tape, key: Uint8Array, world: World): TapedSeams {
  const border = newBorder(tape);
  const { clock, network, disk, launcher } = world;
  return {
    clock: new TapedClock(tape, clock),
    random: new KeyedRandom(key),
    observe: (what, look) => tape.observe(what, look),
    ...(network === undefined ? {} : { network: new TapedNetwork(border, { network, clock }) }),
    ...(disk === undefined ? {} : { disk: tapedDisk(tape, disk) }),
    ...(launcher === undefined ? {} : { launcher: new TapedLauncher(border, launcher) }),
  };
}

/** The seams called `names`, with nothing behind them. */
export function replayedSeams(tape: Tape, key: Uint8Array, names: readonly string[]): TapedSeams {
  const border = newBorder(tape);
  return {
    clock: new TapedClock(tape, null),
    random: new KeyedRandom(key),
    observe: (what, look) => tape.observe(what, look),
    ...(names.includes('network') ? { network: new TapedNetwork(border, null) } : {}),
    ...(names.includes('disk') ? { disk: tapedDisk(tape, null) } : {}),
    ...(names.includes('launcher') ? { launcher: new TapedLauncher(border, null) } : {}),
  };
}

function newBorder(tape: Tape): Border {
  return { tape, inlets: new Inlets(tape), outlets: new Outlets(tape) };
}
