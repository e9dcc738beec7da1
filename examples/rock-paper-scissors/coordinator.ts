/**
 * Someone who pairs those who wait, and hears how their matches end.
 *
 *   joined ─▶ waiting ──two of them: Meet──▶ match ──Result──▶ the winner waits again, or goes to the next coordinator
 *
 * Where both players have to tell, a match counts only once they have said the same.
 */
import type { BodyOf } from '../../libprocess/index.ts';
import { Champion, Join, Meet, Result } from './protocol.ts';
import { Speaker } from './speaker.ts';

export interface Duty {
  /** How many will join. */
  readonly expected: number;
  /** Both players tell how a match ended. */
  readonly both: boolean;
  /** Where winners go; without one they come back here until one is left. */
  readonly next?: string | undefined;
}

export class Coordinator extends Speaker {
  readonly #waiting: number[] = [];
  /** Results that one of the two has told. */
  readonly #told = new Set<string>();
  #joined = 0;
  #matches = 0;

  constructor(
    id: string,
    private readonly duty: Duty,
  ) {
    super(id);
  }

  protected override initialize(): void {
    this.install(Join, this.#join);
    this.install(Result, this.#result);
  }

  #join({ player }: BodyOf<typeof Join>): void {
    this.#joined += 1;
    this.#waiting.push(player);
    this.#pair();
  }

  #result({ winner, loser }: BodyOf<typeof Result>): void {
    const claim = `${winner} beat ${loser}`;
    if (this.#told.has(`${loser} beat ${winner}`))
      throw new Error(`badges ${winner} and ${loser} both claim to have won`);
    if (this.duty.both && !this.#told.has(claim)) {
      this.#told.add(claim);
      return;
    }
    this.#told.delete(claim);
    this.#matches += 1;
    if (this.duty.next === undefined) this.#waiting.push(winner);
    else this.say(this.named(this.duty.next), Join, { player: winner });
    this.#pair();
  }

  /** Sends two who wait to each other. Whoever is left over once all have joined moves on, or has won. */
  #pair(): void {
    const rival = this.#waiting.shift();
    if (rival === undefined) return;
    const player = this.#waiting.shift();
    if (player !== undefined) {
      this.say(this.player(player), Meet, { rival, referee: { id: this.pid.id, both: this.duty.both } });
    } else if (!this.#moveOn(rival)) {
      this.#waiting.push(rival);
    }
  }

  #moveOn(player: number): boolean {
    const { expected, next } = this.duty;
    if (next !== undefined && this.#joined === expected) this.say(this.named(next), Join, { player });
    else if (next === undefined && this.#matches === expected - 1) this.say(this.named('hall'), Champion, { player });
    else return false;
    return true;
  }
}
