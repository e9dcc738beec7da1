/**
 * The shared secret of peers: each side proves that it knows it, and neither says it.
 *
 *   opener                              acceptor
 *     │── hello, with a nonce ─────────────▶│
 *     │◀──────────── hello, with a nonce ───│
 *     │── proof ───────────────────────────▶│      HMAC-SHA256 of the prover's side and both hellos
 *     │◀──────────────────────────── proof ─│      only then: strangers are shown nothing
 *
 * It keeps strangers out; it hides nothing and does not sign what follows: TLS does. A short secret can be guessed
 * from a proof, so use a long random one.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Failure } from '../failure.ts';
import type { Random } from '../random.ts';
import { type Hello, helloOf } from './handshake.ts';

const NONCE_BYTES = 24;

/** What `LIBPROCESS_PEER_SECRET_FILE` holds, without the line's end; null without it. @throws Failure BAD_SECRET. */
export function secretFrom(environment: Readonly<Record<string, string | undefined>>): Uint8Array | null {
  const { LIBPROCESS_PEER_SECRET_FILE: path } = environment;
  if (path === undefined || path === '') return null;
  let secret: string;
  try {
    secret = readFileSync(path, 'latin1').trimEnd();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Failure(`LIBPROCESS_PEER_SECRET_FILE cannot be read: ${error.message}`, 'BAD_SECRET', { cause: error });
  }
  if (secret === '') throw new Failure(`the peers' secret in ${path} is empty`, 'BAD_SECRET');
  return Buffer.from(secret, 'latin1');
}

export function nonceFrom(random: Random): string {
  return Buffer.from(random.bytes(NONCE_BYTES)).toString('base64url');
}

/** What the side `prover` of a link shows to the other. */
export function prove(secret: Uint8Array, isOpener: boolean, prover: Hello, verifier: Hello): string {
  const said = JSON.stringify([isOpener ? 'opener' : 'acceptor', helloOf(prover), helloOf(verifier)]);
  return createHmac('sha256', secret).update(said).digest('base64url');
}

/** True when `shown` is what `prove` makes of the same; it takes as long when it is not. */
export function isProof(shown: unknown, expected: string): boolean {
  if (typeof shown !== 'string') return false;
  const [one, other] = [Buffer.from(shown), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
