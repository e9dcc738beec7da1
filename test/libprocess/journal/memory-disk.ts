/** The least disk that a journal can be opened on, at once: for tests that open tens of thousands. */
import { basename } from 'node:path';
import { type Disk, Future } from '../../../libprocess/index.ts';

type Needed = Pick<Disk, 'append' | 'list' | 'lock' | 'mkdir' | 'read' | 'sync' | 'truncate'>;

const DONE = Future.ready<void>(undefined);

class Files implements Needed {
  readonly files: Map<string, Uint8Array>;

  constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.files = new Map(files);
  }

  append(): Future<void> {
    return DONE;
  }

  list(): Future<string[]> {
    return Future.ready([...this.files.keys()].sort());
  }

  lock(): ReturnType<Disk['lock']> {
    return Future.ready({ release: () => DONE });
  }

  mkdir(): Future<void> {
    return DONE;
  }

  read(path: string): Future<Uint8Array | null> {
    return Future.ready(this.files.get(basename(path)) ?? null);
  }

  sync(): Future<void> {
    return DONE;
  }

  truncate(): Future<void> {
    return DONE;
  }
}

/** What else a disk does is not asked for while a journal is opened. */
export const MemoryDisk = Files as unknown as new (files: ReadonlyMap<string, Uint8Array>) => Disk & Files;
