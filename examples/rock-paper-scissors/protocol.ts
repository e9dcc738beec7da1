/**
 * What is said in the hall. Everyone goes by the number on their badge, and is the actor `player-<number>`.
 *
 *   player ──Challenge──▶ rival ──Throw───▶ player     one throw each; after a draw the player challenges again
 *                               ──Refuse──▶            the rival has a match already, or is out
 *   loser ──Follow──▶ winner                           with everyone who followed the loser
 *   loser ──Bring──▶ winner                            followers of whom the loser hears late
 *   loser ──Cheer──▶ its own followers                 whose name to shout from now on
 *
 *   coordinator ──Meet──▶ player                       go and challenge that rival
 *   players ──Result──▶ coordinator                    how it went: the winner alone, or both for it to compare
 *   player or coordinator ──Join──▶ coordinator        somebody who waits for a rival
 *   whoever sees that one is left ──Champion──▶ hall
 */
import {
  bool,
  enumeration,
  type Infer,
  int32,
  message,
  opt,
  rep,
  req,
  string,
  struct,
} from '../../libprocess/index.ts';

export const Hand = enumeration('Hand', { ROCK: 0, PAPER: 1, SCISSORS: 2 });
export type Hand = Infer<typeof Hand>;
/** Each beats the next one, the last beats the first. */
export const HANDS: readonly Hand[] = ['ROCK', 'SCISSORS', 'PAPER'];

/** Who wants to hear how a match ends; `both` when the loser is to tell as well. */
export const Referee = struct('Referee', { id: req(1, string), both: req(2, bool) });
export type Referee = Infer<typeof Referee>;

/** `round`: how many matches one after another led to this one. */
export const Challenge = message('Challenge', { hand: req(1, Hand), round: req(2, int32), referee: opt(3, Referee) });
export const Throw = message('Throw', { hand: req(1, Hand), round: req(2, int32) });
export const Refuse = message('Refuse', { out: req(1, bool) });
export const Follow = message('Follow', { round: req(1, int32), followers: rep(2, int32) });
export const Bring = message('Bring', { followers: rep(1, int32) });
export const Cheer = message('Cheer', { champion: req(1, int32) });

export const Meet = message('Meet', { rival: req(1, int32), referee: req(2, Referee) });
export const Result = message('Result', { winner: req(1, int32), loser: req(2, int32) });
export const Join = message('Join', { player: req(1, int32) });
export const Champion = message('Champion', { player: req(1, int32) });

export function beats(one: Hand, other: Hand): boolean {
  return HANDS[(HANDS.indexOf(one) + 1) % HANDS.length] === other;
}
