/**
 * Sandboxes: the folder in which an executor starts, owned by the user it runs as, with `latest` beside it.
 *
 * Source: Mesos paths::createExecutorDirectory (paths.cpp).
 */
import { dirname } from 'node:path';
import { type Disk, Failure, Future, lookupUser, type User } from '../../../libprocess/index.ts';

const SANDBOX_MODE = 0o750;

/** Ready with the owner, null for the agent's own user. Fails with the disk's code, or as `owner` does. */
export function createSandbox(disk: Disk, sandbox: string, owner: Future<User | null>): Future<User | null> {
  const made = disk.mkdir(sandbox, { mode: SANDBOX_MODE });
  const linked = made.then(() => disk.symlink(sandbox, `${dirname(sandbox)}/latest`, { durable: false }));
  const owned = made.then(() => owner).then(user => give(disk, sandbox, user));
  return Future.collect([linked, owned]).then(() => owner);
}

function give(disk: Disk, sandbox: string, owner: User | null): Future<void> {
  return owner === null ? Future.ready(undefined) : disk.chown(sandbox, owner.uid, owner.gid);
}

/** The user as the system knows it. Fails UNKNOWN_USER. */
export function findOwner(disk: Disk, name: string): Future<User> {
  return lookupUser(disk, name).then(user => {
    if (user === null) throw new Failure(`Failed to get user ID of '${name}': no such user`, 'UNKNOWN_USER');
    return user;
  });
}
