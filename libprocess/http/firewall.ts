/**
 * Firewall rules: which requests are refused before any actor sees them.
 *
 * A rule is asked twice: for the path as it came, with the delegate before it where that serves it; and for the
 * endpoint that would serve it, `/<id>/<route>`, so that neither a slash at the end nor an encoded letter gets round it.
 *
 * Source: libprocess firewall.hpp (`FirewallRule`, `DisabledEndpointsFirewallRule`).
 */
import { forbidden, type Request, type Response } from './http.ts';

/** Refuses requests before anybody is asked who they are. */
export interface FirewallRule {
  /** The refusal, or null to let `request`, for `path`, pass. */
  apply(path: string, request: Request): Response | null;
}

/** Turns single endpoints off. */
export class DisabledEndpointsFirewallRule implements FirewallRule {
  readonly #paths: ReadonlySet<string>;

  /** @param delegate - whose endpoints the paths without a leading slash are. */
  constructor(paths: Iterable<string>, delegate: string | null = null) {
    const base = delegate === null ? '' : `/${delegate}`;
    this.#paths = new Set([...paths].map(path => (path.startsWith('/') ? path : `${base}/${path}`)));
  }

  apply(path: string): Response | null {
    return this.#paths.has(path) ? forbidden(`Endpoint '${path}' is disabled`) : null;
  }
}
