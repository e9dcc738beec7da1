/** Reading, writing and joining pipes of memory: sizes, order, ends and discards. */
import { expect, test } from 'vitest';
import { Failure, io, Pipe } from '../../../libprocess/index.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test('without a size everything is read to the end', async () => {
  const { reader, writer } = new Pipe();
  const all = io.read(reader);
  for (const piece of ['a', 'bc', 'd']) writer.write(piece);
  expect(all.state).toBe('pending');
  writer.close();
  expect(text(await all)).toBe('abcd');
});

test('with a size at most so much is read, the rest by the next ones, and nothing at the end', async () => {
  const { reader, writer } = new Pipe();
  writer.write('abcde');
  expect(text(await io.read(reader, 2))).toBe('ab');
  expect(text(await io.read(reader, 2))).toBe('cd');
  expect([writer.buffered, text(await io.read(reader, 2))]).toEqual([1, 'e']);
  const last = io.read(reader, 2);
  writer.close();
  expect(await last).toHaveLength(0);
});

test('reads that wait share what comes, in the order of the calls, without a byte twice', async () => {
  const { reader, writer } = new Pipe();
  const reads = [1, 2, 3].map(() => io.read(reader, 2));
  writer.write('abcde');
  expect(await Promise.all(reads.map(async read => text(await read)))).toEqual(['ab', 'cd', 'e']);
});

test('what was peeked at stays', async () => {
  const { reader, writer } = new Pipe();
  const peeked = io.peek(reader, 2);
  writer.write('abc');
  expect(text(await peeked)).toBe('ab');
  expect(text(await io.peek(reader, 100))).toBe('abc');
  expect([writer.buffered, text(await reader.read())]).toEqual([3, 'abc']);
});

test('polling is ready when there is something, and when there is nothing more', async () => {
  const { reader, writer } = new Pipe();
  const first = io.poll(reader);
  expect(first.state).toBe('pending');
  writer.write('a');
  expect([first.state, text(await reader.read())]).toEqual(['ready', 'a']);
  const second = io.poll(reader);
  writer.fail(new Failure('broken', 'BROKEN'));
  expect(second.state).toBe('ready');
  await expect(io.read(reader, 1)).rejects.toMatchObject({ code: 'BROKEN' });
});

test('a poll and a read that are discarded take nothing', async () => {
  const { reader, writer } = new Pipe();
  const given = [io.poll(reader), io.read(reader, 10), io.peek(reader, 10)];
  for (const each of given) each.discard();
  expect(given.map(({ state }) => state)).toEqual(['discarded', 'discarded', 'discarded']);
  writer.write('a');
  expect(text(await io.read(reader, 10))).toBe('a');
});

test('a write is ready once the reader has taken it, and fails with why the reader closed', async () => {
  const { reader, writer } = new Pipe();
  const written = io.write(writer, 'a');
  expect([written.state, io.poll(writer).state]).toEqual(['pending', 'pending']);
  await reader.read();
  expect([written.state, io.poll(writer).state]).toEqual(['ready', 'ready']);
  const late = io.write(writer, 'b');
  reader.close(new Failure('no room', 'ENOSPC'));
  await expect(late).rejects.toMatchObject({ code: 'ENOSPC' });
  await expect(io.write(writer, 'c')).rejects.toMatchObject({ code: 'ENOSPC' });
});

test('a redirection passes all on in pieces, shows them to its hooks, and leaves the target open', async () => {
  const [from, to] = [new Pipe(), new Pipe()];
  const shown: string[] = [];
  const done = io.redirect(from.reader, to.writer, { chunkBytes: 2, hooks: [piece => shown.push(text(piece))] });
  from.writer.write('abc');
  from.writer.write('d');
  from.writer.close();
  const got: string[] = [];
  while (done.isPending) got.push(text(await to.reader.read()));
  expect([got, shown]).toEqual([
    ['ab', 'c', 'd'],
    ['ab', 'c', 'd'],
  ]);
  expect(to.writer.write('more')).toBe(true);
});

test('a redirection is no faster than its target', () => {
  const [from, to] = [new Pipe(), new Pipe()];
  io.redirect(from.reader, to.writer);
  for (let n = 0; n < 10; n++) from.writer.write('ab');
  expect([from.writer.buffered, to.writer.buffered]).toEqual([18, 2]);
});

test('a redirection to nowhere empties its source', async () => {
  const from = new Pipe();
  const done = io.redirect(from.reader, null);
  from.writer.write('a'.repeat(100_000));
  from.writer.close();
  await done;
  expect(from.writer.buffered).toBe(0);
});

test.each(['reading', 'writing'])('a redirection that is discarded while %s closes both ends', what => {
  const [from, to] = [new Pipe(), new Pipe()];
  const done = io.redirect(from.reader, to.writer);
  if (what === 'writing') from.writer.write('a');
  done.discard();
  expect(done.state).toBe('discarded');
  expect([from.writer.write('b'), to.writer.write('b')]).toEqual([false, false]);
});

test('what a hook throws fails the redirection', async () => {
  const from = new Pipe();
  const hook = (): void => {
    throw new Failure('too much', 'TOO_MUCH');
  };
  const done = io.redirect(from.reader, null, { hooks: [hook] });
  from.writer.write('a');
  await expect(done).rejects.toMatchObject({ code: 'TOO_MUCH' });
  expect(from.writer.write('b')).toBe(false);
});
