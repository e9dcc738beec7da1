/** The disk of a recorded or replayed runtime. */
import type { Disk, Lock } from '../../disk/disk.ts';
import type { Future } from '../../future.ts';
import { Asked, PLAIN } from './asked.ts';
import { contentOf } from './content.ts';
import type { Tape } from './tape.ts';

type Method = (...args: unknown[]) => Future<unknown>;

/** @param world - the machine's disk; null in a replay. */
export function tapedDisk(tape: Tape, world: Disk | null): Disk {
  const results = new Asked<unknown, unknown>(tape, 'disk', PLAIN);
  const locks = new Locks(tape, results);
  return new Proxy({} as Disk, {
    get: (_, name): Method | undefined => {
      if (typeof name === 'symbol' || name === 'then') return undefined;
      return (path, ...rest) => {
        tape.output(`disk ${name} ${path}`, contentOf(rest));
        if (name === 'lock') return locks.take(world, path as string);
        const method = world === null ? null : (world[name as keyof Disk] as Method);
        return results.ask(method?.call(world, path, ...rest) ?? null, undefined);
      };
    },
  });
}

/** Locks are told apart by the number under which they were asked for. */
class Locks {
  readonly #held = new Map<number, Lock>();
  readonly #asked: Asked<Lock, number>;
  #count = 0;

  constructor(tape: Tape, results: Asked<unknown, unknown>) {
    this.#asked = new Asked(tape, 'lock', {
      pack: (lock, number) => {
        this.#held.set(number, lock);
        return null;
      },
      unpack: (_, number) => ({
        release: () => {
          tape.output('disk release');
          return results.ask(this.#held.get(number)?.release() ?? null, undefined) as Future<void>;
        },
      }),
    });
  }

  take(world: Disk | null, folder: string): Future<Lock> {
    this.#count += 1;
    return this.#asked.ask(world?.lock(folder) ?? null, this.#count);
  }
}
