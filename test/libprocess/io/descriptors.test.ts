/** Descriptors as pipes: files, fifos and devices, and that none stays open. */
import { openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { io } from '../../../libprocess/index.ts';
import { makeFifo, makeFolder, openOf } from './scene.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test('a file is read to its end, written, and closed', async () => {
  const folder = makeFolder();
  const [source, target] = [join(folder, 'source'), join(folder, 'target')];
  writeFileSync(source, 'x'.repeat(1_000_000));
  const writer = io.output(openSync(target, 'w'));
  await io.redirect(io.input(openSync(source, 'r')), writer);
  writer.close();
  await writer.readerClosed();
  expect(readFileSync(target)).toHaveLength(1_000_000);
  await expect.poll(() => openOf(source) + openOf(target)).toBe(0);
});

test('a fifo is waited for without blocking, until its writers are gone', async () => {
  const { path, readEnd, writeEnd } = makeFifo();
  const reader = io.input(readEnd);
  const first = io.read(reader, 100);
  expect(first.state).toBe('pending');
  writeSync(writeEnd, 'one');
  expect(text(await first)).toBe('one');
  const writer = io.output(writeEnd);
  await io.write(writer, 'two');
  writer.close();
  expect(text(await io.read(reader))).toBe('two');
  await expect.poll(() => openOf(path)).toBe(0);
});

test('a discarded read of all closes the descriptor', async () => {
  const { path, readEnd, writeEnd } = makeFifo();
  const all = io.read(io.input(readEnd));
  expect(openOf(path)).toBe(2);
  all.discard();
  await expect.poll(() => openOf(path)).toBe(1);
  // Nobody reads any more: a write breaks, and closes its end, too.
  const writer = io.output(writeEnd);
  writer.write('x');
  await writer.readerClosed();
  expect(writer.refusal).toMatchObject({ code: 'EPIPE' });
  await expect.poll(() => openOf(path)).toBe(0);
});

test('a discarded redirection closes both descriptors', async () => {
  const [from, to] = [makeFifo(), makeFifo()];
  io.redirect(io.input(from.readEnd), io.output(to.writeEnd)).discard();
  await expect.poll(() => [openOf(from.path), openOf(to.path)]).toEqual([1, 1]);
});

test('of what nobody reads no more than a few hundred kilobytes are taken', async () => {
  const reader = io.input(openSync('/dev/zero', 'r'));
  await io.poll(reader);
  await new Promise(ok => setImmediate(ok));
  const first = await io.read(reader, 10_000_000);
  expect(first.length).toBeLessThanOrEqual(512 * 1024);
  reader.close();
});

test('a full disk fails the write, and says so', async () => {
  const writer = io.output(openSync('/dev/full', 'w'));
  writer.write('x');
  await writer.readerClosed();
  await expect(io.write(writer, 'y')).rejects.toMatchObject({
    code: 'ENOSPC',
    message: expect.stringContaining('ENOSPC'),
  });
});

test('what is no descriptor, or one of a folder, is refused', () => {
  expect(() => io.input(9_999)).toThrow('cannot use descriptor 9999: EBADF');
  expect(() => io.output(openSync(makeFolder(), 'r'))).toThrow('is no file, pipe, socket or terminal');
});
