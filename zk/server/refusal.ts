/**
 * What a request is refused with: a Failure whose code is the name of one of ZooKeeper's errors.
 *
 * Source: Apache ZooKeeper KeeperException.
 */
import { Failure, MALFORMED } from '../../libprocess/index.ts';
import { ERRORS, type ErrorName } from '../protocol/errors.ts';

export function refusal(name: ErrorName, what: string): Failure {
  return new Failure(`${name} for ${what}`, name);
}

/** The number of what was thrown; a body that cannot be read is a marshalling error. @throws what is no refusal. */
export function refusalCode(thrown: unknown): number {
  if (thrown instanceof Failure) {
    if (thrown.code === MALFORMED) return ERRORS.MARSHALLINGERROR;
    const code = (ERRORS as { readonly [name: string]: number })[thrown.code];
    if (code !== undefined) return code;
  }
  throw thrown;
}

/** What `work` gives, or the number of the error that it is refused with. */
export function attempt<T extends object>(work: () => T): T | number {
  try {
    return work();
  } catch (error) {
    return refusalCode(error);
  }
}
