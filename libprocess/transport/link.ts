/**
 * A native link: one connection between two of our own nodes, for messages both ways.
 *
 *   greeting ──hello──▶ (proving ──proof──▶) open ──end(), the peer's end──▶ closed
 *      │                                      │
 *      └── garbage, overflow, a broken socket, destroy() ──▶ closed
 *
 * Frames that are sent in one drain leave in one write, or in a few when there are very many.
 */
import type { Socket } from 'node:net';
import { Failure, MALFORMED } from '../failure.ts';
import { Batch } from './batch.ts';
import { decodeList, encodeFrame, FRAME, FRAME_BYTES_MAX, FrameDecoder } from './frame.ts';
import { type HeardName, HeardNames, type Hello, helloOf, parseHello, SentNames } from './handshake.ts';
import { isProof, prove } from './secret.ts';

/** What may wait to be sent to one peer; beyond it the connection is given up. */
export const OUTBOUND_BYTES_MAX = 64 * 1024 * 1024;
/** What a drain has sent leaves before its end once there is this much: the peer need not wait for all of it. */
const FLUSH_BYTES = 64 * 1024;
/** Pings without an answer after which a connection counts as broken. */
export const PINGS_MISSED_MAX = 3;

/** The code of a peer that does not know the secret. */
export const UNAUTHENTICATED = 'UNAUTHENTICATED';

/** A message as it came: who it is for and from, and the number under which an answer is expected, or 0. */
export interface Inbound {
  readonly heard: HeardName;
  readonly to: string;
  readonly from: string;
  readonly ask: number;
  readonly body: unknown;
}

export interface LinkOwner {
  opened(link: Link, hello: Hello): void;
  message(link: Link, inbound: Inbound): void;
  answered(link: Link, ask: number, outcome: readonly unknown[]): void;
  discarded(ask: number): void;
  /** Once; nothing comes from the link any more. */
  closed(link: Link, why: Failure): void;
}

export class Link {
  owner: LinkOwner;
  /** What the peer said of itself; null until it has. */
  hello: Hello | null = null;
  readonly heard = new HeardNames();
  readonly #names = new SentNames();
  readonly #decoder = new FrameDecoder((kind, bytes, start, end) => this.#take(kind, decodeList(bytes, start, end)));
  #state: 'greeting' | 'proving' | 'open' | 'closed' = 'greeting';
  readonly #batch = new Batch();
  #unanswered = 0;

