/** The HTTP client of a runtime against the server of another. */
import { createServer } from 'node:net';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { HttpClient } from '../../../libprocess/http/client.ts';
import { Future, http, Pipe, Promised } from '../../../libprocess/index.ts';
import { readerOf, request, startRuntime, startSite, textOf } from './scene.ts';

test('a body goes there and comes back', async () => {
  const runtime = await startSite({ '/echo': ask => http.ok(http.textOf(ask) + ask.search) });
  const ask = request('POST', '/site/echo', { search: 'a=b', body: Buffer.from('hello ') });
  expect(await textOf(await runtime.request(runtime.address.text, ask))).toBe('hello a=b');
});

test('a body that is known leaves with its head in one piece, its length before it', async () => {
  const runtime = await startRuntime();
  const pieces: string[] = [];
  const server = createServer(socket =>
    socket.on('data', piece => {
      pieces.push(String(piece));
      socket.write('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    }),
  );
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const body = Buffer.from('x'.repeat(100));
  const headers = { 'x-name': 'value' };
  const answer = await runtime.request(`127.0.0.1:${port}`, request('POST', '/echo', { body, headers }));
  expect([answer.status, await textOf(answer)]).toEqual([200, 'ok']);
  expect(pieces).toHaveLength(1);
  expect(pieces[0]).toMatch(
    /^POST \/echo HTTP\/1\.1\r\n[\s\S]*X-Name: value[\s\S]*content-length: 100\r\n\r\nx{100}$/i,
  );
});

test('a reader that is behind holds the server back', async () => {
  const pipe = new Pipe();
  const runtime = await startSite({ '/events': () => http.stream(pipe.reader, {}) });
  const answer = await runtime.request(runtime.address.text, request('GET', '/site/events'));
  for (let index = 0; index < 64; index++) pipe.writer.write(Buffer.alloc(1 << 20));
  await readerOf(answer).read();
  expect(pipe.writer.buffered).toBeGreaterThan(32 << 20);
  pipe.writer.close();
  const rest = await readerOf(answer).readAll();
  expect(rest.length).toBeGreaterThan(63 << 20);
});

test('a body can be streamed both ways at once', async () => {
  const runtime = await startSite({ '/echo': { streaming: true, serve: ask => http.stream(readerOf(ask), {}) } });
  const pipe = new Pipe();
  pipe.writer.write('one');
  const answer = await runtime.request(runtime.address.text, request('POST', '/site/echo', { reader: pipe.reader }));
  expect(Buffer.from(await readerOf(answer).read()).toString()).toBe('one');
  pipe.writer.write('two');
  expect(Buffer.from(await readerOf(answer).read()).toString()).toBe('two');
  pipe.writer.close();
  expect(await readerOf(answer).read()).toHaveLength(0);
});

test('closing the reader of an answer ends the stream at the server', async () => {
  const pipe = new Pipe();
  const runtime = await startSite({ '/events': () => http.stream(pipe.reader, {}) });
  const answer = await runtime.request(runtime.address.text, request('GET', '/site/events'));
  readerOf(answer).close();
  await pipe.writer.readerClosed();
});

test('discarding a request aborts it at the server', async () => {
  const asked = new Promised<void>();
  const pending = new Promised<http.Response>();
  const discarded = new Promised<void>();
  pending.onDiscard(() => discarded.set());
  const runtime = await startSite({
    '/never': () => {
      asked.set();
      return pending;
    },
  });
  const answer = runtime.request(runtime.address.text, request('GET', '/site/never'));
  await asked;
  answer.discard();
  await discarded;
  await Future.await([answer]);
  expect(answer.state).toBe('discarded');
});

test('streams that never end do not hold up other requests to the same authority', async () => {
  const runtime = await startSite({
    '/events': () => http.stream(new Pipe().reader, {}),
    '/fast': () => http.ok('fast'),
  });
  const streams = Array.from({ length: 20 }, () =>
    runtime.request(runtime.address.text, request('GET', '/site/events')),
  );
  await Future.collect(streams);
  expect(await textOf(await runtime.request(runtime.address.text, request('GET', '/site/fast')))).toBe('fast');
});

test('a redirect is an answer like others', async () => {
  const runtime = await startSite({ '/here': () => http.temporaryRedirect('//elsewhere:1') });
  const answer = await runtime.request(runtime.address.text, request('GET', '/site/here'));
  const { location } = answer.headers;
  expect([answer.status, location]).toEqual([307, '//elsewhere:1']);
});

test('nobody listening there fails CONNECT and names the authority', async () => {
  const runtime = await startRuntime();
  const answer = runtime.request('127.0.0.1:1', request('GET', '/'));
  await expect(answer).rejects.toMatchObject({ code: 'CONNECT', message: expect.stringContaining('127.0.0.1:1') });
});

test('a connection that breaks before the answer fails DISCONNECTED', async () => {
  const runtime = await startRuntime();
  const server = createServer(socket => socket.once('data', () => socket.destroy()));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  const answer = runtime.request(`127.0.0.1:${port}`, request('GET', '/'));
  await expect(answer).rejects.toMatchObject({ code: 'DISCONNECTED' });
  server.close();
});

test('a server that dies in the middle of a body fails the reader DISCONNECTED', async () => {
  const pipe = new Pipe();
  const server = await startSite({ '/events': () => http.stream(pipe.reader, {}) });
  const client = await startRuntime();
  const answer = await client.request(server.address.text, request('GET', '/site/events'));
  pipe.writer.write('half');
  await readerOf(answer).read();
  const rest = readerOf(answer).read();
  pipe.writer.fail(new Error('a bug'));
  await expect(rest).rejects.toMatchObject({ code: 'DISCONNECTED' });
});

test('requests are made of a method, a path with its query, headers and a body', () => {
  const { method, path, search, headers, body } = http.post('/a/b?c=d?', 'text', { accept: '*/*' });
  expect({ method, path, search, headers, body: String(body) }).toEqual({
    method: 'POST',
    path: '/a/b',
    search: 'c=d?',
    headers: { accept: '*/*' },
    body: 'text',
  });
  expect(http.get('/a')).toMatchObject({ method: 'GET', path: '/a', search: '' });
  expect(http.requestDelete('/a')).toMatchObject({ method: 'DELETE' });
});

test('an authority may say http itself', async () => {
  const runtime = await startSite({ '/health': () => http.ok('up') });
  expect(await textOf(await runtime.request(`http://${runtime.address}`, http.get('/site/health')))).toBe('up');
});

test('an authority that is not asked any more is forgotten with its last connection', async () => {
  const client = new HttpClient();
  onTestFinished(() => client.close());
  const [one, two] = [await startSite({ '/health': () => http.ok('up') }), await startSite({})];
  const answers = await Promise.all(
    [one, two].map(({ address }) => client.request(address.text, http.get('/site/health'))),
  );
  await Promise.all(answers.map(textOf));
  expect(client.poolCount).toBe(2);
  await two.stop();
  while (client.poolCount > 1) await turnOfTheLoop();
  expect(await textOf(await client.request(one.address.text, http.get('/site/health')))).toBe('up');
});

test('an authority where nobody listens is not kept', async () => {
  const client = new HttpClient();
  await Future.await([client.request('127.0.0.1:1', http.get('/'))]);
  while (client.poolCount > 0) await turnOfTheLoop();
});
