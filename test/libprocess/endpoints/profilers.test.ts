/** The profilers: what they refuse, and that what they return is what Chrome's developer tools read. */
import { expect, test } from 'vitest';
import { PausableClock } from '../../../libprocess/clock.ts';
import { allocationGraph, foldedStacks } from '../../../libprocess/endpoints/allocations.ts';
import { type EndpointOptions, Runtime, spawnEndpoints } from '../../../libprocess/index.ts';
import { request } from '../http/scene.ts';
import { expectCpuProfile, expectHeapProfile, expectHeapSnapshot } from './formats.ts';

async function start(options: EndpointOptions = {}) {
  const clock = PausableClock.paused();
  const runtime = Runtime.local({ clock });
  spawnEndpoints(runtime, options);
  const get = async (url: string) => {
    const [path = '', search = ''] = url.split('?');
    const { status, headers, body, reader } = await runtime.serve(request('GET', path, { search }));
    const bytes = reader === null ? body : await reader.readAll();
    return { status, headers, body: typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString() };
  };
  return { clock, get };
}

test.each(['start', 'stop'])('without the flag /profiler/%s says which one it takes', async what => {
  const { get } = await start();
  expect(await get(`/profiler/${what}`)).toMatchObject({
    status: 400,
    body:
      'The profiler is not enabled. To enable the profiler, libprocess must be started with ' +
      'LIBPROCESS_ENABLE_PROFILER=1 in the environment.\n',
  });
});

test('a profile of the processor has a tree of functions and samples of it', async () => {
  const { get } = await start({ profiler: true });
  expect(await get('/profiler/start')).toMatchObject({ status: 200, body: 'Profiler started.\n' });
  expect(await get('/profiler/start')).toMatchObject({ status: 400, body: 'Profiler already started.\n' });
  const { headers, body } = await get('/profiler/stop');
  expect(headers['content-disposition']).toBe('attachment; filename=perftools.cpuprofile');
  expectCpuProfile(body);
  expect(await get('/profiler/stop')).toMatchObject({ status: 400, body: 'Profiler not running.\n' });
});

test('without the flag there is no memory profiler', async () => {
  const { get } = await start();
  expect((await get('/memory-profiler/state')).status).toBe(404);
});

test('a profile of the memory is taken until stop, or for as long as was asked', async () => {
  const { clock, get } = await start({ memoryProfiler: true });
  const state = async () => JSON.parse((await get('/memory-profiler/state')).body);
  for (const what of ['raw', 'symbolized', 'graph']) {
    expect((await get(`/memory-profiler/download/${what}`)).status).toBe(404);
  }
  expect(JSON.parse((await get('/memory-profiler/start?duration=2secs')).body)).toMatchObject({ id: 1 });
  expect((await get('/memory-profiler/start')).status).toBe(409);
  expect(await state()).toEqual({ profiling: true, id: 1 });
  const kept = Array.from({ length: 200_000 }, (_, index) => ({ index })); // What is sampled is up to chance.
  clock.advance(2_000);
  await new Promise(setImmediate);
  expect(await state()).toEqual({ profiling: false, id: 1 });
  expect((await get('/memory-profiler/stop')).status).toBe(400);
  const { headers, body } = await get('/memory-profiler/download/raw');
  expect(headers['content-disposition']).toBe('attachment; filename=memory-1.heapprofile');
  expectHeapProfile(body);
  expect(kept).toHaveLength(200_000);
  const folded = (await get('/memory-profiler/download/symbolized')).body;
  expect(folded).toMatch(/^([^\n]+ \d+\n)+$/);
  const graph = await get('/memory-profiler/download/graph');
  expect(graph.headers['content-type']).toBe('image/svg+xml');
  expect(graph.body).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [\s\S]+<\/svg>\n$/);
});

test.each(['1', '10ms', '25hrs'])('a memory profile of %s is refused', async duration => {
  const { get } = await start({ memoryProfiler: true });
  expect((await get(`/memory-profiler/start?duration=${duration}`)).status).toBe(400);
});

test('a snapshot of the heap, and its sizes, can be had at once', async () => {
  const { get } = await start({ memoryProfiler: true });
  const { headers, body } = await get('/memory-profiler/download/snapshot');
  expect(headers['content-disposition']).toBe('attachment; filename=memory.heapsnapshot');
  expectHeapSnapshot(body);
  expect(JSON.parse((await get('/memory-profiler/statistics')).body).used_heap_size).toBeGreaterThan(0);
});

test('stacks are folded to lines, and drawn as wide as what they allocated', () => {
  const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 6 });
  const leaf = { callFrame: frame('a;b', 'file:///x/leaf.ts'), selfSize: 300, children: [] };
  const branch = { callFrame: frame('', '/x/branch.ts'), selfSize: 100, children: [leaf] };
  const head = { callFrame: frame('(root)'), selfSize: 0, children: [branch] };
  expect(foldedStacks(head)).toBe('branch.ts:7 (anonymous) 100\nbranch.ts:7 (anonymous);leaf.ts:7 a,b 300\n');
  const graph = allocationGraph(head);
  expect(graph).toContain('width="1200" height="54"');
  expect(graph).toContain('<title>leaf.ts:7 a,b: 300 bytes</title><rect x="0.0" y="36" width="900.0"');
});
