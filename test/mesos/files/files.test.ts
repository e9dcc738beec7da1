/** /files over a simulated disk: what is there, what is refused, and with which words. */
import { expect, test } from 'vitest';
import type { Future, Ref } from '../../../libprocess/index.ts';
import { type Simulation, simulate } from '../../../libprocess/testing.ts';
import { printMode } from '../../../mesos/files/entries.ts';
import { Files } from '../../../mesos/files/files.ts';
import { mimeTypeOf } from '../../../mesos/files/mime-types.ts';
import { parseWindow } from '../../../mesos/files/window.ts';

interface Scene {
  readonly sim: Simulation;
  readonly files: Ref<Files>;
  get(path: string): Promise<{ status: number; text: string; headers: Readonly<Record<string, string>> }>;
}

async function start(): Promise<Scene> {
  const sim = simulate();
  const node = sim.node('agent');
  const done = async <T>(future: Future<T>): Promise<T> => {
    await sim.until(() => !future.isPending, 1_000);
    return future.value;
  };
  await done(node.disk.write('/real/sandbox/stdout', 'hello\n'));
  await done(node.disk.write('/real/sandbox/sub/deep.txt', 'deep'));
  await done(node.disk.write('/real/secret', 'secret'));
  await done(node.disk.symlink('/real/secret', '/real/sandbox/out'));
  const files = node.spawn(new Files());
  files.attach('/real/sandbox/', '/virtual/');
  const client = sim.node('client');
  const get: Scene['get'] = async path => {
    const [pathname = '', search = ''] = path.split('?');
    const request = {
      method: 'GET',
      path: pathname,
      search,
      headers: {},
      body: new Uint8Array(),
      reader: null,
      peer: null,
    };
    const response = await done(client.request(node.address.text, request));
    const body = response.reader === null ? response.body : await done(response.reader.readAll());
    const { status, headers } = response;
    return { status, headers, text: typeof body === 'string' ? body : Buffer.from(body).toString('utf8') };
  };
  return { sim, files, get };
}

test.each([
  ['/files/browse', 400, "Expecting 'path=value' in query.\n"],
  ['/files/read', 400, "Expecting 'path=value' in query.\n"],
  ['/files/download', 400, "Expecting 'path=value' in query.\n"],
  ['/files/browse?path=/nowhere', 404, ''],
  ['/files/browse?path=/virtual/nothing', 404, ''],
  ['/files/read?path=/virtual/stdout&offset=x', 400, "Failed to parse offset: Failed to convert 'x' to number.\n"],
  ['/files/read?path=/virtual/stdout&offset=-2', 400, 'Negative offset provided: -2.\n'],
  ['/files/read?path=/virtual/stdout&length=-2', 400, 'Negative length provided: -2.\n'],
  ['/files/read?path=/virtual/sub&offset=0', 400, 'Cannot read a directory.\n'],
  ['/files/download?path=/virtual/sub', 400, 'Cannot download a directory.\n'],
  ['/files/read?path=/virtual/out&offset=0', 400, "Resolved path '/virtual/out' is inaccessible\n"],
  ['/files/read?path=/virtual/stdout&offset=0', 200, '{"data":"hello\\n","offset":0}'],
  ['/files/read?path=/virtual/stdout&offset=1&length=3', 200, '{"data":"ell","offset":1}'],
  ['/files/read?path=/virtual/stdout', 200, '{"data":"","offset":6}'],
  ['/files/read?path=/virtual/stdout&offset=-1', 200, '{"data":"","offset":6}'],
  ['/files/read?path=/virtual/stdout&offset=9', 200, '{"data":"","offset":9}'],
  ['/files/read?path=/virtual/sub/deep.txt&offset=0', 200, '{"data":"deep","offset":0}'],
  ['/files/debug', 200, '{"/virtual":"/real/sandbox"}'],
])('GET %s gives %i', async (path, status, text) => {
  const { get } = await start();
  const response = await get(path);
  expect([response.status, response.text]).toEqual([status, text]);
});

test('a folder is shown sorted, by virtual paths', async () => {
  const { get } = await start();
  const entries = JSON.parse((await get('/files/browse?path=/virtual')).text);
  expect(entries.map(({ path }: { path: string }) => path)).toEqual([
    '/virtual/out',
    '/virtual/stdout',
    '/virtual/sub',
  ]);
  expect(Object.keys(entries[0])).toEqual(['gid', 'mode', 'mtime', 'nlink', 'path', 'size', 'uid']);
});

test('what was detached is gone', async () => {
  const { sim, files, get } = await start();
  files.detach('/virtual');
  await sim.settle();
  expect((await get('/files/browse?path=/virtual')).status).toBe(404);
});

test('a piece has at most 64 KiB, and that much where nothing is said', () => {
  expect(parseWindow('0', '1000000')).toEqual({ offset: 0, length: 65_536 });
  expect(parseWindow('0', null)).toEqual({ offset: 0, length: 65_536 });
});

test.each([
  ['file', 0o100644, '-rw-r--r--'],
  ['directory', 0o40755, 'drwxr-xr-x'],
  ['file', 0o100000, '----------'],
] as const)('a %s with mode %o is shown as %s', (kind, mode, shown) => {
  expect(printMode({ kind, mode })).toBe(shown);
});

test.each([
  ['stdout', 'application/octet-stream'],
  ['a.JSON', 'application/json'],
  ['a.tar.gz', 'application/x-gzip'],
])('%s is downloaded as %s', (name, type) => {
  expect(mimeTypeOf(name)).toBe(type);
});
