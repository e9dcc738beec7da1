/**
 * A championship on virtual time: an organisation, the players, and a listener who counts what is said.
 *
 *   crowd           players find one another
 *   coordinator     all ─────────▶ one coordinator, who pairs winners at once
 *   coordinators    first half ──▶ two coordinators ─┐
 *                   second half ─▶ two coordinators ─┴─▶ a pool, of which one more draws two until one is left
 */
import {
  type Envelope,
  isIdle,
  PausableClock,
  Process,
  Promised,
  Runtime,
  SeededRandom,
} from '../../libprocess/index.ts';
import { Coordinator } from './coordinator.ts';
import { Player } from './player.ts';
import { Champion, Follow, Join, Refuse, Throw } from './protocol.ts';

export type Organisation = 'crowd' | 'coordinator' | 'coordinators';
export const ORGANISATIONS: readonly Organisation[] = ['crowd', 'coordinator', 'coordinators'];

const HALVES = 2;
const COORDINATORS_PER_HALF = 2;

export interface Tally {
  readonly organisation: Organisation;
  /** The badge of the one who is left. */
  readonly champion: number;
  /** Matches that ended with a loser, and throws that ended in a draw. */
  readonly matches: number;
  readonly draws: number;
  readonly messages: number;
  readonly refused: number;
  /** The longest chain of matches that had to wait for one another. */
  readonly rounds: number;
  readonly elapsedMs: number;
}

/** Plays until one is left and everybody has heard of it. The same seed gives the same tally. */
export async function play(organisation: Organisation, players: number, seed: number): Promise<Tally> {
  const clock = PausableClock.paused();
  const runtime = Runtime.local({ clock, random: new SeededRandom(seed) });
  const listener = new Listener();
  runtime.tracer = listener;
  const hall = new Hall();
  runtime.spawn(hall);
  for (let badge = 0; badge < players; badge++) runtime.spawn(new Player(badge, players, organisation === 'crowd'));
  organise(runtime, organisation, players);
  await runOut(clock);
  await runtime.stop();
  return { organisation, ...listener.counts(), ...hall.announcement.value };
}

/** Lets time jump from timer to timer, with all that follows from each, until there is none. */
async function runOut(clock: PausableClock): Promise<void> {
  do {
    do await new Promise(setImmediate);
    while (!isIdle());
  } while (clock.nextDue < Infinity && clock.step(clock.nextDue));
}

function organise(runtime: Runtime, organisation: Organisation, players: number): void {
  const badges = Array.from({ length: players }, (_, badge) => badge);
  if (organisation === 'coordinator') {
    appoint(runtime, new Coordinator('coordinator', { expected: players, both: false }), badges);
  } else if (organisation === 'coordinators') {
    const groups = split(badges, HALVES).flatMap(half => split(half, COORDINATORS_PER_HALF));
    const entrants = groups.reduce((sum, group) => sum + Math.ceil(group.length / 2), 0);
    appoint(runtime, new Coordinator('pool', { expected: entrants, both: true }), []);
    groups.forEach((group, index) => {
      const duty = { expected: group.length, both: true, next: 'pool' };
      appoint(runtime, new Coordinator(`coordinator-${index + 1}`, duty), group);
    });
  }
}

/** The attendees of `badges` report to `coordinator` as they come in. */
function appoint(runtime: Runtime, coordinator: Coordinator, badges: readonly number[]): void {
  const { pid } = runtime.spawn(coordinator);
  for (const player of badges) {
    const from = runtime.address.pid(`player-${player}`);
    runtime.post('message', Join, pid, from, { player }, null, null);
  }
}

function split(badges: readonly number[], parts: number): number[][] {
  const length = Math.ceil(badges.length / parts);
  return Array.from({ length: parts }, (_, part) => badges.slice(part * length, (part + 1) * length));
}

/** Where the champion is announced. */
class Hall extends Process {
  readonly announcement = new Promised<Pick<Tally, 'champion' | 'elapsedMs'>>();

  constructor() {
    super('hall');
  }

  protected override initialize(): void {
    this.install(Champion, ({ player }) => {
      this.announcement.set({ champion: player, elapsedMs: this.now });
    });
  }
}

/** Hears every message, and so knows how it went without asking anyone. */
class Listener {
  #messages = 0;
  #throws = 0;
  #matches = 0;
  #refused = 0;
  #rounds = 0;

  posted({ kind, type, body }: Envelope): void {
    if (kind !== 'message') return;
    this.#messages += 1;
    if (type === Throw) this.#throws += 1;
    else if (type === Refuse) this.#refused += 1;
    else if (type === Follow) this.#matched((body as { round: number }).round);
  }

  served(): void {}

  done(): void {}

  dropped(): void {}

  noted(): void {}

  counts(): Pick<Tally, 'matches' | 'draws' | 'messages' | 'refused' | 'rounds'> {
    const draws = this.#throws - this.#matches;
    return { matches: this.#matches, draws, messages: this.#messages, refused: this.#refused, rounds: this.#rounds };
  }

  #matched(round: number): void {
    this.#matches += 1;
    this.#rounds = Math.max(this.#rounds, round);
  }
}
