/** The files of the debugger's page, where the build puts them. */
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Request, type Response, temporaryRedirect } from '../http/http.ts';
import { fileBelow } from '../http/provide.ts';

/** What a request below `/<id>` of the debugger gets: the page, or one of its files. */
export function pageFor(id: string, { path, search }: Request): Response {
  const [, , ...below] = path.split('/');
  // Relative links of the page need the slash.
  if (below.length === 0) return temporaryRedirect(`/${id}/${search === '' ? '' : `?${search}`}`);
  return fileBelow({ path: FOLDER, types: {} }, below.every(name => name === '') ? ['index.html'] : below);
}

const FOLDER = folderFor(fileURLToPath(import.meta.url));

/** For the module at `path`, in a build (`dist/`) or in the sources. */
function folderFor(path: string): string {
  const dist = path.lastIndexOf(`${sep}dist${sep}`);
  return dist < 0 ? join(dirname(path), '../../dist/debugger') : join(path.slice(0, dist), 'dist/debugger');
}
