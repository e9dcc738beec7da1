/** Peers that speak the original's form alone: every byte that goes there, and the life of the connections. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { logger, PausableClock, PID } from '../../../libprocess/index.ts';
import { FRAME } from '../../../libprocess/transport/frame.ts';
import { encodeMessage } from '../../../libprocess/transport/http-form.ts';
import { OUTBOUND_BYTES_MAX } from '../../../libprocess/transport/outlet.ts';
import { PING_INTERVAL_MS } from '../../../libprocess/transport/peers.ts';
import { BarePeer, start } from './scene.ts';

interface Conversation {
  readonly socket: Socket;
  received: string;
  ended: boolean;
}

/** Takes connections as a C++ libprocess does: it does not know our upgrade, and never says a word about messages. */
class OriginalProgram {
  /** Connections that brought messages. */
  readonly conversations: Conversation[] = [];
  dials = 0;
  #changed: (() => void) | null = null;

  private constructor(readonly server: Server) {
    server.on('connection', socket => this.#take(socket));
  }

  static async start(): Promise<OriginalProgram> {
    const server = createServer({ allowHalfOpen: true });
    const program = new OriginalProgram(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => program.stop());
    return program;
  }

  stop(): void {
    this.server.close();
    for (const { socket } of this.conversations) socket.destroy();
  }

  get pid(): PID {
    return PID.parse(`slave(1)@127.0.0.1:${(this.server.address() as AddressInfo).port}`);
  }

  async until(ready: (program: this) => boolean): Promise<void> {
    while (!ready(this)) {
      await new Promise<void>(done => {
        this.#changed = done;
      });
    }
  }

  /** Ready once the dial number `count` has been refused, and as many connections in our form have come. */
  async connected(count: number): Promise<void> {
    await this.until(({ dials, conversations }) => dials === count && conversations.length === count);
  }

  #take(socket: Socket): void {
    const conversation: Conversation = { socket, received: '', ended: false };
    socket.setEncoding('latin1');
    socket.on('error', () => socket.destroy());
    socket.on('data', (text: string) => {
      if (conversation.received === '' && text.startsWith('GET / ')) this.#refuse(socket);
      else conversation.received += text;
      this.#changed?.();
    });
    socket.on('end', () => {
      conversation.ended = true;
      this.#changed?.();
    });
    this.conversations.push(conversation);
    this.#changed?.();
  }

  #refuse(socket: Socket): void {
    this.dials += 1;
    this.conversations.splice(
      this.conversations.findIndex(each => each.socket === socket),
      1,
    );
    socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
  }
}

