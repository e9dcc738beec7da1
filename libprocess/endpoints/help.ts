/**
 * `/help`, `/help/<id>`, `/help/<id>/<name>`: what the actors of this runtime serve, as pages or, with `format=json`, as
 * JSON. It is read off their routes at each request.
 *
 * Source: libprocess help.cpp (`Help::help`).
 */
import { badRequest, json, ok, queryOf, type Request, type Response } from '../http/http.ts';
import { decode } from '../http/percent.ts';
import { Process } from '../process.ts';
import { type HelpPage, helpIndex, helpOn, helpText } from './help-text.ts';

const HELP = `Provides this help.

Use /help for all actors, /help/<id> for one, /help/<id>/<name> for one of its endpoints; with format=json as JSON.`;

const HTML = { 'content-type': 'text/html; charset=utf-8' };

export class HelpEndpoint extends Process {
  constructor() {
    super('help');
  }

  protected override initialize(): void {
    this.route('/', { help: HELP, rest: true }, this.#help);
  }

  #help(request: Request): Response {
    const [, id, ...rest] = request.path
      .split('/')
      .filter(part => part !== '')
      .map(decode);
    const pages = this.#pages(id, rest.length === 0 ? undefined : `/${rest.join('/')}`);
    if (pages === null) {
      const asked = [id, ...rest].join('/');
      return badRequest(`No help available for '/${asked}'.\n`);
    }
    if (queryOf(request).get('format') === 'json') return json({ processes: pages }, request);
    const [page] = pages;
    return ok(id === undefined || page === undefined ? helpIndex(pages) : helpOn(page), HTML);
  }

  /** What there is for `id` and the endpoint `name`, or for all; null when there is nothing. */
  #pages(id: string | undefined, name: string | undefined): readonly HelpPage[] | null {
    const all = [...this.runtime.processes].map(pageOf).filter(page => page.endpoints.length > 0);
    if (id === undefined) return all.sort((a, b) => (a.id < b.id ? -1 : 1));
    const page = all.find(candidate => candidate.id === id);
    if (page === undefined) return null;
    const endpoints = page.endpoints.filter(endpoint => name === undefined || endpoint.name === name);
    return endpoints.length === 0 ? null : [{ ...page, endpoints }];
  }
}

function pageOf({ pid: { id }, $mailbox: { routes: all } }: Process): HelpPage {
  const routes = all === null ? [] : [...all];
  const endpoints = routes.map(({ path, options }) => ({ name: path, text: helpText(id, path, options) }));
  return { id, endpoints: endpoints.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
