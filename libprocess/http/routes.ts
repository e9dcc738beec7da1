/**
 * Routes: which handler of an actor serves which path below `/<id>`, and with what conditions.
 *
 * Source: libprocess `ProcessBase::route`, `ProcessBase::consume(HttpEvent)`.
 */
import type { Named } from '../envelope.ts';
import type { Answer } from '../process.ts';
import type { Sequence } from '../sequence.ts';
import type { Principal } from './authentication.ts';
import type { Request, Response } from './http.ts';
import { type Asset, fileBelow } from './provide.ts';

/** What must hold before a route's handler is called, and what `/help` says of it. */
export interface RouteOptions {
  /** Markdown for `/help`: a title line, then paragraphs. */
  readonly help?: string | undefined;
  /** For `/help`: what the principal has to be allowed. */
  readonly authorization?: string | undefined;
  /** The authentication realm; without one nobody is asked who they are. */
  readonly realm?: string | undefined;
  /** The handler reads `request.reader` itself; otherwise the whole body has been read before. */
  readonly streaming?: boolean | undefined;
  /** Of the route `/`: it serves what no other route does as well. */
  readonly rest?: boolean | undefined;
  /** It opens WebSockets. */
  readonly webSocket?: boolean | undefined;
}

export interface Route extends Named {
  readonly path: string;
  readonly options: RouteOptions;
  readonly handler: RouteHandler;
}

/** @param principal - who asks; null where nobody is asked who they are. */
export type RouteHandler = (request: Request, principal: Principal | null) => Answer<Response>;

export class Routes {
  readonly #routes = new Map<string, Route>();
  readonly #assets = new Map<string, Asset>();
  /** Keeps requests in order while it is found out who sent them; null until somebody is asked. @internal */
  sequence: Sequence | null = null;

  /** @throws Error for a path that does not begin with `/`, or ends with one. */
  add(route: Route): void {
    const { path } = route;
    if (!path.startsWith('/') || (path.length > 1 && path.endsWith('/'))) {
      throw new Error(`route '${path}' must begin with / and must not end with /`);
    }
    this.#routes.set(path, route);
  }

  /** Serves `/<name>`, and what is below it, from files. An empty name stands for the actor's own path. */
  provide(name: string, asset: Asset): void {
    this.#assets.set(name, asset);
  }

  /**
   * The route for `path`, which is what follows `/<id>`: of `/a/b/c`, `/a/b` and `/a` the first there is, otherwise the
   * files provided as `a`.
   */
  find(path: string): Route | undefined {
    const trimmed = trim(path);
    if (trimmed === '') return this.#routes.get('/') ?? this.#file(trimmed);
    for (let end = trimmed.length; end > 0; end = trimmed.lastIndexOf('/', end - 1)) {
      const route = this.#routes.get(trimmed.slice(0, end));
      if (route !== undefined) return route;
    }
    return this.#file(trimmed) ?? this.#rest();
  }

  #file(path: string): Route | undefined {
    const [, name = '', ...below] = path.split('/');
    const asset = this.#assets.get(name);
    if (asset === undefined) return undefined;
    return { name: `HTTP /${name}`, path: `/${name}`, options: {}, handler: () => fileBelow(asset, below) };
  }

  #rest(): Route | undefined {
    const root = this.#routes.get('/');
    return root?.options.rest === true ? root : undefined;
  }

  [Symbol.iterator](): Iterator<Route> {
    return this.#routes.values();
  }
}

/** Without slashes at the end, and with one at the beginning. */
function trim(path: string): string {
  if (!path.endsWith('/') && !path.startsWith('//')) return path;
  return path.replace(/^\/{2,}/, '/').replace(/\/+$/, '');
}
