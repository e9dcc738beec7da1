/**
 * `/files`: folders and files of a daemon, looked at over HTTP by virtual paths.
 *
 *   attach('/var/lib/mesos/…/runs/<id>', '/frameworks/f/executors/e/runs/latest')
 *   GET /files/browse?path=/frameworks/f/executors/e/runs/latest        what is in it
 *   GET /files/read?path=…/stdout&offset=0&length=100                   a piece of a text
 *   GET /files/download?path=…/stdout                                   the whole
 *
 * Nothing outside an attached folder can be reached, links out of it included.
 *
 * Source: Mesos src/files/files.cpp.
 */
import { http, Process, type Request, type Response } from '../../libprocess/index.ts';
import { entryOf, OwnerNames } from './entries.ts';
import { mimeTypeOf } from './mime-types.ts';
import { parseWindow, type Window } from './window.ts';

const BROWSE_HELP = 'Returns a file listing for a directory.\n\nGET /files/browse?path=VALUE';
const READ_HELP = 'Reads data from a file.\n\nGET /files/read?path=VALUE&offset=VALUE&length=VALUE';
const DOWNLOAD_HELP = 'Returns the raw file contents for a given path.\n\nGET /files/download?path=VALUE';
const DEBUG_HELP = 'Returns the internal virtual path mapping.\n\nGET /files/debug';

export class Files extends Process {
  /** Virtual paths, without a slash at the end, to real ones. */
  readonly #attached = new Map<string, string>();
  readonly #owners = new OwnerNames();

  constructor() {
    super('files');
  }

  protected override initialize(): void {
    this.route('/browse', { help: BROWSE_HELP }, this.#browse);
    this.route('/read', { help: READ_HELP }, this.#read);
    this.route('/download', { help: DOWNLOAD_HELP }, this.#download);
    this.route('/debug', { help: DEBUG_HELP }, this.#debug);
  }

  /** From now on the file or folder `path` is called `virtual`. */
  attach(path: string, virtual: string): void {
    this.#attached.set(trimmed(virtual), trimmed(path));
  }

  detach(virtual: string): void {
    this.#attached.delete(trimmed(virtual));
  }

  async #browse(request: Request): Promise<Response> {
    const virtual = http.queryOf(request).get('path');
    if (virtual === null) return http.badRequest("Expecting 'path=value' in query.\n");
    const { disk } = this.runtime;
    const real = await this.#resolve(virtual);
    if (typeof real !== 'string') return real;
    const folder = await this.turn(disk.stat(real));
    const names = folder?.kind === 'directory' ? await this.turn(disk.list(real)) : [];
    const owners = await this.turn(this.#owners.load(disk));
    const entries = [];
    for (const name of names) {
      const stat = await this.turn(disk.stat(`${real}/${name}`));
      if (stat !== null) entries.push(entryOf(`${trimmed(virtual)}/${name}`, stat, owners));
    }
    return http.json(entries, request);
  }

  async #read(request: Request): Promise<Response> {
    const query = http.queryOf(request);
    const virtual = query.get('path');
    if (virtual === null) return http.badRequest("Expecting 'path=value' in query.\n");
    const window = parseWindow(query.get('offset'), query.get('length'));
    if (typeof window === 'string') return http.badRequest(window);
    const real = await this.#resolve(virtual);
    if (typeof real !== 'string') return real;
    const stat = await this.turn(this.runtime.disk.stat(real));
    if (stat?.kind === 'directory') return http.badRequest('Cannot read a directory.\n');
    return this.#readWindow(real, stat?.size ?? 0, window, request);
  }

  async #readWindow(real: string, size: number, { offset, length }: Window, request: Request): Promise<Response> {
    if (offset === null) return http.json({ data: '', offset: size }, request);
    if (offset >= size) return http.json({ data: '', offset }, request);
    const bytes = await this.turn(this.runtime.disk.readAt(real, offset, Math.min(length, size - offset)));
    return http.json({ data: Buffer.from(bytes).toString('utf8'), offset }, request);
  }

  async #download(request: Request): Promise<Response> {
    const virtual = http.queryOf(request).get('path');
    if (virtual === null) return http.badRequest("Expecting 'path=value' in query.\n");
    const real = await this.#resolve(virtual);
    if (typeof real !== 'string') return real;
    const stat = await this.turn(this.runtime.disk.stat(real));
    if (stat?.kind === 'directory') return http.badRequest('Cannot download a directory.\n');
    const name = virtual.slice(virtual.lastIndexOf('/') + 1);
    const headers = {
      'content-type': mimeTypeOf(name),
      'content-disposition': `attachment; filename=${name}`,
    };
    return { ...http.respond(200, '', headers), file: real };
  }

  #debug(request: Request): Response {
    const sorted = [...this.#attached].sort(([a], [b]) => (a < b ? -1 : 1));
    return http.json(Object.fromEntries(sorted), request);
  }

  /** The real path, or the answer for one that is not there or lies outside of what was attached. */
  async #resolve(virtual: string): Promise<string | Response> {
    const { disk } = this.runtime;
    const found = this.#find(trimmed(virtual));
    if (found === null) return http.notFound('');
    const root = await this.turn(disk.realpath(found.root));
    const real = await this.turn(disk.realpath(found.root + found.rest));
    if (root === null || real === null) return http.notFound('');
    if (real === root || real.startsWith(`${root}/`)) return real;
    return http.badRequest(`Resolved path '${virtual}' is inaccessible\n`);
  }

  /** The longest attached path that `virtual` begins with. */
  #find(virtual: string): { readonly root: string; readonly rest: string } | null {
    for (let head = virtual; head !== ''; head = head.slice(0, head.lastIndexOf('/'))) {
      const root = this.#attached.get(head);
      if (root !== undefined) return { root, rest: virtual.slice(head.length) };
      if (!head.includes('/')) return null;
    }
    return null;
  }
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '');
}
