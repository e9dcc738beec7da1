/** What the tests of descriptors share: a folder, both ends of a fifo, and a count of what is open. */
import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'io-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The reading and the writing end of a fifo. */
export function makeFifo(): { readonly path: string; readonly readEnd: number; readonly writeEnd: number } {
  const path = join(makeFolder(), 'fifo');
  execFileSync('mkfifo', [path]);
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { path, readEnd, writeEnd: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
}

/** How many descriptors of this process lead to `path`. */
export function openOf(path: string): number {
  return readdirSync('/proc/self/fd').filter(fd => targetOf(fd) === path).length;
}

/** The listing holds a descriptor of its own, which is closed by the time that it is looked at. */
function targetOf(fd: string): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
