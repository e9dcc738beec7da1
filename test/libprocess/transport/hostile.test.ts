/** Links to peers that are broken, strange or hostile: each costs its own connection, nobody else anything. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { logger, type MessageType, PausableClock, PID } from '../../../libprocess/index.ts';
import { MAILBOX_MAX } from '../../../libprocess/limits.ts';
import { FRAME, FRAME_BYTES_MAX, HELLO_BYTES_MAX } from '../../../libprocess/transport/frame.ts';
import { PINGS_MISSED_MAX } from '../../../libprocess/transport/link.ts';
import { OUTBOUND_BYTES_MAX } from '../../../libprocess/transport/outlet.ts';
import { HELLO_TIMEOUT_MS, PING_INTERVAL_MS } from '../../../libprocess/transport/peers.ts';
import { SLOTS_MAX } from '../../../libprocess/transport/slots.ts';
import { get, RawClient } from '../http/scene.ts';
import { BarePeer, Note, start, Teller } from './scene.ts';

const NOTE = ['test.tcp.Note', ['test.tcp.Note', ['text']]];
const DOUBLE = ['test.tcp.Double', ['test.tcp.Double', ['number']], ['test.tcp.Doubled', ['number']]];

function lines() {
  const all: string[] = [];
  return { all, log: logger((_level, message) => all.push(message)) };
}

test('a bare peer is answered, with names told before they are used', async () => {
  const { runtime } = await start();
  const peer = await BarePeer.to(runtime.address);
  peer.hello().introduce([NOTE, DOUBLE]).message(1, [21], 7);
  await peer.until(({ answers }) => answers.length > 0);
  const kinds = peer.frames.map(({ kind }) => kind);
  expect([kinds[0], ...kinds.slice(-2)]).toEqual([FRAME.hello, FRAME.names, FRAME.answer]);
  expect(peer.answers[0]).toEqual([7, expect.any(Number), [42]]);
});

test('a peer that lists its fields in another order, and more of them, is understood', async () => {
  const { runtime, node } = await start();
  const peer = await BarePeer.to(runtime.address);
  const later = ['test.tcp.Note', ['test.tcp.Note', ['added', 'text']]];
  peer.hello().introduce([later]).message(0, ['new', 'hello']);
  await node.until(() => node.heard.length > 0);
  expect(node.heard).toEqual(['hello']);
  expect(String(node.senders[0])).toBe('me@bare.test:1');
});

test('a malformed body drops that message alone, and the question fails MALFORMED', async () => {
  const { runtime, node } = await start({ log: lines().log });
  const peer = await BarePeer.to(runtime.address);
  peer.hello().introduce([NOTE, DOUBLE]);
  peer.message(1, ['no number'], 7).message(0, ['fine']);
  await node.until(() => node.heard.length > 0);
  await peer.until(({ failures }) => failures.length > 0);
  expect(peer.failures[0]).toEqual([7, 'MALFORMED', expect.stringContaining('number')]);
});

test('a message that nobody here knows is dropped, and the question fails NO_HANDLER', async () => {
  const { all, log } = lines();
  const { runtime } = await start({ log });
  const peer = await BarePeer.to(runtime.address);
  peer.hello().introduce([['test.tcp.Future', ['test.tcp.Future', []]]]);
  for (let ask = 1; ask <= 1000; ask++) peer.message(0, [], ask);
  await peer.until(({ failures }) => failures.length === 1000);
  expect(peer.failures[0]).toEqual([1, 'NO_HANDLER', expect.stringContaining('test.tcp.Future')]);
  expect(all.filter(line => line.includes('test.tcp.Future'))).toHaveLength(1);
});

test.each([
  { why: 'garbage', send: (peer: BarePeer) => peer.socket.write(Buffer.alloc(100, 0x7f)) },
  { why: 'a frame of no length', send: (peer: BarePeer) => peer.socket.write(Buffer.alloc(5)) },
  { why: 'a message before the hello', send: (peer: BarePeer) => peer.message(0, []) },
  { why: 'another version', send: (peer: BarePeer) => peer.send(FRAME.hello, [99, 'bare.test:1', 'one']) },
  { why: 'a hello without a port', send: (peer: BarePeer) => peer.hello('bare.test') },
  { why: 'a large hello', send: (peer: BarePeer) => peer.hello('a'.repeat(HELLO_BYTES_MAX)) },
  { why: 'an unknown kind', send: (peer: BarePeer) => peer.hello().send(99, []) },
  { why: 'an unannounced index', send: (peer: BarePeer) => peer.hello().message(0, []) },
  {
    why: 'a message to no text',
    send: (peer: BarePeer) => peer.hello().introduce([NOTE]).send(FRAME.message, [0]),
  },
  { why: 'names that are none', send: (peer: BarePeer) => peer.hello().send(FRAME.names, [1]) },
])('$why costs the connection, and nothing else', async ({ send }) => {
  const { all, log } = lines();
  const [a, b] = [await start({ log }), await start()];
  const peer = await BarePeer.to(a.runtime.address);
  send(peer);
  await peer.end();
  expect(all).toHaveLength(1);
  expect(await b.ref.double(a.pid, 1)).toEqual({ number: 2 });
});

test('a connection that ends within a frame is counted each time, and logged once for a peer', async () => {
  const { all, log } = lines();
  const { runtime, ref, pid } = await start({ log });
  for (let round = 0; round < 5; round++) {
    const peer = await BarePeer.to(runtime.address);
    peer.hello().socket.end(Buffer.from([0, 0, 1, 0, FRAME.message, 1, 2]));
    await peer.end();
  }
  expect((await runtime.metrics.snapshot())['libprocess/truncated_frames']).toBe(5);
  expect(all.filter(line => line.includes('within a frame'))).toHaveLength(1);
  expect(await ref.double(pid, 1)).toEqual({ number: 2 });
});

test('a peer that leaves before its hello is no malformed frame', async () => {
  const { runtime } = await start({ log: lines().log });
  const peer = await BarePeer.to(runtime.address);
  peer.socket.end();
  await peer.end();
  const metrics = await runtime.metrics.snapshot();
  expect(metrics['libprocess/unfinished_handshakes']).toBe(1);
  expect(metrics['libprocess/malformed_frames']).toBeUndefined();
});

test('what is wrong with frames is counted each time, and logged once for a peer', async () => {
  const { all, log } = lines();
  const { runtime } = await start({ log });
  for (let round = 0; round < 20; round++) {
    const peer = await BarePeer.to(runtime.address);
    peer.hello().send(99, []);
    await peer.end();
  }
  expect((await runtime.metrics.snapshot())['libprocess/malformed_frames']).toBe(20);
  expect(all).toHaveLength(1);
});

test('after the handshake a frame may have 16 MiB, and one byte more costs the connection', async () => {
  const { runtime, node } = await start({ log: lines().log });
  const text = 'x'.repeat(FRAME_BYTES_MAX - 20);
  const peer = await BarePeer.to(runtime.address);
  peer.hello().introduce([NOTE]).message(0, [text]);
  await node.until(() => node.heard.length === 1);
  expect(node.heard[0]).toHaveLength(text.length);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(FRAME_BYTES_MAX + 1);
  peer.socket.write(head);
  await peer.end();
  expect((await runtime.metrics.snapshot())['libprocess/malformed_frames']).toBe(1);
});

test('a message over 16 MiB is not sent: counted, and its question fails FRAME_TOO_LARGE', async () => {
  const [a, b] = [await start({ log: lines().log }), await start()];
  const text = 'x'.repeat(FRAME_BYTES_MAX);
  a.ref.tell(b.pid, text); // While there is no link yet, and once there is.
  expect(await a.ref.double(b.pid, 1)).toEqual({ number: 2 });
  a.ref.tell(b.pid, text);
  a.ref.tell(b.pid, 'small');
  await b.node.until(() => b.node.heard.length > 0);
  expect(b.node.heard).toEqual(['small']);
  expect((await a.runtime.metrics.snapshot())['libprocess/oversize_messages']).toBe(2);
});

test('a mailbox of a million takes no more from elsewhere: what is dropped is counted, and that it is long logged once', async () => {
  const { all, log } = lines();
  const { runtime, node, ref, pid } = await start({ log });
  await ref.heardSoFar();
  const more = (): boolean =>
    runtime.receive(Note as MessageType<unknown, unknown>, pid, PID.none, { text: 'x' }, null);
  for (let count = 0; count < MAILBOX_MAX; count++) more();
  const metrics = async () => await runtime.metrics.snapshot();
  expect(await metrics()).toMatchObject({ 'libprocess/mailbox_high': 1 });
  expect((await metrics())['libprocess/dropped_envelopes'] ?? 0).toBe(0);
  await node.until(() => node.heard.length > 0);
  for (let count = 0; count < node.heard.length + 7; count++) more();
  expect((await metrics())['libprocess/dropped_envelopes']).toBe(7);
  expect(all.filter(line => line.includes('mailbox'))).toHaveLength(1);
  runtime.kill();
});

test.each([
  { why: 'a slot far off', send: (peer: BarePeer) => peer.hello().send(FRAME.receiver, [1, 'node']) },
  { why: 'a slot that is no number', send: (peer: BarePeer) => peer.hello().send(FRAME.sender, ['0', 'me']) },
  { why: 'a slot for no actor', send: (peer: BarePeer) => peer.hello().send(FRAME.sender, [0, 1]) },
  { why: 'a sender that is no PID', send: (peer: BarePeer) => peer.hello().send(FRAME.sender, [0, 'me@nowhere']) },
  { why: 'an untold slot', send: (peer: BarePeer) => peer.hello().send(FRAME.names, [NOTE]).message(0, ['hello']) },
  { why: 'a message that is too short', send: (peer: BarePeer) => peer.hello().send(FRAME.message, [0, 0, 0]) },
  {
    why: 'more than a body',
    send: (peer: BarePeer) => peer.hello().introduce([NOTE]).send(FRAME.message, [0, 0, 0, 0, [], [], []]),
  },
  { why: 'an answer to no question', send: (peer: BarePeer) => peer.hello().send(FRAME.answer, ['one', 0, 1]) },
  { why: 'a failure of no question', send: (peer: BarePeer) => peer.hello().send(FRAME.failure, []) },
])('$why costs the connection', async ({ send }) => {
  const { all, log } = lines();
  const { runtime } = await start({ log });
  const peer = await BarePeer.to(runtime.address);
  send(peer);
  await peer.end();
  expect(all).toHaveLength(1);
});

test('an answer that nobody waits for is nothing', async () => {
  const { runtime, node } = await start({ log: lines().log });
  const peer = await BarePeer.to(runtime.address);
  peer
    .hello()
    .introduce([DOUBLE, NOTE])
    .send(FRAME.answer, [77, 0, [1]])
    .send(FRAME.failure, [78, 'X', 'y']);
  peer.send(FRAME.discarded, [79]).send(FRAME.discard, [80]).message(1, ['hello']);
  await node.until(() => node.heard.length > 0);
});

test('more actors than there are slots are told anew, and each message has its own sender', async () => {
  const [a, b] = [await start(), await start()];
  const count = SLOTS_MAX + 100;
  const tellers = Array.from({ length: count }, (_, index) => a.runtime.spawn(new Teller(`teller-${index}`, b.pid)));
  await b.node.until(() => b.node.heard.length === count);
  for (const teller of tellers) teller.tell();
  await b.node.until(() => b.node.heard.length === count * 2);
  expect(b.node.senders.map(pid => pid.id)).toEqual(b.node.heard);
});

test('a bare peer hears what an envelope is called here where somebody traces, and only there', async () => {
  const { runtime, ref, node } = await start();
  const peer = await BarePeer.to(runtime.address);
  peer.hello().introduce([NOTE]).message(0, ['hello']);
  await node.until(() => node.heard.length > 0);
  const parts = async (count: number) => {
    ref.tell(node.senders[0] as PID, 'out');
    await peer.until(({ frames }) => frames.filter(({ kind }) => kind === FRAME.message).length === count);
    return peer.frames.findLast(({ kind }) => kind === FRAME.message)?.list;
  };
  expect(await parts(1)).toHaveLength(5);
  const posted: number[] = [];
  const ignore = () => undefined;
  runtime.tracer = {
    posted: ({ id, kind }) => kind === 'message' && posted.push(id),
    served: ignore,
    dropped: ignore,
    done: ignore,
    noted: ignore,
  };
  const traced = await parts(2);
  expect([traced?.length, traced?.[4]]).toEqual([6, posted[0]]);
});

test('a peer that ends within a frame is gone, and nothing of the frame arrives', async () => {
  const { runtime, node } = await start();
  const peer = await BarePeer.to(runtime.address);
  peer.hello().introduce([NOTE]);
  peer.socket.end(Buffer.of(0, 0, 0, 20, FRAME.message, 0x95));
  await peer.end();
  expect(node.heard).toEqual([]);
});

test('a link without a hello is closed after ten seconds', async () => {
  const clock = new PausableClock();
  const { runtime } = await start({ clock, log: lines().log });
  const peer = await BarePeer.to(runtime.address);
  clock.pause();
  clock.advance(HELLO_TIMEOUT_MS);
  clock.resume();
  await peer.end();
});

test('a watched peer that misses three pings is gone; one that nobody watches is not asked', async () => {
  const clock = new PausableClock();
  const { runtime, ref, node } = await start({ clock });
  const peer = await BarePeer.to(runtime.address);
  peer.hello().introduce([NOTE]).message(0, ['hello']);
  await node.until(() => node.heard.length > 0);
  const me = node.senders[0] as PID;
  const other = await BarePeer.to(runtime.address);
  other.hello('other.test:1').introduce([NOTE]).message(0, ['hello']);
  await node.until(() => node.heard.length > 1);
  ref.watch(me);
  await ref.heardSoFar();
  clock.pause();
  clock.advance(PING_INTERVAL_MS * PINGS_MISSED_MAX);
  await peer.until(({ frames }) => frames.filter(({ kind }) => kind === FRAME.ping).length === PINGS_MISSED_MAX);
  expect(node.gone).toEqual([]);
  clock.advance(PING_INTERVAL_MS);
  clock.resume();
  await node.until(() => node.gone.length > 0);
  expect(node.gone).toEqual([me]);
  expect(other.frames.filter(({ kind }) => kind === FRAME.ping)).toEqual([]);
});

test('a peer with another incarnation at the same address is a new one: links to the old one break', async () => {
  const { runtime, ref, node } = await start();
  const old = await BarePeer.to(runtime.address);
  old.hello().introduce([NOTE]).message(0, ['hello']);
  await node.until(() => node.heard.length > 0);
  ref.watch(node.senders[0] as PID);
  await ref.heardSoFar();
  const next = await BarePeer.to(runtime.address);
  next.hello('bare.test:1', 'two');
  await node.until(() => node.gone.length > 0);
  await old.end();
  ref.tell(node.senders[0] as PID, 'to the new one');
  await next.until(({ frames }) => frames.some(({ kind }) => kind === FRAME.message));
});

test('a peer that reads nothing is given up once 64 MiB wait for it', async () => {
  const { runtime, ref, node } = await start({ log: lines().log });
  const peer = await BarePeer.to(runtime.address);
  peer.hello().introduce([NOTE]).message(0, ['hello']);
  await node.until(() => node.heard.length > 0);
  peer.socket.pause();
  const me = node.senders[0] as PID;
  ref.watch(me);
  const text = 'x'.repeat(1 << 20);
  for (let sent = 0; sent < OUTBOUND_BYTES_MAX * 1.5; sent += text.length) ref.tell(me, text);
  await node.until(() => node.gone.length > 0);
  expect(node.gone).toEqual([me]);
  expect((await runtime.metrics.snapshot())['libprocess/overflows']).toBe(1);
});

test('a peer that accepts and says nothing is given up after half a minute', async () => {
  const clock = new PausableClock();
  const { ref } = await start({ clock, log: lines().log });
  const server = createServer(() => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const answer = ref.double(PID.parse(`node@127.0.0.1:${(server.address() as AddressInfo).port}`), 1);
  await once(server, 'connection');
  clock.pause();
  clock.advance(30_000);
  clock.resume();
  await expect(answer).rejects.toMatchObject({ code: 'DISCONNECTED' });
});

test('a thousand silent connections and links harm nobody, and are let go with the runtime', async () => {
  const { runtime, ref } = await start({ log: lines().log });
  const silent = await Promise.all(Array.from({ length: 500 }, () => RawClient.to(runtime)));
  const links = await Promise.all(
    Array.from({ length: 500 }, async (_, index) =>
      (await BarePeer.to(runtime.address)).hello(`idle.test:${index + 1}`),
    ),
  );
  await Promise.all(links.map(link => link.until(({ frames }) => frames.length > 0)));
  expect(await ref.double(ref.pid, 2)).toEqual({ number: 4 });
  const answer = await silent[0]?.send(get('/nobody')).until(/\r\n\r\n/);
  expect(answer).toContain('404 Not Found');
  await runtime.stop();
  await Promise.all([...silent.map(client => client.end()), ...links.map(link => link.end())]);
});
