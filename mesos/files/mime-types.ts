/**
 * Content types of files, by the end of their names; where none is known the bytes are just bytes.
 *
 * Source: libprocess mime.hpp.
 */
const TYPES: Readonly<Record<string, string>> = {
  bz2: 'application/x-bzip',
  css: 'text/css',
  gif: 'image/gif',
  gz: 'application/x-gzip',
  htm: 'text/html',
  html: 'text/html',
  jar: 'application/java-archive',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'application/x-javascript',
  json: 'application/json',
  pdf: 'application/pdf',
  png: 'image/png',
  sh: 'application/x-sh',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  txt: 'text/plain',
  xml: 'application/xml',
  zip: 'application/zip',
};

export function mimeTypeOf(name: string): string {
  const dot = name.lastIndexOf('.');
  const type = dot < 0 ? undefined : TYPES[name.slice(dot + 1).toLowerCase()];
  return type ?? 'application/octet-stream';
}
