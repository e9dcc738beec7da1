/**
 * A file as `/files/browse` shows it, much as `ls -l` does.
 *
 * Source: Mesos jsonFileInfo, protobuf::createFileInfo (files.hpp, protobuf_utils.cpp).
 */
import { type Disk, type FileStat, Future } from '../../libprocess/index.ts';

export interface FileEntry {
  readonly gid: string;
  readonly mode: string;
  readonly mtime: number;
  readonly nlink: number;
  readonly path: string;
  readonly size: number;
  readonly uid: string;
}

export interface Owners {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

const KINDS: Readonly<Record<FileStat['kind'], string>> = { file: '-', directory: 'd', symlink: 'l', other: '-' };
/** Bits of a mode, from the left. */
const BITS = ['r', 'w', 'x'];

export function entryOf(path: string, stat: FileStat, { users, groups }: Owners): FileEntry {
  return {
    gid: groups.get(stat.gid) ?? String(stat.gid),
    mode: printMode(stat),
    mtime: Math.floor(stat.mtimeMs / 1_000),
    nlink: stat.nlink,
    path,
    size: stat.size,
    uid: users.get(stat.uid) ?? String(stat.uid),
  };
}

export function printMode({ kind, mode }: Pick<FileStat, 'kind' | 'mode'>): string {
  const bits = Array.from({ length: 9 }, (_none, index) => (mode & (1 << (8 - index)) ? BITS[index % 3] : '-'));
  return (KINDS[kind] ?? '-') + bits.join('');
}

/** Names of users and groups, read once. */
export class OwnerNames {
  #loaded: Future<Owners> | null = null;

  load(disk: Disk): Future<Owners> {
    this.#loaded ??= Future.collect([disk.read('/etc/passwd'), disk.read('/etc/group')]).then(([passwd, group]) => ({
      users: namesIn(passwd),
      groups: namesIn(group),
    }));
    return this.#loaded;
  }
}

/** Lines `name:password:number:…`. */
function namesIn(bytes: Uint8Array | null | undefined): ReadonlyMap<number, string> {
  const lines = Buffer.from(bytes ?? [])
    .toString('utf8')
    .split('\n');
  return new Map(
    lines.flatMap(line => {
      const [name, , number] = line.split(':');
      return name === undefined || number === undefined ? [] : [[Number(number), name] as const];
    }),
  );
}
