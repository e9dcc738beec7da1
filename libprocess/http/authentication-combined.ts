/**
 * Several authenticators for one realm, tried in order: the first to know the sender decides.
 *
 * When none does, one 401 carries the challenges and bodies of all that asked for credentials; without any of those,
 * one 403 the bodies of all that forbade; without any of those either, what went wrong is a failure.
 *
 * Source: Mesos src/authentication/http/combined_authenticator.cpp.
 */
import { Failure } from '../failure.ts';
import { type AuthenticationResult, type Authenticator, checked, type Principal } from './authentication.ts';
import { forbidden, type Request, type Response, unauthorized } from './http.ts';

interface Refusal {
  readonly scheme: string;
  readonly kind: 'unauthorized' | 'forbidden' | 'failed';
  readonly body: string;
  readonly challenge?: string | undefined;
}

/** Asks several authenticators one after another; the first that knows who it is decides. */
export class CombinedAuthenticator implements Authenticator {
  readonly scheme: string;

  constructor(private readonly authenticators: readonly Authenticator[]) {
    this.scheme = [...new Set(authenticators.map(({ scheme }) => scheme))].join(' ');
  }

  async authenticate(request: Request): Promise<AuthenticationResult> {
    const refusals: Refusal[] = [];
    for (const authenticator of this.authenticators) {
      const outcome = await attempt(authenticator, request);
      if ('principal' in outcome) return outcome;
      refusals.push(outcome);
    }
    return combine(refusals);
  }
}

/** Asks one of them; its failure counts as a refusal, since the next may know the sender. */
async function attempt(authenticator: Authenticator, request: Request): Promise<Refusal | { principal: Principal }> {
  const { scheme } = authenticator;
  try {
    return refusalIn(scheme, checked(scheme, await authenticator.authenticate(request)));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { scheme, kind: 'failed', body: error.message };
  }
}

function refusalIn(scheme: string, result: AuthenticationResult): Refusal | { principal: Principal } {
  if ('principal' in result) return result;
  if ('forbidden' in result) return { scheme, kind: 'forbidden', body: textOf(result.forbidden) };
  const { unauthorized: answer } = result;
  return { scheme, kind: 'unauthorized', body: textOf(answer), challenge: answer.headers['www-authenticate'] };
}

function combine(refusals: readonly Refusal[]): AuthenticationResult {
  const asked = refusals.filter(({ kind }) => kind === 'unauthorized');
  if (asked.length > 0) {
    const challenges = asked.flatMap(({ challenge }) => challenge ?? []);
    return { unauthorized: unauthorized([challenges.join(',')], bodies(asked)) };
  }
  const forbade = refusals.filter(({ kind }) => kind === 'forbidden');
  if (forbade.length > 0) return { forbidden: forbidden(bodies(forbade)) };
  throw new Failure(bodies(refusals), 'AUTHENTICATION');
}

function bodies(refusals: readonly Refusal[]): string {
  return refusals
    .filter(({ body }) => body !== '')
    .map(({ scheme, body }) => `"${scheme}" authenticator returned:\n${body}`)
    .join('\n\n');
}

function textOf({ body }: Response): string {
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
}
