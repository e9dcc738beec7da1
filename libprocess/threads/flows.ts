/**
 * The bodies of HTTP that come piece by piece, from the thread that has the one end of a pipe to the one that has the other.
 *
 *   reader ──▶ Outflow ──piece, piece, end──▶ Inflow ──▶ writer
 *                 ▲                             │
 *                 └────── taken, closed ◀───────┘        the writer is read from no faster than the reader reads
 */
import { Failure } from '../failure.ts';
import type { Future } from '../future.ts';
import { PIPE_BYTES_HIGH } from '../http/body-pipe.ts';
import { Pipe, type PipeReader } from '../http/pipe.ts';
import { type Fields, FRAME } from './frames.ts';

/** Longer pieces go in parts: a frame has a limit. */
export const PART_BYTES_MAX = 1024 * 1024;

type Send = (kind: number, fields: Fields) => void;

/** Sends what `reader` yields. */
export class Outflow {
  #ahead = 0;
  #isReading = false;
  #done = false;

  /** @param ended - called once, when nothing more will be sent. */
  constructor(
    private readonly exchange: number,
    private readonly reader: PipeReader,
    private readonly send: Send,
    private readonly ended: () => void,
  ) {
    this.#read();
  }

  /** The other side has read this much. */
  taken(bytes: number): void {
    this.#ahead -= bytes;
    this.#read();
  }

  /** The other side wants no more. */
  close(): void {
    if (this.#done) return;
    this.#done = true;
    this.reader.close();
    this.ended();
  }

  #read(): void {
    while (!this.#done && !this.#isReading && this.#ahead < PIPE_BYTES_HIGH) {
      const piece = this.reader.read();
      if (!piece.isPending) this.#take(piece);
      else {
        this.#isReading = true;
        piece.onAny(done => {
          this.#isReading = false;
          this.#take(done);
          this.#read();
        });
      }
    }
  }

  #take(piece: Future<Uint8Array>): void {
    if (this.#done) return;
    if (piece.state === 'ready' && piece.value.length > 0) {
      this.#sendParts(piece.value);
      return;
    }
    const { error } = piece;
    if (piece.state === 'ready') this.send(FRAME.end, [this.exchange]);
    else if (error instanceof Failure) this.send(FRAME.end, [this.exchange, error.code, error.message]);
    else this.send(FRAME.end, [this.exchange, 'FAILED', error instanceof Error ? error.message : piece.state]);
    this.#done = true;
    this.ended();
  }

  #sendParts(piece: Uint8Array): void {
    this.#ahead += piece.length;
    for (let at = 0; at < piece.length; at += PART_BYTES_MAX) {
      this.send(FRAME.piece, [this.exchange, piece.subarray(at, at + PART_BYTES_MAX)]);
    }
  }
}

/** Takes what an Outflow sends. */
export class Inflow {
  readonly reader: PipeReader;
  readonly #writer;
  #unsaid = 0;
  #done = false;

  /** @param ended - called once, when nothing more will come or is wanted. */
  constructor(
    private readonly exchange: number,
    private readonly send: Send,
    private readonly ended: () => void,
  ) {
    const { reader, writer } = new Pipe();
    this.reader = reader;
    this.#writer = writer;
    writer.readerClosed().onReady(() => {
      if (this.#done) return;
      this.send(FRAME.closed, [exchange]);
      this.#end();
    });
  }

  piece(bytes: Uint8Array): void {
    if (this.#done) return;
    this.#writer.write(Uint8Array.prototype.slice.call(bytes)); // It lies among other frames, which it would keep in memory.
    const wasQuiet = this.#unsaid === 0;
    this.#unsaid += bytes.length;
    if (wasQuiet) this.#writer.drained().onReady(() => this.#say());
  }

  end(failure: Failure | null): void {
    if (this.#done) return;
    if (failure === null) this.#writer.close();
    else this.#writer.fail(failure);
    this.#end();
  }

  #say(): void {
    if (!this.#done) this.send(FRAME.taken, [this.exchange, this.#unsaid]);
    this.#unsaid = 0;
  }

  #end(): void {
    this.#done = true;
    this.ended();
  }
}
