/**
 * Who a request comes from: principals, authenticators, and HTTP's Basic scheme.
 *
 *   request ─▶ authenticator of the route's realm ─▶ principal     (the handler gets it)
 *                                                 ─▶ unauthorized  (401: who are you?)
 *                                                 ─▶ forbidden     (403: not you)
 *
 * A route with a realm that has no authenticator passes, without a principal.
 *
 * Source: libprocess authenticator.hpp, authenticator.cpp (`BasicAuthenticator`).
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Failure } from '../failure.ts';
import { type Request, type Response, unauthorized } from './http.ts';

/** At least one of the two says something. */
export interface Principal {
  readonly value?: string | undefined;
  readonly claims: Readonly<Record<string, string>>;
}

/** Exactly one of the three. */
export type AuthenticationResult =
  | { readonly principal: Principal }
  | { readonly unauthorized: Response }
  | { readonly forbidden: Response };

/** Finds out who sent a request; `runtime.setAuthenticator` gives it a realm. */
export interface Authenticator {
  /** The scheme's name in `WWW-Authenticate`: `Basic`, `Bearer`… */
  readonly scheme: string;

  /** Who sent `request`, by its headers: the body has not been read. A failure becomes a 500. */
  authenticate(request: Request): AuthenticationResult | PromiseLike<AuthenticationResult>;
}

/** `result`, once it is certain that it says one thing. @throws Failure BAD_AUTHENTICATOR. */
export function checked(scheme: string, result: AuthenticationResult): AuthenticationResult {
  const said = ['principal', 'unauthorized', 'forbidden'].filter(name => name in result);
  if (said.length === 1) return result;
  const what = said.length === 0 ? 'nothing' : said.join(' and ');
  throw new Failure(`the authenticator for '${scheme}' returned ${what}`, 'BAD_AUTHENTICATOR');
}

/** Names and passwords. Neither can hold a `:`, which stands between the two. */
export class BasicAuthenticator implements Authenticator {
  readonly scheme = 'Basic';
  readonly #passwords: ReadonlyMap<string, Uint8Array>;

  /** @param credentials - passwords by name. */
  constructor(
    private readonly realm: string,
    credentials: Iterable<readonly [name: string, password: string]>,
  ) {
    this.#passwords = new Map([...credentials].map(([name, password]) => [name, digest(password)]));
  }

  authenticate({ headers: { authorization } }: Request): AuthenticationResult {
    const name = this.#nameIn(authorization);
    if (name !== null) return { principal: { value: name, claims: {} } };
    return { unauthorized: unauthorized([`Basic realm="${this.realm}"`]) };
  }

  #nameIn(header: string | undefined): string | null {
    const [scheme, encoded, ...more] = (header ?? '').split(' ');
    if (scheme !== 'Basic' || encoded === undefined || more.length > 0) return null;
    const [name = '', password, ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    const expected = this.#passwords.get(name);
    if (password === undefined || rest.length > 0 || expected === undefined) return null;
    return timingSafeEqual(digest(password), expected) ? name : null;
  }
}

/** Digests have one length, so that comparing them tells nothing of the password's. */
function digest(password: string): Uint8Array {
  return createHash('sha256').update(password).digest();
}
