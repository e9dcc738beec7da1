/** WebSockets of actors, over real sockets: who may open one, what it carries, how it is bounded and how it ends. */
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE, UNREAD_MAX } from '../../../libprocess/http/websocket.ts';
import { WEBSOCKET_PING_INTERVAL_MS, WEBSOCKET_PINGS_MISSED_MAX } from '../../../libprocess/http/websocket-server.ts';
import {
  BasicAuthenticator,
  DisabledEndpointsFirewallRule,
  http,
  logger,
  PausableClock,
  type Principal,
  Process,
  Promised,
  type RuntimeOptions,
  spawnEndpoints,
  type WebSocketConnection,
  type WebSocketOptions,
} from '../../../libprocess/index.ts';
import { get, RawClient, request, startRuntime } from './scene.ts';

/** Echoes what it hears, in capitals, and keeps what happens. */
class Echo extends Process {
  readonly heard: string[] = [];
  readonly opened = new Promised<WebSocketConnection>();
  principal: Principal | null = null;

  constructor(private readonly options: WebSocketOptions) {
    super('echo');
  }

  protected override initialize(): void {
    this.webSocket('/stream', this.options, this.#stream);
    this.route('/plain', {}, () => http.ok('plain'));
  }

  #stream(socket: WebSocketConnection, ask: http.Request, principal: Principal | null): void {
    this.principal = principal;
    socket.onMessage(text => {
      this.assertTurn();
      this.heard.push(text);
      socket.send(text.toUpperCase());
    });
    socket.send(`hello ${ask.search}`);
    this.opened.set(socket);
  }
}

async function start(options: WebSocketOptions = {}, seams: RuntimeOptions = {}) {
  const lines: string[] = [];
  const runtime = await startRuntime({ log: logger((_level, message) => lines.push(message)), ...seams });
  const echo = new Echo(options);
  const ref = runtime.spawn(echo);
  return { runtime, echo, pid: ref.pid, lines, url: `ws://${runtime.address}/echo/stream` };
}

/** A client that keeps what it was told. */
function dial(url: string, options: Record<string, unknown> = {}) {
  const ws = new WebSocket(url, options);
  const told: string[] = [];
  ws.on('message', data => told.push(String(data)));
  ws.on('error', () => undefined);
  onTestFinished(() => ws.terminate());
  const refused = new Promise<number>(done =>
    ws.on('unexpected-response', (_ask, { statusCode = 0 }) => done(statusCode)),
  );
  const closed = new Promise<{ code: number; reason: string }>(done =>
    ws.on('close', (code, reason) => done({ code, reason: String(reason) })),
  );
  const until = async (count: number): Promise<string[]> => {
    while (told.length < count) await once(ws, 'message');
    return told;
  };
  return { ws, told, refused, closed, until };
}

test('texts go both ways, and what comes in are turns of the actor', async () => {
  const { echo, url } = await start();
  const client = dial(`${url}?a=b`);
  await client.until(1);
  client.ws.send('one');
  client.ws.send('zwölf');
  expect(await client.until(3)).toEqual(['hello a=b', 'ONE', 'ZWÖLF']);
  expect(echo.heard).toEqual(['one', 'zwölf']);
});

test('the actor closes with a code and a reason, after all that it sent, and hears of the end', async () => {
  const { echo, url } = await start();
  const client = dial(url);
  const socket = await echo.opened;
  socket.send('last');
  socket.close(4000, 'x'.repeat(200));
  expect(await client.closed).toEqual({ code: 4000, reason: 'x'.repeat(123) });
  expect(client.told).toEqual(['hello ', 'last']);
  expect(await socket.closed).toMatchObject({ code: 4000 });
  expect([socket.isOpen, socket.send('more')]).toEqual([false, false]);
});

test('the end that the client chooses is told to the actor', async () => {
  const { echo, url } = await start();
  const client = dial(url);
  const socket = await echo.opened;
  await client.until(1);
  client.ws.close(4001, 'enough');
  expect(await socket.closed).toEqual({ code: 4001, reason: 'enough' });
});

test('a client that breaks off ends its socket with 1006', async () => {
  const { echo, url } = await start();
  const client = dial(url);
  const socket = await echo.opened;
  await client.until(1);
  client.ws.terminate();
  expect(await socket.closed).toEqual({ code: 1006, reason: '' });
});

test('the sockets end with their actor', async () => {
  const { runtime, echo, pid, url } = await start();
  const client = dial(url);
  await echo.opened;
  runtime.terminate(pid);
  expect((await client.closed).code).toBe(CLOSE.goingAway);
});

test('the sockets end with the runtime', async () => {
  const { runtime, echo, url } = await start();
  const client = dial(url);
  await echo.opened;
  await runtime.stop();
  await client.closed;
});

test('a realm is asked who comes, and the handler knows it', async () => {
  const { runtime, echo, url } = await start({ realm: 'streams' });
  runtime.setAuthenticator('streams', new BasicAuthenticator('streams', [['ann', 'secret']]));
  expect(await dial(url).refused).toBe(401);
  await dial(url, { auth: 'ann:secret' }).until(1);
  expect(echo.principal).toEqual({ value: 'ann', claims: {} });
});

