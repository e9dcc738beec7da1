/** The README's program does what the README says. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = /```ts\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/;

test('the actors of the README print what stands below them', async () => {
  const [, program = '', output] = PROGRAM.exec(await readFile(join(ROOT, 'README.md'), 'utf8')) ?? [];
  // In the package, so that it can import the package by its name.
  const path = join(ROOT, 'dist', 'readme.mts');
  onTestFinished(() => rm(path, { force: true }));
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  await writeFile(path, program);
  const run = await promisify(execFile)(process.execPath, ['--import', 'tsx', path], { cwd: ROOT });
  expect(run.stdout).toBe(output);
});
