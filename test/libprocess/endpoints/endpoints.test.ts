/** The built-in endpoints: their paths, shapes and texts, as captured from the original. */
import { expect, test } from 'vitest';
import { PausableClock } from '../../../libprocess/clock.ts';
import { MetricsEndpoint } from '../../../libprocess/endpoints/metrics.ts';
import * as http from '../../../libprocess/http/http.ts';
import {
  type EndpointOptions,
  endpointOptions,
  type Future,
  ID,
  Process,
  parseDebugger,
  Runtime,
  spawnEndpoints,
} from '../../../libprocess/index.ts';

const MACHINE = { load: [0.5, 0.25, 1], cpus: 2, memTotal: 1_024, memFree: 512 } as const;

/** Without what the original does not have. */
const OFF = parseDebugger('off');

const settle = (): Promise<void> => new Promise(setImmediate);

async function start(options: EndpointOptions = {}) {
  const clock = PausableClock.paused();
  const runtime = Runtime.local({ clock });
  const endpoints = spawnEndpoints(runtime, { machine: () => MACHINE, debugger: OFF, ...options });
  await settle();
  const ask = (url: string): Future<http.Response> => {
    const [path = '', search = ''] = url.split('?');
    return runtime.serve({
      method: 'GET',
      path,
      search,
      headers: {},
      body: new Uint8Array(0),
      reader: null,
      peer: null,
    });
  };
  const get = async (url: string) => {
    const { status, headers, body } = await ask(url);
    return { status, type: headers['content-type'], body: String(body) };
  };
  return { clock, runtime, endpoints, ask, get };
}

test('the snapshot of the metrics has doubles, sorted by name', async () => {
  const { runtime, get } = await start();
  runtime.metrics.count('a/first');
  expect(await get('/metrics/snapshot')).toEqual({
    status: 200,
    type: 'application/json',
    body:
      '{"a/first":1.0,"system/cpus_total":2.0,"system/load_15min":1.0,"system/load_1min":0.5,' +
      '"system/load_5min":0.25,"system/mem_free_bytes":512.0,"system/mem_total_bytes":1024.0}',
  });
});

test('Prometheus gets the same metrics at /metrics', async () => {
  const { runtime, get } = await start();
  runtime.metrics.count('a/first');
  const { type, body } = await get('/metrics');
  expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(body).toContain('# TYPE a_first counter\na_first 1\n# TYPE system_cpus_total gauge\nsystem_cpus_total 2\n');
});

test('metrics and machine come as a call where jsonp asks for one', async () => {
  const { get } = await start();
  expect((await get('/metrics/snapshot?jsonp=cb')).body).toMatch(/^cb\(\{.*\}\)$/);
  expect((await get('/system/stats.json?jsonp=cb')).type).toBe('text/javascript');
});

test.each([
  ['5', "Invalid timeout '5': Invalid duration '5'.\n"],
  ['5minutes', "Invalid timeout '5minutes': Unknown duration unit 'minutes'.\n"],
])('a snapshot with the timeout %s is refused', async (timeout, body) => {
  const { get } = await start();
  expect(await get(`/metrics/snapshot?timeout=${timeout}`)).toMatchObject({ status: 400, body });
});

test('snapshots are served two a second, in order, and none is refused', async () => {
  const { clock, ask } = await start();
  const snapshots = Array.from({ length: 4 }, () => ask('/metrics/snapshot'));
  const ready = async (): Promise<number> => {
    await settle();
    return snapshots.filter(snapshot => snapshot.state === 'ready').length;
  };
  expect(await ready()).toBe(1);
  clock.advance(499);
  expect(await ready()).toBe(1);
  clock.advance(1);
  expect(await ready()).toBe(2);
  clock.advance(1_000);
  expect(await ready()).toBe(4);
});

test('an empty rate limit is none, and a bad one is refused', async () => {
  const { ask } = await start({ metricsRateLimit: '' });
  const snapshots = Array.from({ length: 9 }, () => ask('/metrics/snapshot'));
  await settle();
  expect(snapshots.every(snapshot => snapshot.state === 'ready')).toBe(true);
  for (const limit of ['0/1secs', '2', '2/', 'x/1secs']) {
    expect(() => new MetricsEndpoint(limit)).toThrow(expect.objectContaining({ code: 'INVALID_RATE_LIMIT' }));
  }
});

test('the machine is described by the keys of the original', async () => {
  const { get } = await start();
  expect((await get('/system/stats.json')).body).toBe(
    '{"avg_load_15min":1.0,"avg_load_1min":0.5,"avg_load_5min":0.25,' +
      '"cpus_total":2,"mem_free_bytes":512,"mem_total_bytes":1024}',
  );
});

test('this machine has a load, processors and memory', async () => {
  const { get } = await start({ machine: undefined });
  const stats = JSON.parse((await get('/system/stats.json')).body);
  expect(stats.cpus_total).toBeGreaterThan(0);
  expect(stats.mem_total_bytes).toBeGreaterThan(stats.mem_free_bytes);
});

test('logging is more verbose for a while', async () => {
  const verbosity = { level: 0 };
  const { clock, get } = await start({ verbosity });
  expect(await get('/logging/toggle')).toEqual({ status: 200, type: 'text/plain; charset=utf-8', body: '0\n' });
  expect(await get('/logging/toggle?level=2&duration=10secs')).toMatchObject({ status: 200, body: '' });
  expect((await get('/logging/toggle')).body).toBe('2\n');
  clock.advance(5_000);
  await get('/logging/toggle?level=1&duration=10secs');
  clock.advance(9_999);
  await settle();
  expect(verbosity.level).toBe(1);
  clock.advance(1);
  await settle();
  expect(verbosity.level).toBe(0);
});

