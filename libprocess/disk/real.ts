/**
 * The machine's files.
 *
 *   write:   temporary file in the same folder ─▶ sync ─▶ rename over the old one ─▶ sync of the folder
 *   append:  one open handle for each path, the least recently used ones closed
 *
 * Source: Mesos src/slave/state.hpp (`checkpoint`), stout os::write, os::rename, fsync.
 */
import type { Stats } from 'node:fs';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import { Future } from '../future.ts';
import { AppendHandles } from './append-handles.ts';
import type { AppendOptions, Disk, FileStat, FolderOptions, LinkOptions, Lock } from './disk.ts';
import { isLock, lockFolder } from './lock-folder.ts';
import { makeFolder } from './make-folder.ts';
import { syncFolder } from './sync-folder.ts';

/** How many files stay open for appending. */
const HANDLES_MAX = 256;
/** What a crash in the middle of a write leaves beside the file. */
const TEMPORARY = /^\..+\.\d+\.\d+\.tmp$/;

/** The machine's own file system. */
export class RealDisk implements Disk {
  readonly #appends = new AppendHandles(HANDLES_MAX);
  #temporaries = 0;

  read(path: string): Future<Uint8Array | null> {
    return attempt('read', path, () => orNull(fs.readFile(path)));
  }

  readAt(path: string, offset: number, length: number): Future<Uint8Array> {
    return attempt('read', path, async () => {
      const handle = await fs.open(path, 'r');
      try {
        return await readFully(handle, offset, length);
      } finally {
        await handle.close();
      }
    });
  }

  write(path: string, bytes: Uint8Array | string): Future<void> {
    return attempt('write', path, async () => {
      const folder = dirname(path);
      await makeFolder(folder);
      await this.#appends.forget(path);
      const temporary = this.#temporary(path);
      await replace(temporary, path, () => writeSynced(temporary, bytes));
      await syncFolder(folder);
    });
  }

  append(path: string, bytes: Uint8Array, { durable = false }: AppendOptions = {}): Future<void> {
    return attempt('append to', path, () =>
      durable ? this.#appends.appendDurably(path, bytes) : this.#appends.append(path, bytes),
    );
  }

  sync(path: string): Future<void> {
    return attempt('sync', path, () => this.#appends.sync(path));
  }

  truncate(path: string, length: number): Future<void> {
    return attempt('truncate', path, async () => {
      await this.#appends.forget(path);
      const handle = await fs.open(path, 'r+');
      try {
        await handle.truncate(length);
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
  }

  rename(from: string, to: string): Future<void> {
    return attempt('rename', `${from} to ${to}`, async () => {
      await this.#appends.forget(from);
      await this.#appends.forget(to);
      await fs.rename(from, to);
      await syncFolder(dirname(to));
      if (dirname(from) !== dirname(to)) await syncFolder(dirname(from));
    });
  }

  symlink(target: string, path: string, { durable = true }: LinkOptions = {}): Future<void> {
    return attempt('link', path, async () => {
      const temporary = this.#temporary(path);
      await replace(temporary, path, () => fs.symlink(target, temporary));
      if (durable) await syncFolder(dirname(path));
    });
  }

  list(path: string): Future<string[]> {
    return attempt('list', path, async () => {
      const names = (await orNull(fs.readdir(path))) ?? [];
      return names.filter(name => !TEMPORARY.test(name) && !isLock(name)).sort();
    });
  }

  stat(path: string): Future<FileStat | null> {
    return attempt('stat', path, async () => {
      const found = await orNull(fs.stat(path));
      return found === null ? null : fileStat(found);
    });
  }

  realpath(path: string): Future<string | null> {
    return attempt('resolve', path, () => orNull(fs.realpath(path)));
  }

  mkdir(path: string, { mode, durable = false }: FolderOptions = {}): Future<void> {
    return attempt('make', path, async () => {
      const made = await makeFolder(path, mode);
      if (durable) for (const folder of made) await syncFolder(dirname(folder));
    });
  }

  lock(folder: string): Future<Lock> {
    return attempt('lock', folder, () => lockFolder(folder));
  }

  remove(path: string): Future<void> {
    return attempt('remove', path, async () => {
      await this.#appends.forgetBelow(path);
      await fs.rm(path, { recursive: true, force: true });
    });
  }

  chown(path: string, uid: number, gid: number): Future<void> {
    return attempt('chown', path, () => fs.chown(path, uid, gid));
  }

  space(path: string): Future<{ readonly total: number; readonly free: number }> {
    return attempt('look at the file system of', path, async () => {
      const { bsize, blocks, bavail } = await fs.statfs(path);
      return { total: bsize * blocks, free: bsize * bavail };
    });
  }

  /** Closes the files that are open for appending. */
  close(): Future<void> {
    return attempt('close', 'files', () => this.#appends.close());
  }

  /** A name beside `path` that no other process, and nobody else here, uses. */
  #temporary(path: string): string {
    this.#temporaries += 1;
    return join(dirname(path), `.${basename(path)}.${process.pid}.${this.#temporaries}.tmp`);
  }
}

/** The disk of this machine. */
export const realDisk: RealDisk = new RealDisk();

/** The outcome of `work`, a system error as a Failure that names what was done to what. */
function attempt<T>(verb: string, path: string, work: () => Promise<T>): Future<T> {
  return Future.from(() =>
    work().catch((error: unknown) => {
      if (error instanceof Failure || !isSystemError(error)) throw error;
      throw new Failure(`cannot ${verb} ${path}: ${error.code}`, error.code, { cause: error });
    }),
  );
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string';
}

/** Null where there is no such path. */
async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}

async function readFully(handle: fs.FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const { size } = await handle.stat();
  const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** Makes `temporary` and moves it over `path`; when that fails, nothing of it stays. */
async function replace(temporary: string, path: string, make: () => Promise<void>): Promise<void> {
  try {
    // One of this name may be left from a process that had this pid and crashed.
    await fs.rm(temporary, { force: true });
    await make();
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

async function writeSynced(path: string, bytes: Uint8Array | string): Promise<void> {
  const handle = await fs.open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function fileStat(stat: Stats): FileStat {
  const { size, mtimeMs, mode, nlink, uid, gid } = stat;
  return { kind: kindOf(stat), size, mtimeMs, mode, nlink, uid, gid };
}

function kindOf(stat: Stats): FileStat['kind'] {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  return stat.isSymbolicLink() ? 'symlink' : 'other';
}
