/** The scene of the link tests: actors that say what a test tells them to, and a peer made of bare bytes. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import {
  type Address,
  type BodyOf,
  Failure,
  type Future,
  message,
  type PID,
  Process,
  Promised,
  req,
  request,
  string,
  struct,
  uint32,
} from '../../../libprocess/index.ts';
import { decodeList, encodeFrame, FRAME, FRAME_BYTES_MAX, FrameDecoder } from '../../../libprocess/transport/frame.ts';
import { VERSION } from '../../../libprocess/transport/handshake.ts';
import { startRuntime } from '../http/scene.ts';

export const Note = message('test.tcp.Note', { text: req(1, string) });
export const Double = request(
  'test.tcp.Double',
  { number: req(1, uint32) },
  struct('test.tcp.Doubled', { number: req(1, uint32) }),
);
export const Unserved = request('test.tcp.Unserved', {}, struct('test.tcp.Nothing', {}));

/** Says and does over the network what a test tells it to, and keeps what it hears. */
export class Node extends Process {
  readonly heard: string[] = [];
  readonly senders: PID[] = [];
  readonly gone: PID[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly pending = new Promised<{ readonly number: number }>();

  constructor() {
    super('node');
  }

  protected override initialize(): void {
    this.install(Note, this.#note);
    this.install(Double, this.#double);
  }

  protected override exited(pid: PID): void {
    this.gone.push(pid);
    this.#changed();
  }

  tell(to: PID, text: string): void {
    this.send(to, Note, { text });
  }

  double(to: PID, number: number): Future<{ readonly number: number }> {
    return this.ask(to, Double, { number });
  }

  unserved(to: PID): Future<unknown> {
    return this.ask(to, Unserved, {});
  }

  /** A turn after those before. */
  heardSoFar(): number {
    return this.heard.length;
  }

  watch(to: PID, mode: 'reuse' | 'reconnect' = 'reuse'): void {
    this.link(to, mode);
  }

  /** Ready once `ready` holds; looked at after every change. */
  async until(ready: () => boolean): Promise<void> {
    while (!ready()) await new Promise<void>(done => this.#waiting.push(done));
  }

  #note({ text }: BodyOf<typeof Note>, from: PID): void {
    this.heard.push(text);
    this.senders.push(from);
    this.#changed();
  }

  #double({ number }: BodyOf<typeof Double>): { readonly number: number } | Future<{ readonly number: number }> {
    if (number === 13) throw new Failure('13 is unlucky', 'UNLUCKY');
    return number === 0 ? this.pending : { number: number * 2 };
  }

  #changed(): void {
    for (const done of this.#waiting.splice(0)) done();
  }
}

/** Says its own id, at once and whenever it is told to. */
export class Teller extends Process {
  constructor(
    private readonly id: string,
    private readonly to: PID,
  ) {
    super(id);
  }

  protected override initialize(): void {
    this.tell();
  }

  tell(): void {
    this.send(this.to, Note, { text: this.id });
  }
}

export async function start(options: Parameters<typeof startRuntime>[0] = {}) {
  const runtime = await startRuntime(options);
  const node = new Node();
  const ref = runtime.spawn(node);
  return { runtime, node, ref, pid: ref.pid };
}

const GREETING = 'GET / HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: libprocess\r\n\r\n';

/** A peer without a runtime: it sends whatever frames a test wants. */
export class BarePeer {
  readonly frames: { readonly kind: number; readonly list: readonly unknown[] }[] = [];
  closed = false;
  #changed: (() => void) | null = null;
  readonly #decoder = new FrameDecoder((kind, ...range) => {
    this.frames.push({ kind, list: decodeList(...range) });
  });

  private constructor(readonly socket: Socket) {
    this.#decoder.bytesMax = FRAME_BYTES_MAX;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      this.#decoder.push(chunk);
      this.#changed?.();
    });
    socket.on('close', () => {
      this.closed = true;
      this.#changed?.();
    });
  }

  /** A connection that has been upgraded, and has not said hello. */
  static async to({ ip, port }: Address): Promise<BarePeer> {
    const socket = connect(port, ip);
    onTestFinished(() => void socket.destroy());
    socket.write(GREETING);
    await once(socket, 'readable');
    const answer = String(socket.read());
    if (!answer.startsWith('HTTP/1.1 101 ')) throw new Error(answer);
    return new BarePeer(socket);
  }

  hello(address = 'bare.test:1', incarnation = 'one'): this {
    return this.send(FRAME.hello, [VERSION, address, incarnation]);
  }

  /** Says what `names` are, and gives the actor `to` of the other side and the bare peer's `from` their first slots. */
  introduce(names: readonly unknown[], to = 'node', from = 'me'): this {
    return this.send(FRAME.names, names).send(FRAME.receiver, [0, to]).send(FRAME.sender, [0, from]);
  }

  /** Sends the message number `index` of those introduced. */
  message(index: number, body: unknown, ask = 0): this {
    return this.send(FRAME.message, [index, 0, 0, ask, body]);
  }

  send(kind: number, list: readonly unknown[]): this {
    this.socket.write(encodeFrame(kind, list));
    return this;
  }

  /** Ready once `ready` holds. */
  async until(ready: (peer: this) => boolean): Promise<void> {
    while (!ready(this)) {
      await new Promise<void>(done => {
        this.#changed = done;
      });
    }
  }

  async end(): Promise<void> {
    await this.until(peer => peer.closed);
  }

  /** The answers that came. */
  get answers(): readonly (readonly unknown[])[] {
    return this.#of(FRAME.answer);
  }

  get failures(): readonly (readonly unknown[])[] {
    return this.#of(FRAME.failure);
  }

  #of(kind: number): readonly (readonly unknown[])[] {
    return this.frames.filter(frame => frame.kind === kind).map(({ list }) => list);
  }
}
