/** Whoever says something in the hall, where a word takes its time to be heard. */
import { type MessageType, type PID, Process } from '../../libprocess/index.ts';

const WORD_MIN_MS = 50;
const WORD_MAX_MS = 500;

export abstract class Speaker extends Process {
  /** Says `body` to `to`, who hears it a while later; words may overtake one another. */
  protected say<B>(to: PID, type: MessageType<B>, body: B): void {
    this.delay(this.between(WORD_MIN_MS, WORD_MAX_MS), this.#heard<B>, to, type, body);
  }

  protected named(id: string): PID {
    return this.pid.address.pid(id);
  }

  protected player(badge: number): PID {
    return this.named(`player-${badge}`);
  }

  protected between(min: number, max: number): number {
    return min + this.random.next() * (max - min);
  }

  protected oneOf<T>(things: readonly T[]): T {
    const thing = things[Math.floor(this.random.next() * things.length)];
    if (thing === undefined) throw new Error('nothing to choose from');
    return thing;
  }

  #heard<B>(to: PID, type: MessageType<B>, body: B): void {
    this.send(to, type, body);
  }
}
