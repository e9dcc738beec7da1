/** Ping-pong between two OS processes. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

test('ping-pong throws the ball between two processes and tells how fast', async () => {
  const args = ['--import', 'tsx', 'examples/ping-pong.ts', '--throws=100'];
  const { stdout } = await run(process.execPath, args, { timeout: 9_000 });
  expect(stdout).toMatch(/^100 round trips between ping@127\.0\.0\.1:\d+ and pong@127\.0\.0\.1:\d+: \d+ per second\n$/);
});
