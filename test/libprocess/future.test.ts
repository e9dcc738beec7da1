/** The states and combinators of contract/libprocess.md §2, one fact each. */
import { expect, test } from 'vitest';
import { Failure, Future, Promised } from '../../libprocess/index.ts';

const BAD = new Failure('bad', 'BAD');

test('only the first completion counts', () => {
  const promised = new Promised<number>();
  expect(promised.set(1)).toBe(true);
  expect([promised.set(2), promised.fail(BAD), promised.discarded()]).toEqual([false, false, false]);
  expect(promised.value).toBe(1);
});

test('callbacks run in order of registration, those for the state before those for any', () => {
  const promised = new Promised<number>();
  const calls: string[] = [];
  promised.onAny(() => calls.push('any'));
  promised.onReady(value => calls.push(`ready ${value}`));
  promised.onFailed(() => calls.push('failed'));
  promised.onReady(() => calls.push('ready again'));
  promised.set(7);
  expect(calls).toEqual(['ready 7', 'ready again', 'any']);
});

test('a callback on a future that is done runs at once', () => {
  const calls: unknown[] = [];
  Future.ready(1).onReady(value => calls.push(value));
  Future.failed(BAD).onFailed(error => calls.push(error));
  expect(calls).toEqual([1, BAD]);
});

test('discard is a request: the state changes only when the completing side says so', () => {
  const promised = new Promised<number>();
  const calls: string[] = [];
  promised.onDiscard(() => calls.push('asked'));
  promised.onDiscarded(() => calls.push('discarded'));
  expect([promised.discard(), promised.discard()]).toEqual([true, false]);
  expect([promised.state, promised.discardRequested, String(promised)]).toEqual([
    'pending',
    true,
    'PENDING (with discard)',
  ]);
  promised.discarded();
  expect(calls).toEqual(['asked', 'discarded']);
});

test('onDiscard on a future that was asked already runs at once', () => {
  const promised = new Promised<number>();
  promised.discard();
  let asked = 0;
  promised.onDiscard(() => asked++);
  expect(asked).toBe(1);
});

test('awaiting gives the value, the failure, or DISCARDED', async () => {
  expect(await Future.ready(3)).toBe(3);
  await expect(Future.failed(BAD)).rejects.toBe(BAD);
  const promised = new Promised<number>();
  promised.discarded();
  await expect(promised).rejects.toMatchObject({ code: 'DISCARDED' });
});

test('then is not called once a discard was requested, and the result is discarded', () => {
  const promised = new Promised<number>();
  let called = false;
  const derived = promised.then(() => {
    called = true;
  });
  derived.discard();
  expect(promised.discardRequested).toBe(true);
  promised.set(1);
  expect([called, derived.state]).toEqual([false, 'discarded']);
});

test('then passes on failures, discards and abandonment', () => {
  const [failed, discarded, abandoned] = [new Promised<number>(), new Promised<number>(), new Promised<number>()];
  const derived = [failed, discarded, abandoned].map(future => future.then(value => value + 1).ignore());
  failed.fail(BAD);
  discarded.discarded();
  abandoned.abandon();
  expect(derived.map(String)).toEqual(['FAILED: bad', 'DISCARDED', 'Abandoned']);
});

test('then follows the future that its function returns, and passes a later discard to it', () => {
  const inner = new Promised<string>();
  const derived = Future.ready(1).then(() => inner);
  expect(derived.isPending).toBe(true);
  derived.discard();
  expect(inner.discardRequested).toBe(true);
  inner.set('done');
  expect(derived.value).toBe('done');
});

test('a function that throws fails the derived future', () => {
  const derived = Future.ready(1).then(() => {
    throw BAD;
  });
  expect(derived.ignore().error).toBe(BAD);
});

test('repair mends only what failed', () => {
  expect(Future.failed<number>(BAD).repair(() => 5).value).toBe(5);
  expect(Future.ready(1).repair(() => 5).value).toBe(1);
  const discarded = new Promised<number>();
  discarded.discarded();
  expect(discarded.repair(() => 5).state).toBe('discarded');
});

test('recover mends failed, discarded and abandoned, once', () => {
  const discarded = new Promised<number>();
  discarded.discarded();
  const abandoned = new Promised<number>();
  let mended = 0;
  const recovered = abandoned.recover(() => ++mended);
  abandoned.abandon();
  abandoned.set(9);
  expect([
    Future.failed<number>(BAD).recover(() => 5).value,
    discarded.recover(() => 6).value,
    recovered.value,
    mended,
  ]).toEqual([5, 6, 1, 1]);
});

test('a discard asked for before does not hit the recovery', () => {
  const promised = new Promised<number>();
  const mending = new Promised<number>();
  const derived = promised.recover(() => mending);
  derived.discard();
  promised.discarded();
  expect([mending.discardRequested, derived.discardRequested]).toEqual([false, false]);
  mending.set(2);
  expect(derived.value).toBe(2);
});

test('undiscardable keeps requests from the source', () => {
  const promised = new Promised<number>();
  const derived = promised.undiscardable();
  derived.discard();
  expect(promised.discardRequested).toBe(false);
  promised.set(1);
  expect(derived.value).toBe(1);
});

test('associate mirrors the other future and can be done once', () => {
  const other = new Promised<number>();
  const promised = new Promised<number>();
  expect([promised.associate(other), promised.associate(other), promised.set(3)]).toEqual([true, false, false]);
  promised.discard();
  expect(other.discardRequested).toBe(true);
  other.discarded();
  expect(promised.state).toBe('discarded');
});

test('collect gives the values in order of the futures', () => {
  const [a, b] = [new Promised<number>(), new Promised<number>()];
  const all = Future.collect([a, b]);
  b.set(2);
  a.set(1);
  expect(all.value).toEqual([1, 2]);
  expect(Future.collect([]).value).toEqual([]);
});

test('collect fails with the first failure, and for a discarded one', () => {
  expect(String(Future.collect([Future.ready(1), Future.failed(BAD)]))).toBe('FAILED: Collect failed: bad');
  const discarded = new Promised<number>();
  discarded.discarded();
  expect(String(Future.collect([discarded]))).toBe('FAILED: Collect failed: future discarded');
});

test('discarding a collection discards its parts', () => {
  const parts = [new Promised<number>(), new Promised<number>()];
  const all = Future.collect(parts);
  all.discard();
  expect([all.state, ...parts.map(part => part.discardRequested)]).toEqual(['discarded', true, true]);
});

test('await is ready with all futures, however they ended', () => {
  const promised = new Promised<number>();
  const all = Future.await([Future.failed<number>(BAD), promised]);
  expect(all.isPending).toBe(true);
  promised.discarded();
  expect(all.value.map(String)).toEqual(['FAILED: bad', 'DISCARDED']);
});

test('select is ready with the first that is, whatever failed before', () => {
  const [a, b] = [new Promised<number>(), new Promised<number>()];
  const first = Future.select([a, b, Future.failed<number>(BAD).ignore()]);
  b.set(2);
  expect(first.value).toBe(b);
});

test('the signal is aborted by a discard, also when it is taken later', () => {
  const early = new Promised<number>();
  const { signal } = early;
  early.discard();
  const late = new Promised<number>();
  late.discard();
  const first = late.signal;
  expect([signal.aborted, first.aborted, late.signal === first]).toEqual([true, true, true]);
});

test('work that is given up ends discarded', async () => {
  const work = Future.from(
    signal => new Promise<string>((_done, fail) => signal.addEventListener('abort', () => fail(new Error('aborted')))),
  );
  work.discard();
  await expect(work).rejects.toMatchObject({ code: 'DISCARDED' });
});
