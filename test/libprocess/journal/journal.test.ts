/** Journals: what is appended comes back, in order, and segments, snapshots and limits do what they say. */
import { expect, test, vi } from 'vitest';
import { Future, Journal } from '../../../libprocess/index.ts';
import { MARK_AFTER_MS } from '../../../libprocess/journal/writer.ts';
import { bytes, FOLDER, Scene, text } from './scene.ts';

test('what was appended comes back in order when the journal is opened again', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  const appended = Future.collect(['a', '', 'c'].map(each => journal.append(bytes(each))));
  expect(await scene.done(appended)).toEqual([1, 2, 3]);
  await scene.done(journal.close());
  const again = await scene.open();
  expect(again.replayed).toEqual(['a', '', 'c']);
  expect(again.journal.lastSequence).toBe(3);
  expect(await scene.done(again.journal.append(bytes('d')))).toBe(4);
});

test('an append is ready only when it is durable', async () => {
  const scene = new Scene(1, [10, 10]);
  const { journal } = await scene.open();
  const appended = journal.append(bytes('a'));
  scene.clock.advance(10);
  await Promise.resolve();
  scene.clock.advance(9);
  expect(appended.state).toBe('pending');
  await scene.done(appended);
  await scene.idle();
  scene.disk.crash();
  expect((await scene.open()).replayed).toEqual(['a']);
});

test('appends that come while a sync is under way share the next one', async () => {
  const scene = new Scene(1, [1, 1]);
  const { journal } = await scene.open();
  const sync = vi.spyOn(scene.disk, 'sync');
  const first = journal.append(bytes(0));
  const others = Array.from({ length: 100 }, (_, n) => journal.append(bytes(n + 1)));
  await scene.done(Future.collect([first, ...others]));
  expect(sync).toHaveBeenCalledTimes(2);
});

test('an append without sync is ready before the disk is asked to sync, and durable after the next sync', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  const sync = vi.spyOn(scene.disk, 'sync');
  await scene.done(journal.append(bytes('a'), { sync: false }));
  expect(sync).not.toHaveBeenCalled();
  await scene.done(journal.sync());
  await scene.idle();
  scene.disk.crash();
  expect((await scene.open()).replayed).toEqual(['a']);
});

test('a segment that would grow too long is followed by another, named by its first record', async () => {
  const scene = new Scene();
  const { journal } = await scene.open({ segmentBytes: 100 });
  for (let n = 1; n <= 9; n++) await scene.done(journal.append(bytes(`record ${n}`)));
  await scene.done(journal.close());
  const files = await scene.files();
  expect([...files.keys()]).toContain('00000000000000000001.journal');
  expect(files.size).toBe(3);
  expect((await scene.open()).replayed).toHaveLength(9);
});

test('many appends at once are spread over segments', async () => {
  const scene = new Scene();
  const { journal } = await scene.open({ segmentBytes: 100 });
  const appended = Array.from({ length: 50 }, (_, n) => journal.append(bytes(n)));
  await scene.done(Future.collect(appended));
  await scene.idle();
  for (const [, file] of await scene.files()) expect(file.length).toBeLessThanOrEqual(116);
  expect((await scene.open()).replayed).toEqual(Array.from({ length: 50 }, (_, n) => String(n)));
});

test('a record over the limit is refused and leaves no gap', async () => {
  const scene = new Scene();
  const { journal } = await scene.open({ recordBytesMax: 3 });
  expect(journal.append(bytes('1234')).error).toMatchObject({ code: 'RECORD_TOO_LARGE' });
  expect(await scene.done(journal.append(bytes('123')))).toBe(1);
});

test('records can be read back by number', async () => {
  const scene = new Scene();
  const { journal } = await scene.open({ segmentBytes: 60 });
  for (let n = 1; n <= 20; n++) await scene.done(journal.append(bytes(n)));
  const read = async (from: number, to?: number) =>
    (await scene.done(journal.read(from, to))).map(({ sequence, payload }) => `${sequence}:${text(payload)}`);
  expect(await read(7, 9)).toEqual(['7:7', '8:8', '9:9']);
  expect(await read(19)).toEqual(['19:19', '20:20']);
  expect(await read(21)).toEqual([]);
  expect(await read(1)).toHaveLength(20);
});

