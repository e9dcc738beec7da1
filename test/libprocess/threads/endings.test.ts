/** How threads end, and what is told of them: kill, crash, stop, floods, logs, metrics. */
import { spawnSync } from 'node:child_process';
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { PausableClock, spawnEndpoints } from '../../../libprocess/index.ts';
import { FRAME } from '../../../libprocess/threads/frames.ts';
import { FramePort, WINDOW_BYTES } from '../../../libprocess/threads/port.ts';
import { STOP_TIMEOUT_MS } from '../../../libprocess/threads/thread.ts';
import { decodeList } from '../../../libprocess/transport/frame.ts';
import { request, textOf } from '../http/scene.ts';
import { Blob, Double, GivenUp, Wait } from './protocol.ts';
import { compiled, scene } from './scene.ts';

const ESSENTIAL = await compiled(new URL('./essential.ts', import.meta.url));

test('of a thread that is killed all linkers hear, in the main thread and in others, and questions fail', async () => {
  const { listener, ref, pid, thread, lines } = await scene();
  const one = await thread('one', 'puppet', 'other');
  await thread('two', 'watcher');
  ref.watch(pid('puppet'));
  ref.order(pid('watcher'), 'link', 'other');
  await ref.question(pid('watcher'), GivenUp, {});
  const asked = ref.question(pid('puppet'), Wait, {});
  await ref.question(pid('puppet'), GivenUp, {});

  expect(await one.terminate()).toMatchObject({ error: null });

  await listener.until('exited puppet', 'exited other');
  await expect(asked).rejects.toMatchObject({ code: 'DISCONNECTED' });
  await expect(ref.question(pid('puppet'), Double, { number: 1 })).rejects.toMatchObject({ code: 'NO_PROCESS' });
  expect(listener.heard).not.toContain('finalized puppet');
  expect(lines).toEqual([]);
});

test('a thread that is killed in the midst of an endless loop ends all the same', async () => {
  const { listener, ref, pid, thread } = await scene();
  const one = await thread('one', 'puppet');
  ref.watch(pid('puppet'));
  ref.order(pid('puppet'), 'hang');

  await one.terminate();

  await listener.until('exited puppet');
});

test('the ids and the name of a thread that has ended are free', async () => {
  const { listener, ref, pid, thread } = await scene();
  await (await thread('one', 'puppet')).terminate();

  await thread('one', 'puppet');

  expect(await ref.question(pid('puppet'), Double, { number: 1 })).toEqual({ number: 2 });
  expect(listener.heard).toEqual([]);
});

test('what nobody catches ends its thread, which is logged by name, and not the others', async () => {
  const { listener, ref, pid, thread, lines } = await scene();
  const one = await thread('one', 'puppet');
  await thread('two', 'other');
  ref.watch(pid('puppet'));

  ref.order(pid('puppet'), 'crash', 'out of order');

  await listener.until('exited puppet');
  expect(await one.wait()).toMatchObject({ code: 1, error: { message: 'out of order' } });
  expect(lines).toEqual([expect.stringMatching(/^error thread 'one' ended .*out of order/)]);
  expect(await ref.question(pid('other'), Double, { number: 1 })).toEqual({ number: 2 });
});

test('an actor that throws dies alone, and the log says in which thread', async () => {
  const { listener, ref, pid, thread, lines } = await scene();
  await thread('one', 'puppet', 'other');
  ref.watch(pid('puppet'));

  ref.order(pid('puppet'), 'throw', 'my bug');

  await listener.until('exited puppet');
  expect(lines).toEqual([expect.stringMatching(/^error puppet@.* died of a bug .*my bug.*"thread":"one"/)]);
  expect(await ref.question(pid('other'), Double, { number: 1 })).toEqual({ number: 2 });
});

test('lines of a thread go to the log of the main thread, with its name and their errors', async () => {
  const { ref, pid, thread, lines } = await scene();
  await thread('one', 'puppet');

  ref.order(pid('puppet'), 'log', 'careful');
  await ref.question(pid('puppet'), GivenUp, {});

  expect(lines).toEqual([expect.stringMatching(/^warn careful .*Error: boom.*"thread":"one"/)]);
});

test('a runtime that stops ends its threads before its own actors, each actor with finalize', async () => {
  const { listener, ref, pid, thread, runtime, lines } = await scene();
  const one = await thread('one', 'puppet', 'other');
  ref.order(pid('puppet'), 'link', 'listener');
  ref.order(pid('other'), 'link', 'listener');
  await ref.question(pid('other'), GivenUp, {});

  await runtime.stop();

  expect(listener.heard).toEqual(['finalized other', 'finalized puppet']);
  expect(await one.wait()).toEqual({ code: 0, error: null });
  expect(lines).toEqual([]);
  await expect(thread('late', 'more')).rejects.toMatchObject({ code: 'STOPPING' });
});

test('a thread that does not stop in time is ended as it is, counted and logged', async () => {
  const clock = PausableClock.paused();
  const { ref, pid, thread, runtime, lines } = await scene({ clock });
  const one = await thread('one', 'puppet');
  ref.order(pid('puppet'), 'hang');

  const stopped = one.stop();
  clock.advance(STOP_TIMEOUT_MS);
  await stopped;

  expect(lines).toEqual([expect.stringContaining(`more than ${STOP_TIMEOUT_MS} ms to stop`)]);
  expect(await runtime.metrics.snapshot()).toMatchObject({ 'libprocess/threads/forced_stops': 1 });
});

