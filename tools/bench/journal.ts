/**
 * The journal on this machine's disk, beside the least that makes the same bytes durable: write, fdatasync, again.
 *
 *   one at a time      append ─▶ durable ─▶ append …             limit: write + fdatasync for each
 *   1,000 outstanding  as soon as one is durable another one     limit: a write + fdatasync for each thousand
 */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal, RealDisk } from '../../libprocess/index.ts';
import { type Case, type Effort, type Figure, measure, paced, type Work } from './measure.ts';

const GROUP = 'journal, records of 100 B';
const OUTSTANDING = 1_000;
/** With what the journal adds to a payload of 100 bytes. */
const RECORD = new Uint8Array(116).fill(7);
const PAYLOAD = RECORD.subarray(16);

export async function journalFigures(effort: Effort, tell: (line: string) => void): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'journal-bench-'));
  const disk = new RealDisk();
  const journal = await Journal.open({ disk, folder: join(folder, 'journal') });
  const bare = await open(join(folder, 'bare'), 'a');
  const figures: Figure[] = [];
  for (const each of casesOf(journal, bare, effort)) {
    tell(each.name);
    figures.push(await measure(each, effort));
  }
  await journal.close();
  await disk.close();
  await bare.close();
  await rm(folder, { recursive: true });
  return figures;
}

function casesOf(journal: Journal, bare: FileHandle, effort: Effort): Case[] {
  const run = (work: Work, step: number) => paced(work, effort, step);
  const each = { group: GROUP, unit: '/s' } as const;
  return [
    {
      ...each,
      name: 'append, one at a time',
      ours: run(count => oneByOne(count, () => journal.append(PAYLOAD)), 10),
      limit: { name: 'write + fdatasync', run: run(count => oneByOne(count, () => writeBare(bare, 1)), 10) },
      target: { ofLimit: 0.8 },
    },
    {
      ...each,
      name: 'append, 1,000 outstanding',
      ours: run(count => outstanding(journal, count), OUTSTANDING),
      limit: {
        name: 'batches of 1,000',
        run: run(count => oneByOne(count / OUTSTANDING, () => writeBare(bare, OUTSTANDING)), OUTSTANDING),
      },
      target: { value: 20_000, ofLimit: 0.5 },
    },
  ];
}

async function oneByOne(count: number, step: () => PromiseLike<unknown>): Promise<void> {
  for (let n = 0; n < count; n++) await step();
}

function outstanding(journal: Journal, count: number): Promise<void> {
  let [begun, durable] = [0, 0];
  return new Promise((ok, bad) => {
    const begin = (): void => {
      begun += 1;
      journal.append(PAYLOAD).onReady(next).onFailed(bad);
    };
    const next = (): void => {
      durable += 1;
      if (begun < count) begin();
      else if (durable === count) ok();
    };
    while (begun < Math.min(count, OUTSTANDING)) begin();
  });
}

/** Copies the records into one buffer, as any writer of batches must. */
async function writeBare(file: FileHandle, count: number): Promise<void> {
  const bytes = Buffer.allocUnsafe(count * RECORD.length);
  for (let n = 0; n < count; n++) bytes.set(RECORD, n * RECORD.length);
  await file.appendFile(bytes);
  await file.datasync();
}
