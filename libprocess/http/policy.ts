/**
 * What a runtime lets pass over HTTP, and for whom: firewall, realms, permissions.
 *
 *   path ─▶ firewall ─▶ actor, route ─▶ authenticator of the route's realm ─▶ authorization of its path ─▶ handler
 *              403                                401, 403                            403
 *
 * Source: libprocess authenticator_manager.cpp, firewall.hpp, http.hpp (`authorization::setCallbacks`).
 */
import { Future, Promised } from '../future.ts';
import { Sequence } from '../sequence.ts';
import { type Authenticator, checked, type Principal } from './authentication.ts';
import type { FirewallRule } from './firewall.ts';
import { forbidden, type Request, type Response } from './http.ts';
import type { Route, Routes } from './routes.ts';

/** Whether `principal` may ask for `request`. A failure becomes a 500. */
export type Authorization = (request: Request, principal: Principal | null) => boolean | PromiseLike<boolean>;

/** What becomes of a request before its handler sees it. */
export type Admission = { readonly principal: Principal | null } | { readonly refusal: Response };

const OPEN: Admission = { principal: null };
const OPEN_TO_ALL: Future<Admission> = Future.ready(OPEN);

/** What must hold for a request to reach its handler: rules of the firewall, realms, permissions. */
export class HttpPolicy {
  readonly firewall: FirewallRule[] = [];
  /** By realm. */
  readonly authenticators = new Map<string, Authenticator>();
  /** By `/<id>/<route>`. */
  readonly authorizations = new Map<string, Authorization>();

  /** @param delegate - the actor that serves paths whose first part names no actor. */
  constructor(readonly delegate: string | null) {}

  /** What the firewall says to a request for `path`; null lets it pass. */
  refusal(path: string, request: Request): Response | null {
    for (const rule of this.firewall) {
      const refused = rule.apply(path, request);
      if (refused !== null) return refused;
    }
    return null;
  }

  /** Lets requests of one actor through in the order in which they came, however long it takes to know their senders. */
  admit(routes: Routes, endpoint: string, route: Route, request: Request): Future<Admission> {
    const { realm } = route.options;
    const authenticator = realm === undefined ? undefined : this.authenticators.get(realm);
    const authorization = this.authorizations.get(endpoint);
    // Where nobody is ever asked, there is no order to keep.
    if (authenticator === undefined && authorization === undefined && routes.sequence === null) {
      return OPEN_TO_ALL;
    }
    routes.sequence ??= new Sequence();
    // The question is asked at once: only its answer has to wait for those before.
    const asked = Future.from(() => decide(authenticator, authorization, request));
    const admitted = new Promised<Admission>();
    // Whoever waits for one request goes on before the sequence does.
    const pass = (): void => void asked.onReady(it => admitted.set(it)).onFailed(error => admitted.fail(error));
    routes.sequence.add(() => Future.await([asked]).then(pass));
    return admitted;
  }
}

async function decide(
  authenticator: Authenticator | undefined,
  authorization: Authorization | undefined,
  request: Request,
): Promise<Admission> {
  const admission = authenticator === undefined ? OPEN : await identify(authenticator, request);
  if ('refusal' in admission || authorization === undefined) return admission;
  return (await authorization(request, admission.principal)) ? admission : { refusal: forbidden() };
}

async function identify(authenticator: Authenticator, request: Request): Promise<Admission> {
  const result = checked(authenticator.scheme, await authenticator.authenticate(request));
  if ('principal' in result) return result;
  return { refusal: 'forbidden' in result ? result.forbidden : result.unauthorized };
}
