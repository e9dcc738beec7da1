/**
 * The seam between actors and files. Two forms: the machine's (`real.ts`), and one in memory that loses, in a crash,
 * what was not synced (`simulated.ts`).
 *
 * Paths are absolute, with `/`. Futures fail with a Failure whose code is the system's (`ENOENT`, `EACCES`, `ENOSPC`…)
 * and whose message names the path.
 */
import type { Future } from '../future.ts';

export interface LinkOptions {
  /** False for a link that may be lost in a crash of the machine: there is nothing to wait for then. */
  readonly durable?: boolean | undefined;
}

export interface FolderOptions {
  /** Of the folder itself; those above it get the usual mode. */
  readonly mode?: number | undefined;
  /** True where the folder's own name must survive a crash of the machine, too. By default false. */
  readonly durable?: boolean | undefined;
}

export interface AppendOptions {
  /** True: ready once the bytes are durable. All that was appended before must be: it is not made so. */
  readonly durable?: boolean | undefined;
}

/** A folder that is ours until it is released, or this process ends. */
export interface Lock {
  release(): Future<void>;
}

/** What is known of a file, links followed. */
export interface FileStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtimeMs: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
}

/** What actors see of a file system; `runtime.disk` is one. */
export interface Disk {
  /** The whole file; null when there is none. */
  read(path: string): Future<Uint8Array | null>;
  /** At most `length` bytes from `offset`; fewer at the end of the file. */
  readAt(path: string, offset: number, length: number): Future<Uint8Array>;
  /** Replaces the file at once and durably: a temporary file is written, synced and renamed. Folders are made. */
  write(path: string, bytes: Uint8Array | string): Future<void>;
  /** Appends; ready once the bytes are with the system, by default durable only after `sync`. The folder must exist. */
  append(path: string, bytes: Uint8Array, options?: AppendOptions): Future<void>;
  /** Makes all that was appended to `path` durable. */
  sync(path: string): Future<void>;
  /** Cuts the file to `length` bytes. */
  truncate(path: string, length: number): Future<void>;
  rename(from: string, to: string): Future<void>;
  /** Makes `path` a link to `target`, in place of what was there; durable unless nobody needs it to be. */
  symlink(target: string, path: string, options?: LinkOptions): Future<void>;
  /** Names in a folder, sorted; empty when there is no such folder. */
  list(path: string): Future<string[]>;
  /** Follows links; null when there is nothing. */
  stat(path: string): Future<FileStat | null>;
  /** Where `path` leads, links resolved; null when it leads nowhere. */
  realpath(path: string): Future<string | null>;
  /** With all folders above it; nothing when it is there. */
  mkdir(path: string, options?: FolderOptions): Future<void>;
  /** A file, or a folder with all that is in it; nothing when it is not there. */
  remove(path: string): Future<void>;
  chown(path: string, uid: number, gid: number): Future<void>;
  /** Takes `folder`, which must exist, for this process. Fails LOCKED while somebody else, or we ourselves, have it. */
  lock(folder: string): Future<Lock>;
  /** Total and free bytes of the file system that holds `path`. */
  space(path: string): Future<{ readonly total: number; readonly free: number }>;
}
