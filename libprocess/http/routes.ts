/**
 * Routes: which handler of an actor serves which path below `/<id>`, and with what conditions.
 *
 * Source: libprocess `ProcessBase::route`, `ProcessBase::consume(HttpEvent)`.
 */
import type { Named } from '../envelope.ts';
import type { Answer } from '../process.ts';
import type { Request, Response } from './http.ts';

export interface RouteOptions {
  /** Markdown for `/help`: a title line, then paragraphs. */
  readonly help?: string | undefined;
  /** The authentication realm; without one nobody is asked who they are. */
  readonly realm?: string | undefined;
  /** The handler reads `request.reader` itself; otherwise the whole body has been read before. */
  readonly streaming?: boolean | undefined;
  /** Of the route `/`: it serves what no other route does as well. */
  readonly rest?: boolean | undefined;
}

export interface Route extends Named {
  readonly path: string;
  readonly options: RouteOptions;
  readonly handler: (request: Request, principal: string | null) => Answer<Response>;
}

export class Routes {
  readonly #routes = new Map<string, Route>();

  /** @throws Error for a path that does not begin with `/`, or ends with one. */
  add(route: Route): void {
    const { path } = route;
    if (!path.startsWith('/') || (path.length > 1 && path.endsWith('/'))) {
      throw new Error(`route '${path}' must begin with / and must not end with /`);
    }
    this.#routes.set(path, route);
  }

  /** The route for `path`, which is what follows `/<id>`: of `/a/b/c`, `/a/b` and `/a` the first there is. */
  find(path: string): Route | undefined {
    let candidate = path.replace(/\/+$/, '');
    if (candidate === '') return this.#routes.get('/');
    for (;;) {
      const route = this.#routes.get(candidate);
      if (route !== undefined) return route;
      const slash = candidate.lastIndexOf('/');
      if (slash <= 0) return this.#rest();
      candidate = candidate.slice(0, slash);
    }
  }

  #rest(): Route | undefined {
    const root = this.#routes.get('/');
    return root?.options.rest === true ? root : undefined;
  }

  [Symbol.iterator](): Iterator<Route> {
    return this.#routes.values();
  }
}
