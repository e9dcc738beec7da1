/** The test kit's expectations: which events they see, which they keep from their actor, and in what order. */
import { expect, test } from 'vitest';
import {
  Failure,
  Future,
  http,
  int32,
  message,
  type PID,
  Process,
  Promised,
  Runtime,
  req,
} from '../../../libprocess/index.ts';
import {
  calls,
  dispatches,
  events,
  exits,
  intercept,
  messages,
  requests,
  simulate,
} from '../../../libprocess/testing.ts';
import { request } from '../http/scene.ts';

const Note = message('interceptor.Note', { n: req(1, int32) });
const Other = message('interceptor.Other', { n: req(1, int32) });

class Worker extends Process {
  readonly done: string[] = [];

  constructor(id = 'worker') {
    super(id);
  }

  add(a: number, b: number): number {
    this.done.push(`${a}+${b}`);
    return a + b;
  }

  tell(to: PID, ...numbers: number[]): void {
    for (const n of numbers) this.send(to, Note, { n });
  }

  watch(pid: PID): void {
    this.link(pid);
  }

  retryLater(): void {
    this.delay(10, this.#retry, 3);
  }

  protected override initialize(): void {
    this.install(Note, ({ n }) => void this.done.push(String(n)));
    this.install(Other, ({ n }) => void this.done.push(`other ${n}`));
    this.route('/page', {}, ({ method }) => http.ok(method));
  }

  protected override exited(pid: PID): void {
    this.done.push(`exited ${pid.id}`);
  }

  #retry(times: number): void {
    this.done.push(`retry ${times}`);
  }
}

function start() {
  const sim = simulate();
  const worker = new Worker();
  const other = new Worker('other');
  const node = sim.node('here');
  const [ref, otherRef] = [node.spawn(worker), node.spawn(other)];
  const far = sim.node('there').spawn(new Worker('far'));
  return { sim, node, worker, ref, other, otherRef, far };
}

test('an expected message is served all the same, a dropped one is not, each once', async () => {
  const { sim, worker, ref, otherRef } = start();
  const expected = sim.events.expect(messages(Note, { from: 'other', to: ref }));
  otherRef.tell(ref.pid, 1);
  expect(await sim.ready(expected)).toEqual({ from: otherRef.pid, to: ref.pid, body: { n: 1 } });
  const dropped = sim.events.drop(messages(Note));
  otherRef.tell(ref.pid, 2, 3);
  expect((await sim.ready(dropped)).body.n).toBe(2);
  await sim.settle();
  expect(worker.done).toEqual(['1', '3']);
});

test('messages from another node are seen where they arrive', async () => {
  const { sim, worker, ref, far } = start();
  const dropped = sim.events.drop(messages(null, { from: far }));
  far.tell(ref.pid, 1, 2);
  await sim.ready(dropped);
  await sim.advance(10);
  expect(worker.done).toEqual(['2']);
});

test('who sends, who receives and what is sent must all match', async () => {
  const { sim, worker, ref, otherRef } = start();
  const misses = [
    messages(Other),
    messages(Note, { from: 'far' }),
    messages(Note, { to: otherRef }),
    messages(Note, { to: otherRef.pid }),
  ].map(matcher => sim.events.dropAll(matcher));
  otherRef.tell(ref.pid, 1);
  await sim.settle();
  expect(worker.done).toEqual(['1']);
  expect(misses.flatMap(({ seen }) => seen)).toEqual([]);
});

test('what is sent may have to be as the test says, also in the body of an HTTP request', async () => {
  const { sim, node, ref, otherRef } = start();
  const second = sim.events.expect(messages(Note, { where: ({ n }) => n === 2 }));
  otherRef.tell(ref.pid, 1, 2);
  expect((await sim.ready(second)).body.n).toBe(2);
  const called = sim.events.watch(calls(Note.body, { path: '/worker/page', where: ({ n }) => n === 7 }));
  const post = (body: string) => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const asked = { ...request('POST', '/worker/page'), headers, body: Buffer.from(body) };
    return sim.response(node.request('127.0.0.1:5050', asked));
  };
  for (const body of ['{"n":6}', '{"n":7}', '{"other":7}', 'no JSON']) expect((await post(body)).status).toBe(200);
  expect(called.seen.map(({ body }) => body)).toEqual([{ n: 7 }]);
});

test('all that match are watched, or dropped, until that is disposed of', async () => {
  const { sim, worker, ref, otherRef } = start();
  const watch = sim.events.watch(messages(Note));
  otherRef.tell(ref.pid, 1, 2);
  await sim.settle();
  const dropped = sim.events.dropAll(messages(Note));
  otherRef.tell(ref.pid, 3, 4);
  await sim.settle();
  dropped[Symbol.dispose]();
  otherRef.tell(ref.pid, 5);
  await sim.settle();
  expect(worker.done).toEqual(['1', '2', '5']);
  expect(watch.seen.map(({ body }) => body.n)).toEqual([1, 2, 5]);
  expect(dropped.seen.map(({ body }) => body.n)).toEqual([3, 4]);
});

