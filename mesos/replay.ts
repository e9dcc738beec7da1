/**
 * Running recorded masters and agents again, offline: what `mesos-debug replay` does with their recordings.
 */
import type { Runtime, RuntimeOptions, Tape } from '../libprocess/index.ts';
import { type DaemonSettings, restart } from './daemon.ts';

/**
 * Starts a daemon on seams that play its recording back.
 *
 * @param settings - as the recording has them.
 * @throws Failure BAD_FLAG when this version does not take the flags of the recorded one any more.
 */
export type Restart = (settings: unknown, options: RuntimeOptions, tape: Tape) => Promise<Runtime>;

/** How the daemon `name` (`mesos-master`) is started again; null for any other program. */
export async function restartOf(name: string): Promise<Restart | null> {
  if (name === 'mesos-master') {
    const { PROGRAM } = await import('./master/main.ts');
    return (settings, options, tape) => restart(PROGRAM, settings as DaemonSettings<never>, options, tape);
  }
  if (name === 'mesos-agent') {
    const { PROGRAM } = await import('./agent/main.ts');
    return (settings, options, tape) => restart(PROGRAM, settings as DaemonSettings<never>, options, tape);
  }
  return null;
}
