/**
 * A folder with all folders above it.
 *
 * Not Node's own `recursive: true`: below a folder that takes no new ones and says so with ENOENT, as /proc does, that
 * one never returns.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Nothing when it is there. Folders above it get the usual mode. @throws the system's error. */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  const missing = await make(path, mode);
  if (missing === null) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  const again = await make(path, mode);
  if (again !== null) throw again;
}

/** Null once the folder is there; the error when one above it is not. */
async function make(path: string, mode: number | undefined): Promise<unknown> {
  try {
    await mkdir(path, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return error;
    if (code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
  return null;
}
