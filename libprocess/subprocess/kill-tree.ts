/**
 * Signals to a process with all that it has started.
 *
 *   stop the root ─▶ look who belongs to it ─▶ stop those, look again … until no new one is found
 *                                                   ─▶ signal all ─▶ let all go on
 *
 * What is stopped cannot fork, so nobody slips away in between. Where the original takes all of the root's group and
 * session when told to, here a group or session counts when one of the tree leads it: a child that is in its parent's
 * group does not drag the parent along. What made a session of its own and lost its parent before is not found.
 *
 * Source: stout os::killtree (killtree.hpp).
 */
import { hasEnded, listProcesses, type ProcessInfo, refuseAll, sendSignal } from './processes.ts';

/**
 * The pids that were signalled, the root first when it lives; none when nobody belongs to it any more.
 *
 * @throws Failure EPERM when one of them is not ours to signal; the others have been signalled then.
 */
export function killTree(root: number, signal: NodeJS.Signals): number[] {
  refuseAll(root);
  if (root === process.pid) throw new Error('a process does not kill its own tree');
  const stopped = new Set<number>();
  const failures: unknown[] = [];
  const send = (pid: number, what: NodeJS.Signals): void => {
    try {
      sendSignal(pid, what);
    } catch (error) {
      failures.push(error); // The others must not stay stopped.
    }
  };
  for (let found = [root]; found.length > 0; found = treeOf(listProcesses(), root).filter(pid => !stopped.has(pid))) {
    for (const pid of found) {
      send(pid, 'SIGSTOP');
      stopped.add(pid);
    }
  }
  const tree = treeOf(listProcesses(), root);
  for (const pid of tree) send(pid, signal);
  for (const pid of tree) send(pid, 'SIGCONT');
  if (failures.length > 0) throw failures[0];
  return tree;
}

/** Who of `processes` belongs to the tree of `root` and runs; neither this process nor the first of the machine does. */
export function treeOf(processes: readonly ProcessInfo[], root: number): number[] {
  const spared = new Set([1, process.pid]);
  const related = relatives(processes.filter(({ pid }) => !spared.has(pid)));
  const tree = new Set([root]);
  for (const pid of tree) for (const next of related.get(pid) ?? []) tree.add(next);
  const running = new Set(processes.filter(found => !hasEnded(found)).map(({ pid }) => pid));
  return [...tree].filter(pid => running.has(pid));
}

/** For each process those whose parent, or leader of a group or session, it is. */
function relatives(processes: readonly ProcessInfo[]): Map<number, number[]> {
  const related = new Map<number, number[]>();
  for (const { pid, parent, group, session } of processes) {
    for (const above of new Set([parent, group, session])) {
      const below = related.get(above);
      if (below === undefined) related.set(above, [pid]);
      else below.push(pid);
    }
  }
  return related;
}
