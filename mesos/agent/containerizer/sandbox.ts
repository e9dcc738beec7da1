/**
 * Sandboxes: the folder in which an executor starts, owned by the user it runs as, with `latest` beside it.
 *
 * Source: Mesos paths::createExecutorDirectory (paths.cpp).
 */
import { dirname } from 'node:path';
import { type Disk, Failure, Future, lookupUser, type User } from '../../../libprocess/index.ts';

const SANDBOX_MODE = 0o750;

/** Fails with the disk's code. */
export function createSandbox(disk: Disk, sandbox: string, owner: User | null): Future<void> {
  return Future.from(async () => {
    await disk.mkdir(sandbox, SANDBOX_MODE);
    if (owner !== null) await disk.chown(sandbox, owner.uid, owner.gid);
    await disk.symlink(sandbox, `${dirname(sandbox)}/latest`);
  });
}

/** The user as the system knows it. Fails UNKNOWN_USER. */
export function findOwner(disk: Disk, name: string): Future<User> {
  return lookupUser(disk, name).then(user => {
    if (user === null) throw new Failure(`Failed to get user ID of '${name}': no such user`, 'UNKNOWN_USER');
    return user;
  });
}
