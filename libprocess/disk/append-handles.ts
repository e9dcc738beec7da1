/**
 * Files that are open for appending: one handle for each path, steps on a path strictly one after the other, and of
 * too many the least recently used closed once nothing is under way on them.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/** O_DSYNC makes one call of two: what is written is durable. */
const DURABLE = constants.O_WRONLY | constants.O_APPEND | constants.O_DSYNC;
/** Longer writes are cut in pieces by Node, and one sync for all of them is less work than one for each. */
const DURABLE_BYTES_MAX = 256 * 1024;

interface Opened {
  readonly file: FileHandle;
  /** The same file for writes that are durable once done; opened when first needed. */
  durable: FileHandle | null;
  /** The file is new, and its folder does not know it durably yet. */
  isNew: boolean;
}

interface Entry {
  readonly opened: Promise<Opened>;
  /** Ready, never failed, once all steps so far have ended. */
  tail: Promise<void>;
  busy: number;
}

export class AppendHandles {
  /** In the order of use: the first is the one to close. */
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly max: number) {}

  append(path: string, bytes: Uint8Array): Promise<void> {
    return this.#step(path, ({ file }) => file.appendFile(bytes));
  }

  /** As `append`, and durable; what was appended before and not synced is not made so. */
  appendDurably(path: string, bytes: Uint8Array): Promise<void> {
    return this.#step(path, async opened => {
      if (bytes.length <= DURABLE_BYTES_MAX) {
        opened.durable ??= await open(path, DURABLE);
        await opened.durable.appendFile(bytes);
      } else {
        await opened.file.appendFile(bytes);
        await opened.file.datasync();
      }
      await keepName(path, opened);
    });
  }

  /** Makes what was appended durable, and with it, once, the name of a new file. */
  sync(path: string): Promise<void> {
    return this.#step(path, async opened => {
      await opened.file.datasync();
      await keepName(path, opened);
    });
  }

  /** Closes the handle of `path` after all that is under way on it. */
  async forget(path: string): Promise<void> {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    this.#entries.delete(path);
    await entry.tail;
    await close(entry);
  }

  /** As `forget`, for `path` and all that is in it. */
  async forgetBelow(path: string): Promise<void> {
    const below = [...this.#entries.keys()].filter(name => name === path || name.startsWith(`${path}/`));
    await Promise.all(below.map(name => this.forget(name)));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map(path => this.forget(path)));
  }

  #step(path: string, run: (opened: Opened) => Promise<void>): Promise<void> {
    const entry = this.#use(path);
    entry.busy += 1;
    const done = entry.tail.then(async () => run(await entry.opened));
    const ended = (): Promise<void> => {
      entry.busy -= 1;
      return this.#evict();
    };
    // After a failed step nobody knows where the file ends: the next one opens it anew.
    entry.tail = done.then(ended, () => {
      if (this.#entries.get(path) === entry) this.#entries.delete(path);
      return ended().then(() => (entry.busy === 0 ? close(entry) : undefined));
    });
    return done;
  }

  #use(path: string): Entry {
    const entry = this.#entries.get(path) ?? { opened: openForAppend(path), tail: Promise.resolve(), busy: 0 };
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    return entry;
  }

  async #evict(): Promise<void> {
    for (const [path, entry] of this.#entries) {
      if (this.#entries.size <= this.max) return;
      if (entry.busy > 0) continue;
      this.#entries.delete(path);
      await close(entry);
    }
  }
}

async function openForAppend(path: string): Promise<Opened> {
  const existed = await stat(path).then(
    () => true,
    () => false,
  );
  return { file: await open(path, 'a'), durable: null, isNew: !existed };
}

/** Makes the name of a new file durable. */
async function keepName(path: string, opened: Opened): Promise<void> {
  if (opened.isNew) await syncFolder(dirname(path));
  opened.isNew = false;
}

/** A handle that was never opened needs no closing: whoever asked for it has heard of the failure. */
async function close(entry: Entry): Promise<void> {
  const opened = await entry.opened.catch(() => null);
  await opened?.file.close();
  await opened?.durable?.close();
}
