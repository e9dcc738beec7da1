/**
 * Files that actors serve without a handler: which file a path means, and of what type it is. The server sends it; for
 * what is no file it answers 404.
 *
 * Source: libprocess `ProcessBase::provide`, mime.hpp.
 */
import { extname, join, sep } from 'node:path';
import { notFound, ok, type Response } from './http.ts';
import { decode } from './percent.ts';

export interface Asset {
  /** A file or a folder. */
  readonly path: string;
  /** Media types by extension, before the usual ones. */
  readonly types: Readonly<Record<string, string>>;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.gif': 'image/gif',
  '.gz': 'application/gzip',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.tar': 'application/x-tar',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
  '.zip': 'application/zip',
};

/** The file that `below` the asset's own path is asked for; never one outside of it. */
export function fileBelow({ path, types }: Asset, below: readonly string[]): Response {
  const names = below.filter(name => name !== '').map(decode);
  if (names.some(name => name === '.' || name === '..' || name.includes(sep) || name.includes('\0'))) return notFound();
  const file = join(path, ...names);
  const extension = extname(file).toLowerCase();
  const type = types[extension] ?? MEDIA_TYPES[extension] ?? 'application/octet-stream';
  return { ...ok('', { 'content-type': type }), file };
}
