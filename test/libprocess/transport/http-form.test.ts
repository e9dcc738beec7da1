/** Messages in the original's form: a POST of protobuf. */
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { toProtobuf } from '../../../libprocess/codec/protobuf.ts';
import { logger, Runtime, TcpNetwork } from '../../../libprocess/index.ts';
import { receiveMessage } from '../../../libprocess/transport/http-form.ts';
import { Reports } from '../../../libprocess/transport/reports.ts';
import { get, RawClient, request, textOf } from '../http/scene.ts';
import { Node, Note, start } from './scene.ts';

const note = Buffer.from(toProtobuf(Note.body, { text: 'hello' }));

function post(path: string, body: Buffer, ...headers: string[]): Buffer {
  const lines = [`POST ${path} HTTP/1.1`, 'Host: test', ...headers, 'Transfer-Encoding: chunked'];
  const head = `${lines.join('\r\n')}\r\n\r\n${body.length.toString(16)}\r\n`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n0\r\n\r\n')]);
}

test.each(['Libprocess-From: c++@10.0.0.1:99', 'User-Agent: libprocess/c++@10.0.0.1:99'])(
  'a message with %s is delivered as from there and gets 202',
  async header => {
    const { runtime, node } = await start();
    const client = await RawClient.to(runtime);
    expect(await client.send(post('/node/test.tcp.Note', note, header)).until(/\r\n\r\n/)).toMatch(/ 202 Accepted/);
    await node.until(() => node.heard.length > 0);
    expect([node.heard[0], String(node.senders[0])]).toEqual(['hello', 'c++@10.0.0.1:99']);
  },
);

test.each([
  { path: '/nobody/test.tcp.Note', body: note, from: 'a@1.2.3.4:5', status: 404, why: 'for nobody' },
  { path: '/node/test.tcp.Unheard', body: note, from: 'a@1.2.3.4:5', status: 202, why: 'that nobody knows' },
  { path: '/node/test.tcp.Note', body: Buffer.of(0xff), from: 'a@1.2.3.4:5', status: 400, why: 'that cannot be read' },
  {
    path: '/node/test.tcp.Note',
    body: Buffer.alloc(0),
    from: 'a@1.2.3.4:5',
    status: 400,
    why: 'without what it must have',
  },
  { path: '/node/test.tcp.Note', body: note, from: 'nonsense', status: 400, why: 'from no address' },
])('a message $why gets $status', async ({ path, body, from, status }) => {
  const { runtime, node } = await start();
  const headers = { 'libprocess-from': from };
  const answer = await runtime.request(runtime.address.text, request('POST', path, { body, headers }));
  expect(answer.status).toBe(status);
  expect(node.heard).toEqual([]);
});

test('an id may come percent-encoded', async () => {
  const { runtime, node } = await start();
  const headers = { 'libprocess-from': 'a@1.2.3.4:5' };
  await runtime.request(runtime.address.text, request('POST', '/%6eode/test.tcp.Note', { body: note, headers }));
  await node.until(() => node.heard.length > 0);
});

test('a thousand messages that nobody knows or can read are counted each, and logged once a kind', async () => {
  const lines: string[] = [];
  const { runtime } = await start({ log: logger((_level, message) => lines.push(message)) });
  const client = await RawClient.to(runtime);
  const from = 'Libprocess-From: a@1.2.3.4:5';
  for (let round = 0; round < 500; round++) {
    client.send(post('/node/test.tcp.Unheard', note, from)).send(post('/node/test.tcp.Note', Buffer.of(0xff), from));
  }
  await client.send(get('/nobody')).until(/ 404 /);
  expect(await runtime.metrics.snapshot()).toMatchObject({
    'libprocess/unknown_messages': 500,
    'libprocess/malformed_messages': 500,
  });
  expect(lines).toHaveLength(2);
});

async function matching() {
  const lines: string[] = [];
  const log = logger((_level, message) => lines.push(message));
  const runtime = await Runtime.start({ network: new TcpNetwork({ matchPeers: true }), log });
  onTestFinished(() => runtime.stop());
  const node = new Node();
  return { runtime, node, ref: runtime.spawn(node), lines };
}

test('where senders must be where they say, a message from elsewhere gets 400 in the words of the original', async () => {
  const { runtime, node, lines } = await matching();
  const send = async (from: string) => {
    const headers = { 'libprocess-from': from };
    const answer = await runtime.request(
      runtime.address.text,
      request('POST', '/node/test.tcp.Note', { body: note, headers }),
    );
    return [answer.status, await textOf(answer)];
  };
  const why = 'UPID IP address validation failed: Message from a@1.2.3.4:5 was sent from IP 127.0.0.1';
  expect(await send('a@1.2.3.4:5')).toEqual([400, why]);
  expect(await send('a@1.2.3.4:5')).toEqual([400, why]);
  expect(node.heard).toEqual([]);
  expect((await send('a@127.0.0.1:5'))[0]).toBe(202);
  await node.until(() => node.heard.length === 1);
  expect(lines).toEqual([why]);
  expect((await runtime.metrics.snapshot())['libprocess/address_mismatches']).toBe(2);
});

test('whatever a request says, it gets 202, 400 or 404', async () => {
  const { runtime, node } = await start({ log: logger(() => undefined) });
  const receiver = { host: runtime, reports: new Reports(runtime), matchPeers: false };
  const part = fc.oneof(fc.constantFrom('node', 'test.tcp.Note', '%', '%ff', '..', '', 'a@b'), fc.string());
  const path = fc.array(part).map(parts => `/${parts.join('/')}`);
  const body = fc.oneof(fc.constant(note), fc.uint8Array({ maxLength: 50 }));
  const sender = fc.oneof(fc.constantFrom('a@1.2.3.4:5', 'a@1.2.3.4:99999', '@', ''), fc.string());
  const header = fc.constantFrom('libprocess-from', 'user-agent');
  await fc.assert(
    fc.asyncProperty(path, body, sender, header, async (where, bytes, from, name) => {
      const headers = { [name]: name === 'user-agent' ? `libprocess/${from}` : from };
      const { status } = await receiveMessage(receiver, request('POST', where, { body: bytes, headers }));
      expect([202, 400, 404]).toContain(status);
    }),
    { numRuns: 500 },
  );
  const { heard } = node;
  expect(heard.every(text => typeof text === 'string')).toBe(true);
});
