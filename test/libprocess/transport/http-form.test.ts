/** Messages in the original's form: a POST of protobuf. */
import { expect, test } from 'vitest';
import { toProtobuf } from '../../../libprocess/codec/protobuf.ts';
import { RawClient, request } from '../http/scene.ts';
import { Note, start } from './scene.ts';

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
