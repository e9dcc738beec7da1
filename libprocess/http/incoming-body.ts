/**
 * The bodies of requests as they come from sockets. Most are small and wanted whole: those are put together without a
 * pipe. One that is read piece by piece becomes a pipe at its first piece.
 *
 *   fresh ── readAll ──▶ collecting ──▶ read
 *     └───── read, peek ──▶ piped
 */
import type { Readable } from 'node:stream';
import { Failure } from '../failure.ts';
import { Future, Promised } from '../future.ts';
import { pipeFrom } from './body-pipe.ts';
import { Ends, PipeReader } from './pipe.ts';

const NOTHING = new Uint8Array(0);
const ENDED: Future<Uint8Array> = Future.ready(NOTHING);
/** Readers that bring their own pieces share it, and never look at it. */
const UNUSED = new Ends();

/** What becomes of a stream whose rest nobody wants. */
type Unwanted = (stream: Readable) => void;

/** A body that is not there. */
class NoBody extends PipeReader {
  override read(): Future<Uint8Array> {
    return ENDED;
  }

  override peek(): Future<Uint8Array> {
    return ENDED;
  }

  override take(): null {
    return null;
  }

  override readAll(): Future<Uint8Array> {
    return ENDED;
  }

  override close(): void {}
}

export const NO_BODY: PipeReader = new NoBody(UNUSED);

export class IncomingBody extends PipeReader {
  #pipe: PipeReader | null = null;
  /** The whole, while it is put together. */
  #whole: Promised<Uint8Array> | null = null;
  #isOver = false;

  /**
   * @param wrap - what a stream that breaks off, of an error or without, means to who reads it.
   * @param breaks - whether the stream itself tells when it breaks; otherwise its owner closes this.
   */
  constructor(
    private readonly stream: Readable,
    private readonly wrap: (error: Error | null) => Failure,
    private readonly unwanted: Unwanted,
    private readonly breaks: boolean,
  ) {
    super(UNUSED);
  }

  /** Somebody waits for the whole of it. */
  get isAwaited(): boolean {
    return this.#whole?.isPending ?? false;
  }

  /** Gives the rest up: whoever waits for the whole is told `why`. */
  fail(why: Failure): void {
    if (this.#whole?.fail(why) === true) this.unwanted(this.stream);
  }

  override read(): Future<Uint8Array> {
    return this.#piped.read();
  }

  override peek(): Future<Uint8Array> {
    return this.#piped.peek();
  }

  override take(bytesMax: number): Uint8Array | null {
    return this.#piped.take(bytesMax);
  }

  override readAll(bytesMax = Infinity): Future<Uint8Array> {
    if (this.#pipe !== null || this.#isOver) return this.#piped.readAll(bytesMax);
    this.#isOver = true;
    return this.#collect(bytesMax);
  }

  override close(why: Failure | null = null): void {
    if (this.#pipe !== null) this.#pipe.close(why);
    else if (this.#whole !== null) this.#whole.discard();
    else if (!this.#isOver) {
      this.#isOver = true;
      this.unwanted(this.stream);
    }
  }

  get #piped(): PipeReader {
    if (this.#pipe === null) {
      this.#pipe = pipeFrom(this.stream, this.wrap, this.unwanted);
      if (this.#isOver) this.#pipe.close();
      this.#isOver = true;
    }
    return this.#pipe;
  }

  #collect(bytesMax: number): Future<Uint8Array> {
    const { stream } = this;
    const whole = new Promised<Uint8Array>();
    this.#whole = whole;
    const parts: Uint8Array[] = [];
    let length = 0;
    stream.on('data', (part: Uint8Array) => {
      length += part.length;
      if (length <= bytesMax) parts.push(part);
      else this.fail(new Failure(`body of more than ${bytesMax} bytes`, 'BODY_TOO_LARGE'));
    });
    stream.on('end', () => whole.set(parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts)));
    if (this.breaks) {
      stream.on('error', error => whole.fail(this.wrap(error)));
      stream.on('close', () => whole.isPending && whole.fail(this.wrap(null)));
    }
    whole.onDiscard(() => {
      if (whole.discarded()) this.unwanted(stream);
    });
    return whole;
  }
}
