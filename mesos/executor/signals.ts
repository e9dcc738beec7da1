/**
 * How a task's end reads in a status update, and the numbers behind it.
 *
 * Source: Mesos WSTRINGIFY (stout/os/wait.hpp); the words are strsignal(3)'s of glibc.
 */
import { constants } from 'node:os';
import { rawStatus, type WaitStatus } from '../../libprocess/index.ts';

const WORDS: Readonly<Record<string, string>> = {
  SIGHUP: 'Hangup',
  SIGINT: 'Interrupt',
  SIGQUIT: 'Quit',
  SIGILL: 'Illegal instruction',
  SIGTRAP: 'Trace/breakpoint trap',
  SIGABRT: 'Aborted',
  SIGBUS: 'Bus error',
  SIGFPE: 'Floating point exception',
  SIGKILL: 'Killed',
  SIGUSR1: 'User defined signal 1',
  SIGSEGV: 'Segmentation fault',
  SIGUSR2: 'User defined signal 2',
  SIGPIPE: 'Broken pipe',
  SIGALRM: 'Alarm clock',
  SIGTERM: 'Terminated',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'File size limit exceeded',
  SIGSYS: 'Bad system call',
};

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals)
    .filter(([name]) => name in WORDS)
    .map(([name, number]) => [number, name]),
);

/** `exited with status 3` or `terminated with signal Killed`. */
export function describeStatus(status: WaitStatus): string {
  if ('exited' in status) return `exited with status ${status.exited}`;
  return `terminated with signal ${WORDS[status.signaled] ?? status.signaled}`;
}

/** As wait(2) would have had it. */
export function rawStatusOf(status: WaitStatus): number {
  return rawStatus(status, constants.signals);
}

/** What a raw status of wait(2) means. */
export function statusFromRaw(raw: number): WaitStatus {
  const signal = raw & 0x7f;
  return signal === 0 ? { exited: (raw >> 8) & 0xff } : { signaled: NAMES.get(signal) ?? `SIG${signal}` };
}
