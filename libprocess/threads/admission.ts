/**
 * Who may ask for the routes of a thread: authenticators and authorizations are set on the main thread's runtime, whose
 * routes and those of its threads are one site. The thread asks it where a realm or an endpoint has one.
 */
import { Failure } from '../failure.ts';
import type { AuthenticationResult, Authenticator, Principal } from '../http/authentication.ts';
import type { Request, Response } from '../http/http.ts';
import type { Authorization, HttpPolicy } from '../http/policy.ts';
import type { Answers, Calls } from './calls.ts';
import type { Fields } from './frames.ts';

const NOTHING = new Uint8Array(0);

/** What goes with a request: the realms and the endpoints to ask for. */
export function permitsOf({ authenticators, authorizations }: HttpPolicy): Fields {
  return [[...authenticators.keys()], [...authorizations.keys()]];
}

/** Answers the threads, by `policy`. */
export function admissionAnswers(policy: HttpPolicy): Answers {
  return {
    async authenticate([realm, request]: readonly [string, Request]): Promise<unknown> {
      const authenticator = policy.authenticators.get(realm);
      if (authenticator === undefined) return { principal: null };
      return printable(await authenticator.authenticate(withoutBody(request)));
    },
    async authorize([endpoint, request, principal]: readonly [string, Request, Principal | null]): Promise<boolean> {
      return (await policy.authorizations.get(endpoint)?.(withoutBody(request), principal)) ?? true;
    },
  };
}

/** Keeps the policy of a thread's runtime to what the main thread wants to be asked. */
export class AskedPolicy {
  readonly #authenticators = new Map<string, Authenticator>();
  readonly #authorizations = new Map<string, Authorization>();

  constructor(
    private readonly policy: HttpPolicy,
    private readonly calls: Calls,
  ) {}

  /** @param permits - as `permitsOf` made them. What this thread has set itself stays. */
  apply(permits: Fields): void {
    const [realms, endpoints] = permits as readonly [readonly string[], readonly string[]];
    align(this.policy.authenticators, this.#authenticators, realms, realm => this.#authenticator(realm));
    align(this.policy.authorizations, this.#authorizations, endpoints, endpoint => this.#authorization(endpoint));
  }

  #authenticator(realm: string): Authenticator {
    return {
      scheme: `that of ${realm}`,
      authenticate: async request => {
        const result = await this.calls.call('authenticate', [realm, withoutBody(request)]);
        return result as AuthenticationResult;
      },
    };
  }

  #authorization(endpoint: string): Authorization {
    return async (request, principal) =>
      (await this.calls.call('authorize', [endpoint, withoutBody(request), principal])) === true;
  }
}

/** Makes `ours` hold one entry for each of `wanted` that `all` has not besides; `all` has both. */
function align<V>(
  all: Map<string, V>,
  ours: Map<string, V>,
  wanted: readonly string[],
  make: (key: string) => V,
): void {
  for (const [key, value] of [...ours]) {
    if (wanted.includes(key)) continue;
    ours.delete(key);
    if (all.get(key) === value) all.delete(key);
  }
  for (const key of wanted) {
    if (all.has(key)) continue;
    ours.set(key, make(key));
    all.set(key, ours.get(key) as V);
  }
}

/** Only headers say who asks; the rest of a request is not JSON. */
function withoutBody({ method, path, search, headers, peer }: Request): Request {
  return { method, path, search, headers, peer, body: NOTHING, reader: null };
}

function printable(result: AuthenticationResult): object {
  if ('unauthorized' in result) return { unauthorized: asText(result.unauthorized) };
  if ('forbidden' in result) return { forbidden: asText(result.forbidden) };
  return result;
}

function asText({ status, headers, body, reader }: Response): Response {
  if (reader !== null) throw new Failure('a refusal with a streaming body does not cross threads', 'BAD_AUTHENTICATOR');
  return { status, headers, body: typeof body === 'string' ? body : Buffer.from(body).toString('utf8'), reader };
}
