/**
 * A disk in memory that loses, in a crash, what was not synced.
 *
 *   append ─────────────────────────────────▶ seen at once ── sync ready ───▶ durable
 *   write, rename, symlink, mkdir, remove ──▶ seen at once ── itself ready ─▶ durable
 *
 * There are two tables of names: what is seen, and what a crash leaves. Changes of names become durable in their
 * order; a crash lets, by chance, the first of those that were under way survive, and of each file what was synced
 * with, by chance, the first bytes of what was not. Futures are ready after a little virtual time, those of one path
 * in the order of the calls.
 */
import type { Clock } from '../clock.ts';
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
import type { Random } from '../random.ts';
import type { AppendOptions, Disk, FileStat, FolderOptions, Lock } from './disk.ts';
import { type Entry, Folder, Link, MemoryFile, Names, parentOf } from './names.ts';

/** On what clock and by whose dice a simulated disk works, and how slow it is. */
export interface SimulatedDiskOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The shortest and the longest time that an operation takes. */
  readonly latencyMs?: readonly [number, number] | undefined;
  /** In bytes; what would not fit fails ENOSPC. */
  readonly capacity?: number | undefined;
}

/** What a simulated disk may be told to do wrong. */
export interface Fault {
  /** What operations on the path fail with: `ENOSPC`, `EIO`… */
  readonly code: string;
  readonly path: RegExp;
  /** Absent: all. */
  readonly operations?: readonly (keyof Disk)[] | undefined;
  /** How many fail; absent: all until the fault is disposed of. */
  readonly times?: number | undefined;
  /** An append that fails has written the first bytes, by chance how many, all the same. */
  readonly torn?: boolean | undefined;
}

type Change = (names: Names) => void;

const LATENCY_MS = [0.1, 1] as const;
const CAPACITY = 2 ** 40;

/** A file system in memory, which forgets in a crash what was not synced. */
export class SimulatedDisk implements Disk {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #latencyMs: readonly [number, number];
  readonly #capacity: number;
  #seen: Names;
  readonly #durable: Names;
  /** Changes that were seen and are not durable yet, in order. */
  readonly #pending: Change[] = [];
  readonly #faults = new Map<Fault, number>();
  /** When the last operation on a path will be ready. */
  readonly #due = new Map<string, number>();
  readonly #locks = new Map<string, Lock>();
  /** Counts crashes: what was under way before one never ends. */
  #epoch = 0;

  constructor({ clock, random, latencyMs = LATENCY_MS, capacity = CAPACITY }: SimulatedDiskOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#latencyMs = latencyMs;
    this.#capacity = capacity;
    this.#durable = new Names(new Folder(0o755, clock.wall));
    this.#seen = this.#durable.copy();
  }

  /** Loses what was not durable; futures that are under way are abandoned. */
  crash(): void {
    this.#epoch += 1;
    this.#commit(Math.floor(this.#random.next() * (this.#pending.length + 1)));
    this.#pending.length = 0;
    this.#due.clear();
    this.#locks.clear();
    for (const entry of this.#durable.entries()) if (entry instanceof MemoryFile) entry.crash(this.#random);
    this.#seen = this.#durable.copy();
  }

  /** Lets operations fail from now on, until what is returned is disposed of. */
  fault(fault: Fault): Disposable {
    this.#faults.set(fault, fault.times ?? Infinity);
    return { [Symbol.dispose]: () => this.#faults.delete(fault) };
  }

  /**
   * Flips one bit of a file, durably, as a disk does that rots; by chance which, unless `at` names its byte.
   *
   * @returns the offset of the byte.
   */
  corrupt(path: string, at?: number): number {
    const file = this.#file(path);
    if (file.size === 0) throw new Error(`${path} is empty: there is nothing to corrupt`);
    const offset = at ?? Math.floor(this.#random.next() * file.size);
    file.flip(offset, Math.floor(this.#random.next() * 8));
    return offset;
  }

  read(path: string): Future<Uint8Array | null> {
    return this.#run('read', path, () => {
      const entry = this.#seen.get(this.#seen.resolve(path, 'follow'));
      return entry === undefined ? null : asFile(entry, path).slice();
    });
  }

  readAt(path: string, offset: number, length: number): Future<Uint8Array> {
    return this.#run('readAt', path, () => this.#file(path).slice(offset, offset + length));
  }

  write(path: string, bytes: Uint8Array | string): Future<void> {
    return this.#change('write', path, () => {
      const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
      const at = this.#seen.resolve(path, 'keep');
      const before = this.#seen.get(at);
      if (before instanceof Folder) throw new Failure(`cannot write ${path}: EISDIR`, 'EISDIR');
      this.#reserve(path, content.length - (before?.size ?? 0));
      const makeFolder = this.#mkdir(parentOf(at), 0o755);
      const file = MemoryFile.synced(content, this.#clock.wall);
      return names => {
        makeFolder(names);
        names.put(at, file);
      };
    });
  }

  append(path: string, bytes: Uint8Array, { durable = false }: AppendOptions = {}): Future<void> {
    const tear = (): void => this.#append(path, bytes.subarray(0, Math.floor(this.#random.next() * bytes.length)));
    if (durable && !this.#isSynced(path)) throw new Error(`a durable append to ${path}, behind what is not durable`);
    const appended = this.#run('append', path, () => this.#append(path, bytes), tear);
    return durable ? appended.then(() => this.sync(path)) : appended;
  }

  #isSynced(path: string): boolean {
    const entry = this.#seen.get(this.#seen.resolve(path, 'follow'));
    return !(entry instanceof MemoryFile) || entry.isSynced;
  }

  #append(path: string, bytes: Uint8Array): void {
    this.#reserve(path, bytes.length);
    const at = this.#seen.resolve(path, 'follow');
    const there = this.#seen.get(at);
    const file = there === undefined ? this.#create(at) : asFile(there, path);
    file.append(bytes, this.#clock.wall);
  }

  sync(path: string): Future<void> {
    return this.#runDurably('sync', path, () => {
      const file = this.#file(path);
      const { size } = file;
      return () => file.sync(size);
    });
  }