test('the newest expectation takes an event, alone', async () => {
  const { sim, ref, otherRef } = start();
  const [older, newer] = [sim.events.expect(messages(Note)), sim.events.expect(messages(Note))];
  otherRef.tell(ref.pid, 1);
  expect((await sim.ready(newer)).body.n).toBe(1);
  expect(older.isPending).toBe(true);
  otherRef.tell(ref.pid, 2);
  expect((await sim.ready(older)).body.n).toBe(2);
});

test('an expectation that is given up sees nothing', async () => {
  const { sim, worker, ref, otherRef } = start();
  const dropped = sim.events.drop(messages(Note));
  dropped.discard();
  otherRef.tell(ref.pid, 1);
  await sim.discarded(dropped);
  await sim.settle();
  expect(worker.done).toEqual(['1']);
});

test('a call is known by its method and has typed arguments; dropped, it is never answered', async () => {
  const { sim, worker, ref } = start();
  const called = sim.events.expect(dispatches(ref, 'add'));
  expect(await sim.ready(ref.add(1, 2))).toBe(3);
  const [a, b]: readonly number[] = (await sim.ready(called)).body;
  expect([a, b]).toEqual([1, 2]);
  sim.events.drop(dispatches(ref, 'add'));
  await sim.abandoned(ref.add(3, 4));
  expect(worker.done).toEqual(['1+2']);
});

test('a step that an actor delays is known by its name', async () => {
  const { sim, worker, ref } = start();
  const dropped = sim.events.drop(dispatches(null, '#retry'));
  ref.retryLater();
  expect((await sim.ready(dropped)).body).toEqual([3]);
  ref.retryLater();
  await sim.advance(10);
  expect(worker.done).toEqual(['retry 3']);
});

test('the end of an actor is kept from those who linked to it', async () => {
  const { sim, node, worker, ref, other, otherRef, far } = start();
  for (const linker of [ref, otherRef]) linker.watch(far.pid);
  await sim.settle();
  const dropped = sim.events.drop(exits({ of: far, to: ref }));
  sim.crash('there');
  expect((await sim.ready(dropped)).body).toBe(far.pid);
  await sim.settle();
  expect([worker.done, other.done]).toEqual([[], ['exited far']]);
  expect(node.process('worker')).toBe(worker);
});

test('a dropped request is answered with 500', async () => {
  const { sim, node, far } = start();
  const ask = (method: string) => node.request(String(far.pid.address), request(method, '/far/page'));
  const seen = sim.events.expect(requests({ to: far, path: /page$/ }));
  expect(await sim.response(ask('GET'))).toMatchObject({ status: 200, body: 'GET' });
  expect((await sim.ready(seen)).body).toMatchObject({ method: 'GET', path: '/far/page' });
  sim.events.drop(requests({ method: 'POST', path: '/far/page' }));
  expect((await sim.response(ask('GET'))).status).toBe(200);
  expect((await sim.response(ask('POST'))).status).toBe(500);
});

test('even a termination can be dropped', async () => {
  const { sim, node, ref } = start();
  sim.events.drop(events('terminations', ({ kind }) => kind === 'terminate'));
  node.terminate(ref.pid);
  expect(await sim.ready(ref.add(1, 1))).toBe(2);
  node.terminate(ref.pid);
  expect(await sim.ready(node.wait(ref.pid))).toBe(true);
});

test('an event that was never to come fails the simulation', async () => {
  const { sim, ref, otherRef } = start();
  const never = sim.events.never(messages(Note));
  await sim.settle();
  otherRef.tell(ref.pid, 1);
  await expect(sim.settle()).rejects.toThrow('there were to be no messages interceptor.Note, and one came from other');
  expect(() => never[Symbol.dispose]()).toThrow('no messages interceptor.Note');
});

test('expectations work on a single runtime too', async () => {
  const runtime = Runtime.local();
  const caught = intercept(runtime);
  const ref = runtime.spawn(new Worker());
  {
    using _never = caught.never(messages(Note));
    expect(await ref.add(1, 2)).toBe(3);
  }
  const dropped = caught.drop(dispatches(ref, 'add'));
  ref.add(1, 2).ignore();
  expect((await dropped).body).toEqual([1, 2]);
});

test('waiting for another outcome than the one that comes fails, and says what came', async () => {
  const sim = simulate();
  const failure = Future.failed<number>(new Failure('no', 'NO'));
  expect(await sim.failed(failure)).toBe(failure.error);
  await expect(sim.ready(failure)).rejects.toThrow('the future is not ready but FAILED: no');
  await expect(sim.failed(Future.ready(1))).rejects.toThrow('the future is not failed but READY');
  await expect(sim.abandoned(Future.ready(1))).rejects.toThrow('the future is not abandoned but READY');
  await expect(sim.ready(new Promised<number>())).rejects.toThrow('not within 15000 ms');
});
