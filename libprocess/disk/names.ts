/**
 * The table of names of a file system in memory: absolute paths to files, folders and links.
 *
 * Source: path_resolution(7), symlink(7).
 */
import { Failure } from '../failure.ts';
import type { Random } from '../random.ts';

/** How many links one path may lead through. */
const LINKS_MAX = 40;

export const ROOT = '/';

abstract class Owned {
  uid = 0;
  gid = 0;

  constructor(
    readonly mode: number,
    public mtimeMs: number,
  ) {}
}

export class Folder extends Owned {
  readonly kind = 'directory';
  readonly size = 4_096;
}

export class Link extends Owned {
  readonly kind = 'symlink';

  constructor(
    readonly target: string,
    mtimeMs: number,
  ) {
    super(0o777, mtimeMs);
  }

  get size(): number {
    return this.target.length;
  }
}

/** Bytes, of which the first `#synced` survive a crash. */
export class MemoryFile extends Owned {
  readonly kind = 'file';
  #bytes = new Uint8Array(0);
  #synced = 0;
  size = 0;

  /** A file with all of `bytes` synced. */
  static synced(bytes: Uint8Array, mtimeMs: number): MemoryFile {
    const file = new MemoryFile(0o644, mtimeMs);
    file.append(bytes, mtimeMs);
    file.sync(bytes.length);
    return file;
  }

  /** A copy of the bytes from `start` up to `end`. */
  slice(start = 0, end = this.size): Uint8Array {
    return this.#bytes.slice(start, Math.min(end, this.size));
  }

  append(bytes: Uint8Array, mtimeMs: number): void {
    const size = this.size + bytes.length;
    if (size > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(size, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.size));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.size);
    this.size = size;
    this.mtimeMs = mtimeMs;
  }

  /** What is cut off is gone durably. */
  truncate(length: number, mtimeMs: number): void {
    const missing = length - this.size;
    if (missing > 0) this.append(new Uint8Array(missing), mtimeMs);
    this.size = length;
    this.#synced = Math.min(this.#synced, length);
    this.mtimeMs = mtimeMs;
  }

  /** The first `length` bytes are durable from now on. */
  sync(length: number): void {
    this.#synced = Math.max(this.#synced, Math.min(length, this.size));
  }

  get isSynced(): boolean {
    return this.#synced === this.size;
  }

  /** Turns one bit over. */
  flip(offset: number, bit: number): void {
    const byte = this.#bytes[offset];
    if (byte === undefined || offset >= this.size) throw new Error(`there is no byte ${offset} of ${this.size}`);
    this.#bytes[offset] = byte ^ (1 << bit);
  }

  /** Keeps what was synced, and by chance some of what follows. */
  crash(random: Random): void {
    this.size = this.#synced + Math.floor(random.next() * (this.size - this.#synced + 1));
    this.#synced = this.size;
  }
}

export type Entry = MemoryFile | Folder | Link;

export class Names {
  readonly #entries = new Map<string, Entry>();
  /** The names in each folder. */
  readonly #children = new Map<string, Set<string>>();

  constructor(root: Folder) {
    this.#entries.set(ROOT, root);
    this.#children.set(ROOT, new Set());
  }

  /** The same names, with the same files behind them. */
  copy(): Names {
    const copy = new Names(this.#entries.get(ROOT) as Folder);
    for (const [path, entry] of this.#entries) if (path !== ROOT) copy.put(path, entry);
    return copy;
  }

  entries(): Iterable<Entry> {
    return this.#entries.values();
  }

  get(path: string): Entry | undefined {
    return this.#entries.get(path);
  }

  /** Names in the folder at `path`, sorted. */
  list(path: string): string[] {
    return [...(this.#children.get(path) ?? [])].sort();
  }

  /**
   * `path` with its links resolved, the last part only if `last` says so. It need not lead anywhere.
   *
   * @throws Failure ELOOP.
   */
  resolve(path: string, last: 'follow' | 'keep'): string {
    let at = '';
    let links = 0;
    const rest = partsOf(path);
    for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
      if (part === '..') {
        at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
        continue;
      }
      const entry = this.#entries.get(`${at}/${part}`);
      if (!(entry instanceof Link) || (rest.length === 0 && last === 'keep')) {
        at = `${at}/${part}`;
        continue;
      }
      links += 1;
      if (links > LINKS_MAX) throw new Failure(`too many links in ${path}`, 'ELOOP');
      rest.unshift(...partsOf(entry.target));
      if (entry.target.startsWith('/')) at = '';
    }
    return at === '' ? ROOT : at;
  }

  /** Puts `entry` at `path`, in place of a file or a link, into a folder that is there. */
  put(path: string, entry: Entry): void {
    this.#entries.set(path, entry);
    this.#children.get(parentOf(path))?.add(nameOf(path));
    if (entry instanceof Folder && !this.#children.has(path)) this.#children.set(path, new Set());
  }

  /** Removes `path` with all that is in it. */
  remove(path: string): void {
    for (const name of this.list(path)) this.remove(join(path, name));
    this.#entries.delete(path);
    this.#children.delete(path);
    this.#children.get(parentOf(path))?.delete(nameOf(path));
  }

  /** Moves `from` with all that is in it to `to`, in place of what was there. */
  move(from: string, to: string): void {
    const entry = this.#entries.get(from);
    if (entry === undefined || from === to) return;
    this.remove(to);
    this.put(to, entry);
    for (const name of this.list(from)) this.move(join(from, name), join(to, name));
    this.remove(from);
  }
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || ROOT;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function join(folder: string, name: string): string {
  return folder === ROOT ? `/${name}` : `${folder}/${name}`;
}

function partsOf(path: string): string[] {
  return path.split('/').filter(part => part !== '' && part !== '.');
}
