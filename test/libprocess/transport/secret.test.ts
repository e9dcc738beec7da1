/** Peers that share a secret, and those who do not know it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Address, logger, Runtime, TcpNetwork } from '../../../libprocess/index.ts';
import { FRAME, HELLO_BYTES_MAX } from '../../../libprocess/transport/frame.ts';
import { type Hello, helloOf, parseHello } from '../../../libprocess/transport/handshake.ts';
import { prove, secretFrom } from '../../../libprocess/transport/secret.ts';
import { request } from '../http/scene.ts';
import { BarePeer, Node } from './scene.ts';

const SECRET = Buffer.from('correct horse battery staple');
const NOTE = ['test.tcp.Note', ['test.tcp.Note', ['text']]];

async function start(secret: Uint8Array | null) {
  const lines: string[] = [];
  const log = logger((_level, message) => lines.push(message));
  const runtime = await Runtime.start({ network: new TcpNetwork({ secret }), log });
  onTestFinished(() => runtime.stop());
  const node = new Node();
  const ref = runtime.spawn(node);
  const failures = async () => (await runtime.metrics.snapshot())['libprocess/authentication_failures'] ?? 0;
  return { runtime, node, ref, pid: ref.pid, lines, failures };
}

const US: Hello = { address: Address.parse('bare.test:1'), incarnation: 'one', nonce: 'n'.repeat(32) };

/** A peer that has said hello with a nonce, and what it heard of us. */
async function greeted({ runtime }: { readonly runtime: Runtime }) {
  const peer = await BarePeer.to(runtime.address);
  peer.send(FRAME.hello, helloOf(US));
  await peer.until(({ frames }) => frames.length > 0);
  return { peer, them: parseHello(peer.frames[0]?.list ?? []) };
}

test('two that know the secret talk both ways', async () => {
  const [a, b] = [await start(SECRET), await start(SECRET)];
  a.ref.watch(b.pid);
  expect(await a.ref.double(b.pid, 21)).toEqual({ number: 42 });
  expect(await b.ref.double(a.pid, 4)).toEqual({ number: 8 });
  expect(await a.failures()).toBe(0);
});

test.each([
  { who: 'another secret', secret: Buffer.from('wrong') },
  { who: 'no secret', secret: null },
])('a peer with $who is refused, counted each time and logged once', async ({ secret }) => {
  const [a, b] = [await start(SECRET), await start(secret)];
  for (let round = 0; round < 3; round++) {
    await expect(b.ref.double(a.pid, 1)).rejects.toMatchObject({ code: 'DISCONNECTED' });
  }
  await expect(a.ref.double(b.pid, 1)).rejects.toMatchObject({ code: 'DISCONNECTED' });
  expect(await a.failures()).toBeGreaterThanOrEqual(3);
  expect(a.lines.filter(line => line.includes('was refused') && line.includes('secret'))).toHaveLength(1);
});

test('a proof of the right secret opens the link; messages before it do not arrive', async () => {
  const a = await start(SECRET);
  const { peer, them } = await greeted(a);
  peer.send(FRAME.proof, [prove(SECRET, true, US, them)]).introduce([NOTE]);
  peer.message(0, ['hello']);
  await a.node.until(() => a.node.heard.length > 0);
  await peer.until(({ frames }) => frames.length === 3);
  expect(peer.frames.map(({ kind }) => kind)).toEqual([FRAME.hello, FRAME.proof, FRAME.names]);
});

test.each([
  { what: 'a proof of another secret', proof: (them: Hello) => prove(Buffer.from('wrong'), true, US, them) },
  { what: "a proof of the other side's", proof: (them: Hello) => prove(SECRET, false, US, them) },
  { what: 'a proof with another nonce', proof: (them: Hello) => prove(SECRET, true, US, { ...them, nonce: 'old' }) },
  { what: 'no text', proof: () => 1 },
])('$what proves nothing', async ({ proof }) => {
  const a = await start(SECRET);
  const { peer, them } = await greeted(a);
  peer
    .send(FRAME.proof, [proof(them)])
    .introduce([NOTE])
    .message(0, ['hello']);
  await peer.end();
  expect([await a.failures(), a.node.heard, peer.frames.length]).toEqual([1, [], 1]);
});

test('a message in place of a proof is refused', async () => {
  const a = await start(SECRET);
  const { peer } = await greeted(a);
  peer.introduce([NOTE]).message(0, ['hello']);
  await peer.end();
  expect([await a.failures(), a.node.heard]).toEqual([1, []]);
});

test('before the proof no frame may be over 64 KiB', async () => {
  const a = await start(SECRET);
  const { peer } = await greeted(a);
  peer.send(FRAME.proof, ['x'.repeat(HELLO_BYTES_MAX)]);
  await peer.end();
  expect((await a.runtime.metrics.snapshot())['libprocess/malformed_frames']).toBe(1);
});

test('a message by HTTP proves nothing, and gets 403', async () => {
  const a = await start(SECRET);
  const headers = { 'libprocess-from': 'a@1.2.3.4:5' };
  const answer = await a.runtime.request(a.runtime.address.text, request('POST', '/node/test.tcp.Note', { headers }));
  expect([answer.status, await a.failures()]).toEqual([403, 1]);
});

test('the secret is what the file holds, without the end of its line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'secret');
  writeFileSync(path, 'a secret\n');
  expect(Buffer.from(secretFrom({ LIBPROCESS_PEER_SECRET_FILE: path }) ?? []).toString()).toBe('a secret');
  writeFileSync(path, '\n');
  expect(() => secretFrom({ LIBPROCESS_PEER_SECRET_FILE: path })).toThrow(/is empty/);
  expect(() => secretFrom({ LIBPROCESS_PEER_SECRET_FILE: join(folder, 'none') })).toThrow(/cannot be read/);
  expect(secretFrom({})).toBeNull();
});
