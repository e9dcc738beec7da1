/** `/__trace__`: what it answers to whom, and how it goes on for as long as somebody reads. */
import { expect, test } from 'vitest';
import { PausableClock } from '../../../libprocess/clock.ts';
import { get, post, type Request, type Response } from '../../../libprocess/http/http.ts';
import type { PipeReader } from '../../../libprocess/http/pipe.ts';
import {
  BasicAuthenticator,
  type EndpointOptions,
  endpointOptions,
  int32,
  message,
  type PID,
  Process,
  Runtime,
  req,
  spawnEndpoints,
} from '../../../libprocess/index.ts';
import { parseDebugger } from '../../../libprocess/trace/access.ts';
import type { TraceEvent } from '../../../libprocess/trace/event.ts';

const Ping = message('test.Ping', { n: req(1, int32) });
const Pong = message('test.Pong', { n: req(1, int32) });

class Echo extends Process {
  constructor() {
    super('echo');
  }

  protected override initialize(): void {
    this.install(Ping, (body, from) => this.send(from, Pong, body));
  }
}

class Asker extends Process {
  constructor() {
    super('asker');
  }

  protected override initialize(): void {
    this.install(Pong, () => undefined);
  }

  poke(echo: PID, n: number): void {
    this.send(echo, Ping, { n });
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

async function start(options: EndpointOptions = {}) {
  const clock = PausableClock.paused(1_000_000);
  const runtime = Runtime.local({ clock });
  spawnEndpoints(runtime, options);
  const echo = runtime.spawn(new Echo());
  const asker = runtime.spawn(new Asker());
  await settle();
  const serve = async (request: Request): Promise<Response> => {
    const response = await runtime.serve(request);
    await settle(); // Out of the turn that answered.
    return response;
  };
  const lines = async (search = ''): Promise<TraceEvent[]> => {
    const { status, reader, body } = await serve(get(`/__trace__${search}`));
    if (status !== 200 || reader === null) throw new Error(`${status}: ${body}`);
    return parse(Buffer.from(await reader.readAll()).toString());
  };
  const ask = async (n: number): Promise<void> => {
    asker.poke(echo.pid, n);
    await settle();
  };
  const begin = (search = ''): Promise<Response> => serve(post(`/__trace__/start${search}`, ''));
  return { clock, runtime, serve, lines, ask, begin };
}

function parse(text: string): TraceEvent[] {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
}

/** What the reader finds there now. */
function taken(reader: PipeReader): TraceEvent[] {
  let text = '';
  for (let piece = reader.take(Infinity); piece !== null; piece = reader.take(Infinity)) {
    text += Buffer.from(piece).toString();
  }
  return parse(text);
}

const names = (events: readonly TraceEvent[]): string[] => events.map(({ name }) => name);
const JSON_TYPE = { 'content-type': 'application/json' };

test('before the first start there is nothing to show, and the answer says what to do', async () => {
  const { serve } = await start();
  for (const path of ['/__trace__', '/__trace__/chrome', '/__trace__/otlp']) {
    const { status, body } = await serve(get(path));
    expect([status, body]).toEqual([409, 'Nothing has been traced here yet: POST /__trace__/start first.\n']);
  }
});

test('a start answers with the status, and what happens then is shown as JSON lines', async () => {
  const { runtime, begin, ask, serve, lines } = await start();
  const { status, body } = await begin('?size=100');
  expect([status, JSON.parse(String(body))]).toEqual([
    200,
    {
      node: runtime.address.text,
      incarnation: runtime.incarnation,
      on: true,
      settings: { actors: [], names: [], sample: 1, size: 128, times: 'slice' },
      recorded: 0,
      kept: 0,
      forgotten: 0,
    },
  ]);
  await ask(7);
  const { headers } = await serve(get('/__trace__'));
  expect(headers['content-type']).toBe('application/x-ndjson');
  const [call, ping, pong] = await lines();
  expect(call).toMatchObject({ kind: 'dispatch', name: 'Asker.poke', cause: null, node: runtime.address.text });
  expect(ping).toMatchObject({ kind: 'message', name: 'test.Ping', cause: call?.id });
  expect(pong).toMatchObject({ kind: 'message', name: 'test.Pong', cause: ping?.id, started: 1_000_000 });
  expect(ping).not.toHaveProperty('body');
});

test('what is kept outlives a stop', async () => {
  const { begin, ask, serve, lines } = await start();
  await begin();
  await ask(1);
  const { body } = await serve(post('/__trace__/stop', ''));
  expect(JSON.parse(String(body))).toMatchObject({ on: false });
  await ask(2);
  expect(names(await lines())).toEqual(['Asker.poke', 'test.Ping', 'test.Pong']);
  expect(JSON.parse(String((await serve(get('/__trace__/status'))).body))).toMatchObject({ on: false });
});

test.each([
  ['?actor=echo', ['test.Ping', 'test.Pong']],
  ['?actor=ech*&message=Ping', ['test.Ping']],
  ['?message=*.Pong,Asker.*', ['Asker.poke', 'test.Pong']],
  ['?kind=dispatch', ['Asker.poke']],
  ['?node=10.9.9.9:1', []],
  ['?since=1000001', []],
  ['?limit=2', ['test.Ping', 'test.Pong']],
])('%s filters', async (search, expected) => {
  const { begin, ask, lines } = await start();
  await begin();
  await ask(1);
  expect(names(await lines(search))).toEqual(expected);
});

test('one tree alone is shown by any of its events, and direct consequences by their cause', async () => {
  const { begin, ask, lines } = await start();
  await begin();
  await ask(1);
  await ask(2);
  const [, , , call, ping, pong] = await lines();
  expect(await lines(`?tree=${pong?.id}`)).toEqual([call, ping, pong]);
  expect(await lines(`?cause=${ping?.id}`)).toEqual([pong]);
});

test('bodies are shown where they are asked for', async () => {
  const { begin, ask, lines } = await start();
  await begin();
  await ask(7);
  expect(await lines('?body=true&message=Ping')).toMatchObject([{ body: { n: 7 } }]);
});

test('settings come as a query, a form or JSON', async () => {
  const { serve, begin } = await start();
  const settings = { actors: ['echo', 'slave*'], names: ['Ping'], sample: 10, size: 1024, times: 'turn' };
  const text = 'actors=echo,slave*&names=Ping&sample=10&size=1024&times=turn';
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const answers = [
    await begin(`?${text}`),
    await serve(post('/__trace__/start', text, form)),
    await serve(post('/__trace__/start', JSON.stringify(settings), JSON_TYPE)),
  ];
  for (const { body } of answers) expect(JSON.parse(String(body)).settings).toEqual(settings);
});

test.each([
  ['?actr=echo', "there is no parameter 'actr'"],
  ['?kind=mesage', "'kind' is 'mesage': want one of"],
  ['?limit=0', "'limit' is '0': want a number from 1"],
  ['?since=yesterday', "'since' is 'yesterday': want a number"],
  ['?body=yes', "'body' is 'yes': want true or false"],
])('the query %s is refused', async (search, why) => {
  const { serve, begin } = await start();
  await begin();
  const { status, body } = await serve(get(`/__trace__${search}`));
  expect(status).toBe(400);
  expect(body).toContain(why);
});

test.each([
  ['{"actors":"echo"}', "trace setting 'actors' must be a list"],
  ['{"sample":0}', "trace setting 'sample' must be a whole number"],
  ['{"times":"often"}', "trace setting 'times' must be 'slice' or 'turn'"],
  ['{"actor":["echo"]}', "there is no parameter 'actor'"],
  ['["echo"]', 'want settings as a JSON object'],
  ['{', 'the settings are not JSON'],
])('the settings %s are refused, and nothing is traced', async (settings, why) => {
  const { serve, runtime } = await start();
  const { status, body } = await serve(post('/__trace__/start', settings, JSON_TYPE));
  expect(status).toBe(400);
  expect(body).toContain(why);
  expect(runtime.tracer).toBeNull();
});

test('a tree that is not kept is not found', async () => {
  const { serve, begin } = await start();
  await begin();
  expect(await serve(get('/__trace__?tree=other/5'))).toMatchObject({ status: 404 });
});

test('who changes must POST, who looks must GET', async () => {
  const { serve } = await start();
  for (const path of ['/__trace__/start', '/__trace__/stop']) {
    expect(await serve(get(path))).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  }
  expect(await serve(post('/__trace__', ''))).toMatchObject({ status: 405, headers: { allow: 'GET' } });
});

test.each([
  ['chrome', 'traceEvents'],
  ['otlp', 'resourceSpans'],
])('/__trace__/%s is a file to save', async (name, field) => {
  const { runtime, serve, begin, ask } = await start();
  await begin();
  await ask(1);
  const { status, headers, body } = await serve(get(`/__trace__/${name}?actor=echo`));
  expect(status).toBe(200);
  const file = `trace-${runtime.address.port}-${name}.json`;
  expect(headers['content-disposition']).toBe(`attachment; filename=${file}`);
  expect(JSON.parse(String(body))[field].length).toBeGreaterThan(0);
  expect(await serve(get(`/__trace__/${name}?follow=true`))).toMatchObject({ status: 400 });
});

test('who follows sees what comes, through a start anew, until he closes', async () => {
  const { clock, serve, ask, begin } = await start();
  const { reader } = await serve(get('/__trace__?follow=true&message=Ping'));
  if (reader === null) throw new Error('no stream');
  await begin();
  await ask(1);
  clock.advance(100);
  expect(names(taken(reader))).toEqual(['test.Ping']);
  await begin();
  await ask(2);
  clock.advance(100);
  expect(names(taken(reader))).toEqual(['test.Ping']);
  reader.close();
  expect(clock.advance(1_000)).toBeUndefined();
});

test('who follows is told how many events he was too slow for, and what waits for him is bounded', async () => {
  const { clock, runtime, serve, begin } = await start();
  await begin('?size=1024');
  const { reader } = await serve(get('/__trace__?follow=true'));
  if (reader === null) throw new Error('no stream');
  const echo = runtime.process('echo')?.pid ?? runtime.outside;
  for (let round = 0; round < 20; round++) {
    for (let n = 0; n < 1_000; n++) runtime.post('message', Ping, echo, runtime.outside, { n }, null, null);
    await settle();
    clock.advance(100);
  }
  const first = taken(reader);
  expect(JSON.stringify(first).length).toBeLessThan(2_000_000);
  clock.advance(100);
  const [skipped, ...rest] = taken(reader) as { skipped?: number }[];
  expect(skipped?.skipped).toBeGreaterThan(1_000);
  expect(rest.length).toBeLessThanOrEqual(1_024);
});

test('a slow reader of what is kept hears what was written over meanwhile', async () => {
  const { runtime, serve, begin, ask } = await start();
  await begin('?size=4096');
  const echo = runtime.process('echo')?.pid ?? runtime.outside;
  const flood = async (): Promise<void> => {
    for (let n = 0; n < 4_000; n++) runtime.post('message', Ping, echo, runtime.outside, { n }, null, null);
    await settle();
  };
  await flood();
  const { reader } = await serve(get('/__trace__'));
  await flood();
  await ask(1);
  const lines = parse(Buffer.from((await reader?.readAll()) ?? []).toString()) as { skipped?: number }[];
  const skipped = lines.reduce((sum, line) => sum + (line.skipped ?? 0), 0);
  const shown = lines.filter(line => line.skipped === undefined).length;
  expect(skipped).toBeGreaterThan(0);
  expect(shown + skipped).toBe(4_096);
});

test('its own traffic is not traced', async () => {
  const { begin, serve, lines } = await start();
  await begin();
  await serve(get('/__trace__/status'));
  expect(await lines()).toEqual([]);
  expect(JSON.parse(String((await serve(get('/__trace__/status'))).body)).recorded).toBe(0);
});

test('who is elsewhere is refused with a sentence, unless the operator allows it', async () => {
  const { serve } = await start();
  for (const path of ['', '/status', '/chrome', '/otlp']) {
    const { status, body } = await serve({ ...get(`/__trace__${path}`), peer: '10.0.0.7' });
    expect([status, body]).toEqual([403, expect.stringContaining('--debugger=remote')]);
  }
  for (const path of ['/start', '/stop']) {
    expect(await serve({ ...post(`/__trace__${path}`, ''), peer: '10.0.0.7' })).toMatchObject({ status: 403 });
  }
  const open = await start({ debugger: parseDebugger('remote') });
  expect(await open.serve({ ...get('/__trace__/status'), peer: '10.0.0.7' })).toMatchObject({ status: 200 });
});

test('off, there is no such endpoint', async () => {
  const { serve } = await start({ debugger: parseDebugger('off') });
  expect(await serve(get('/__trace__/status'))).toMatchObject({ status: 404 });
});

test('who looks passes the readonly realm, who changes the readwrite realm', async () => {
  const { runtime, serve } = await start({ readonlyRealm: 'look', readwriteRealm: 'change' });
  runtime.setAuthenticator('look', new BasicAuthenticator('look', [['reader', 'pw']]));
  runtime.setAuthenticator('change', new BasicAuthenticator('change', [['writer', 'pw']]));
  const as = (name: string) => ({ authorization: `Basic ${Buffer.from(`${name}:pw`).toString('base64')}` });
  expect(await serve(get('/__trace__/status'))).toMatchObject({ status: 401 });
  expect(await serve(get('/__trace__/status', as('reader')))).toMatchObject({ status: 200 });
  expect(await serve(post('/__trace__/start', '', as('reader')))).toMatchObject({ status: 401 });
  expect(await serve(post('/__trace__/start', '', as('writer')))).toMatchObject({ status: 200 });
});

test('the environment says who may look, and traces from the start', async () => {
  const options = endpointOptions({ LIBPROCESS_DEBUGGER: 'remote,control', LIBPROCESS_TRACE: '500' });
  expect(options).toMatchObject({ debugger: { on: true, remote: true, control: true }, trace: 500 });
  const { runtime, lines } = await start(options);
  expect(runtime.tracing.status()).toMatchObject({ on: true, settings: { size: 512 } });
  expect(names(await lines('?actor=echo'))).toEqual(['Echo']);
  expect(() => endpointOptions({ LIBPROCESS_TRACE: 'yes' })).toThrow("trace: 'yes' is no number of events to keep");
});

test('each path has a help page', async () => {
  const { serve } = await start();
  const { body } = await serve(get('/help/__trace__?format=json'));
  const [{ endpoints }] = JSON.parse(String(body)).processes;
  expect(endpoints.map(({ name }: { name: string }) => name)).toEqual([
    '/',
    '/chrome',
    '/otlp',
    '/start',
    '/status',
    '/stop',
  ]);
});
