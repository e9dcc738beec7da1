/**
 * Watchers by path, and paths by watcher, with the modes in which each watches each.
 *
 * Source: Apache ZooKeeper 3.9 WatchManager, WatchStats.
 */
import { ancestorsOf } from './paths.ts';

/** Bits, of which a watcher may have several on one path. */
export const MODES = { standard: 1, persistent: 2, persistentRecursive: 4 } as const;

export class WatchTable<W> {
  readonly #byPath = new Map<string, Map<W, number>>();
  readonly #byWatcher = new Map<W, Set<string>>();
  #count = 0;
  /** Only where there are recursive ones a change has to look above its path. */
  #recursiveCount = 0;

  /** Pairs of watcher and path. */
  get count(): number {
    return this.#count;
  }

  get pathCount(): number {
    return this.#byPath.size;
  }

  /** The watched paths of each watcher. */
  get byWatcher(): ReadonlyMap<W, ReadonlySet<string>> {
    return this.#byWatcher;
  }

  /** The paths that somebody watches. */
  get paths(): Iterable<string> {
    return this.#byPath.keys();
  }

  watchersOf(path: string): Iterable<W> {
    return this.#byPath.get(path)?.keys() ?? [];
  }

  has(path: string, watcher: W, modes: number): boolean {
    return ((this.#byPath.get(path)?.get(watcher) ?? 0) & modes) !== 0;
  }

  add(path: string, watcher: W, mode: number): void {
    this.#set(path, watcher, (this.#byPath.get(path)?.get(watcher) ?? 0) | mode);
  }

  /** False when there was none of these modes. */
  remove(path: string, watcher: W, modes: number): boolean {
    const had = this.#byPath.get(path)?.get(watcher) ?? 0;
    if ((had & modes) === 0) return false;
    this.#set(path, watcher, had & ~modes);
    return true;
  }

  forget(watcher: W): void {
    for (const path of this.#byWatcher.get(watcher) ?? []) this.#set(path, watcher, 0);
  }

  /** Who watches `path`, or recursively something above it; the standard watches among them are gone. */
  fire(path: string): ReadonlySet<W> {
    const fired = new Set<W>();
    for (const [watcher, modes] of this.#byPath.get(path) ?? []) {
      fired.add(watcher);
      if ((modes & MODES.standard) !== 0) this.#set(path, watcher, modes & ~MODES.standard);
    }
    if (this.#recursiveCount > 0) this.#fireAbove(path, fired);
    return fired;
  }

  #fireAbove(path: string, fired: Set<W>): void {
    for (const above of ancestorsOf(path)) {
      for (const [watcher, modes] of this.#byPath.get(above) ?? []) {
        if ((modes & MODES.persistentRecursive) !== 0) fired.add(watcher);
      }
    }
  }

  #set(path: string, watcher: W, modes: number): void {
    const watchers = this.#byPath.get(path) ?? new Map<W, number>();
    const had = watchers.get(watcher) ?? 0;
    this.#recursiveCount += recursive(modes) - recursive(had);
    if (modes === 0) this.#unset(path, watcher, watchers);
    else if (had === 0) this.#insert(path, watcher, watchers, modes);
    else watchers.set(watcher, modes);
  }

  #insert(path: string, watcher: W, watchers: Map<W, number>, modes: number): void {
    this.#byPath.set(path, watchers.set(watcher, modes));
    const paths = this.#byWatcher.get(watcher) ?? new Set();
    this.#byWatcher.set(watcher, paths.add(path));
    this.#count++;
  }

  #unset(path: string, watcher: W, watchers: Map<W, number>): void {
    if (!watchers.delete(watcher)) return;
    if (watchers.size === 0) this.#byPath.delete(path);
    const paths = this.#byWatcher.get(watcher);
    paths?.delete(path);
    if (paths?.size === 0) this.#byWatcher.delete(watcher);
    this.#count--;
  }
}

function recursive(modes: number): number {
  return (modes & MODES.persistentRecursive) === 0 ? 0 : 1;
}
