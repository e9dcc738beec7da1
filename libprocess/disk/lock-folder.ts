/**
 * Folders that one process at a time has: a socket in the folder that its owner listens at.
 *
 *   listen at .lock.<pid>.<n> ──▶ call all others there ──▶ somebody answers: give way, LOCKED
 *                                                      └──▶ nobody does: remove them; the folder is ours
 *
 * A socket answers as long as the process that listens lives, however busy it is, and no longer, however it ended: no
 * pid that is another's by now, no clock, and it works between containers that share the folder. Whoever listens later
 * finds the one who listens already, so that never two have it; two who come at the same moment may both give way. One
 * that is removed between its `bind` and its `listen`, by somebody who takes it for dead, misses its name and gives way.
 */
import { existsSync } from 'node:fs';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { Failure } from '../failure.ts';
import { Future } from '../future.ts';
import type { Lock } from './disk.ts';

const NAME = /^\.lock\.(\d+)\.\d+$/;
/** What calling a socket fails with when its owner is gone. */
const DEAD = ['ECONNREFUSED', 'ENOENT'];
/** How many names a process tries: those that are taken are of a dead one that had its pid. */
const NAMES_MAX = 1_000;

let count = 0;

export function isLock(name: string): boolean {
  return NAME.test(name);
}

/** @throws Failure LOCKED, with the pid that has it; or the system's error. */
export async function lockFolder(folder: string): Promise<Lock> {
  const handle = await open(folder, 'r');
  try {
    const place = placeOf(folder, handle);
    const { server, name } = await listenIn(place);
    try {
      await refuseOthers(folder, place, name);
    } catch (error) {
      await close(server);
      throw error;
    }
    return { release: () => Future.from(() => close(server).then(() => handle.close())) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A path of the folder that is short: those of sockets end at 107 bytes. */
function placeOf(folder: string, { fd }: FileHandle): string {
  const short = `/proc/self/fd/${fd}`;
  return existsSync(short) ? short : folder;
}

async function listenIn(place: string): Promise<{ readonly server: Server; readonly name: string }> {
  for (let left = NAMES_MAX; ; left--) {
    count += 1;
    const name = `.lock.${process.pid}.${count}`;
    try {
      return { server: await listen(`${place}/${name}`), name };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || left === 0) throw error;
    }
  }
}

function listen(path: string): Promise<Server> {
  const server = createServer(caller => caller.destroy()).unref();
  return new Promise((ok, bad) => {
    server.once('error', bad);
    server.listen(path, () => ok(server));
  });
}

/** Removes the sockets of the dead. @throws Failure LOCKED when somebody lives, or has taken us for dead. */
async function refuseOthers(folder: string, place: string, own: string): Promise<void> {
  const others = (await readdir(place)).filter(name => isLock(name) && name !== own);
  const answers = await Promise.all(others.map(name => isAlive(`${place}/${name}`)));
  const alive = others.find((_, index) => answers[index]);
  if (alive !== undefined) {
    throw new Failure(`${folder} is in use by process ${NAME.exec(alive)?.[1]}`, 'LOCKED');
  }
  if (!(await readdir(place)).includes(own))
    throw new Failure(`${folder} is being locked by another process`, 'LOCKED');
  for (const name of others) await rm(`${place}/${name}`, { force: true });
}

/** Whatever else a call fails with, somebody may be there: a backlog is full, or we may not. */
function isAlive(path: string): Promise<boolean> {
  return new Promise(ok => {
    const call = connect(path, () => {
      ok(true);
      call.destroy();
    });
    call.on('error', error => ok(!DEAD.includes((error as NodeJS.ErrnoException).code ?? '')));
  });
}

/** With the server its socket goes. */
function close(server: Server): Promise<void> {
  return new Promise(ok => {
    server.close(() => ok());
  });
}
