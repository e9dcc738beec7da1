/**
 * The detector for a cluster with one master, whose address is known: it is always the leader.
 *
 * Whether it is there, nobody can tell from here: who wants to know has to call it, and to call again.
 *
 * Source: Mesos StandaloneMasterDetector (detector/standalone.cpp).
 */
import { Address, Failure, Future, type PID } from '../../libprocess/index.ts';

/** Finds the leading master. */
export interface MasterDetector {
  /** Ready with the leader once that is not `previous`; null while there is none. */
  detect(previous: PID | null): Future<PID | null>;
}

export const DEFAULT_MASTER_PORT = 5050;

export class StandaloneDetector implements MasterDetector {
  constructor(private readonly master: PID) {}

  /** The same one, whoever was known before: an agent that asks again has lost it. */
  detect(): Future<PID | null> {
    return Future.ready(this.master);
  }
}

/** `--master=ip:port` as the PID of the master there. @throws Failure BAD_ADDRESS. */
export function masterAt(text: string): PID {
  const address = text.replace(/^master@/, '');
  if (address === '') throw new Failure('--master must not be empty: give host:port', 'BAD_ADDRESS');
  return Address.parse(address.includes(':') ? address : `${address}:${DEFAULT_MASTER_PORT}`).pid('master');
}