test('what waits for a thread that is behind is limited: messages are dropped and counted, questions fail', async () => {
  const { ref, pid, thread, runtime, lines } = await scene();
  const one = await thread('one', 'puppet');
  ref.order(pid('puppet'), 'hang');
  const bytes = new Uint8Array(8 * 1024 * 1024);

  for (let n = 0; n < 12; n++) ref.tell(pid('puppet'), Blob, { bytes });
  const asked = ref.question(pid('puppet'), Double, { number: 1 });

  await expect(asked).rejects.toMatchObject({ code: 'OVERFLOW' });
  const { 'libprocess/threads/overflows': dropped } = await runtime.metrics.snapshot();
  expect(dropped).toBeGreaterThan(1);
  expect(lines).toEqual([expect.stringContaining("bytes wait for the thread 'one'")]);
  await one.terminate();
});

test('no more than a window is posted to a thread that takes nothing', () => {
  const { port1, port2 } = new MessageChannel();
  const port = new FramePort(port1, () => undefined);

  for (let n = 0; n < 100; n++) port.send(FRAME.piece, [n, new Uint8Array(WINDOW_BYTES / 16)]);

  expect(port.backlog).toBeGreaterThan(80 * (WINDOW_BYTES / 16));
  port1.close();
  port2.close();
});

test('what a flood has to wait for arrives once the other side takes it, whole and in order', async () => {
  const { port1, port2 } = new MessageChannel();
  const came: unknown[] = [];
  let arrived = (): void => undefined;
  const sender = new FramePort(port1, () => undefined);
  new FramePort(port2, (_kind, ...range) => {
    came.push(decodeList(...range)[0]);
    if (came.length === 100) arrived();
  });

  const all = new Promise<void>(done => {
    arrived = done;
  });
  for (let n = 0; n < 100; n++) sender.send(FRAME.piece, [n, new Uint8Array(WINDOW_BYTES / 16)]);
  await all;

  expect(came).toEqual(Array.from({ length: 100 }, (_, n) => n));
  expect(sender.backlog).toBe(0);
  port1.close();
});

test('a flood from a thread arrives whole, and leaves the main thread its turns', async () => {
  const { listener, ref, pid, thread } = await scene();
  await thread('one', 'puppet');

  ref.order(pid('puppet'), 'flood', '20000');
  await listener.until('19999');

  expect(listener.heard).toHaveLength(20_000);
});

test('metrics of a thread appear among those of the main thread, below its name', async () => {
  const { ref, pid, thread, runtime } = await scene();
  const one = await thread('one', 'puppet');
  ref.order(pid('puppet'), 'count', 'hits');
  ref.order(pid('puppet'), 'count', 'hits');
  await ref.question(pid('puppet'), GivenUp, {});
  spawnEndpoints(runtime, { metricsRateLimit: '' });

  expect(await runtime.metrics.snapshot()).toMatchObject({ 'threads/one/hits': 2 });
  const page = await textOf(await runtime.request(runtime.address.text, request('GET', '/metrics')));
  expect(page).toContain('# TYPE threads_one_hits counter\nthreads_one_hits 2\n');
  await one.terminate();
  expect(await runtime.metrics.snapshot()).not.toHaveProperty('threads/one/hits');
});

test('a thread that computes holds up no snapshot: it shows what it last said', async () => {
  const clock = PausableClock.paused();
  const { ref, pid, thread, runtime } = await scene({ clock });
  const one = await thread('one', 'puppet');
  ref.order(pid('puppet'), 'count', 'hits');
  await ref.question(pid('puppet'), GivenUp, {});
  await runtime.metrics.snapshot();
  ref.order(pid('puppet'), 'hang');

  const snapshot = runtime.metrics.snapshot();
  clock.advance(1_000);

  expect(await snapshot).toMatchObject({ 'threads/one/hits': 1 });
  await one.terminate();
});

test('/__processes__ lists the actors of threads, too', async () => {
  const { thread, runtime } = await scene();
  await thread('one', 'puppet');
  spawnEndpoints(runtime);

  const page = await textOf(await runtime.request(runtime.address.text, request('GET', '/__processes__')));

  expect(JSON.parse(page).map(({ id }: { readonly id: string }) => id)).toEqual(
    expect.arrayContaining(['listener', 'puppet']),
  );
});

test('a thread that holds more memory than it may ends alone', async () => {
  const { listener, ref, pid, heapThread } = await scene();
  const one = await heapThread(24, 'puppet');
  ref.watch(pid('puppet'));

  ref.order(pid('puppet'), 'hoard');

  await listener.until('exited puppet');
  expect((await one.wait()).error).toMatchObject({ code: 'ERR_WORKER_OUT_OF_MEMORY' });
});

test('the death of an essential actor of a thread ends the OS process', async () => {
  const { status, stderr } = spawnSync(process.execPath, [ESSENTIAL.pathname], { encoding: 'utf8', timeout: 10_000 });

  expect(stderr).toMatch(/^ERROR vital@local:1 died of a bug .*\nvital@local:1 was essential: exiting\n$/);
  expect(status).toBe(1);
});