test('authorization and firewall are asked as for any route', async () => {
  const { runtime, url } = await start();
  runtime.http.authorizations.set('/echo/stream', ({ search }) => search === 'allowed');
  expect(await dial(url).refused).toBe(403);
  await dial(`${url}?allowed`).until(1);
  runtime.http.firewall.push(new DisabledEndpointsFirewallRule(['/echo/stream']));
  expect(await dial(`${url}?allowed`).refused).toBe(403);
});

test('pages of this host and of listed origins may open it, others not; who says no origin may', async () => {
  const { runtime, url } = await start({ origins: ['https://friend.example'] });
  const opens = async (origin: string): Promise<string[]> => dial(url, { origin }).until(1);
  await opens(`http://${runtime.address}`);
  await opens('https://friend.example');
  await dial(url).until(1);
  for (const origin of ['http://evil.example', 'null', `http://${runtime.address}.evil.example`]) {
    expect(await dial(url, { origin }).refused).toBe(403);
  }
  expect((await runtime.metrics.snapshot())['libprocess/websocket/refused_origins']).toBe(3);
});

test('without an upgrade the route says 426, and other routes ignore one', async () => {
  const { runtime, url } = await start();
  const client = await RawClient.to(runtime);
  expect(await client.send(get('/echo/stream')).until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n/);
  expect(await dial(url.replace('stream', 'plain')).refused).toBe(200);
  expect(await dial(url.replace('stream', 'nothing')).refused).toBe(404);
  expect(await dial(url.replace('echo', 'nobody')).refused).toBe(404);
});

test('where the network cannot switch protocols the route says 501', async () => {
  const { runtime } = await start();
  const ask = request('GET', '/echo/stream', { headers: { upgrade: 'websocket' } });
  expect((await runtime.serve(ask)).status).toBe(501);
});

test('a wrong handshake gets 400', async () => {
  const { runtime, lines } = await start();
  const client = await RawClient.to(runtime);
  client.send(get('/echo/stream', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'));
  expect(await client.end()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(lines).toHaveLength(1);
});

test('a text over the limit, and bytes, end the socket with their codes, logged once', async () => {
  const { echo, url, lines, runtime } = await start({ messageBytesMax: 10 });
  for (let client = 0; client < 3; client++) {
    const tooLong = dial(url);
    await tooLong.until(1);
    tooLong.ws.send('x'.repeat(11));
    expect((await tooLong.closed).code).toBe(1009);
  }
  const bytes = dial(url);
  await bytes.until(1);
  bytes.ws.send(Buffer.of(1));
  expect((await bytes.closed).code).toBe(CLOSE.unsupported);
  expect(echo.heard).toEqual([]);
  expect(lines).toHaveLength(1);
  expect((await runtime.metrics.snapshot())['libprocess/websocket/malformed']).toBe(3);
});

test('what a client that does not read has no room for is dropped and counted', async () => {
  const { echo, url, runtime } = await start({ bufferBytesMax: 1 << 20 });
  const client = dial(url);
  await client.until(1);
  client.ws.pause();
  const socket = await echo.opened;
  const text = 'x'.repeat(100_000);
  let sent = 0;
  while (socket.send(text)) sent += 1;
  expect(socket.buffered).toBeGreaterThan((1 << 20) - text.length);
  client.ws.resume();
  expect(await client.until(1 + sent)).toHaveLength(1 + sent);
  expect((await runtime.metrics.snapshot())['libprocess/websocket/dropped_messages']).toBe(1);
});

test('a client that sends faster than its actor reads is held back, and nothing is lost', async () => {
  const { echo, url } = await start();
  const client = dial(url);
  await client.until(1);
  const count = UNREAD_MAX * 20;
  for (let index = 0; index < count; index++) client.ws.send(String(index));
  await client.until(1 + count);
  expect(echo.heard).toEqual(Array.from({ length: count }, (_, index) => String(index)));
});

test('a client that answers no pings is gone; one that does stays', async () => {
  const clock = new PausableClock();
  const { echo, url } = await start({}, { clock });
  const silent = dial(url, { autoPong: false });
  const socket = await echo.opened;
  const lively = dial(url);
  await Promise.all([silent.until(1), lively.until(1)]);
  clock.pause();
  for (let ping = 0; ping < WEBSOCKET_PINGS_MISSED_MAX; ping++) {
    clock.advance(WEBSOCKET_PING_INTERVAL_MS);
    await Promise.all([once(silent.ws, 'ping'), once(lively.ws, 'ping')]);
    lively.ws.send('here');
    await lively.until(ping + 2);
  }
  expect(socket.isOpen).toBe(true);
  clock.advance(WEBSOCKET_PING_INTERVAL_MS);
  expect((await socket.closed).code).toBe(1006);
  lively.ws.send('still here');
  await lively.until(WEBSOCKET_PINGS_MISSED_MAX + 2);
});

test('help shows the route', async () => {
  const { runtime } = await start({ help: 'Streams.\n\nTexts, both ways.', authorization: 'None.' });
  spawnEndpoints(runtime);
  const answer = await runtime.serve(request('GET', '/help/echo/stream', { search: 'format=json' }));
  const [{ endpoints }] = JSON.parse(String(answer.body)).processes;
  expect(endpoints[0].text).toContain('ws://');
  expect(endpoints[0].text).toContain('### AUTHORIZATION ###\nNone.\n');
});
