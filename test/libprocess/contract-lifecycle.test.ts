/** How the library begins and ends: contract/libprocess.md §11, one fact each; its scripts' form in default.test.ts. */
import { expect, test } from 'vitest';
import {
  PausableClock,
  Process,
  parseDebugger,
  Runtime,
  type RuntimeOptions,
  settle,
  spawnEndpoints,
  TcpNetwork,
} from '../../libprocess/index.ts';

test.each([
  [false, ['help', 'metrics', 'logging', 'profiler', 'system', '__processes__']],
  [true, ['help', 'metrics', 'logging', 'profiler', 'memory-profiler', 'system', '__processes__']],
])('the endpoints are spawned in the order of the original, memory profiler %s', async (memoryProfiler, ids) => {
  const runtime = Runtime.local({ clock: PausableClock.paused() });
  spawnEndpoints(runtime, { memoryProfiler, debugger: parseDebugger('off') });
  await settle();
  expect([...runtime.processes].map(({ pid }) => pid.id)).toEqual(ids);
});

test('a runtime that stops ends its actors, the last spawned first, each after its finalize', async () => {
  const ended: string[] = [];
  class Actor extends Process {
    protected override finalize(): void {
      ended.push(this.pid.id);
    }
  }
  const runtime = Runtime.local();
  for (const id of ['a', 'b', 'c']) runtime.spawn(new Actor(id));
  await runtime.stop();
  await runtime.stop();
  expect([ended, [...runtime.processes], runtime.isStopping]).toEqual([['c', 'b', 'a'], [], true]);
});

test('an address that is advertised is the one that PIDs carry', async () => {
  const runtime = await start({ advertiseIp: '10.9.8.7', advertisePort: 5050 });
  class Actor extends Process {}
  expect(String(runtime.spawn(new Actor('actor')).pid)).toBe('actor@10.9.8.7:5050');
  await runtime.stop();
});

test('the port of a runtime that has stopped is free at once', async () => {
  const first = await start();
  const { port } = first.address;
  await expect(start({ port })).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
  await first.stop();
  const second = await start({ port });
  expect(second.address).toBe(first.address);
  await second.stop();
});

function start(options: RuntimeOptions = {}): Promise<Runtime> {
  return Runtime.start({ network: new TcpNetwork(), ...options });
}
