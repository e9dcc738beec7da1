/**
 * Between Node's streams and our pipes, with backpressure both ways: a stream is paused while the reader of its pipe
 * is behind, and a pipe is not read while its stream is full.
 */
import { Readable, type Writable } from 'node:stream';
import type { Failure } from '../failure.ts';
import type { Future } from '../future.ts';
import { Pipe, type PipeReader } from './pipe.ts';

/** A stream is paused once its pipe holds this much. */
export const PIPE_BYTES_HIGH = 256 * 1024;

/**
 * What comes out of `stream`. A stream that breaks off fails the reader with what `wrap` makes of it.
 *
 * @param unwanted - what happens to the stream when the reader closes before its end.
 */
export function pipeFrom(
  stream: Readable,
  wrap: (error: Error | null) => Failure,
  unwanted: (stream: Readable) => void,
): PipeReader {
  const { reader, writer } = new Pipe();
  let ended = false;
  stream.on('data', (chunk: Buffer) => {
    if (!writer.write(chunk) || writer.buffered < PIPE_BYTES_HIGH) return;
    stream.pause();
    writer.drained().onReady(() => stream.resume());
  });
  stream.on('end', () => {
    ended = true;
    writer.close();
  });
  stream.on('error', error => writer.fail(wrap(error)));
  stream.on('close', () => {
    if (!ended) writer.fail(wrap(null));
    ended = true;
  });
  writer.readerClosed().onReady(() => {
    if (!ended) unwanted(stream);
  });
  return reader;
}

/** Writes each piece of `reader` by one `write`; ends `stream` with the pipe, and destroys it when the pipe fails. */
export function pipeInto(reader: PipeReader, stream: Writable): void {
  const pump = (): void => {
    for (;;) {
      const piece = reader.read();
      if (piece.isPending) {
        piece.onAny(done => take(done) && pump());
        return;
      }
      if (!take(piece)) return;
    }
  };
  /** True when the next piece may follow at once. */
  const take = (piece: Future<Uint8Array>): boolean => {
    if (piece.state !== 'ready') {
      stream.destroy();
      return false;
    }
    if (piece.value.length === 0) stream.end();
    else if (stream.write(piece.value)) return true;
    else stream.once('drain', pump);
    return false;
  };
  stream.once('close', () => reader.close());
  pump();
}

/** The pieces of `reader` as a stream; one that is given up closes the reader. */
export function streamFrom(reader: PipeReader): Readable {
  return Readable.from(pieces(reader), { objectMode: false });
}

async function* pieces(reader: PipeReader): AsyncGenerator<Uint8Array> {
  try {
    for (let piece = await reader.read(); piece.length > 0; piece = await reader.read()) yield piece;
  } finally {
    reader.close();
  }
}
