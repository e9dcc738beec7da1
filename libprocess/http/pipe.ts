/**
 * Pipes: bodies that come piece by piece. One side writes, the other reads, and each sees the other's end.
 *
 * Source: libprocess `http::Pipe` (http.hpp).
 */
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
import { Ring } from '../ring.ts';

const EMPTY = new Uint8Array(0);

export class Pipe {
  readonly reader: PipeReader;
  readonly writer: PipeWriter;

  constructor() {
    const ends = new Ends();
    this.reader = new PipeReader(ends);
    this.writer = new PipeWriter(ends);
  }

  /** A reader that yields `bytes` and ends. */
  static of(bytes: Uint8Array): PipeReader {
    const { reader, writer } = new Pipe();
    writer.write(bytes);
    writer.close();
    return reader;
  }
}

class Ends {
  readonly chunks = new Ring<Uint8Array>();
  readonly waiting = new Ring<Promised<Uint8Array>>();
  readonly readerClosed = new Promised<void>();
  /** Bytes written and not read yet. */
  buffered = 0;
  closed = false;
  failure: unknown = null;
  /** Ready once the buffer is empty; what a careful writer waits for. */
  drained: Promised<void> | null = null;
}

export class PipeWriter {
  readonly #ends: Ends;

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  /** False when either end is closed. An empty write is ignored. */
  write(data: Uint8Array | string): boolean {
    const ends = this.#ends;
    if (ends.closed || ends.failure !== null || !ends.readerClosed.isPending) return false;
    const chunk = typeof data === 'string' ? Buffer.from(data) : data;
    if (chunk.length === 0) return true;
    const reader = nextWaiting(ends);
    if (reader !== undefined) reader.set(chunk);
    else {
      ends.chunks.push(chunk);
      ends.buffered += chunk.length;
    }
    return true;
  }

  /** The reader reads what is there, then the end. */
  close(): boolean {
    return this.#end(null);
  }

  /** The reader reads what is there, then fails with `error`. */
  fail(error: unknown): boolean {
    return this.#end(error);
  }

  /** Bytes that the reader has not taken yet. */
  get buffered(): number {
    return this.#ends.buffered;
  }

  /** Ready once the reader has taken all that was written, or closed. */
  drained(): Future<void> {
    const ends = this.#ends;
    if (ends.buffered === 0 || !ends.readerClosed.isPending) return Future.ready(undefined);
    ends.drained ??= new Promised<void>();
    return ends.drained;
  }

  /** Ready when the reader wants no more. */
  readerClosed(): Future<void> {
    return this.#ends.readerClosed.undiscardable();
  }

  #end(error: unknown): boolean {
    const ends = this.#ends;
    if (ends.closed || ends.failure !== null) return false;
    if (error === null) ends.closed = true;
    else ends.failure = error;
    for (let reader = nextWaiting(ends); reader !== undefined; reader = nextWaiting(ends)) {
      if (error === null) reader.set(EMPTY);
      else reader.fail(error);
    }
    return true;
  }
}

export class PipeReader {
  readonly #ends: Ends;

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  /** The next piece; an empty one is the end. */
  read(): Future<Uint8Array> {
    const ends = this.#ends;
    const chunk = ends.chunks.shift();
    if (chunk !== undefined) {
      ends.buffered -= chunk.length;
      if (ends.buffered === 0) release(ends);
      return Future.ready(chunk);
    }
    if (!ends.readerClosed.isPending) return Future.failed(new Failure('the reader is closed', 'PIPE_CLOSED'));
    if (ends.failure !== null) return Future.failed(ends.failure);
    if (ends.closed) return Future.ready(EMPTY);
    const waiting = new Promised<Uint8Array>();
    waiting.onDiscard(() => waiting.discarded());
    ends.waiting.push(waiting);
    return waiting;
  }

  /** All that comes until the end; fails BODY_TOO_LARGE beyond `bytesMax`, and then closes the reader. */
  readAll(bytesMax = Infinity): Future<Uint8Array> {
    const all = new Promised<Uint8Array>();
    const chunks: Uint8Array[] = [];
    let length = 0;
    const next = (): void => {
      const piece = this.read();
      piece.onFailed(error => all.fail(error));
      piece.onReady(chunk => {
        if (chunk.length === 0) {
          all.set(chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks));
          return;
        }
        chunks.push(chunk);
        length += chunk.length;
        if (length <= bytesMax) next();
        else {
          this.close();
          all.fail(new Failure(`body of more than ${bytesMax} bytes`, 'BODY_TOO_LARGE'));
        }
      });
    };
    next();
    all.onDiscard(() => {
      this.close();
      all.discarded();
    });
    return all;
  }

  /** Wants no more: what is buffered is dropped, and the writer hears of it. */
  close(): void {
    const ends = this.#ends;
    if (!ends.readerClosed.isPending) return;
    ends.chunks.clear();
    ends.buffered = 0;
    ends.readerClosed.set();
    for (let reader = nextWaiting(ends); reader !== undefined; reader = nextWaiting(ends)) reader.set(EMPTY);
    release(ends);
  }
}

function nextWaiting(ends: Ends): Promised<Uint8Array> | undefined {
  for (;;) {
    const reader = ends.waiting.shift();
    if (reader === undefined || reader.isPending) return reader;
  }
}

function release(ends: Ends): void {
  ends.drained?.set();
  ends.drained = null;
}
