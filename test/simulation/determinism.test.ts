/** One seed, played in two OS processes, is the same to the last message: both tell the same SHA-256. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const TIMEOUT_MS = 60_000;

async function digest(scenario: string, seed: number): Promise<string> {
  const args = ['--import', 'tsx', 'tools/simulate.ts', scenario, '--seeds=1', `--from=${seed}`, '--digest'];
  const { stdout } = await run(process.execPath, args, { timeout: TIMEOUT_MS });
  return /^seed \d+ ([0-9a-f]{64})$/m.exec(stdout)?.[1] ?? stdout;
}

test.each(['lock', 'cluster'])(
  'two processes that play one seed of the %s see the same, and another seed differs',
  async scenario => {
    const [one, two, other] = await Promise.all([digest(scenario, 7), digest(scenario, 7), digest(scenario, 8)]);
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(two).toBe(one);
    expect(other).not.toBe(one);
  },
  TIMEOUT_MS,
);

test(
  'a seed that fails prints its flow and the command that plays it again',
  async () => {
    const args = ['--import', 'tsx', 'tools/simulate.ts', 'lock', '--bug=lock/skip-quorum', '--seeds=20'];
    const failed = await run(process.execPath, args).catch((error: { code: number; stdout: string }) => error);
    expect(failed).toMatchObject({ code: 1 });
    const [, seed] = /^lock: seed (\d+) failed/.exec(failed.stdout) ?? [];
    expect(failed.stdout).toContain(`npm run simulate -- lock --from=${seed} --seeds=1 --bug=lock/skip-quorum`);
    expect(failed.stdout).toContain('client1 → lock  lock.Acquire');
  },
  TIMEOUT_MS,
);
