/** The clock of a recorded or replayed runtime: time stands still between two batches, timers ring in batches. */
import type { Clock, Timer } from '../../clock.ts';
import type { Tape } from './tape.ts';

/** @param world - the machine's clock; null in a replay. */
export class TapedClock implements Clock {
  readonly #pending = new Map<number, () => void>();
  #created = 0;

  constructor(
    private readonly tape: Tape,
    private readonly world: Clock | null,
  ) {
    tape.on('timer', number => this.#ring(number));
  }

  get now(): number {
    return this.tape.now;
  }

  get wall(): number {
    return this.tape.wall;
  }

  timer(ms: number, fire: () => void): Timer {
    if (Number.isNaN(ms)) throw new Error('a timer in NaN ms');
    this.#created += 1;
    const number = this.#created;
    this.tape.output('timer', String(ms));
    this.#pending.set(number, fire);
    const isPending = (): boolean => this.#pending.has(number);
    const real = this.world?.timer(ms, () => this.tape.enter(['timer', number], undefined, isPending));
    return {
      cancel: () => {
        real?.cancel();
        return this.#pending.delete(number);
      },
    };
  }

  /** One that is cancelled by what came before it in its batch rings no more, as in a heap. */
  #ring(number: number): boolean {
    const fire = this.#pending.get(number);
    this.#pending.delete(number);
    fire?.();
    return number <= this.#created;
  }
}
