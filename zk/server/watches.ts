/**
 * Who is told when a node changes.
 *
 * Two tables of paths, each with its watchers: one for a node's data and existence, one for its children. A standard
 * watch goes when it fires; a persistent one is in both tables and stays; a persistent recursive one is in the data table
 * and hears of everything below its path, except that children changed. One watcher may have several modes on a path, and
 * hears of a change once.
 *
 *   created   data table of the path: 1        children table of the parent: 4
 *   deleted   data table of the path: 2, its children table: 2 for the others, children table of the parent: 4
 *   changed   data table of the path: 3
 *
 * A watcher is a connection: when it goes, its watches go.
 *
 * Source: Apache ZooKeeper 3.9 WatchManager, DataTree.
 */
import { EVENTS, type EventType } from '../protocol/connect.ts';
import type { ACL } from '../protocol/permissions.ts';
import { parentOf, ROOT } from './paths.ts';
import type { TreeEvent } from './tree.ts';
import { MODES, WatchTable } from './watch-table.ts';

/** One event for one watcher. */
export interface Notice<W> {
  readonly watcher: W;
  readonly type: EventType;
  readonly path: string;
  readonly zxid: bigint;
  /** Who may not read by it is not told; the watch has fired all the same. */
  readonly acl: readonly ACL[];
}

export type Mode = 'persistent' | 'persistentRecursive';
export type WatchType = 'data' | 'children' | 'any' | Mode;

/** The watches of all connections. */
export class Watches<W> {
  readonly #data = new WatchTable<W>();
  readonly #children = new WatchTable<W>();

  /** Of the data table alone: what wchs, wchc and wchp show. */
  get shown(): WatchTable<W> {
    return this.#data;
  }

  /** Pairs of watcher and path, of both tables. */
  get count(): number {
    return this.#data.count + this.#children.count;
  }

  watchData(path: string, watcher: W): void {
    this.#data.add(path, watcher, MODES.standard);
  }

  watchChildren(path: string, watcher: W): void {
    this.#children.add(path, watcher, MODES.standard);
  }

  watchAlways(path: string, watcher: W, mode: Mode): void {
    this.#data.add(path, watcher, MODES[mode]);
    if (mode === 'persistent') this.#children.add(path, watcher, MODES.persistent);
  }

  has(path: string, watcher: W, type: WatchType): boolean {
    return this.#tables(type).some(table => table.has(path, watcher, modesOf(type)));
  }

  /** False when there was none. */
  remove(path: string, watcher: W, type: WatchType): boolean {
    const removed = this.#tables(type).map(table => table.remove(path, watcher, modesOf(type)));
    return removed.includes(true);
  }

  /** Forgets a connection. */
  forget(watcher: W): void {
    this.#data.forget(watcher);
    this.#children.forget(watcher);
  }

  /** Whom to tell of what, in order; standard watches that fire are gone. */
  trigger({ type, path, acl, parentAcl, zxid }: TreeEvent): Notice<W>[] {
    const notices: Notice<W>[] = [];
    if (this.count === 0) return notices;
    const notify = (type: EventType, path: string, watchers: Iterable<W>, acl: readonly ACL[]): void => {
      for (const watcher of watchers) notices.push({ watcher, type, path, zxid: BigInt(zxid), acl });
    };
    if (type === 'changed') {
      notify(EVENTS.NODE_DATA_CHANGED, path, this.#data.fire(path), acl);
      return notices;
    }
    const told = this.#data.fire(path);
    notify(type === 'created' ? EVENTS.NODE_CREATED : EVENTS.NODE_DELETED, path, told, acl);
    if (type === 'deleted') notify(EVENTS.NODE_DELETED, path, without(this.#children.fire(path), told), acl);
    const parent = parentOf(path) || ROOT;
    notify(EVENTS.NODE_CHILDREN_CHANGED, parent, this.#children.fire(parent), parentAcl);
    return notices;
  }

  #tables(type: WatchType): WatchTable<W>[] {
    if (type === 'children') return [this.#children];
    return type === 'data' || type === 'persistentRecursive' ? [this.#data] : [this.#data, this.#children];
  }
}

function modesOf(type: WatchType): number {
  if (type === 'any') return MODES.standard | MODES.persistent | MODES.persistentRecursive;
  return type === 'data' || type === 'children' ? MODES.standard : MODES[type];
}

function* without<W>(watchers: Iterable<W>, told: ReadonlySet<W>): Generator<W> {
  for (const watcher of watchers) if (!told.has(watcher)) yield watcher;
}
