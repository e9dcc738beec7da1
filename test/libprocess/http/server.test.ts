/** The HTTP server of a runtime, byte by byte over real sockets. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { HEADERS_TIMEOUT_MS } from '../../../libprocess/http/server.ts';
import { Failure, http, logger, PausableClock, Pipe, Process, Promised, Runtime } from '../../../libprocess/index.ts';
import { get, RawClient, readerOf, request, Site, startRuntime, startSite, textOf } from './scene.ts';

test('an answer carries Date and Content-Length, spelled as Mesos spells them, and no Connection', async () => {
  const client = await RawClient.to(await startSite({ '/health': () => http.json({ up: true }) }));
  const answer = await client.send(get('/site/health')).until(/\r\n\r\n.+/);
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer).toMatch(/\r\nDate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r\n/);
  expect(answer).toContain('\r\nContent-Length: 11\r\n');
  expect(answer).toContain('\r\nContent-Type: application/json\r\n');
  expect(answer).not.toMatch(/connection:/i);
});

test.each([{ body: 'größer' }, { body: Buffer.from('größer') }])(
  'a small body $body leaves with its head',
  async ({ body }) => {
    const client = await RawClient.to(await startSite({ '/body': () => ({ ...http.ok(), body }) }));
    client.send(get('/site/body'));
    const [first] = await once(client.socket, 'data');
    expect(first).toMatch(/\r\nContent-Length: 8\r\n[\s\S]*\r\n\r\n/);
    expect(Buffer.from(first.slice(-8), 'latin1').toString()).toBe('größer');
  },
);

test('an answer that is no response costs its connection, and nothing else', async () => {
  const runtime = await startSite({ '/bad': () => null as never, '/good': () => http.ok('yes') });
  expect(await (await RawClient.to(runtime)).send(get('/site/bad')).end()).toBe('');
  const snapshot = await runtime.metrics.snapshot();
  expect(snapshot['libprocess/http/broken_answers']).toBe(1);
});

test('an answer without a body says Content-Length: 0', async () => {
  const client = await RawClient.to(await startSite({ '/health': () => http.ok() }));
  expect(await client.send(get('/site/health')).until(/\r\n\r\n/)).toContain('\r\nContent-Length: 0\r\n');
});

test('a sentence is plain text, and what says its own type keeps it', async () => {
  const runtime = await startSite({ '/bad': () => http.badRequest('No.'), '/json': () => http.json({}) });
  const types = ['/site/bad', '/site/json', '/nobody'].map(async path => {
    const answer = await runtime.request(runtime.address.text, request('GET', path));
    return answer.headers['content-type'];
  });
  const text = 'text/plain; charset=utf-8';
  expect(await Promise.all(types)).toEqual([text, 'application/json', text]);
});

test('requests sent at once are answered in their order, whichever is ready first', async () => {
  const slow = new Promised<http.Response>();
  const client = await RawClient.to(
    await startSite({
      '/slow': () => slow,
      '/fast': () => {
        slow.set(http.ok('slow.'));
        return http.ok('fast.');
      },
    }),
  );
  const both = await client.send(get('/site/slow') + get('/site/fast')).until(/fast\./);
  expect(both.indexOf('slow.')).toBeLessThan(both.indexOf('fast.'));
});

test('every piece of a pipe leaves as one chunk, the head before the first of them', async () => {
  const pipe = new Pipe();
  const client = await RawClient.to(await startSite({ '/events': () => http.stream(pipe.reader, {}) }));
  const head = await client.send(get('/site/events')).until(/\r\n\r\n/);
  expect(head).toContain('\r\nTransfer-Encoding: chunked\r\n');
  pipe.writer.write('first');
  pipe.writer.write('the second');
  await client.until(/second/);
  pipe.writer.close();
  const all = await client.until(/0\r\n\r\n$/);
  expect(all.slice(head.length)).toBe('5\r\nfirst\r\na\r\nthe second\r\n0\r\n\r\n');
});

test('a pipe with very many pieces is sent whole', async () => {
  const pipe = new Pipe();
  for (let index = 0; index < 50_000; index++) pipe.writer.write('x');
  pipe.writer.close();
  const runtime = await startSite({ '/events': () => http.stream(pipe.reader, {}) });
  expect(await textOf(await runtime.request(runtime.address.text, request('GET', '/site/events')))).toHaveLength(
    50_000,
  );
});

test('a client that goes away closes the reader of its stream', async () => {
  const pipe = new Pipe();
  const client = await RawClient.to(await startSite({ '/events': () => http.stream(pipe.reader, {}) }));
  await client.send(get('/site/events')).until(/\r\n\r\n/);
  client.socket.destroy();
  await pipe.writer.readerClosed();
  expect(pipe.writer.write('more')).toBe(false);
});

test('a client that goes away discards the future of its answer', async () => {
  const asked = new Promised<void>();
  const pending = new Promised<http.Response>();
  const given = new Promised<void>();
  pending.onDiscard(() => given.set());
  const client = await RawClient.to(
    await startSite({
      '/never': () => {
        asked.set();
        return pending;
      },
    }),
  );
  client.send(get('/site/never'));
  await asked;
  client.socket.destroy();
  await given;
  expect(pending.discardRequested).toBe(true);
});

test('a body of 1024 bytes is compressed for a client that accepts gzip', async () => {
  const text = 'a'.repeat(1024);
  const runtime = await startSite({ '/big': () => http.ok(text) });
  const accept = { 'accept-encoding': 'deflate, gzip;q=0.5' };
  const answer = await runtime.request(runtime.address.text, request('GET', '/site/big', { headers: accept }));
  expect(answer.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(await readerOf(answer).readAll()).toString()).toBe(text);
});

test.each([
  { length: 1023, accept: 'gzip', why: 'it is short' },
  { length: 1024, accept: 'gzip;q=0', why: 'the client refuses' },
  { length: 1024, accept: undefined, why: 'the client says nothing' },
])('a body of $length bytes goes as it is when $why', async ({ length, accept }) => {
  const runtime = await startSite({ '/big': () => http.ok('a'.repeat(length)) });
  const headers = accept === undefined ? {} : { 'accept-encoding': accept };
  const answer = await runtime.request(runtime.address.text, request('GET', '/site/big', { headers }));
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(answer.headers['content-length']).toBe(String(length));
});

test('a body that came compressed is read plain', async () => {
  const runtime = await startSite({ '/echo': ask => http.ok(http.textOf(ask)) });
  const zipped = { headers: { 'content-encoding': 'gzip' }, body: gzipSync('hello') };
  expect(await textOf(await runtime.request(runtime.address.text, request('POST', '/site/echo', zipped)))).toBe(
    'hello',
  );
});

test('a body that claims to be gzip and is not gets 400', async () => {
  const runtime = await startSite({ '/echo': ask => http.ok(http.textOf(ask)) });
  const wrong = { headers: { 'content-encoding': 'gzip' }, body: Buffer.from('hello') };
  const answer = await runtime.request(runtime.address.text, request('POST', '/site/echo', wrong));
  expect(answer.status).toBe(400);
  expect(await textOf(answer)).toContain('the body is not gzip');
});

test('a file is sent from disk with its length', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'files-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'stdout'), 'line\n'.repeat(100_000));
  const runtime = await startSite({ '/get': () => ({ ...http.ok(), file: join(folder, 'stdout') }) });
  const answer = await runtime.request(runtime.address.text, request('GET', '/site/get'));
  expect(answer.headers['content-length']).toBe('500000');
  expect(await textOf(answer)).toBe('line\n'.repeat(100_000));
});

test.each(['/nowhere/at/all', tmpdir()])('the file %s gets 404', async file => {
  const runtime = await startSite({ '/get': () => ({ ...http.ok(), file }) });
  expect((await runtime.request(runtime.address.text, request('GET', '/site/get'))).status).toBe(404);
});

test('a route that throws a Failure gets 500 with its words', async () => {
  const runtime = await startSite({
    '/bad': () => {
      throw new Failure('no such thing', 'NOTHING');
    },
  });
  const answer = await runtime.request(runtime.address.text, request('GET', '/site/bad'));
  expect([answer.status, await textOf(answer)]).toEqual([500, 'no such thing']);
});

test('an answer with a header that cannot be written gets 500, and the server lives', async () => {
  const runtime = await startSite({ '/bad': () => http.ok('', { location: 'a\r\nb' }), '/good': () => http.ok('yes') });
  expect((await runtime.request(runtime.address.text, request('GET', '/site/bad'))).status).toBe(500);
  expect((await runtime.request(runtime.address.text, request('GET', '/site/good'))).status).toBe(200);
});

test('what is not HTTP gets 400 with a sentence and a close', async () => {
  const client = await RawClient.to(await startSite({}));
  const answer = await client.send('\x00\x01garbage\r\n\r\n').end();
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(answer).toContain('Malformed HTTP: ');
});

test('headers beyond the limit get 431', async () => {
  const client = await RawClient.to(await startSite({}));
  const answer = await client.send(get('/', `X: ${'x'.repeat(100_000)}`)).end();
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
});

test('a TLS client is closed on at once', async () => {
  const client = await RawClient.to(await startSite({}));
  expect(await client.send(Uint8Array.of(0x16, 3, 1, 0, 0)).end()).toBe('');
});

test('a request that offers another protocol is served as it is', async () => {
  const runtime = await startSite({ '/echo': ask => http.ok(`got ${http.textOf(ask)}.`) });
  const client = await RawClient.to(runtime);
  const lines = ['POST /site/echo HTTP/1.1', 'Host: test', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c'];
  client.send(`${[...lines, 'HTTP2-Settings: AAMA', 'Content-Length: 5'].join('\r\n')}\r\n\r\nhello`);
  expect(await client.until(/got/)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]+got hello\.$/);
  expect(await client.send(get('/site/echo')).until(/got \./)).toContain('got .');
});

test('a request whose headers do not end gets 408 a minute after its first byte; a silent connection stays', async () => {
  const clock = new PausableClock();
  const runtime = await startRuntime({ clock });
  runtime.spawn(new Site({ '/health': () => http.ok('healthy') }));
  const [silent, quiet, slow] = [await RawClient.to(runtime), await RawClient.to(runtime), await RawClient.to(runtime)];
  await quiet.send(get('/site/health')).until(/healthy/);
  await slow.send(get('/site/health')).until(/healthy/);
  slow.send('GET / HTTP/1.1\r\nHost: ');
  await (await RawClient.to(runtime)).send(get('/site/health')).until(/healthy/);
  clock.pause();
  clock.advance(HEADERS_TIMEOUT_MS + 10_000);
  expect(await slow.end()).toContain('HTTP/1.1 408 Request Timeout');
  await silent.send(get('/site/health')).until(/healthy/);
  await quiet.send(get('/site/health')).until(/healthy[\s\S]+healthy/);
});

test('a body over the limit gets 413', async () => {
  const runtime = await startSite({
    '/some': {
      streaming: true,
      serve: ask =>
        readerOf(ask)
          .readAll(10)
          .then(() => http.ok()),
    },
  });
  const answer = await runtime.request(
    runtime.address.text,
    request('POST', '/site/some', { body: Buffer.alloc(5_000_000) }),
  );
  expect(answer.status).toBe(413);
});

test('a slow reader of a stream holds its writer back, not the others', async () => {
  const pipe = new Pipe();
  const runtime = await startSite({ '/events': () => http.stream(pipe.reader, {}), '/fast': () => http.ok('fast') });
  const client = await RawClient.to(runtime);
  await client.send(get('/site/events')).until(/\r\n\r\n/);
  client.socket.pause();
  const piece = Buffer.alloc(1 << 20);
  for (let index = 0; index < 64; index++) pipe.writer.write(piece);
  expect(await textOf(await runtime.request(runtime.address.text, request('GET', '/site/fast')))).toBe('fast');
  expect(pipe.writer.buffered).toBeGreaterThan(32 << 20);
});

test('HEAD gets the head alone, and of a stream its end as well', async () => {
  const pipe = new Pipe();
  const client = await RawClient.to(
    await startSite({ '/text': () => http.ok('12345'), '/events': () => http.stream(pipe.reader, {}) }),
  );
  client.send(get('/site/text').replace('GET', 'HEAD') + get('/site/events').replace('GET', 'HEAD'));
  const all = await client.send(get('/site/text')).until(/12345$/);
  expect(all.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  expect(all.match(/Content-Length: 5\r\n/g)).toHaveLength(2);
  expect(all.match(/12345/g)).toHaveLength(1);
  await pipe.writer.readerClosed();
});

test('a client that waits for 100 Continue is told to go on', async () => {
  const client = await RawClient.to(await startSite({ '/echo': ask => http.ok(http.textOf(ask)) }));
  client.send('POST /site/echo HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n');
  await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  expect(await client.send('hello').until(/hello$/)).toContain('HTTP/1.1 200 OK');
});

test.each([
  { what: 'of HTTP/1.0', ask: 'GET /site/health HTTP/1.0\r\n\r\n' },
  { what: 'that says close', ask: get('/site/health', 'Connection: close') },
])('after a request $what the connection ends', async ({ ask }) => {
  const client = await RawClient.to(await startSite({ '/health': () => http.ok('healthy') }));
  expect(await client.send(ask).end()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close\r\n[\s\S]*healthy$/);
});

test('a client of HTTP/1.0 that asks for it keeps its connection, and gets a stream without chunks', async () => {
  const pipe = Pipe.of(Buffer.from('all of it'));
  const client = await RawClient.to(
    await startSite({ '/health': () => http.ok('healthy'), '/events': () => http.stream(pipe, {}) }),
  );
  await client.send('GET /site/health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n').until(/healthy$/);
  expect(await client.send('GET /site/events HTTP/1.0\r\n\r\n').end()).toMatch(/\r\n\r\nall of it$/);
});

test('slashes that are too many are taken for one', async () => {
  const runtime = await startSite({ '/a/b': () => http.ok('here') });
  for (const path of ['//site/a/b', '/site//a/b//', '/site/a/b/']) {
    expect((await runtime.request(runtime.address.text, request('GET', path))).status).toBe(200);
  }
});

test('what is asked of an actor before its routes are there waits for them, also when initialize waits', async () => {
  const ready = new Promised<void>();
  class Late extends Process {
    protected override async initialize(): Promise<void> {
      this.route('/early', {}, () => http.ok('early'));
      await this.turn(ready);
      this.route('/late', {}, () => http.ok('late'));
    }
  }
  const runtime = Runtime.local();
  runtime.spawn(new Late('late'));
  const ask = (path: string) => runtime.serve(request('GET', path));
  const [early, late, never] = [ask('/late/early'), ask('/late/late'), ask('/late/never')];
  expect((await early).body).toBe('early');
  expect(await ask('/late/early')).toMatchObject({ body: 'early' });
  expect([late.isPending, never.isPending]).toEqual([true, true]);
  ready.set();
  expect([(await late).body, (await never).status, (await ask('/late/never')).status]).toEqual(['late', 404, 404]);
});

test('what waits for the routes of an actor that dies before it has them is answered with 500', async () => {
  const ready = new Promised<void>();
  class Doomed extends Process {
    protected override async initialize(): Promise<void> {
      await this.turn(ready);
      throw new Error('a bug');
    }
  }
  const runtime = Runtime.local({ died: () => undefined, log: logger(() => undefined) });
  runtime.spawn(new Doomed('doomed'));
  const answer = runtime.serve(request('GET', '/doomed/late'));
  ready.set();
  expect((await answer).status).toBe(500);
});
