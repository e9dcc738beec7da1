/** Which Mesos this is. */
import { expect, test } from 'vitest';
import { simulate } from '../../../libprocess/testing.ts';
import { readBuild, UNBUILT } from '../../../mesos/version/build.ts';
import { Version } from '../../../mesos/version/version.ts';

const BUILD = { build_date: '2026-01-01 00:00:00 UTC', build_time: 1, build_user: 'me', git_sha: 'abc' };

test('/version shows the build, under the version of the Mesos whose interfaces it has', async () => {
  const sim = simulate();
  const runtime = sim.node('master');
  runtime.spawn(new Version({ ...BUILD, version: '1.12.0' }));
  await sim.settle();
  const request = {
    method: 'GET',
    path: '/version',
    search: '',
    headers: {},
    body: new Uint8Array(),
    reader: null,
    peer: null,
  };
  const answer = runtime.serve(request);
  await sim.settle();
  expect(JSON.parse(String(answer.value.body))).toEqual({ ...BUILD, version: '1.12.0' });
});

test('what was built is found above the module, and its own version number is not Mesos’', async () => {
  const sim = simulate();
  const { disk } = sim.node('master');
  const written = disk.write('/app/dist/build.json', JSON.stringify({ ...BUILD, version: '0.1.0' }));
  await sim.advance(1_000);
  expect(written.state).toBe('ready');
  const found = readBuild(disk, 'file:///app/dist/mesos/master/main.js');
  await sim.advance(1_000);
  expect(await found).toEqual({ ...BUILD, version: '1.12.0' });
});

test('sources that were not built say so by the epoch', async () => {
  const sim = simulate();
  const found = readBuild(sim.node('master').disk, 'file:///app/mesos/master/main.ts');
  await sim.advance(1_000);
  expect(await found).toEqual(UNBUILT);
});
