/**
 * Trees that grow: each entry is hung below its cause when either of them arrives, so that no tree is ever planted anew.
 *
 * The rules are those of libprocess' `plant()`, which tests hold it to, with one difference: a piece that was read is a
 * root until the write that it came by is known, and is not hung below the request meanwhile.
 *
 *   cause known    ──▶ below it
 *   cause unknown  ──▶ a root, and an orphan: whoever comes with that id takes it in
 *
 * Pure.
 */
import type { TraceEvent } from '../../../../libprocess/trace.ts';
import type { Entry } from './entry.ts';

export class Families {
  readonly #byId = new Map<string, Entry>();
  readonly #orphans = new Map<string, Entry[]>();
  readonly #streams = new Map<string, Stream>();

  get(id: string): Entry | undefined {
    return this.#byId.get(id);
  }

  /** Takes in an entry whose id is new. */
  add(entry: Entry): void {
    const { event } = entry;
    this.#byId.set(event.id, entry);
    if (event.stream !== undefined && event.kind === 'write') this.#wrote(entry, event.stream.of);
    if (event.stream !== undefined && event.kind === 'read') this.#read(entry, event.stream.of);
    else this.#hang(entry);
    this.#adopt(event.id, entry);
  }

  rootOf(entry: Entry): Entry {
    let root = entry;
    while (root.up !== root) root = root.up;
    for (let at = entry; at !== root; ) {
      const next = at.up;
      at.up = root;
      at = next;
    }
    return root;
  }

  #hang(entry: Entry): void {
    const { cause, kind } = entry.event;
    if (cause === null || kind === 'timer') return;
    const parent = this.#byId.get(cause);
    if (parent !== undefined) this.#join(parent, entry);
    else push(this.#orphans, cause, entry);
  }

  #adopt(id: string, parent: Entry): void {
    const orphans = this.#orphans.get(id);
    if (orphans === undefined) return;
    this.#orphans.delete(id);
    for (const orphan of orphans) this.#join(parent, orphan);
  }

  /** A cause that comes after its own consequence stays above it: nothing may make a ring. */
  #join(parent: Entry, child: Entry): void {
    const root = this.rootOf(parent);
    if (root === child) return;
    child.parent = parent;
    child.up = root;
    root.size += child.size;
    if (parent.children.length === 0) parent.children = [child];
    else insertByTime(parent.children as Entry[], child);
  }

  #wrote(entry: Entry, of: string): void {
    const stream = this.#streamOf(of);
    stream.add(entry);
    for (const read of stream.takeReady()) this.#read(read, of);
  }

  #read(entry: Entry, of: string): void {
    const stream = this.#streamOf(of);
    const write = stream.writeOf(entry.event);
    if (write === undefined) stream.waiting.push(entry);
    else this.#join(write, entry);
  }

  #streamOf(of: string): Stream {
    let stream = this.#streams.get(of);
    if (stream === undefined) {
      stream = new Stream();
      this.#streams.set(of, stream);
    }
    return stream;
  }
}

/** The pieces of one streaming body. */
class Stream {
  /** Reads whose write is not known yet. */
  waiting: Entry[] = [];
  readonly #writes: Entry[] = [];

  add(write: Entry): void {
    let at = this.#writes.length;
    while (at > 0 && startOf(this.#writes[at - 1]) > startOf(write)) at -= 1;
    this.#writes.splice(at, 0, write);
  }

  /** The write that the last byte of what was read came by. */
  writeOf({ stream }: TraceEvent): Entry | undefined {
    const end = stream?.to ?? 0;
    let [low, high] = [0, this.#writes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (startOf(this.#writes[middle]) < end) low = middle + 1;
      else high = middle;
    }
    const write = this.#writes[low - 1];
    return (write?.event.stream?.to ?? -1) >= end ? write : undefined;
  }

  takeReady(): Entry[] {
    const ready = this.waiting.filter(read => this.writeOf(read.event) !== undefined);
    if (ready.length > 0) this.waiting = this.waiting.filter(read => !ready.includes(read));
    return ready;
  }
}

function startOf(write: Entry | undefined): number {
  return write?.event.stream?.from ?? 0;
}

/** Children come nearly in order: the place is found from the end. */
function insertByTime(children: Entry[], child: Entry): void {
  let at = children.length;
  while (at > 0 && (children[at - 1]?.at ?? 0) > child.at) at -= 1;
  if (at === children.length) children.push(child);
  else children.splice(at, 0, child);
}

function push(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [entry]);
  else list.push(entry);
}