test('a snapshot comes back before the records behind it', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  for (const each of ['a', 'b', 'c']) await scene.done(journal.append(bytes(each)));
  await scene.done(journal.snapshot(bytes('ab'), 2));
  await scene.done(journal.append(bytes('d')));
  await scene.done(journal.close());
  const again = await scene.open();
  expect(again.replayed).toEqual(['snapshot 2 ab', 'c', 'd']);
  expect(again.journal.snapshotSequence).toBe(2);
});

test('a snapshot is not written before what it covers is durable', async () => {
  const scene = new Scene(1, [1, 1]);
  const { journal } = await scene.open();
  journal.append(bytes('a'), { sync: false });
  await scene.done(journal.snapshot(bytes('A')));
  scene.disk.crash();
  const { journal: again, replayed } = await scene.open();
  expect([replayed, again.lastSequence]).toEqual([['snapshot 1 A'], 1]);
});

test('purging removes the segments that the snapshot covers, and older snapshots', async () => {
  const scene = new Scene();
  const { journal } = await scene.open({ segmentBytes: 60 });
  for (let n = 1; n <= 10; n++) await scene.done(journal.append(bytes(n)));
  await scene.done(journal.snapshot(bytes('to 4'), 4));
  await scene.done(journal.snapshot(bytes('to 8'), 8));
  await scene.done(journal.purge());
  const names = [...(await scene.files()).keys()];
  expect(names.filter(name => name.endsWith('.snapshot'))).toEqual(['00000000000000000008.snapshot']);
  expect(names).not.toContain('00000000000000000001.journal');
  const purged = journal.read(1);
  await expect(scene.done(purged)).rejects.toMatchObject({ code: 'PURGED' });
  await scene.done(journal.close());
  expect((await scene.open()).replayed).toEqual(['snapshot 8 to 8', '9', '10']);
});

test('a snapshot of what is not there, or of less than an earlier one, is a bug', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  await scene.done(journal.append(bytes('a')));
  expect(() => journal.snapshot(bytes('A'), 2)).toThrow('up to 2, of 1 records');
  await scene.done(journal.snapshot(bytes('A'), 1));
  expect(() => journal.snapshot(bytes(''), 0)).toThrow('up to 0');
});

test('after the disk failed, everything fails until the journal is opened again', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  await scene.done(journal.append(bytes('a')));
  await scene.idle();
  using _fault = scene.disk.fault({ code: 'EIO', path: /journal$/, operations: ['sync'], times: 1 });
  const [b, c] = [journal.append(bytes('b')), journal.append(bytes('c'))];
  await expect(scene.done(b)).rejects.toMatchObject({ code: 'JOURNAL_FAILED' });
  await expect(scene.done(c)).rejects.toMatchObject({ code: 'JOURNAL_FAILED' });
  expect(journal.append(bytes('d')).error).toMatchObject({ code: 'JOURNAL_FAILED' });
  await scene.done(journal.close());
  const { replayed } = await scene.open();
  expect(['a', 'ab', 'abc']).toContain(replayed.join(''));
});

test('a closed journal takes no more', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  const last = journal.append(bytes('a'), { sync: false });
  const closed = journal.close();
  expect(journal.append(bytes('b')).error).toMatchObject({ code: 'JOURNAL_CLOSED' });
  await scene.done(closed);
  expect(last.value).toBe(1);
  scene.disk.crash();
  expect((await scene.open()).replayed).toEqual(['a']);
});

test('what else lies in the folder is left alone', async () => {
  const scene = new Scene();
  await scene.done(scene.disk.write(`${FOLDER}/notes.txt`, 'mine'));
  const { journal } = await scene.open();
  await scene.done(journal.append(bytes('a')));
  expect((await scene.open()).replayed).toEqual(['a']);
  expect((await scene.files()).has('notes.txt')).toBe(true);
});

test('single records are read without the rest of their segment, also those that a snapshot covers', async () => {
  const scene = new Scene();
  const options = { segmentBytes: 200_000 };
  const { journal } = await scene.open(options);
  const payload = (n: number): Uint8Array => bytes(`${n}`.padEnd(1_000, '.'));
  await scene.done(Future.collect(Array.from({ length: 500 }, (_, n) => journal.append(payload(n + 1)))));
  await scene.done(journal.snapshot(bytes('state'), 300));
  await readSingly(scene, journal, payload);
  await readSingly(scene, (await scene.open(options)).journal, payload);
});

