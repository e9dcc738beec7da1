/**
 * The championship of rock-paper-scissors: the same players, organised in three ways.
 *
 *   npx tsx examples/rock-paper-scissors.ts [--players=40] [--seed=7]
 *
 * Whoever loses follows the winner, so with n players exactly n-1 matches end with a loser, however they are
 * organised. What differs is how much has to be said, how often challenges collide, and how long it takes: on a clock
 * that jumps, so that a minute in the hall takes a few milliseconds here. The same seed gives the same table.
 */
import { parseArgs } from 'node:util';
import { ORGANISATIONS, play, type Tally } from './rock-paper-scissors/championship.ts';

const COLUMNS: readonly (readonly [title: string, value: (tally: Tally) => string])[] = [
  ['organisation', tally => tally.organisation],
  ['champion', tally => `#${tally.champion}`],
  ['matches', tally => String(tally.matches)],
  ['draws', tally => String(tally.draws)],
  ['messages', tally => String(tally.messages)],
  ['refused', tally => String(tally.refused)],
  ['rounds', tally => String(tally.rounds)],
  ['elapsed', tally => `${(tally.elapsedMs / 1_000).toFixed(1)} s`],
];

const { values } = parseArgs({
  options: { players: { type: 'string', default: '40' }, seed: { type: 'string', default: '7' } },
});
const players = whole('players', values.players, 2);
const seed = whole('seed', values.seed, 0);

console.log(`${players} players, seed ${seed}\n`);
print(COLUMNS.map(([title]) => title));
for (const organisation of ORGANISATIONS) {
  const tally = await play(organisation, players, seed);
  print(COLUMNS.map(([, value]) => value(tally)));
}

function whole(name: string, text: string, min: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min) return value;
  console.error(`--${name}=${text}: want a whole number of at least ${min}`);
  process.exit(1);
}

function print(cells: readonly string[]): void {
  console.log(cells.map((cell, column) => (column === 0 ? cell.padEnd(14) : cell.padStart(9))).join(''));
}
