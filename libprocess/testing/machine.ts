/** The machines that the nodes of a simulation run on: address, disk, launcher, and a clock that may be wrong. */
import type { Clock, PausableClock, Timer } from '../clock.ts';
import { SimulatedDisk, type SimulatedDiskOptions } from '../disk/simulated.ts';
import { Address } from '../pid.ts';
import type { SeededRandom } from '../random.ts';
import type { Runtime, RuntimeOptions } from '../runtime.ts';
import { SimulatedLauncher } from '../subprocess/simulated.ts';
import type { Life } from './life.ts';
import { EPOCH_MS } from './timeline.ts';

/** What a node is like, and what lives on it. */
export interface NodeOptions extends Pick<RuntimeOptions, 'delegate'> {
  readonly port?: number;
  /** How far the wall clock is off, in milliseconds. */
  readonly clockOffsetMs?: number;
  /** How much too fast the clock runs: 0.01 gains a second in 100. */
  readonly clockDrift?: number;
  /** The node whose machine this one shares: its IP, disk and launcher. */
  readonly on?: string;
  /** Spawns what lives on the node: now, and again at each restart. */
  readonly boot?: (runtime: Runtime) => void;
}

/** How the disks of all machines are. */
export type DiskOptions = Omit<SimulatedDiskOptions, 'clock' | 'random'>;

export interface Machine {
  readonly address: Address;
  readonly disk: SimulatedDisk;
  readonly launcher: SimulatedLauncher;
}

/** A runtime's place: it outlives the runtimes that crash there. */
export interface Node extends Machine {
  readonly name: string;
  readonly options: NodeOptions;
  /** What runs there now; null while the node is down. */
  running: { readonly runtime: Runtime; readonly life: Life } | null;
}

const PORT = 5050;

/** A machine of its own at 10.0.0.N. */
export function newMachine(
  number: number,
  options: NodeOptions,
  base: PausableClock,
  random: SeededRandom,
  disks: DiskOptions,
): Machine {
  const clock = skewed(base, options);
  const disk = new SimulatedDisk({ ...disks, clock, random: random.fork() });
  const launcher = new SimulatedLauncher({ clock, disk, random: random.fork() });
  return { address: Address.of(`10.0.${number >> 8}.${number & 0xff}`, options.port ?? PORT), disk, launcher };
}

/** The machine of `host`, at a port that is not `taken`. */
export function sameMachine(host: Machine, { port = PORT }: NodeOptions, taken: ReadonlySet<Address>): Machine {
  const { disk, launcher } = host;
  let free = port;
  while (taken.has(Address.of(host.address.ip, free))) free += 1;
  return { address: Address.of(host.address.ip, free), disk, launcher };
}

/** `base` as a clock sees it that is off by an offset and runs at its own pace. */
export function skewed(base: PausableClock, { clockOffsetMs = 0, clockDrift = 0 }: NodeOptions): Clock {
  if (clockOffsetMs === 0 && clockDrift === 0) return base;
  const pace = 1 + clockDrift;
  return {
    get now(): number {
      return base.now * pace;
    },
    get wall(): number {
      return EPOCH_MS + base.now * pace + clockOffsetMs;
    },
    timer: (ms: number, fire: () => void): Timer => base.timer(ms / pace, fire),
  };
}
