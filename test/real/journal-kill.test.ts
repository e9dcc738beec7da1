/** A process that appends to a journal is killed, fifty times: nothing that it said to be durable is lost. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { Journal, RealDisk } from '../../libprocess/index.ts';

const KILLS = 50;
const ROOT = join(import.meta.dirname, '../..');

/** Appends its own counting, and notes in a file, by a plain write, each number once it is durable. */
const APPENDER = `
  import { openSync, writeSync } from 'node:fs';
  import { Journal } from './libprocess/journal/journal.ts';
  import { RealDisk } from './libprocess/disk/real.ts';
  const [, , folder, notes] = process.argv;
  const journal = await Journal.open({ disk: new RealDisk(), folder, segmentBytes: 20_000 });
  const file = openSync(notes, 'a');
  for (let n = journal.lastSequence + 1; ; n++) {
    const appended = journal.append(Buffer.from(String(n)));
    appended.onReady(sequence => writeSync(file, sequence + '\\n'));
    if (n % 20 === 0) await appended;
    if (n % 400 === 0) await journal.snapshot(Buffer.from(String(n))).then(() => journal.purge());
  }
`;

test(`no record that was said to be durable is lost over ${KILLS} kills`, { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'journal-kill-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const program = await bundle();
  const [journal, notes] = [join(folder, 'journal'), join(folder, 'notes')];
  await writeFile(notes, '');
  let durable = 0;
  for (let kill = 1; kill <= KILLS; kill++) {
    const child = spawn(process.execPath, [program, journal, notes], { stdio: ['ignore', 'ignore', 'pipe'] });
    durable = await killOnceNoted(child, notes, durable + (kill % 7) * 10);
    expect(await reopened(journal), `kill ${kill}`).toBeGreaterThanOrEqual(durable);
  }
});

/** Kills `child` once it has noted more than `count`; how far it came. */
async function killOnceNoted(child: ChildProcess, notes: string, count: number): Promise<number> {
  const ended = once(child, 'exit');
  let said = '';
  child.stderr?.on('data', piece => {
    said += piece;
  });
  const noted = async (): Promise<number> => (child.exitCode === null ? lastOf(notes) : Number.NaN);
  await expect.poll(noted, { timeout: 20_000, interval: 3, message: said }).toBeGreaterThan(count);
  child.kill('SIGKILL');
  await ended;
  expect(said).toBe('');
  return lastOf(notes);
}

async function lastOf(notes: string): Promise<number> {
  return Number((await readFile(notes, 'utf8')).split('\n').at(-2) ?? 0);
}

/** The last record of the journal, all before it being there in order. */
async function reopened(folder: string): Promise<number> {
  let last = 0;
  const disk = new RealDisk();
  const journal = await Journal.open({
    disk,
    folder,
    restore: ({ payload }) => {
      last = numberIn(payload);
    },
    replay: ({ sequence, payload }) => {
      last += 1;
      expect([sequence, numberIn(payload)]).toEqual([last, last]);
    },
  });
  await journal.close();
  await disk.close();
  return last;
}

function numberIn(payload: Uint8Array): number {
  return Number(Buffer.from(payload).toString());
}

/** Compiled once: fifty starts through a compiler would take minutes. It lies where the packages are found. */
async function bundle(): Promise<string> {
  const outfile = join(ROOT, 'node_modules', `.journal-kill-${process.pid}.mjs`);
  onTestFinished(() => rm(outfile, { force: true }));
  await build({
    stdin: { contents: APPENDER, resolveDir: ROOT, loader: 'ts' },
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
  });
  return outfile;
}