/** The request that carries the Note `text`, of at most nine letters. */
function noteRequest(from: PID, to: PID, text: string): string {
  const body = `\n${String.fromCharCode(text.length)}${text}`;
  const lines = [
    `POST /slave(1)/test.tcp.Note HTTP/1.1`,
    `User-Agent: libprocess/${from}`,
    `Libprocess-From: ${from}`,
    'Connection: Keep-Alive',
    `Host: ${to.address}`,
    'Transfer-Encoding: chunked',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

function quiet() {
  return start({ log: logger(() => undefined) });
}

test.each([
  {
    what: 'a message with a body',
    from: 'master@127.0.0.1:15050',
    to: 'slave(1)@127.0.0.1:15052',
    name: 'mesos.internal.PingSlaveMessage',
    hex: '0801',
    lines: ['Transfer-Encoding: chunked', '', '2', '\b\x01', '0', '', ''],
  },
  {
    what: 'one without',
    from: 'slave(1)@127.0.0.1:15051',
    to: 'slave-observer(1)@127.0.0.1:15050',
    name: 'mesos.internal.PongSlaveMessage',
    hex: '',
    lines: ['', ''],
  },
])('$what is written line by line as Apache Mesos was seen to write it', ({ from, to, name, hex, lines }) => {
  const [id, address] = to.split('@');
  expect(String(encodeMessage(PID.parse(from), PID.parse(to), name, Buffer.from(hex, 'hex'))).split('\r\n')).toEqual([
    `POST /${id}/${name} HTTP/1.1`,
    `User-Agent: libprocess/${from}`,
    `Libprocess-From: ${from}`,
    'Connection: Keep-Alive',
    `Host: ${address}`,
    ...lines,
  ]);
});

test('a long body is one chunk, its length in small hexadecimal letters', () => {
  const pid = PID.parse('a@1.2.3.4:5');
  expect(String(encodeMessage(pid, pid, 'Name', Buffer.alloc(700, 'x')))).toMatch(
    /\r\n\r\n2bc\r\nx{700}\r\n0\r\n\r\n$/,
  );
});

test('messages to who is not linked leave in order, on a connection that ends with them', async () => {
  const [program, { ref, pid }] = [await OriginalProgram.start(), await quiet()];
  ref.tell(program.pid, 'one');
  ref.tell(program.pid, 'two');
  await program.until(({ conversations: [first] }) => first?.ended === true);
  const [first] = program.conversations;
  expect(first?.received).toBe(noteRequest(pid, program.pid, 'one') + noteRequest(pid, program.pid, 'two'));
});

test('that a peer speaks the original form is remembered: it is not dialled again', async () => {
  const [program, { ref, pid }] = [await OriginalProgram.start(), await quiet()];
  for (const [index, text] of ['one', 'two', 'three'].entries()) {
    ref.tell(program.pid, text);
    await program.until(({ conversations }) => conversations[index]?.ended === true);
    expect(program.conversations[index]?.received).toBe(noteRequest(pid, program.pid, text));
  }
  expect(program.dials).toBe(1);
});

test('one connection is held to who is linked, however silent, and all messages use it', async () => {
  const clock = new PausableClock();
  const program = await OriginalProgram.start();
  const { ref, node, pid } = await start({ clock, log: logger(() => undefined) });
  ref.watch(program.pid);
  await program.connected(1);
  clock.pause();
  clock.advance(PING_INTERVAL_MS * 100);
  clock.resume();
  ref.tell(program.pid, 'one');
  await program.until(({ conversations: [first] }) => first?.received !== '');
  ref.tell(program.pid, 'two');
  const expected = noteRequest(pid, program.pid, 'one') + noteRequest(pid, program.pid, 'two');
  await program.until(({ conversations: [first] }) => first?.received.length === expected.length);
  expect(program.conversations).toHaveLength(1);
  expect(program.conversations[0]).toMatchObject({ received: expected, ended: false });
  expect(node.gone).toEqual([]);
});

test('who linked hears exited once when the connection breaks, and can link again', async () => {
  const [program, { ref, node }] = [await OriginalProgram.start(), await quiet()];
  for (const round of [1, 2]) {
    ref.watch(program.pid);
    await program.connected(round);
    program.conversations[round - 1]?.socket.destroy();
    await node.until(() => node.gone.length === round);
  }
  await ref.heardSoFar();
  expect(node.gone).toEqual([program.pid, program.pid]);
});

test('reconnect replaces the connection, and nobody hears exited', async () => {
  const [program, { ref, node, pid }] = [await OriginalProgram.start(), await quiet()];
  ref.watch(program.pid);
  await program.connected(1);
  ref.watch(program.pid, 'reconnect');
  await program.until(({ conversations: [first, second] }) => first?.ended === true && second !== undefined);
  ref.tell(program.pid, 'new');
  await program.until(({ conversations: [, second] }) => second?.received !== '');
  expect(program.conversations[1]?.received).toBe(noteRequest(pid, program.pid, 'new'));
  expect(node.gone).toEqual([]);
});

test('a question fails NOT_NATIVE: the original has no answers', async () => {
  const [program, { ref }] = [await OriginalProgram.start(), await quiet()];
  await expect(ref.double(program.pid, 1)).rejects.toMatchObject({ code: expect.stringMatching(/NOT_NATIVE|DISCONN/) });
  await expect(ref.double(program.pid, 1)).rejects.toMatchObject({ code: 'NOT_NATIVE' });
});

test('a peer that reads nothing is given up once 64 MiB wait for it', async () => {
  const [program, { ref, node, runtime }] = [await OriginalProgram.start(), await quiet()];
  ref.watch(program.pid);
  await program.connected(1);
  program.conversations[0]?.socket.pause();
  const text = 'x'.repeat(1 << 20);
  for (let sent = 0; sent < OUTBOUND_BYTES_MAX * 1.5; sent += text.length) ref.tell(program.pid, text);
  await node.until(() => node.gone.length > 0);
  expect((await runtime.metrics.snapshot())['libprocess/overflows']).toBe(1);
});

test('a program that comes back speaking the native form is taken at its word', async () => {
  const [program, { ref, runtime }] = [await OriginalProgram.start(), await quiet()];
  ref.tell(program.pid, 'old');
  await program.until(({ conversations: [first] }) => first?.ended === true);
  const next = await BarePeer.to(runtime.address);
  next.hello(program.pid.address.text);
  await next.until(({ frames }) => frames.some(({ kind }) => kind === FRAME.hello));
  ref.tell(program.pid, 'new');
  await next.until(({ frames }) => frames.some(({ kind }) => kind === FRAME.message));
});
