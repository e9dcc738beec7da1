/**
 * JSON web tokens, signed with HMAC-SHA256 by a secret that both sides know. The principal is what the token claims;
 * it has no name.
 *
 * Tokens are checked by jose, whose cryptography runs on Node's own threads: in a simulation the answer takes no
 * virtual time, yet comes a moment later.
 *
 * Source: libprocess jwt_authenticator.cpp, jwt.cpp; RFC 7519, RFC 6750 (challenges).
 */
import type { errors, JWTPayload } from 'jose';
import type { Clock } from '../clock.ts';
import type { AuthenticationResult, Authenticator } from './authentication.ts';
import { type Request, unauthorized } from './http.ts';

const ALGORITHM = 'HS256';
/** A token is good through the second in which it expires; jose on its own would refuse it there. */
const LAST_SECOND = 1;

/** Takes JSON Web Tokens, signed with HMAC-SHA256, as bearers. */
export class JwtAuthenticator implements Authenticator {
  readonly scheme = 'Bearer';
  readonly #secret: Uint8Array;

  /** @param clock - whose wall time tokens expire by. */
  constructor(
    private readonly realm: string,
    secret: Uint8Array | string,
    private readonly clock: Clock,
  ) {
    this.#secret = typeof secret === 'string' ? Buffer.from(secret) : secret;
  }

  async authenticate({ headers }: Request): Promise<AuthenticationResult> {
    const { authorization } = headers;
    // Who has not tried is told of no error (RFC 6750, section 3.1).
    if (authorization === undefined) return this.#refuse();
    const [scheme, token, ...more] = authorization.split(' ');
    if (token === undefined || more.length > 0) return this.#refuse("Malformed 'Authorization' header");
    if (scheme !== 'Bearer') return this.#refuse(`Scheme '${scheme}' unsupported`);
    return this.#verify(token);
  }

  async #verify(token: string): Promise<AuthenticationResult> {
    const jose = await loadJose();
    const { wall } = this.clock;
    try {
      const { payload } = await jose.jwtVerify(token, this.#secret, {
        algorithms: [ALGORITHM],
        currentDate: new Date(wall),
        clockTolerance: LAST_SECOND,
      });
      if (Object.keys(payload).length === 0) return this.#refuse('JWT claims missing');
      return { principal: { claims: claimsOf(payload) } };
    } catch (error) {
      if (!(error instanceof jose.errors.JOSEError)) throw error;
      return this.#refuse(`Invalid JWT: ${explain(jose, error, token, wall)}`);
    }
  }

  #refuse(why?: string): AuthenticationResult {
    const realm = `Bearer realm="${this.realm}"`;
    if (why === undefined) return { unauthorized: unauthorized([realm]) };
    const challenge = `${realm}, error="invalid_token", error_description="${quotable(why)}"`;
    return { unauthorized: unauthorized([challenge]) };
  }
}

type Jose = typeof import('jose');

/** Loaded at need: it takes longer than all of libprocess. */
function loadJose(): Promise<Jose> {
  return import('jose');
}

/** Texts as they are, all else as JSON. */
function claimsOf(payload: JWTPayload): Record<string, string> {
  const print = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, print(value)]));
}

/** The original's words for what jose found. */
function explain(
  { decodeProtectedHeader, errors }: Jose,
  error: errors.JOSEError,
  token: string,
  wall: number,
): string {
  if (error instanceof errors.JWTExpired) {
    return `Token has expired: exp(${error.payload.exp}) < now(${Math.floor(wall / 1_000)})`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'Token signature does not match';
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return `Token 'alg' value "${decodeProtectedHeader(token).alg}" does not match, expected "${ALGORITHM}"`;
  }
  const { length } = token.split('.');
  return length === 3 ? error.message : `Expected 3 components in token, got ${length}`;
}

/** What may stand between quotes in a header: a token is its sender's to write. */
function quotable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&');
}
