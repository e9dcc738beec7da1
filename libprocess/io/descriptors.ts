/**
 * Descriptors as pipes: a file, a pipe, a socket or a terminal of this process, read and written without blocking.
 *
 *   fd ──▶ Node's stream ──▶ Pipe ──▶ reader          input(fd)
 *   writer ──▶ Pipe ──▶ Node's stream ──▶ fd          output(fd)
 *
 * Whoever makes a pipe of a descriptor gives it away: it is closed at its end, when it fails, and when the other side
 * closes. Each side holds a few hundred kilobytes at most. Pipes, sockets and terminals become non-blocking, for all
 * who share them.
 *
 * Source: libprocess io.hpp, which wants its callers to set O_NONBLOCK and to close.
 */
import { createReadStream, createWriteStream, fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { isatty, ReadStream, WriteStream } from 'node:tty';
import { Failure } from '../failure.ts';
import { pipeFrom, pipeInto } from '../http/body-pipe.ts';
import { Pipe, type PipeReader, type PipeWriter } from '../http/pipe.ts';

type Kind = 'file' | 'socket' | 'terminal';

/**
 * What comes out of `fd`, up to its end. The reader fails with the system's code.
 *
 * @throws Failure with the system's code (EBADF) when there is no such descriptor, UNSUPPORTED for a folder or the like.
 */
export function input(fd: number): PipeReader {
  return readerOf(readable(fd), `descriptor ${fd}`);
}

/**
 * Takes what `fd` is to be given; `close` ends it. Once all is out and `fd` is closed, `readerClosed()` is ready; when
 * that came about by a failure, `refusal` says which.
 *
 * @throws as `input`.
 */
export function output(fd: number): PipeWriter {
  return writerOf(writable(fd), `descriptor ${fd}`);
}

/** What comes out of `stream`, which is destroyed when the reader wants no more. @internal */
export function readerOf(stream: Readable, what: string): PipeReader {
  const wrap = (error: Error | null): Failure => ioFailure('read', what, error);
  return pipeFrom(stream, wrap, unwanted => unwanted.destroy());
}

/** Takes what `stream` is to be given. @internal */
export function writerOf(stream: Writable, what: string): PipeWriter {
  const { reader, writer } = new Pipe();
  stream.on('error', error => reader.close(ioFailure('write to', what, error)));
  pipeInto(reader, stream);
  return writer;
}

function readable(fd: number): Readable {
  const kind = kindOf(fd);
  if (kind === 'terminal') return new ReadStream(fd);
  if (kind === 'socket') return new Socket({ fd, readable: true, writable: false });
  return createReadStream('', { fd });
}

function writable(fd: number): Writable {
  const kind = kindOf(fd);
  if (kind === 'terminal') return new WriteStream(fd);
  if (kind === 'socket') return new Socket({ fd, readable: false, writable: true });
  return createWriteStream('', { fd });
}

/** What blocks must be polled, and the rest cannot be: Node has a kind of stream for each. */
function kindOf(fd: number): Kind {
  const stat = statOf(fd);
  if (isatty(fd)) return 'terminal';
  if (stat.isFIFO() || stat.isSocket()) return 'socket';
  if (stat.isFile() || stat.isCharacterDevice()) return 'file';
  throw new Failure(`descriptor ${fd} is no file, pipe, socket or terminal`, 'UNSUPPORTED');
}

function statOf(fd: number): ReturnType<typeof fstatSync> {
  try {
    return fstatSync(fd);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw ioFailure('use', `descriptor ${fd}`, error);
  }
}

function ioFailure(verb: string, what: string, error: Error | null): Failure {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? 'CLOSED';
  return new Failure(`cannot ${verb} ${what}: ${code}`, code, { cause: error });
}
