/**
 * Makes a checkout ready to run: the libraries of package-lock.json installed, `dist/` as new as the sources.
 *
 * Plain JavaScript without a library, since it runs when nothing is installed; the syntax stays at what Node 14 parses,
 * so that an old Node gets a sentence and no syntax error.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildProblem, nodeProblem } from '../../mesos/launch.js';
import { isInstalled, noteInstalled } from './installed.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Ends the process with a sentence and status 1 when it cannot be done. */
export function ready() {
  const problem = nodeProblem(process.version);
  if (problem !== null) fail(problem);
  if (!isInstalled()) install();
  if (buildProblem() !== null) step('building dist/ failed', process.execPath, 'tools/build.mjs');
}

function install() {
  console.log(
    'Installing the libraries (npm ci): half a minute the first time, not again until package-lock.json changes…',
  );
  const npm = process.env.npm_execpath; // Set when npm runs us: then the same npm, whatever PATH says.
  const args = ['ci', '--loglevel=error', '--no-progress'];
  if (npm?.endsWith('.js')) step('npm ci failed', process.execPath, npm, ...args);
  else step('npm ci failed', 'npm', ...args);
  noteInstalled();
}

function step(failure, command, ...args) {
  const { status, signal, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (error !== undefined) fail(`${failure}: ${error.message}`);
  if (status !== 0) fail(`${failure} (${signal === null ? `status ${status}` : signal}): its own words are above`);
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
