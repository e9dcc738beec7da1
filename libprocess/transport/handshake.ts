/**
 * The handshake of a native link: who each side is.
 *
 *   opener                                   acceptor
 *     │── GET / Upgrade: libprocess ───────────▶│
 *     │◀────────── 101 Switching Protocols ─────│
 *     │── hello, names ────────────────────────▶│
 *     │◀─────────────────────── hello, names ───│      then messages, either way
 *
 * Where the two share a secret, they prove it before anything else (secret.ts).
 *
 * A hello carries the protocol's version, the address that others should use, and the incarnation: an id that a
 * runtime draws when it starts, so that one that was restarted is not taken for the one before. What names are:
 * names.ts.
 */
import { Failure, MALFORMED } from '../failure.ts';
import { Address } from '../pid.ts';

export const UPGRADE = 'libprocess';
/** The version of frames and handshake; peers of another one are refused. */
export const VERSION = 2;
const INCARNATION_MAX = 64;
const NONCE_MAX = 64;

export interface Hello {
  readonly address: Address;
  readonly incarnation: string;
  /** What the other side's proof must answer; null where no secret is shared. */
  readonly nonce: string | null;
}

export function helloOf({ address, incarnation, nonce }: Hello): readonly unknown[] {
  return [VERSION, address.text, incarnation, nonce];
}

/** @throws Failure MALFORMED or BAD_ADDRESS; VERSION when the peer speaks another version. */
export function parseHello(list: readonly unknown[]): Hello {
  const [version, address, incarnation, nonce = null] = list;
  if (version !== VERSION) throw new Failure(`the peer speaks version ${String(version)}, not ${VERSION}`, 'VERSION');
  if (typeof address !== 'string' || typeof incarnation !== 'string' || incarnation.length > INCARNATION_MAX) {
    throw new Failure('a hello without address and incarnation', MALFORMED);
  }
  if (nonce !== null && (typeof nonce !== 'string' || nonce.length > NONCE_MAX)) {
    throw new Failure('a hello whose nonce is no short text', MALFORMED);
  }
  return { address: Address.parse(address), incarnation, nonce };
}
