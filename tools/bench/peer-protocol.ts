/** What the two processes of the TCP benchmarks say to each other: as actors, on bare sockets, and over HTTP. */
import { pack, unpack } from 'msgpackr';
import { bool, bytes, int32, message, req } from '../../libprocess/index.ts';

export const PAYLOAD: Uint8Array = new Uint8Array(100);

export const Data = message('bench.Data', { n: req(1, int32), payload: req(2, bytes) });
export const Got = message('bench.Got', { count: req(1, int32) });
export const Ball = message('bench.Ball', { n: req(1, int32), payload: req(2, bytes) });

/** Asks the peer's event loop to stay awake, or to sleep again. */
export const Awake = message('bench.Awake', { awake: req(1, bool) });

/** What the peer prints once it serves: the addresses of actors, and the ports of the rest. */
export interface PeerAddresses {
  readonly sink: string;
  readonly echo: string;
  readonly http: number;
  readonly rawSink: number;
  readonly rawEcho: number;
  /** An echo whose process stays awake for as long as anybody is connected. */
  readonly rawSpinningEcho: number;
  readonly rawHttp: number;
}

/** Where both HTTP servers take a POST, which they answer with 200 and {@link HTTP_ANSWER}. */
export const HTTP_PATH = '/echo/post';
export const HTTP_ANSWER = '{"ok":true}';

/** `count` frames from number `from`, in one piece. */
export function batch(from: number, count: number): Buffer {
  const pieces: Buffer[] = [];
  for (let n = from; n < from + count; n++) {
    const body = pack([n, PAYLOAD]);
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(body.length);
    pieces.push(length, body);
  }
  return Buffer.concat(pieces);
}

/** Unpacks frames of a byte stream, and counts them. */
export class FrameCounter {
  /** How many frames make an acknowledgement: half of the smallest window. */
  static readonly EVERY = 500;
  #rest: Buffer = Buffer.alloc(0);
  #seen = 0;

  /** @returns how many acknowledgements are due. */
  take(piece: Buffer): number {
    let buffer = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const before = Math.floor(this.#seen / FrameCounter.EVERY);
    while (buffer.length >= 4) {
      const end = 4 + buffer.readUInt32BE(0);
      if (buffer.length < end) break;
      unpack(buffer.subarray(4, end));
      this.#seen += 1;
      buffer = buffer.subarray(end);
    }
    this.#rest = buffer;
    return Math.floor(this.#seen / FrameCounter.EVERY) - before;
  }
}
