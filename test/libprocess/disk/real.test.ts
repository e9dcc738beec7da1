/** The machine's files: what is written atomically, what is appended in order, and what a failure says. */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppendHandles } from '../../../libprocess/disk/append-handles.ts';
import { RealDisk } from '../../../libprocess/disk/real.ts';

let folder: string;
let disk: RealDisk;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'disk-'));
  disk = new RealDisk();
});

afterEach(async () => {
  await disk.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);
const bytes = (text: string): Uint8Array => Buffer.from(text);

test('a written file is read back, with its folders made and nothing temporary left', async () => {
  await disk.write(at('a/b/file'), 'one');
  await disk.write(at('a/b/file'), bytes('two'));
  expect(Buffer.from((await disk.read(at('a/b/file'))) ?? []).toString()).toBe('two');
  expect(readdirSync(at('a/b'))).toEqual(['file']);
});

test('a write that cannot replace its target leaves nothing temporary', async () => {
  await disk.write(at('target/in'), 'a folder that is not empty');
  await expect(disk.write(at('target'), 'x')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(readdirSync(folder)).toEqual(['target']);
});

test("what an earlier crash left of a write is not listed, and in nobody's way", async () => {
  for (const n of [1, 2]) writeFileSync(at(`.file.${process.pid}.${n}.tmp`), 'left');
  expect(await disk.list(folder)).toEqual([]);
  await disk.write(at('file'), 'new');
  await disk.symlink('file', at('file'));
  expect(await disk.list(folder)).toEqual(['file']);
});

test('what does not exist reads as null, lists as nothing and leads nowhere', async () => {
  expect(await disk.read(at('none'))).toBeNull();
  expect(await disk.list(at('none'))).toEqual([]);
  expect(await disk.stat(at('none/deep'))).toBeNull();
  expect(await disk.realpath(at('none'))).toBeNull();
  await disk.remove(at('none'));
});

test('appends that nobody waited for arrive in the order of the calls', async () => {
  const all = Array.from({ length: 50 }, (_, n) => disk.append(at('log'), bytes(`${n},`)));
  await disk.sync(at('log'));
  for (const one of all) expect(one.state).toBe('ready');
  expect(readFileSync(at('log'), 'utf8')).toBe(Array.from({ length: 50 }, (_, n) => `${n},`).join(''));
});

test('an append goes to the file that a write or a rename put there', async () => {
  await disk.append(at('log'), bytes('old'));
  await disk.write(at('log'), 'new');
  await disk.append(at('log'), bytes('+1'));
  expect(readFileSync(at('log'), 'utf8')).toBe('new+1');
  await disk.write(at('other'), 'moved');
  await disk.rename(at('other'), at('log'));
  await disk.append(at('log'), bytes('+2'));
  expect(readFileSync(at('log'), 'utf8')).toBe('moved+2');
});

test('an append that failed does not spoil the next one', async () => {
  await expect(disk.append(at('a/log'), bytes('x'))).rejects.toMatchObject({
    code: 'ENOENT',
    message: `cannot append to ${at('a/log')}: ENOENT`,
  });
  await disk.mkdir(at('a'));
  await disk.append(at('a/log'), bytes('y'));
  expect(readFileSync(at('a/log'), 'utf8')).toBe('y');
});

test('more files than may stay open are appended to all the same', async () => {
  const handles = new AppendHandles(2);
  for (const round of ['1', '2']) {
    for (const name of ['a', 'b', 'c', 'd']) await handles.append(at(name), bytes(round));
  }
  await handles.close();
  expect(['a', 'b', 'c', 'd'].map(name => readFileSync(at(name), 'utf8'))).toEqual(['12', '12', '12', '12']);
});

test('a part is read from the middle, and less at the end', async () => {
  await disk.write(at('file'), '0123456789');
  const part = async (offset: number, length: number): Promise<string> =>
    Buffer.from(await disk.readAt(at('file'), offset, length)).toString();
  expect([await part(3, 4), await part(8, 10), await part(20, 5)]).toEqual(['3456', '89', '']);
  await expect(disk.readAt(at('none'), 0, 1)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a file is cut, also while it is open for appending', async () => {
  await disk.append(at('log'), bytes('0123456789'));
  await disk.truncate(at('log'), 4);
  await disk.append(at('log'), bytes('x'));
  expect(readFileSync(at('log'), 'utf8')).toBe('0123x');
});

test('a link replaces the one before it', async () => {
  await disk.write(at('runs/1/file'), 'one');
  await disk.symlink('runs/1', at('latest'));
  await disk.symlink('runs/2', at('latest'));
  await disk.symlink('runs/1', at('latest'));
  expect(readlinkSync(at('latest'))).toBe('runs/1');
  expect(await disk.realpath(at('latest'))).toBe(await disk.realpath(at('runs/1')));
  expect(await disk.stat(at('latest'))).toMatchObject({ kind: 'directory' });
});

test('names come sorted', async () => {
  for (const name of ['b', 'a', 'B']) await disk.write(at(name), '');
  expect(await disk.list(folder)).toEqual(['B', 'a', 'b']);
});

test('a folder goes with all that is in it', async () => {
  await disk.append(at('log'), bytes('stays'));
  await disk.write(at('a/b/c'), '');
  await disk.remove(at('a'));
  expect(await disk.list(folder)).toEqual(['log']);
});

test('the file system has room', async () => {
  const { total, free } = await disk.space(folder);
  expect(total).toBeGreaterThan(free);
  expect(free).toBeGreaterThan(0);
});

test('a durable append is in the file, in order with others, short or long', async () => {
  const long = 'x'.repeat(300_000);
  const all = [
    disk.append(at('log'), bytes('a'), { durable: true }),
    disk.append(at('log'), bytes('b')),
    disk.append(at('log'), bytes(long), { durable: true }),
    disk.append(at('log'), bytes('c'), { durable: true }),
  ];
  for (const one of all) await one;
  expect(readFileSync(at('log'), 'utf8')).toBe(`ab${long}c`);
});

test('a full disk fails appends and says so', async () => {
  const failed = { code: 'ENOSPC', message: 'cannot append to /dev/full: ENOSPC' };
  await expect(disk.append('/dev/full', bytes('x'))).rejects.toMatchObject(failed);
  await expect(disk.append('/dev/full', bytes('x'), { durable: true })).rejects.toMatchObject(failed);
});

test('a folder that takes nothing fails what is made in it', async () => {
  const code = expect.stringMatching(/^(EROFS|EACCES|EPERM|ENOENT)$/);
  await expect(disk.append('/proc/self/fd/new', bytes('x'))).rejects.toMatchObject({ code });
  await expect(disk.lock('/proc/self/fdinfo')).rejects.toMatchObject({ code });
});

test('a folder is made durably with those above it', async () => {
  await disk.mkdir(at('a/b/c'), { durable: true });
  await disk.mkdir(at('a/b/c'), { durable: true });
  expect((await disk.stat(at('a/b/c')))?.kind).toBe('directory');
});
