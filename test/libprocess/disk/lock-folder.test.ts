/** Locks of folders: one owner at a time, in this process and among processes, and none after a kill. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RealDisk } from '../../../libprocess/disk/real.ts';

function scene() {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, disk: new RealDisk() };
}

/** Another process that listens at a lock in `folder`; ready once it does. */
async function holder(folder: string) {
  const name = join(folder, '.lock.1.1');
  const script = `require('net').createServer().listen(${JSON.stringify(name)}, () => console.log('ok'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

test('a folder is locked once, and again when it was released', async () => {
  const { folder, disk } = scene();
  const lock = await disk.lock(folder);
  await expect(new RealDisk().lock(folder)).rejects.toMatchObject({
    code: 'LOCKED',
    message: `${folder} is in use by process ${process.pid}`,
  });
  expect(await disk.list(folder)).toEqual([]);
  await lock.release();
  await (await disk.lock(folder)).release();
  expect(readdirSync(folder)).toEqual([]);
});

test('what another process has is refused, and taken over once that was killed', async () => {
  const { folder, disk } = scene();
  const other = await holder(folder);
  await expect(disk.lock(folder)).rejects.toMatchObject({ code: 'LOCKED' });
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(readdirSync(folder)).toEqual(['.lock.1.1']);
  const lock = await disk.lock(folder);
  expect(readdirSync(folder)).toHaveLength(1);
  await lock.release();
});

test('of many who come at once never two have the folder', async () => {
  const { folder, disk } = scene();
  let [held, most, got] = [0, 0, 0];
  const one = async (): Promise<void> => {
    for (let n = 0; n < 20; n++) {
      const lock = await disk.lock(folder).repair(() => null);
      if (lock === null) continue;
      held += 1;
      got += 1;
      most = Math.max(most, held);
      await Promise.resolve();
      held -= 1;
      await lock.release();
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
  expect([most, got > 0]).toEqual([1, true]);
});

test('a path that is too long for a socket will do', async () => {
  const { folder, disk } = scene();
  const long = join(folder, 'x'.repeat(200));
  mkdirSync(long);
  const lock = await disk.lock(long);
  await expect(disk.lock(long)).rejects.toMatchObject({ code: 'LOCKED' });
  await lock.release();
});

test('a folder that is not there is not locked', async () => {
  const { folder, disk } = scene();
  writeFileSync(join(folder, 'file'), '');
  await expect(disk.lock(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(disk.lock(join(folder, 'file'))).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
});
