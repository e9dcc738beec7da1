/**
 * Pipes: bodies that come piece by piece. One side writes, the other reads, and each sees the other's end.
 *
 * Source: libprocess `http::Pipe` (http.hpp).
 */
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
import { Ring } from '../ring.ts';

const EMPTY = new Uint8Array(0);

/** A stream of bytes with two ends. */
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

/** What the two sides share. @internal */
export class Ends {
  readonly chunks = new Ring<Uint8Array>();
  readonly waiting = new Ring<Promised<Uint8Array>>();
  readonly peeking = new Ring<Promised<Uint8Array>>();
  /** The next piece, or what is left of it, once somebody has looked at it. */
  front: Uint8Array | null = null;
  readonly readerClosed = new Promised<void>();
  /** Bytes written and not read yet. */
  buffered = 0;
  closed = false;
  failure: unknown = null;
  /** Why the reader closed, when it said so. */
  refusal: Failure | null = null;
  /** Ready once the buffer is empty; what a careful writer waits for. */
  drained: Promised<void> | null = null;
}

/** The end that gives bytes. */
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
    const reader = nextOf(ends.waiting);
    if (reader !== undefined) reader.set(chunk);
    else {
      ends.chunks.push(chunk);
      ends.buffered += chunk.length;
      show(ends);
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

  /** Why nothing more can be written: what the reader said when it closed, or PIPE_CLOSED. Null while something can. */
  get refusal(): Failure | null {
    const ends = this.#ends;
    if (!ends.readerClosed.isPending) return ends.refusal ?? new Failure('the reader is closed', 'PIPE_CLOSED');
    return ends.closed || ends.failure !== null ? new Failure('the writer is closed', 'PIPE_CLOSED') : null;
  }

  #end(error: unknown): boolean {
    const ends = this.#ends;
    if (ends.closed || ends.failure !== null) return false;
    if (error === null) ends.closed = true;
    else ends.failure = error;
    for (const waiting of [ends.waiting, ends.peeking]) {
      wake(waiting, reader => (error === null ? reader.set(EMPTY) : reader.fail(error)));
    }
    return true;
  }
}

/** The end that takes bytes. */
export class PipeReader {
  readonly #ends: Ends;

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  /** The next piece; an empty one is the end. */
  read(): Future<Uint8Array> {
    const chunk = this.take(Infinity);
    return chunk === null ? this.#wait(this.#ends.waiting) : Future.ready(chunk);
  }

  /** The next piece, which stays to be read; an empty one is the end. */
  peek(): Future<Uint8Array> {
    const ends = this.#ends;
    ends.front ??= ends.chunks.shift() ?? null;
    return ends.front === null ? this.#wait(ends.peeking) : Future.ready(ends.front);
  }

  /** The next piece, or its first `bytesMax` bytes, at once; null when none is there yet, or none comes any more. */
  take(bytesMax: number): Uint8Array | null {
    const ends = this.#ends;
    const chunk = ends.front ?? ends.chunks.shift();
    if (chunk === undefined) return null;
    ends.front = chunk.length > bytesMax ? chunk.subarray(bytesMax) : null;
    const taken = ends.front === null ? chunk : chunk.subarray(0, bytesMax);
    ends.buffered -= taken.length;
    if (ends.buffered === 0) release(ends);
    return taken;
  }

  #wait(queue: Ring<Promised<Uint8Array>>): Future<Uint8Array> {
    const ends = this.#ends;
    if (!ends.readerClosed.isPending) return Future.failed(new Failure('the reader is closed', 'PIPE_CLOSED'));
    if (ends.failure !== null) return Future.failed(ends.failure);
    if (ends.closed) return Future.ready(EMPTY);
    const waiting = new Promised<Uint8Array>();
    waiting.onDiscard(() => waiting.discarded());
    queue.push(waiting);
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

  /** Wants no more: what is buffered is dropped, and the writer hears of it, and of `why`. */
  close(why: Failure | null = null): void {
    const ends = this.#ends;
    if (!ends.readerClosed.isPending) return;
    ends.chunks.clear();
    ends.front = null;
    ends.buffered = 0;
    ends.refusal = why;
    ends.readerClosed.set();
    for (const waiting of [ends.waiting, ends.peeking]) wake(waiting, reader => reader.set(EMPTY));
    release(ends);
  }
}

function nextOf(queue: Ring<Promised<Uint8Array>>): Promised<Uint8Array> | undefined {
  for (;;) {
    const reader = queue.shift();
    if (reader === undefined || reader.isPending) return reader;
  }
}

/** Shows the next piece to those who wait to see it; one of them may take it. */
function show(ends: Ends): void {
  for (;;) {
    ends.front ??= ends.chunks.shift() ?? null;
    const peeker = ends.front === null ? undefined : nextOf(ends.peeking);
    if (ends.front === null || peeker === undefined) return;
    peeker.set(ends.front);
  }
}

function wake(queue: Ring<Promised<Uint8Array>>, complete: (reader: Promised<Uint8Array>) => void): void {
  for (let reader = nextOf(queue); reader !== undefined; reader = nextOf(queue)) complete(reader);
}

function release(ends: Ends): void {
  const { drained } = ends;
  ends.drained = null; // Whoever hears of it may write, and wait, again.
  drained?.set();
}
