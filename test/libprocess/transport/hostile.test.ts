/** Links to peers that are broken, strange or hostile: each costs its own connection, nobody else anything. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { logger, PausableClock, PID } from '../../../libprocess/index.ts';
import { FRAME, HELLO_BYTES_MAX } from '../../../libprocess/transport/frame.ts';
import { OUTBOUND_BYTES_MAX, PINGS_MISSED_MAX } from '../../../libprocess/transport/link.ts';
import { HELLO_TIMEOUT_MS, PING_INTERVAL_MS } from '../../../libprocess/transport/peers.ts';
import { get, RawClient } from '../http/scene.ts';
import { BarePeer, start } from './scene.ts';

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
