/**
 * What containers use, as /proc tells it: each is one session of processes, and all of them are summed up.
 *
 * Source: Mesos mesos::internal::usage (usage.cpp), stout os/linux.hpp; proc(5).
 */
import { type Disk, Future } from '../../../libprocess/index.ts';

export interface Usage {
  readonly userSeconds: number;
  readonly systemSeconds: number;
  readonly rssBytes: number;
}

/** Ticks of the clock in which Linux counts, and the size of its pages: the same on all machines that Node runs on. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** By session id; empty where there is no /proc. */
export function readUsage(disk: Disk): Future<ReadonlyMap<number, Usage>> {
  return Future.from(async () => {
    const pids = (await disk.list('/proc')).filter(name => /^\d+$/.test(name));
    const stats = await Promise.all(pids.map(pid => statOf(disk, pid)));
    const sessions = new Map<number, Usage>();
    for (const stat of stats) {
      const parsed = stat === null ? null : parseStat(stat);
      if (parsed !== null) sessions.set(parsed.session, sum(sessions.get(parsed.session), parsed.usage));
    }
    return sessions;
  });
}

/** Null for a process that is gone. */
async function statOf(disk: Disk, pid: string): Promise<string | null> {
  const bytes = await disk.read(`/proc/${pid}/stat`).recover(() => null);
  return bytes === null ? null : Buffer.from(bytes).toString('latin1');
}

/** The line of `/proc/<pid>/stat`, whose second field is a name that may hold anything, even parentheses. */
export function parseStat(text: string): { readonly session: number; readonly usage: Usage } | null {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [session, userTicks, systemTicks, rssPages] = [fields[3], fields[11], fields[12], fields[21]];
  if (session === undefined || userTicks === undefined || systemTicks === undefined || rssPages === undefined)
    return null;
  return {
    session,
    usage: {
      userSeconds: userTicks / TICKS_PER_SECOND,
      systemSeconds: systemTicks / TICKS_PER_SECOND,
      rssBytes: rssPages * PAGE_BYTES,
    },
  };
}

function sum(a: Usage | undefined, b: Usage): Usage {
  if (a === undefined) return b;
  return {
    userSeconds: a.userSeconds + b.userSeconds,
    systemSeconds: a.systemSeconds + b.systemSeconds,
    rssBytes: a.rssBytes + b.rssBytes,
  };
}
