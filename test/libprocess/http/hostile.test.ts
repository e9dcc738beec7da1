/** HTTP clients that are broken, slow or hostile, and actors that fail them: nobody else is harmed, and the log stays short. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BODY_TIMEOUT_MS, HEADER_BYTES_MAX, HEADERS_TIMEOUT_MS } from '../../../libprocess/http/server.ts';
import { Failure, Future, http, logger, PausableClock, Process, Promised } from '../../../libprocess/index.ts';
import { BODY_BYTES_MAX, MAILBOX_HIGH } from '../../../libprocess/limits.ts';
import { get, type Page, RawClient, request, Site, startRuntime, textOf } from './scene.ts';

async function start(pages: Readonly<Record<string, Page['serve']>> = {}, seams: { clock?: PausableClock } = {}) {
  const lines: string[] = [];
  const log = logger((level, message) => lines.push(`${level} ${message}`));
  const runtime = await startRuntime({ log, died: () => undefined, ...seams });
  runtime.spawn(new Site({ '/health': () => http.ok('healthy'), '/echo': ask => http.ok(http.textOf(ask)), ...pages }));
  const healthy = async (): Promise<void> => {
    expect(await textOf(await runtime.request(runtime.address.text, http.get('/site/health')))).toBe('healthy');
  };
  const count = async (name: string): Promise<number | undefined> =>
    (await runtime.metrics.snapshot())[`libprocess/http/${name}`];
  return { runtime, lines, healthy, count };
}

const post = (...lines: string[]): string => ['POST /site/echo HTTP/1.1', 'Host: test', ...lines].join('\r\n');

test.each([
  ['two lengths that differ', post('Content-Length: 3', 'Content-Length: 4', '', 'abcd')],
  ['two lengths in one header', post('Content-Length: 3, 4', '', 'abcd')],
  ['a length and chunks', post('Content-Length: 3', 'Transfer-Encoding: chunked', '', '0', '', '')],
  ['chunks that are not the last coding', post('Transfer-Encoding: chunked, gzip', '', '0', '', '')],
  [
    'an unknown coding before chunks in a second header',
    post('Transfer-Encoding: chunked', 'Transfer-Encoding: x', '', ''),
  ],
  ['a length that is no number', post('Content-Length: 0x3', '', 'abc')],
  ['a negative length', post('Content-Length: -3', '', 'abc')],
  ['a length beyond all numbers', post(`Content-Length: ${'9'.repeat(30)}`, '', 'abc')],
  ['a space before the colon', post('Content-Length : 3', '', 'abc')],
  ['a header that goes on in the next line', post('X: a', ' b: c', '', '')],
  ['a line break without its first half', `${post('Content-Length: 0')}\n\n`],
  ['a chunk whose size is no number', post('Transfer-Encoding: chunked', '', 'zz', 'abc', '0', '', '')],
  ['a chunk that is longer than its size', post('Transfer-Encoding: chunked', '', '1', 'abc', '0', '', '')],
  ['an endless chunk extension', post('Transfer-Encoding: chunked', '', `1;${'x'.repeat(100_000)}`, '')],
  ['a method that is none', 'FETCH / HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['another version', 'GET / HTTP/7.3\r\nHost: test\r\n\r\n'],
  ['no host', 'GET / HTTP/1.1\r\n\r\n'],
])('a request with %s is refused, its connection closed, and what follows is not served', async (_what, text) => {
  const { runtime, lines, healthy } = await start();
  const client = await RawClient.to(runtime);
  const answer = await client.send(text + get('/site/health')).end();
  expect(answer).toMatch(/^HTTP\/1\.1 (4\d\d|505) /);
  expect(answer).not.toContain('healthy');
  await healthy();
  expect(lines.length).toBeLessThanOrEqual(1);
});

test('two hundred malformed requests of one peer are counted, and logged once', async () => {
  const { runtime, lines, count } = await start();
  for (let round = 0; round < 2; round++) {
    const clients = await Promise.all(Array.from({ length: 100 }, () => RawClient.to(runtime)));
    await Promise.all(clients.map(client => client.send('\x00\x01\x02\r\n\r\n').end()));
  }
  expect(lines).toHaveLength(1);
  expect(await count('malformed_requests')).toBe(200);
});

test('headers over the limit get 431, and the others are served', async () => {
  const { runtime, healthy } = await start();
  const many = Array.from({ length: 5_000 }, (_, index) => `X-${index}: ${'x'.repeat(20)}`);
  for (const headers of [[`X: ${'x'.repeat(HEADER_BYTES_MAX)}`], many]) {
    const client = await RawClient.to(runtime);
    expect(await client.send(get('/site/health', ...headers)).end()).toMatch(/^HTTP\/1\.1 431 /);
  }
  await healthy();
});

test('heads that trickle in for a minute get 408, each counted, and are logged once', async () => {
  const clock = new PausableClock();
  const { runtime, healthy, lines, count } = await start({}, { clock });
  const slow = await Promise.all(Array.from({ length: 20 }, () => RawClient.to(runtime)));
  for (const client of slow) client.send('GET /site/health HTTP/1.1\r\n');
  await healthy();
  clock.pause();
  for (let waited = 0; waited <= HEADERS_TIMEOUT_MS; waited += 10_000) {
    for (const client of slow) client.send('X-More: 1\r\n');
    clock.advance(10_000);
    await healthy();
  }
  for (const client of slow) expect(await client.end()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(await count('slow_requests')).toBe(20);
  expect(lines).toHaveLength(1);
});

test('a body over the limit gets 413, counted and logged once, and its connection goes on', async () => {
  const { runtime, lines, count } = await start();
  const client = await RawClient.to(runtime);
  const piece = Buffer.alloc(1 << 20);
  for (let round = 1; round <= 2; round++) {
    client.send(post(`Content-Length: ${BODY_BYTES_MAX + piece.length}`, '', ''));
    for (let sent = 0; sent < BODY_BYTES_MAX + piece.length; sent += piece.length) client.send(piece);
    await client.until(new RegExp(`(413 Payload Too Large[\\s\\S]*){${round}}`));
  }
  await client.send(get('/site/health')).until(/healthy/);
  expect(lines).toHaveLength(1);
  expect(await count('large_bodies')).toBe(2);
});

test('a small body that unpacks to one over the limit gets 413', async () => {
  const { runtime } = await start();
  const body = gzipSync(Buffer.alloc(BODY_BYTES_MAX + 1));
  expect(body.length).toBeLessThan(100_000);
  const ask = http.post('/site/echo', body, { 'content-encoding': 'gzip' });
  expect((await runtime.request(runtime.address.text, ask)).status).toBe(413);
});

test('a body that pauses for a minute gets 408 and a close; one that trickles is served', async () => {
  const clock = new PausableClock();
  const { runtime, healthy, count } = await start({}, { clock });
  const [stuck, slow] = [await RawClient.to(runtime), await RawClient.to(runtime)];
  for (const client of [stuck, slow]) client.send(post('Content-Length: 10', '', 'hello'));
  await healthy();
  clock.pause();
  for (const piece of ['wo', 'rld']) {
    clock.advance(BODY_TIMEOUT_MS - 10_000);
    slow.send(piece);
    if (piece === 'rld') expect(await slow.until(/helloworld$/)).toContain('200 OK');
    await healthy();
  }
  expect(await stuck.end()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(await count('slow_bodies')).toBe(1);
});

test('a streaming route may wait for its body as long as it likes', async () => {
  const clock = new PausableClock();
  const runtime = await startRuntime({ clock });
  const read = new Promised<void>();
  const serve: Page['serve'] = ask => {
    read.set();
    return (ask.reader?.read() ?? Future.failed(new Failure('no reader', 'NONE'))).then(piece =>
      http.ok(String(piece)),
    );
  };
  runtime.spawn(new Site({ '/stream': { streaming: true, serve } }));
  const client = await RawClient.to(runtime);
  client.send('POST /site/stream HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\n');
  await read;
  clock.pause();
  clock.advance(BODY_TIMEOUT_MS * 10);
  await client.send('hello').until(/hello$/);
});

test('a client that goes away within its body ends nothing but its request', async () => {
  const { runtime, healthy, lines } = await start();
  const client = await RawClient.to(runtime);
  client.send(post('Content-Length: 10', '', 'hello'));
  await healthy();
  client.socket.destroy();
  await healthy();
  expect(lines).toEqual([]);
});

test('a route that fails with an answer gets 500 with its words, counted and logged once a minute', async () => {
  const clock = new PausableClock();
  const bad = (): never => {
    throw new Failure('no such thing', 'NOTHING');
  };
  const { runtime, lines, count, healthy } = await start({ '/bad': bad }, { clock });
  const ask = () => runtime.request(runtime.address.text, http.get('/site/bad'));
  for (let round = 0; round < 100; round++) expect((await ask()).status).toBe(500);
  clock.pause();
  clock.advance(60_000);
  clock.resume();
  expect(await textOf(await ask())).toBe('no such thing');
  await healthy();
  expect(lines).toEqual(Array(2).fill('warn GET /site/bad failed: no such thing'));
  expect(await count('failed_requests')).toBe(101);
});

test('a route with a bug gets 500 and costs its actor, and no other', async () => {
  const { runtime, healthy, lines, count } = await start();
  class Buggy extends Process {
    protected override initialize(): void {
      this.route('/', {}, () => {
        throw new TypeError('a bug');
      });
      this.route('/later', {}, () => this.sleep(1e9).then(() => http.ok()));
    }
  }
  runtime.spawn(new Buggy('buggy'));
  const ask = (path: string) => runtime.request(runtime.address.text, http.get(path));
  const owed = ask('/buggy/later');
  expect((await ask('/buggy')).status).toBe(500);
  expect((await owed).status).toBe(500);
  expect((await ask('/buggy')).status).toBe(404);
  await healthy();
  expect(lines).toEqual([expect.stringContaining('error buggy@')]);
  expect(await count('failed_requests')).toBe(2);
});

test('an actor with a long mailbox gets no requests: they get 503, counted and logged once', async () => {
  class Busy extends Process {
    work(): void {}

    protected override initialize(): void {
      this.route('/', {}, () => http.ok('at last'));
    }
  }
  const { runtime, lines, count, healthy } = await start();
  const busy = runtime.spawn(new Busy('busy'));
  for (let call = 0; call < MAILBOX_HIGH; call++) busy.work().ignore();
  const refused = Array.from({ length: 3 }, () => runtime.serve(request('GET', '/busy')));
  expect(refused.map(answer => answer.isPending || answer.value.status)).toEqual([503, 503, 503]);
  expect(lines).toHaveLength(2);
  expect(await count('overloaded_requests')).toBe(3);
  await healthy();
  expect(await textOf(await runtime.request(runtime.address.text, http.get('/busy')))).toBe('at last');
});

test('two thousand requests on one connection are all answered, in their order', async () => {
  let served = 0;
  const { runtime } = await start({ '/next': () => http.ok(`<${served++}>`) });
  const client = await RawClient.to(runtime);
  client.send(get('/site/next').repeat(2_000));
  const all = await client.until(/<1999>/);
  expect(all.match(/<\d+>/g)).toEqual(Array.from({ length: 2_000 }, (_, index) => `<${index}>`));
});

test('requests with bytes changed, cut out and put in are answered or refused, and none harms the server', async () => {
  const { runtime, healthy, lines } = await start();
  const whole = `${post('Content-Length: 5', 'X-Name: value', '', 'hello')}${get('/site/health')}`;
  const edit = fc.record({ at: fc.nat(whole.length), cut: fc.nat(3), put: fc.uint8Array({ maxLength: 3 }) });
  const damage = fc.array(edit, { minLength: 1, maxLength: 4 });
  const attempt = async (edits: readonly { at: number; cut: number; put: Uint8Array }[]): Promise<void> => {
    let text = whole;
    for (const { at, cut, put } of edits) text = text.slice(0, at) + String.fromCharCode(...put) + text.slice(at + cut);
    const client = await RawClient.to(runtime);
    client.socket.end(text, 'latin1');
    const answer = await client.end();
    expect(answer).toMatch(/^(HTTP\/1\.1 [1-5]\d\d |$)/);
  };
  await fc.assert(fc.asyncProperty(damage, attempt), { numRuns: 200 });
  await healthy();
  expect(lines.length).toBeLessThanOrEqual(4);
});
