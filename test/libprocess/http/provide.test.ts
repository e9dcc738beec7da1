/** Files that actors provide: which file a path means, what type it has, and what stays out of reach. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { http, Process } from '../../../libprocess/index.ts';
import { request, startRuntime, textOf } from './scene.ts';

class Shelf extends Process {
  constructor(private readonly folder: string) {
    super('shelf');
  }

  protected override initialize(): void {
    this.provide('', join(this.folder, 'index.html'));
    this.provide('static', this.folder, { '.log': 'text/x-log' });
    this.route('/static/live', {}, () => http.ok('live'));
  }
}

async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'provide-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'shown', 'deep'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  for (const [name, text] of Object.entries({ 'index.html': '<p>', 'a b.log': 'log', 'deep/x.JS': '1', plain: '2' })) {
    await writeFile(join(folder, 'shown', name), text);
  }
  const runtime = await startRuntime({ delegate: 'shelf' });
  runtime.spawn(new Shelf(join(folder, 'shown')));
  return async (path: string) => {
    const response = await runtime.request(String(runtime.address), request('GET', path));
    return [response.status, response.headers['content-type'], await textOf(response)];
  };
}

test('a path below a provided folder is its file, with the type of its extension', async () => {
  const get = await start();
  expect(await get('/shelf/static/a%20b.log')).toEqual([200, 'text/x-log', 'log']);
  expect(await get('/static/deep/x.JS')).toEqual([200, 'text/javascript; charset=utf-8', '1']);
  expect(await get('/static/plain')).toEqual([200, 'application/octet-stream', '2']);
});

test('an empty name stands for the path of the actor itself', async () => {
  const get = await start();
  for (const path of ['/', '/shelf', '/shelf/']) {
    expect(await get(path)).toEqual([200, 'text/html; charset=utf-8', '<p>']);
  }
});

test('a route comes before files', async () => {
  const get = await start();
  expect(await get('/static/live')).toMatchObject([200, 'text/plain; charset=utf-8', 'live']);
});

test.each(['/static', '/static/deep', '/static/missing', '/static/%2e%2e/secret.txt', '/static/..%2fsecret.txt', '/a'])(
  'nothing is served at %s',
  async path => {
    const get = await start();
    expect((await get(path))[0]).toBe(404);
  },
);