  truncate(path: string, length: number): Future<void> {
    return this.#run('truncate', path, () => this.#file(path).truncate(length, this.#clock.wall));
  }

  rename(from: string, to: string): Future<void> {
    return this.#change('rename', from, () => {
      const [source, target] = [this.#seen.resolve(from, 'keep'), this.#seen.resolve(to, 'keep')];
      if (this.#seen.get(source) === undefined) throw new Failure(`cannot rename ${from} to ${to}: ENOENT`, 'ENOENT');
      this.#parent(target);
      if (this.#seen.list(target).length > 0) {
        throw new Failure(`cannot rename ${from} to ${to}: ENOTEMPTY`, 'ENOTEMPTY');
      }
      return names => names.move(source, target);
    });
  }

  symlink(target: string, path: string): Future<void> {
    return this.#change('symlink', path, () => {
      const at = this.#seen.resolve(path, 'keep');
      this.#parent(at);
      if (this.#seen.get(at) instanceof Folder) throw new Failure(`cannot link ${path}: EISDIR`, 'EISDIR');
      const link = new Link(target, this.#clock.wall);
      return names => names.put(at, link);
    });
  }

  list(path: string): Future<string[]> {
    return this.#run('list', path, () => this.#seen.list(this.#seen.resolve(path, 'follow')));
  }

