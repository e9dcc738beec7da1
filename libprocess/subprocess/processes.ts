/**
 * The processes of this machine, as /proc shows them; signals to them.
 *
 * Source: stout os::process, os::processes, os::kill; proc(5).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { Failure } from '../failure.ts';

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** A letter: `R`, `S`, `T` stopped, `Z` zombie… */
  readonly state: string;
  /** In ticks since the machine was started. */
  readonly startedAt: number;
}

/** Null where there is no /proc, or no such process. */
export function readProcess(pid: number): ProcessInfo | null {
  try {
    return parseStat(pid, readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(error))) return null;
    throw error;
  }
}

/** All of them, zombies included; none where there is no /proc. Takes about 10 µs each. */
export function listProcesses(): ProcessInfo[] {
  return processIds()
    .map(readProcess)
    .filter(found => found !== null);
}

export function hasEnded({ state }: ProcessInfo): boolean {
  return state === 'Z' || state === 'X';
}

/** False when there is no such process, or group for a negative number. @throws Failure EPERM. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ESRCH') return false;
    throw new Failure(`cannot send ${signal} to ${pid}: ${code}`, code, { cause: error });
  }
}

/** Signals to 0, -1 and 1 reach everyone: whoever asks for that has lost a pid. */
export function refuseAll(pid: number): void {
  if (!Number.isSafeInteger(pid) || pid <= 1) throw new Error(`${pid} is no pid of a child`);
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
}

/** The second field is a name that may hold anything, even parentheses. */
function parseStat(pid: number, stat: string): ProcessInfo {
  const [state = '', ...numbers] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 20);
  const at = (index: number): number => Number(numbers[index]);
  return { pid, parent: at(0), group: at(1), session: at(2), state, startedAt: at(18) };
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter(pid => pid > 0);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
