/** The championship: what must hold however it is organised, and what the example prints. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ORGANISATIONS, play } from '../../examples/rock-paper-scissors/championship.ts';
import { beats, HANDS } from '../../examples/rock-paper-scissors/protocol.ts';

const run = promisify(execFile);

test('each hand beats one other and loses to the other', () => {
  const wins = HANDS.flatMap(one => HANDS.filter(other => beats(one, other)).map(other => `${one} > ${other}`));
  expect(wins).toEqual(['ROCK > SCISSORS', 'SCISSORS > PAPER', 'PAPER > ROCK']);
});

describe.each(ORGANISATIONS)('organised as %s', organisation => {
  test.each([2, 3, 5, 8, 40, 41])('%i players take one match less than they are', async players => {
    for (let seed = 1; seed <= 10; seed++) {
      const tally = await play(organisation, players, seed);
      expect(tally.matches, `seed ${seed}`).toBe(players - 1);
      expect(tally.champion, `seed ${seed}`).toBeLessThan(players);
    }
  });

  test('the same seed plays the same championship', async () => {
    expect(await play(organisation, 40, 7)).toEqual(await play(organisation, 40, 7));
  });

  test('another seed plays another one', async () => {
    expect(await play(organisation, 40, 7)).not.toEqual(await play(organisation, 40, 8));
  });
});

test('only in a crowd are challenges refused', async () => {
  const tallies = await Promise.all(ORGANISATIONS.map(organisation => play(organisation, 40, 3)));
  expect(tallies.map(({ refused }) => refused > 0)).toEqual([true, false, false]);
});

test('forty players need at least six rounds', async () => {
  for (const organisation of ORGANISATIONS) {
    expect((await play(organisation, 40, 3)).rounds).toBeGreaterThanOrEqual(6);
  }
});

test('the example prints the same table for the same seed', async () => {
  const table = () => example('--players=12', '--seed=3');
  const { stdout } = await table();
  expect(stdout).toMatch(/^12 players, seed 3\n\norganisation +champion +matches +draws +messages +refused/);
  expect(stdout.match(/^(crowd|coordinator|coordinators) +#\d+ +11 /gm)).toHaveLength(3);
  expect((await table()).stdout).toBe(stdout);
});

test('the example refuses what is no number of players', async () => {
  const expected = { code: 1, stderr: '--players=1: want a whole number of at least 2\n' };
  await expect(example('--players=1')).rejects.toMatchObject(expected);
});

function example(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, ['--import', 'tsx', 'examples/rock-paper-scissors.ts', ...args]);
}