  stat(path: string): Future<FileStat | null> {
    return this.#run('stat', path, () => {
      const entry = this.#seen.get(this.#seen.resolve(path, 'follow'));
      if (entry === undefined) return null;
      const { kind, size, mtimeMs, mode, uid, gid } = entry;
      return { kind, size, mtimeMs, mode, nlink: 1, uid, gid };
    });
  }

  realpath(path: string): Future<string | null> {
    return this.#run('realpath', path, () => {
      const at = this.#seen.resolve(path, 'follow');
      return this.#seen.get(at) === undefined ? null : at;
    });
  }

  mkdir(path: string, { mode = 0o755 }: FolderOptions = {}): Future<void> {
    return this.#change('mkdir', path, () => this.#mkdir(this.#seen.resolve(path, 'follow'), mode));
  }

  remove(path: string): Future<void> {
    return this.#change('remove', path, () => {
      const at = this.#seen.resolve(path, 'keep');
      return names => names.remove(at);
    });
  }

  chown(path: string, uid: number, gid: number): Future<void> {
    return this.#run('chown', path, () => {
      const entry = this.#seen.get(this.#seen.resolve(path, 'follow'));
      if (entry === undefined) throw new Failure(`cannot chown ${path}: ENOENT`, 'ENOENT');
      Object.assign(entry, { uid, gid });
    });
  }

  lock(folder: string): Future<Lock> {
    return this.#run('lock', folder, () => {
      const at = this.#seen.resolve(folder, 'follow');
      if (this.#locks.has(at)) throw new Failure(`${folder} is in use by another process`, 'LOCKED');
      const lock: Lock = { release: () => this.#release(at, lock) };
      this.#locks.set(at, lock);
      return lock;
    });
  }

  /** Nothing for a lock from before a crash. */
  #release(at: string, lock: Lock): Future<void> {
    if (this.#locks.get(at) === lock) this.#locks.delete(at);
    return Future.ready(undefined);
  }

  space(path: string): Future<{ readonly total: number; readonly free: number }> {
    return this.#run('space', path, () => ({ total: this.#capacity, free: this.#capacity - this.#used() }));
  }

  /** Does `work` now; its outcome is known after the latency. */
  #run<T>(operation: keyof Disk, path: string, work: () => T, tear?: () => void): Future<T> {
    const begin = (): (() => T) => {
      const value = work();
      return () => value;
    };
    return this.#later(operation, path, begin, tear);
  }

  /** Changes names now, durably after the latency. */
  #change(operation: keyof Disk, path: string, plan: () => Change): Future<void> {
    return this.#runDurably(operation, path, () => {
      const change = plan();
      change(this.#seen);
      this.#pending.push(change);
      return () => undefined;
    });
  }

  /** Begins now; what `begin` returns is done after the latency, and all earlier changes of names are then durable. */
  #runDurably(operation: keyof Disk, path: string, begin: () => () => void): Future<void> {
    return this.#later(operation, path, () => {
      const finish = begin();
      const last = this.#pending.at(-1);
      return () => {
        if (last !== undefined) this.#commit(this.#pending.indexOf(last) + 1);
        finish();
      };
    });
  }

  #later<T>(operation: keyof Disk, path: string, begin: () => () => T, tear?: () => void): Future<T> {
    const promised = new Promised<T>();
    const finish = this.#begin(operation, path, begin, tear);
    const epoch = this.#epoch;
    this.#schedule(path, () => {
      if (epoch !== this.#epoch) promised.abandon();
      else if (finish instanceof Failure) promised.fail(finish);
      else promised.set(finish());
    });
    return promised;
  }

  #begin<T>(operation: keyof Disk, path: string, begin: () => () => T, tear?: () => void): (() => T) | Failure {
    try {
      const fault = this.#faultOf(operation, path);
      if (fault === null) return begin();
      if (fault.torn === true) tear?.();
      return new Failure(`cannot ${operation} ${path}: ${fault.code}`, fault.code);
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  }

  #schedule(path: string, finish: () => void): void {
    const [min, max] = this.#latencyMs;
    const { now } = this.#clock;
    const due = Math.max(this.#due.get(path) ?? 0, now + min + this.#random.next() * (max - min));
    this.#due.set(path, due);
    this.#clock.timer(due - now, () => {
      if (this.#due.get(path) === due) this.#due.delete(path);
      finish();
    });
  }

  /** The fault that hits an operation, which uses it up once. */
  #faultOf(operation: keyof Disk, path: string): Fault | null {
    for (const [fault, left] of this.#faults) {
      if (!fault.path.test(path) || !(fault.operations ?? [operation]).includes(operation)) continue;
      if (left <= 1) this.#faults.delete(fault);
      else this.#faults.set(fault, left - 1);
      return fault;
    }
    return null;
  }

  /** Makes the first `count` pending changes durable. */
  #commit(count: number): void {
    for (const change of this.#pending.splice(0, count)) change(this.#durable);
  }

  /** Makes `path` and what is missing above it. */
  #mkdir(path: string, mode: number): Change {
    const missing: string[] = [];
    for (let at = path; ; at = parentOf(at)) {
      const entry = this.#seen.get(at);
      if (entry instanceof Folder) break;
      if (entry !== undefined) throw new Failure(`cannot make ${path}: ${at} is no folder`, 'ENOTDIR');
      missing.unshift(at);
    }
    const folders = missing.map(at => [at, new Folder(mode, this.#clock.wall)] as const);
    return names => {
      for (const [at, folder] of folders) names.put(at, folder);
    };
  }

  /** A new, empty file in a folder that is there; its name is durable no sooner than the next sync. */
  #create(path: string): MemoryFile {
    this.#parent(path);
    const file = new MemoryFile(0o644, this.#clock.wall);
    const change: Change = names => names.put(path, file);
    change(this.#seen);
    this.#pending.push(change);
    return file;
  }

  #parent(path: string): void {
    const parent = this.#seen.get(parentOf(path));
    if (parent === undefined) throw new Failure(`there is no folder for ${path}: ENOENT`, 'ENOENT');
    if (!(parent instanceof Folder)) throw new Failure(`${parentOf(path)} is no folder: ENOTDIR`, 'ENOTDIR');
  }

  #file(path: string): MemoryFile {
    const entry = this.#seen.get(this.#seen.resolve(path, 'follow'));
    if (entry === undefined) throw new Failure(`there is no file ${path}: ENOENT`, 'ENOENT');
    return asFile(entry, path);
  }

  #reserve(path: string, bytes: number): void {
    if (this.#capacity !== CAPACITY && this.#used() + bytes > this.#capacity) {
      throw new Failure(`cannot write ${path}: ENOSPC`, 'ENOSPC');
    }
  }

  #used(): number {
    let used = 0;
    for (const entry of this.#seen.entries()) if (entry instanceof MemoryFile) used += entry.size;
    return used;
  }
}

function asFile(entry: Entry, path: string): MemoryFile {
  if (entry instanceof MemoryFile) return entry;
  throw new Failure(`${path} is no file: EISDIR`, 'EISDIR');
}