async function readSingly(scene: Scene, journal: Journal, payload: (n: number) => Uint8Array): Promise<void> {
  for (const n of [500, 1, 17, 196, 197, 300, 301, 499]) {
    await scene.done(journal.get(n)); // The first look at a segment that a snapshot covers reads all of it.
    const readAt = vi.spyOn(scene.disk, 'readAt');
    expect((await scene.done(journal.get(n))).payload).toEqual(payload(n));
    expect(Math.max(...readAt.mock.calls.map(([, , length]) => length))).toBeLessThan(20_000);
    readAt.mockRestore();
  }
}

test('a record that is not there yet, or was purged, is not read', async () => {
  const scene = new Scene();
  const { journal } = await scene.open({ segmentBytes: 60 });
  for (let n = 1; n <= 10; n++) await scene.done(journal.append(bytes(n)));
  await expect(scene.done(journal.get(11))).rejects.toMatchObject({ code: 'NO_RECORD' });
  await scene.done(journal.snapshot(bytes('to 8'), 8));
  using _fault = scene.disk.fault({ code: 'ENOENT', path: /1\.journal$/, operations: ['readAt'], times: 1 });
  const [reading] = [journal.get(1), journal.purge()];
  await expect(scene.done(reading)).rejects.toMatchObject({ code: 'PURGED' });
  await expect(scene.done(journal.get(1))).rejects.toMatchObject({ code: 'PURGED' });
});

test('damage that comes while the journal is open is found by reading', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  for (let n = 1; n <= 3; n++) await scene.done(journal.append(bytes(n)));
  await scene.idle();
  scene.disk.corrupt(`${FOLDER}/00000000000000000001.journal`, 20);
  await expect(scene.done(journal.read(1))).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
});

test('a journal is opened once, and again when it was closed, was refused, or its process was killed', async () => {
  const scene = new Scene();
  const open = () => scene.done(Journal.open({ disk: scene.disk, clock: scene.clock, folder: FOLDER }));
  const journal = await open();
  await expect(open()).rejects.toMatchObject({ code: 'LOCKED' });
  await scene.done(journal.close());
  await scene.done((await open()).close());
  await scene.done(scene.disk.write(`${FOLDER}/00000000000000000009.journal`, 'x'));
  for (let n = 0; n < 2; n++) await expect(open()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
  await scene.done(scene.disk.remove(`${FOLDER}/00000000000000000009.journal`));
  await scene.open();
  await expect(open()).rejects.toMatchObject({ code: 'LOCKED' });
  await scene.open();
  scene.disk.crash();
  await open();
});

test('a full disk fails the append and names the file, and what was durable is there afterwards', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  await scene.done(journal.append(bytes('a')));
  using _fault = scene.disk.fault({ code: 'ENOSPC', path: /journal$/, operations: ['append'], times: 1, torn: true });
  await expect(scene.done(journal.append(bytes('b')))).rejects.toMatchObject({
    code: 'JOURNAL_FAILED',
    message: expect.stringMatching(/must be opened anew: cannot append .*0001\.journal: ENOSPC/),
  });
  const again = await scene.open();
  expect(again.replayed).toEqual(['a']);
  expect(await scene.done(again.journal.append(bytes('c')))).toBe(2);
});

test('the end is marked once nothing was asked for a moment, and not before', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  const append = vi.spyOn(scene.disk, 'append');
  await scene.done(journal.append(bytes('a')));
  scene.clock.advance(MARK_AFTER_MS - 1);
  await scene.done(journal.append(bytes('b')));
  expect(append).toHaveBeenCalledTimes(2);
  await scene.idle();
  expect(append).toHaveBeenCalledTimes(3);
});

test('what is appended durably takes along what was only written before', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  await scene.done(journal.append(bytes('a'), { sync: false }));
  expect(await scene.done(journal.append(bytes('b')))).toBe(2);
  scene.disk.crash();
  expect((await scene.open()).replayed).toEqual(['a', 'b']);
});