test.each([
  ['level=1', "Expecting 'duration=value' in query.\n"],
  ['duration=1secs', "Expecting 'level=value' in query.\n"],
  ['level=x&duration=1secs', "Invalid level 'x'.\n"],
  ['level=-1&duration=1secs', "Invalid level '-1'.\n"],
  ['level=0&duration=1secs', "'0' < original level.\n"],
  ['level=1&duration=1', "Invalid duration '1'.\n"],
])('the toggle %s is refused', async (search, body) => {
  const { get } = await start({ verbosity: { level: 1 } });
  expect(await get(`/logging/toggle?${search}`)).toMatchObject({ status: 400, body });
});

test('an actor turns the verbosity as the endpoint does', async () => {
  const verbosity = { level: 0 };
  const { endpoints } = await start({ verbosity });
  await endpoints.logging.setLevel(1, 1_000);
  expect([await endpoints.logging.level(), verbosity.level]).toEqual([1, 1]);
  await expect(endpoints.logging.setLevel(-1, 1_000)).rejects.toMatchObject({ code: 'INVALID_LEVEL' });
});

class Busy extends Process {
  constructor() {
    super(ID.generate('busy'));
  }

  work(): void {}

  protected override initialize(): void {
    this.route('/', { help: 'Does it all.' }, () => http.ok());
    this.route('/quiet', {}, () => http.ok());
    this.route('/a/b', { help: 'Works <hard>.\n\nAt *night*.', realm: 'workers' }, () => http.ok());
  }
}

test('the actors are listed with what waits in their mailboxes', async () => {
  const { get, runtime } = await start();
  const listed = get('/__processes__');
  const busy = runtime.spawn(new Busy());
  busy.work().ignore();
  runtime.terminate(busy.pid, false);
  expect(JSON.parse((await listed).body)).toEqual([
    ...['help', 'metrics', 'logging', 'profiler', 'system', '__processes__'].map(id => ({ events: [], id })),
    { events: [{ type: 'DISPATCH' }, { type: 'DISPATCH' }, { type: 'TERMINATE' }], id: 'busy(1)' },
  ]);
});

test('help lists every endpoint as JSON', async () => {
  const { get } = await start();
  const { processes } = JSON.parse((await get('/help?format=json')).body);
  expect(processes.map(({ id }: { id: string }) => id)).toEqual([
    '__processes__',
    'help',
    'logging',
    'metrics',
    'profiler',
    'system',
  ]);
  expect(processes[2].endpoints[0]).toEqual({
    name: '/toggle',
    text: expect.stringContaining('### USAGE ###\n>        /logging/toggle\n\n### TL;DR; ###\n>        Sets the'),
  });
});

test('help on an actor, and on one of its endpoints, is a page', async () => {
  const { get, runtime } = await start();
  runtime.spawn(new Busy());
  await settle();
  for (const path of ['/help/busy(1)', '/help/busy%281%29/a/b']) {
    const { status, type, body } = await get(path);
    expect({ status, type }).toEqual({ status: 200, type: 'text/html; charset=utf-8' });
    expect(body).toContain('Works &lt;hard&gt;.');
    expect(body.includes('Does it all')).toBe(path === '/help/busy(1)');
  }
  expect((await get('/help')).body).toContain('<a href="/help/busy(1)/a/b">/busy(1)/a/b</a>');
});

test('help says who must be whom, and be allowed what', async () => {
  const { get } = await start({ readonlyRealm: 'readers' });
  const { body } = await get('/help/metrics/snapshot');
  const titles = ['USAGE', 'TL;DR;', 'DESCRIPTION', 'AUTHENTICATION', 'AUTHORIZATION'];
  expect([...body.matchAll(/<h3>(.+?)<\/h3>/g)].map(([, title]) => title)).toEqual(titles);
  expect(body).toContain('<p>This endpoint requires authentication iff HTTP authentication is enabled.</p>');
  expect((await get('/help/system/stats.json')).body).toContain('This endpoint does not require authentication.');
});

test('help on an endpoint without a text says so', async () => {
  const { get, runtime } = await start();
  runtime.spawn(new Busy());
  await settle();
  const { processes } = JSON.parse((await get('/help/busy(1)/quiet?format=json')).body);
  expect(processes[0].endpoints).toEqual([{ name: '/quiet', text: '## No help page for `/busy(1)/quiet`\n' }]);
});

test.each(['/help/nobody', '/help/metrics/nothing'])('there is no help on %s', async path => {
  const { get } = await start();
  expect(await get(path)).toMatchObject({ status: 400, body: `No help available for '${path.slice(5)}'.\n` });
});

test('the environment sets the rate limit and the profilers', () => {
  const limit = { LIBPROCESS_METRICS_SNAPSHOT_ENDPOINT_RATE_LIMIT: '' };
  expect(endpointOptions({ ...limit, LIBPROCESS_ENABLE_PROFILER: '1', LIBPROCESS_MEMORY_PROFILING: 'true' })).toEqual({
    metricsRateLimit: '',
    profiler: true,
    memoryProfiler: true,
  });
  expect(endpointOptions({ LIBPROCESS_ENABLE_PROFILER: 'yes' })).toEqual({ profiler: false, memoryProfiler: false });
});

test('a route without rest serves nothing below it', async () => {
  const { get } = await start();
  expect((await get('/__processes__/deeper')).status).toBe(404);
});
