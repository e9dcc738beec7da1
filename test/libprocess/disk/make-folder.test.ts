/** Folders with all folders above them. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../../../libprocess/disk/make-folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'make-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('all that is missing is made, at once and by many', async () => {
  await Promise.all(Array.from({ length: 20 }, (_none, n) => makeFolder(join(folder, `a/b/c/${n % 5}`))));
  expect(statSync(join(folder, 'a/b/c/4')).isDirectory()).toBe(true);
});

test('only the last folder gets the mode', async () => {
  await makeFolder(join(folder, 'a/b'), 0o700);
  expect(statSync(join(folder, 'a/b')).mode & 0o777).toBe(0o700);
});

test('a file in the way is an error', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(folder, 'file/in'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test.skipIf(!existsSync('/proc/self'))('a folder that takes no new ones is an error, and no endless loop', async () => {
  await expect(makeFolder('/proc/nope/in')).rejects.toMatchObject({ code: 'ENOENT' });
});
