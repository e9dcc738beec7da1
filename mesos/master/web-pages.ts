/**
 * The pages of the web interface: which folder they are in, and how one of them is answered.
 *
 * Source: Mesos src/master/master.cpp (`provide("", …)`).
 */
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Disk, http, type Response } from '../../libprocess/index.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};

/** How many folders above a module the pages may lie. */
const DEPTH_MAX = 4;

/** The folder with `index.html` that belongs to the module `url`, in the sources or in a build; null without one. */
export async function findWebPages(disk: Disk, url: string): Promise<string | null> {
  let folder = dirname(fileURLToPath(url));
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    for (const place of ['webui', 'mesos/webui']) {
      const found = join(folder, place);
      if ((await disk.stat(join(found, 'index.html'))) !== null) return found;
    }
    folder = dirname(folder);
  }
  return null;
}

/** @param path - below the folder; the server sends the file. */
export async function webPage(disk: Disk, folder: string, path: string): Promise<Response> {
  const file = join(folder, path);
  if (!file.startsWith(folder)) return http.notFound();
  const stat = await disk.stat(file);
  if (stat?.kind !== 'file') return http.notFound();
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  return { ...http.ok('', { 'content-type': type }), file };
}
