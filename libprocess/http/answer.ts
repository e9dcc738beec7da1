/**
 * Answers: a `Response` onto Node's. Bodies of 1 KiB and more are compressed for those who accept it, files come from
 * disk piece by piece, and each piece of a pipe leaves as one chunk.
 *
 * Source: libprocess encoder.hpp (`HttpResponseEncoder`), http_proxy.cpp.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pipeInto } from './body-pipe.ts';
import { wireHeaderList } from './header-names.ts';
import { type Headers, internalServerError, notFound, type Response, STATUS_TEXT } from './http.ts';

/** A smaller body is not worth the work. */
const GZIP_BYTES_MIN = 1024;

const compress = promisify(gzip);

/** A body up to this leaves in one write with its head; a larger one is not worth copying. */
const ONE_WRITE_BYTES_MAX = 64 * 1024;

/** Answers a request that came with `headers`; for a client that has gone only what was promised is released. */
export function answer(out: ServerResponse, headers: Headers, response: Response): void {
  if (response.reader !== null) answerPipe(out, response, response.reader);
  else if (response.file !== undefined) orDestroy(out, answerFile(out, response, response.file));
  else if (isZipped(response, headers)) orDestroy(out, answerZipped(out, response));
  else answerBody(out, response);
}

/** A bug on the way ends the connection: half an answer is no answer. */
function orDestroy(out: ServerResponse, work: Promise<void>): void {
  work.catch(() => out.destroy());
}

function answerPipe(out: ServerResponse, response: Response, reader: NonNullable<Response['reader']>): void {
  if (out.destroyed || !writeHead(out, response.status, response.headers, null)) {
    reader.close();
    return;
  }
  if (out.req.method === 'HEAD') {
    reader.close();
    out.end();
    return;
  }
  out.flushHeaders();
  pipeInto(reader, out);
}

function answerBody(out: ServerResponse, { status, headers, body }: Response): void {
  if (out.destroyed) return;
  if (!writeHead(out, status, headers, Buffer.byteLength(body))) return;
  // Node sends the head along with a text, but not with bytes.
  if (typeof body === 'string') out.end(body);
  else if (body.length > ONE_WRITE_BYTES_MAX) out.end(body);
  else out.end(latin1(body), 'latin1');
}

async function answerZipped(out: ServerResponse, { status, headers, body }: Response): Promise<void> {
  const bytes = await compress(body);
  if (out.destroyed) return;
  if (writeHead(out, status, { ...headers, 'content-encoding': 'gzip' }, bytes.length)) out.end(bytes);
}

/** One character a byte. */
function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}

function isZipped({ headers, body }: Response, asked: Headers): boolean {
  const accept = asked['accept-encoding'];
  if (accept === undefined || headers['content-encoding'] !== undefined) return false;
  return Buffer.byteLength(body) >= GZIP_BYTES_MIN && acceptsGzip(accept);
}

async function answerFile(out: ServerResponse, response: Response, path: string): Promise<void> {
  let file: FileHandle | null = null;
  try {
    file = await open(path);
    const stat = await file.stat();
    if (stat.isFile()) {
      const { status, headers } = response;
      await sendFile(out, status, headers, file, stat.size);
    } else answerBody(out, notFound());
  } catch (error) {
    answerBody(out, isMissing(error) ? notFound() : internalServerError(`cannot read ${path}: ${error}`));
  } finally {
    await file?.close();
  }
}

/** Sends the first `size` bytes: a log file that grows meanwhile must not break the promised length. */
async function sendFile(
  out: ServerResponse,
  status: number,
  headers: Headers,
  file: FileHandle,
  size: number,
): Promise<void> {
  if (out.destroyed || !writeHead(out, status, headers, size)) return;
  if (size === 0) {
    out.end();
    return;
  }
  const stream = file.createReadStream({ start: 0, end: size - 1, autoClose: false });
  await new Promise<void>(done => {
    stream.on('error', () => out.destroy());
    out.on('close', () => stream.destroy());
    stream.on('close', done);
    stream.pipe(out);
  });
}

/**
 * The head of an answer; `length` is null for a body that ends with its pipe. False when a handler's header cannot be
 * written: then the answer is a 500 that says so.
 */
function writeHead(out: ServerResponse, status: number, headers: Headers, length: number | null): boolean {
  // Persistent is the rule of HTTP/1.1, and Mesos does not print it.
  if (out.shouldKeepAlive && out.req.httpVersionMinor === 1) out.removeHeader('connection');
  try {
    const list = wireHeaderList(headers);
    if (length !== null) list.push('Content-Length', String(length));
    out.writeHead(status, STATUS_TEXT[status], list);
    return true;
  } catch (error) {
    // Node refuses a name or a value with a line break, a status below 100, and the like.
    const text = `a handler's answer cannot be sent: ${error instanceof Error ? error.message : error}\n`;
    out.writeHead(500, STATUS_TEXT[500], { 'Content-Length': String(Buffer.byteLength(text)) });
    out.end(text);
    return false;
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** `gzip`, or else `*`, is listed, and not with a weight of 0. No header accepts nothing. */
function acceptsGzip(accept: string | undefined): boolean {
  const weights = new Map<string, number>();
  for (const part of (accept ?? '').split(',')) {
    const [coding = '', ...parameters] = part.split(';').map(each => each.trim().toLowerCase());
    const weight = parameters.find(each => each.startsWith('q='));
    weights.set(coding, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}
