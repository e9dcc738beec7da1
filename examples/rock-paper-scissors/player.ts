/**
 * An attendee. The same one plays in all three organisations; only in a crowd it looks for rivals itself.
 *
 *   free ──challenges──▶ challenging ──they throw: a win──▶ free        a loss leads to following,
 *     │  ◀───refused───────┘                                            a draw to one more throw
 *     └─challenged: a draw──▶ drawn ──challenged again──▶ free, drawn or following
 *
 * The two who play learn of the result one after the other; each works it out from both hands.
 */
import type { BodyOf, PID, Timer } from '../../libprocess/index.ts';
import {
  Bring,
  beats,
  Challenge,
  Champion,
  Cheer,
  Follow,
  HANDS,
  type Hand,
  Meet,
  type Referee,
  Refuse,
  Result,
  Throw,
} from './protocol.ts';
import { Speaker } from './speaker.ts';

const LOOK_MIN_MS = 100;
const LOOK_MAX_MS = 1_500;
/** Of those who may still be in, this many are near enough to be challenged. */
const NEAR = 4;

type State =
  | { readonly phase: 'free'; readonly look: Timer | null }
  | {
      readonly phase: 'challenging';
      readonly rival: number;
      readonly hand: Hand;
      readonly referee?: Referee | undefined;
    }
  | { readonly phase: 'drawn'; readonly rival: number }
  | { readonly phase: 'following'; readonly champion: number };

const EDGES = {
  free: ['free', 'challenging', 'drawn', 'following'],
  challenging: ['free', 'challenging', 'following'],
  drawn: ['free', 'drawn', 'following'],
  following: ['following'],
} as const satisfies Record<State['phase'], readonly State['phase'][]>;

export class Player extends Speaker {
  readonly #followers = new Set<number>();
  /** Who, for all this player knows, is still in; the nearest first. */
  readonly #in: Set<number>;
  #state: State = { phase: 'free', look: null };
  #round = 0;

  /** @param crowd - nobody coordinates: players look for rivals themselves. */
  constructor(
    private readonly badge: number,
    private readonly players: number,
    private readonly crowd: boolean,
  ) {
    super(`player-${badge}`);
    this.#in = new Set(Array.from({ length: players - 1 }, (_, step) => (badge + step + 1) % players));
  }

  protected override initialize(): void {
    this.install(Challenge, this.#challenged);
    this.install(Throw, this.#thrown);
    this.install(Refuse, this.#refused);
    this.install(Follow, this.#followed);
    this.install(Bring, ({ followers = [] }) => this.#gain(followers));
    this.install(Cheer, this.#cheer);
    this.install(Meet, ({ rival, referee }) => this.#challenge(rival, referee));
    this.#free();
  }

  /** Looks round, which takes a while, and challenges somebody near. */
  #look(): void {
    if (this.#in.size > 0) this.#challenge(this.oneOf([...this.#in].slice(0, NEAR)));
  }

  #challenge(rival: number, referee?: Referee): void {
    const hand = this.oneOf(HANDS);
    this.#become({ phase: 'challenging', rival, hand, referee });
    this.say(this.player(rival), Challenge, { hand, round: this.#round, referee });
  }

  #challenged({ hand: theirs, round, referee }: BodyOf<typeof Challenge>, from: PID): void {
    const rival = badgeOf(from);
    if (!this.#isOpenTo(rival)) {
      this.say(from, Refuse, { out: this.#state.phase === 'following' });
      return;
    }
    const hand = this.oneOf(HANDS);
    this.say(from, Throw, { hand, round: this.#round });
    if (hand === theirs) this.#become({ phase: 'drawn', rival });
    else this.#decided(rival, beats(hand, theirs), round, referee);
  }

  #thrown({ hand: theirs, round }: BodyOf<typeof Throw>): void {
    const state = this.#state;
    if (state.phase !== 'challenging') throw new Error(`${this.pid} is ${state.phase} and has no challenge out`);
    const { rival, hand, referee } = state;
    if (hand === theirs) this.#challenge(rival, referee);
    else this.#decided(rival, beats(hand, theirs), round, referee);
  }

  #refused({ out }: BodyOf<typeof Refuse>, from: PID): void {
    if (out) this.#in.delete(badgeOf(from));
    this.#free();
  }

  #decided(rival: number, won: boolean, round: number, referee: Referee | undefined): void {
    this.#round = Math.max(this.#round, round) + 1;
    this.#in.delete(rival);
    if (won) this.#free();
    else this.#follow(rival);
    const result = won ? { winner: this.badge, loser: rival } : { winner: rival, loser: this.badge };
    if (referee !== undefined && (won || referee.both)) this.say(this.named(referee.id), Result, result);
  }

  /** Follows the winner, and brings along whoever followed this player. */
  #follow(champion: number): void {
    this.#become({ phase: 'following', champion });
    this.say(this.player(champion), Follow, { round: this.#round, followers: [...this.#followers] });
    for (const follower of this.#followers) this.say(this.player(follower), Cheer, { champion });
  }

  #followed({ followers = [] }: BodyOf<typeof Follow>, from: PID): void {
    this.#gain([badgeOf(from), ...followers]);
  }

  /** Word of new followers may come late: then they are brought to whom this player itself follows. */
  #gain(followers: readonly number[]): void {
    if (this.#state.phase === 'following') {
      this.say(this.player(this.#state.champion), Bring, { followers });
      return;
    }
    for (const follower of followers) {
      this.#followers.add(follower);
      this.#in.delete(follower);
    }
    if (this.crowd && this.#followers.size === this.players - 1) this.#win();
  }

  #win(): void {
    this.say(this.named('hall'), Champion, { player: this.badge });
  }

  #cheer({ champion }: BodyOf<typeof Cheer>): void {
    this.#become({ phase: 'following', champion });
  }

  #free(): void {
    const look = this.crowd ? this.delay(this.between(LOOK_MIN_MS, LOOK_MAX_MS), this.#look) : null;
    this.#become({ phase: 'free', look });
  }

  #isOpenTo(rival: number): boolean {
    const state = this.#state;
    return state.phase === 'free' || (state.phase === 'drawn' && state.rival === rival);
  }

  #become(next: State): void {
    const legal: readonly State['phase'][] = EDGES[this.#state.phase];
    if (!legal.includes(next.phase)) throw new Error(`illegal transition ${this.#state.phase} → ${next.phase}`);
    if (this.#state.phase === 'free') this.#state.look?.cancel();
    this.#state = next;
  }
}

function badgeOf(player: PID): number {
  return Number(player.id.slice('player-'.length));
}
