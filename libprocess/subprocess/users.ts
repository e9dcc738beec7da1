/**
 * Users of the machine, by name: whom a task may run as.
 *
 * Source: stout os::getuid, os::getgid; passwd(5).
 */
import type { Disk } from '../disk/disk.ts';
import type { Future } from '../future.ts';

/** A user of this machine. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

const PASSWD = '/etc/passwd';

/** The user `name` of the machine; null when it has none. */
export function lookupUser(disk: Disk, name: string): Future<User | null> {
  return disk.read(PASSWD).then(bytes => findUser(Buffer.from(bytes ?? []).toString('utf8'), name));
}

/** The user `name` in the text of a passwd file. A line that is not one of the format is passed over. */
export function findUser(passwd: string, name: string): User | null {
  for (const line of passwd.split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name && isId(uid) && isId(gid)) return { uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^\d+$/.test(text);
}