  /** @param outbound - we opened it. */
  constructor(
    readonly socket: Socket,
    readonly outbound: boolean,
    private readonly us: Hello,
    /** What both sides must know; null lets in everybody. */
    private readonly secret: Uint8Array | null,
    owner: LinkOwner,
  ) {
    this.owner = owner;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /**
   * Begins; `head` is what came behind the upgrade. Who opened the link greets first: its hello has arrived when it is
   * greeted back, so that it may close the link that this one replaces.
   */
  start(head: Buffer): void {
    const { socket } = this;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', error => this.destroy(new Failure(error.message, 'DISCONNECTED', { cause: error })));
    socket.on('end', () => this.end(new Failure('the peer closed the connection', 'DISCONNECTED')));
    socket.on('close', () => this.destroy(new Failure('the connection broke', 'DISCONNECTED')));
    if (this.outbound) this.#greet();
    if (head.length > 0) this.#read(head);
    socket.resume();
  }

  /** Sends the frame of a message or an answer that is named by `index`. */
  send(index: number, frame: Buffer): void {
    if (!this.#names.covers(index)) this.#send(encodeFrame(FRAME.names, this.#names.rest()));
    this.#send(frame);
  }

  discard(ask: number): void {
    this.#send(encodeFrame(FRAME.discard, [ask]));
  }

  /** Asks whether the peer is still there; gives the connection up when it has not answered several times. */
  ping(): void {
    if (this.#unanswered >= PINGS_MISSED_MAX) {
      this.destroy(new Failure(`${PINGS_MISSED_MAX} pings without an answer`, 'DISCONNECTED'));
      return;
    }
    this.#unanswered += 1;
    this.#send(encodeFrame(FRAME.ping, []));
  }

  /** Sends what is there, then closes; what the peer sends until it closes as well is still taken. */
  retire(): void {
    this.#flush();
    this.socket.end();
  }

  /** As `retire`, but nothing more is taken. */
  end(why: Failure): void {
    if (this.#state === 'closed') return;
    this.retire();
    this.#close(why);
  }

  destroy(why: Failure): void {
    this.#batch.take();
    this.socket.destroy();
    this.#close(why);
  }

  /** Ready once all that was sent has left, or cannot leave any more. */
  finish(): Promise<void> {
    return new Promise(done => {
      this.#flush();
      this.socket.once('close', () => done());
      this.socket.end(() => done());
    });
  }

  #close(why: Failure): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.owner.closed(this, why);
  }

  #send(frame: Buffer): void {
    if (this.#state === 'closed') return;
    const batch = this.#batch;
    if (batch.bytes === 0) process.nextTick(() => this.#flush());
    batch.add(frame);
    if (batch.bytes >= FLUSH_BYTES) this.#flush();
    if (batch.bytes + this.socket.writableLength > OUTBOUND_BYTES_MAX) {
      this.destroy(new Failure(`more than ${OUTBOUND_BYTES_MAX} bytes wait to be sent`, 'OVERFLOW'));
    }
  }

  #flush(): void {
    const { socket } = this;
    if (this.#batch.bytes === 0 || !socket.writable) return;
    const pieces = this.#batch.take();
    if (pieces.length > 1) socket.cork();
    for (const piece of pieces) socket.write(piece);
    if (pieces.length > 1) socket.uncork();
  }

  #read(chunk: Buffer): void {
    if (this.#state === 'closed') return;
    this.#unanswered = 0;
    try {
      this.#decoder.push(chunk);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.destroy(error);
    }
  }

  #take(kind: number, list: readonly unknown[]): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'greeting') this.#greeted(kind, list);
    else if (this.#state === 'proving') this.#proved(kind, list);
    else if (kind === FRAME.message) this.#message(list);
    else if (kind === FRAME.answer) this.owner.answered(this, askOf(list), list.slice(1));
    else if (kind === FRAME.discard) this.owner.discarded(askOf(list));
    else if (kind === FRAME.names) this.heard.add(list);
    else if (kind === FRAME.ping) this.#send(encodeFrame(FRAME.pong, []));
    else if (kind !== FRAME.pong) throw new Failure(`a frame of the unknown kind ${kind}`, MALFORMED);
  }

  #greeted(kind: number, list: readonly unknown[]): void {
    if (kind !== FRAME.hello) throw new Failure(`the first frame is of kind ${kind}, not a hello`, MALFORMED);
    const hello = parseHello(list);
    this.hello = hello;
    if ((this.secret === null) !== (hello.nonce === null)) {
      const who = this.secret === null ? 'the peer asks for a secret, and we have none' : 'the peer has no secret';
      throw new Failure(who, UNAUTHENTICATED);
    }
    if (!this.outbound) this.#greet();
    if (this.secret === null) {
      this.#open(hello);
      return;
    }
    this.#state = 'proving';
    if (this.outbound) this.#prove(this.secret, hello); // Who was dialled shows nothing to strangers.
  }

  #proved(kind: number, [proof]: readonly unknown[]): void {
    const { hello, secret, us } = this;
    if (hello === null || secret === null) throw new Error('a proof that nobody asked for'); // It is asked for with both.
    if (kind !== FRAME.proof || !isProof(proof, prove(secret, !this.outbound, hello, us))) {
      throw new Failure('the peer does not know the secret', UNAUTHENTICATED);
    }
    if (!this.outbound) this.#prove(secret, hello);
    this.#send(encodeFrame(FRAME.names, this.#names.rest()));
    this.#open(hello);
  }

  #prove(secret: Uint8Array, hello: Hello): void {
    this.#send(encodeFrame(FRAME.proof, [prove(secret, this.outbound, this.us, hello)]));
  }

  #open(hello: Hello): void {
    this.#decoder.bytesMax = FRAME_BYTES_MAX;
    this.#state = 'open';
    this.owner.opened(this, hello);
  }

  #greet(): void {
    this.#send(encodeFrame(FRAME.hello, helloOf(this.us)));
    if (this.secret === null) this.#send(encodeFrame(FRAME.names, this.#names.rest()));
  }

  #message([index, to, from, ask, body]: readonly unknown[]): void {
    const heard = this.heard.at(index);
    if (typeof to !== 'string' || typeof from !== 'string' || typeof ask !== 'number') {
      throw new Failure('a message without its addresses', MALFORMED);
    }
    this.owner.message(this, { heard, to, from, ask, body });
  }
}

function askOf([ask]: readonly unknown[]): number {
  if (typeof ask !== 'number') throw new Failure('a frame that names no question', MALFORMED);
  return ask;
}
