/**
 * `npm test`: does all set-up, then runs the tests. Arguments go to vitest: `npm test -- --project unit pid`.
 *
 * The last line is for machines and people alike: see count.mjs. The exit status is vitest's.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ready } from './ready.mjs';

const SETUP = dirname(fileURLToPath(import.meta.url));
const ROOT = join(SETUP, '..', '..');

ready();
process.exitCode = test(process.argv.slice(2));

/** @returns vitest's exit status; 1 when a signal ended it */
function test(args) {
  const program = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', `--reporter=${join(SETUP, 'count.mjs')}`];
  const result = spawnSync(process.execPath, [program, 'run', ...reporters, ...args], { cwd: ROOT, stdio: 'inherit' });
  if (result.error !== undefined) throw result.error;
  if (result.signal !== null) console.error(`vitest was ended by ${result.signal}`);
  return result.status === null ? 1 : result.status;
}
