/**
 * A folder with all folders above it.
 *
 * Not Node's own `recursive: true`: below a folder that takes no new ones and says so with ENOENT, as /proc does, that
 * one never returns.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Nothing when it is there. Folders above it get the usual mode.
 *
 * @returns the folders that were made, those above first.
 * @throws the system's error.
 */
export async function makeFolder(path: string, mode?: number): Promise<string[]> {
  const made = await make(path, mode);
  if (typeof made === 'boolean') return made ? [path] : [];
  const above = dirname(path) === path ? [] : await makeFolder(dirname(path));
  const again = await make(path, mode);
  if (typeof again !== 'boolean') throw again;
  return again ? [...above, path] : above;
}

/** True once it is made, false when it was there; the error when one above it is not. */
async function make(path: string, mode: number | undefined): Promise<boolean | Error> {
  try {
    await mkdir(path, mode);
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return error;
    if (code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
    return false;
  }
}
