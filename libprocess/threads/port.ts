/**
 * One end of what connects two threads: frames in batches over a MessagePort, with a bounded queue.
 *
 *   send ──▶ batch ──64 KiB, or the end of the drain──▶ queue ──while less than a window is under way──▶ the other thread
 *                                                          ▲                                               │
 *                                                          └──────────── bytes taken: a bare number ◀──────┘
 *
 * A MessagePort holds whatever is posted to it: without the window a flood would fill the memory of the receiver, where
 * nobody can count it. Numbers go beside the queue, so that two sides whose windows are full do not wait for one another.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { Ring } from '../ring.ts';
import { Batch, type Piece } from '../transport/batch.ts';
import { FRAME_BYTES_MAX, FrameDecoder, type TakeFrame, writeFrame } from '../transport/frame.ts';
import type { Fields } from './frames.ts';

/** Frames are handed over in pieces of about this size. */
const PIECE_BYTES = 64 * 1024;
/** What may be under way to the other thread. */
export const WINDOW_BYTES = 4 * 1024 * 1024;
/** The other side hears of what was taken in steps of this much. */
const TAKEN_BYTES = 256 * 1024;

export class FramePort {
  readonly #decoder: FrameDecoder;
  readonly #batch = new Batch();
  readonly #queue = new Ring<Uint8Array>();
  #queued = 0;
  #underWay = 0;
  #taken = 0;
  #closed = false;

  /** @param take - gets each frame that comes, in order. */
  constructor(
    private readonly port: MessagePort,
    take: TakeFrame,
  ) {
    this.#decoder = new FrameDecoder(take);
    this.#decoder.bytesMax = FRAME_BYTES_MAX;
    port.on('message', (posted: Uint8Array | number) => this.#receive(posted));
  }

  /** Bytes that wait here because the other side is behind. */
  get backlog(): number {
    return this.#queued + this.#batch.bytes;
  }

  /** @throws Failure FRAME_TOO_LARGE. */
  send(kind: number, fields: Fields): void {
    this.add(writeFrame(kind, fields));
  }

  /** Sends a frame that has been packed. */
  add(frame: Piece): void {
    if (this.#closed) return;
    if (this.#batch.bytes === 0) process.nextTick(() => this.flush());
    this.#batch.add(frame);
    if (this.#batch.bytes >= PIECE_BYTES) this.flush();
  }

  /** Posts what the window has room for. */
  flush(): void {
    if (this.#closed) return;
    if (this.#batch.bytes > 0) this.#cut();
    while (this.#underWay < WINDOW_BYTES) {
      const piece = this.#queue.shift();
      if (piece === undefined) return;
      this.#queued -= piece.length;
      this.#underWay += piece.length;
      this.port.postMessage(piece, [piece.buffer as ArrayBuffer]);
    }
  }

  /** Takes what has come and was not handed out yet: the other thread has ended, and no event will follow. */
  drain(): void {
    for (let posted = receiveMessageOnPort(this.port); posted !== undefined; posted = receiveMessageOnPort(this.port)) {
      this.#receive(posted.message);
    }
  }

  /** Posts all there is, window or not, and closes. */
  close(): void {
    if (this.#batch.bytes > 0) this.#cut();
    for (const piece of this.#queue) this.port.postMessage(piece, [piece.buffer as ArrayBuffer]);
    this.#closed = true;
    this.port.close();
  }

  #cut(): void {
    const piece = new Uint8Array(this.#batch.bytes);
    let at = 0;
    for (const part of this.#batch.take()) {
      piece.set(part, at);
      at += part.length;
    }
    this.#queue.push(piece);
    this.#queued += piece.length;
  }

  #receive(posted: Uint8Array | number): void {
    if (typeof posted === 'number') {
      this.#underWay -= posted;
      this.flush();
      return;
    }
    const { length } = posted;
    this.#decoder.push(Buffer.from(posted.buffer));
    this.#taken += length;
    if (this.#taken < TAKEN_BYTES || this.#closed) return;
    this.port.postMessage(this.#taken);
    this.#taken = 0;
  }
}
