/**
 * The way out of a connection: frames that are sent in one drain leave in one write, or in a few when there are very many.
 *
 *   send ──▶ batch ──64 KiB, or the end of the drain──▶ socket ──▶ 64 MiB wait there: too much
 */
import type { Socket } from 'node:net';
import { Batch, type Piece } from './batch.ts';

/** What may wait to be sent to one peer; beyond it the connection is given up. */
export const OUTBOUND_BYTES_MAX = 64 * 1024 * 1024;
/** What a drain has sent leaves before its end once there is this much: the peer need not wait for all of it. */
const FLUSH_BYTES = 64 * 1024;

export class Outlet {
  readonly #batch = new Batch();

  constructor(private readonly socket: Socket) {}

  /** False once more waits than may. */
  send(frame: Piece): boolean {
    const batch = this.#batch;
    if (batch.bytes === 0) process.nextTick(() => this.flush());
    batch.add(frame);
    if (batch.bytes >= FLUSH_BYTES) this.flush();
    return batch.bytes + this.socket.writableLength <= OUTBOUND_BYTES_MAX;
  }

  flush(): void {
    const { socket } = this;
    if (this.#batch.bytes === 0 || !socket.writable) return;
    const pieces = this.#batch.take();
    if (pieces.length > 1) socket.cork();
    for (const piece of pieces) socket.write(piece);
    if (pieces.length > 1) socket.uncork();
  }

  /** Sends what is there, and nothing more. */
  end(): void {
    this.flush();
    this.socket.end();
  }

  /** As `end`; ready once all has left, or cannot leave any more. */
  finish(): Promise<void> {
    return new Promise(done => {
      this.flush();
      this.socket.once('close', () => done());
      this.socket.end(() => done());
    });
  }

  /** Drops what has not left. */
  destroy(): void {
    this.#batch.take();
    this.socket.destroy();
  }
}
