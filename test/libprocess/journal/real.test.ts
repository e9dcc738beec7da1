/** The journal on the machine's own files. */
import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RealDisk } from '../../../libprocess/disk/real.ts';
import { Future, Journal } from '../../../libprocess/index.ts';
import { bytes, text } from './scene.ts';

test('what was appended to real files comes back, but for a torn record', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const disk = new RealDisk();
  const journal = await Journal.open({ disk, folder, segmentBytes: 4_096 });
  await Future.collect(Array.from({ length: 1_000 }, (_, n) => journal.append(bytes(`record ${n}`))));
  await journal.snapshot(bytes('state'), 990);
  await journal.purge();
  await journal.close();
  await disk.close();

  const [last = ''] = (await disk.list(folder)).filter(name => name.endsWith('.journal')).slice(-1);
  const { size = 0 } = (await disk.stat(join(folder, last))) ?? {};
  await truncate(join(folder, last), size - 20); // Off goes the mark, and four bytes of the last record.

  const replayed: string[] = [];
  const again = await Journal.open({
    disk,
    folder,
    restore: ({ payload }) => replayed.push(text(payload)),
    replay: ({ payload }) => replayed.push(text(payload)),
  });
  expect(replayed).toEqual(['state', ...Array.from({ length: 9 }, (_, n) => `record ${n + 990}`)]);
  expect(await again.append(bytes('next'))).toBe(1_000);
  await again.close();
  await disk.close();
});
