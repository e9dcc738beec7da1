/**
 * `npm test`: does all set-up, then runs the tests. Arguments go to vitest: `npm test -- --project unit pid`.
 *
 * The last line is for machines and people alike: `212 passed, 0 failed`, with `, 3 skipped` when some were.
 * The exit status is vitest's.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ready } from './ready.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

ready();
process.exitCode = test(process.argv.slice(2));

/** @returns vitest's exit status; 1 when a signal ended it */
function test(args) {
  const folder = mkdtempSync(join(tmpdir(), 'mesos-ts-test-'));
  const report = join(folder, 'report.json');
  try {
    const { status, signal, error } = vitest(report, args);
    if (error !== undefined) throw error;
    if (signal !== null) console.error(`vitest was ended by ${signal}`);
    if (existsSync(report)) summarize(JSON.parse(readFileSync(report, 'utf8')), status);
    return status === null ? 1 : status;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function vitest(report, args) {
  const program = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return spawnSync(process.execPath, [program, 'run', ...reporters, ...args], { cwd: ROOT, stdio: 'inherit' });
}

function summarize(report, status) {
  const failed = report.numFailedTests + filesNotLoaded(report);
  const skipped = report.numPendingTests + report.numTodoTests;
  if (status !== 0 && failed === 0) console.error('no test failed, but vitest did: its own words are above');
  console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}

/** A file that does not even load has no tests to count, and is a failure all the same. */
function filesNotLoaded(report) {
  const isBroken = file => file.status === 'failed' && file.assertionResults.every(test => test.status !== 'failed');
  return report.testResults.filter(isBroken).length;
}
