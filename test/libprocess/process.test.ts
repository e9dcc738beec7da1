/** Actors of one runtime: turns, ends, links and failures. */
import { expect, test } from 'vitest';
import {
  Failure,
  type Future,
  ID,
  int32,
  type LogLevel,
  logger,
  message,
  type PID,
  Process,
  Promised,
  Runtime,
  req,
  request,
  struct,
} from '../../libprocess/index.ts';

const Note = message('test.Note', { n: req(1, int32) });
const Square = request('test.Square', { n: req(1, int32) }, struct('test.Squared', { n: req(1, int32) }));

class Slow extends Process {
  readonly seen: string[] = [];
  readonly gate = new Promised<number>();

  constructor() {
    super(ID.generate('slow'));
  }

  note(text: string): void {
    this.seen.push(text);
  }

  async outer(): Promise<number> {
    const value = await this.#middle();
    this.seen.push('outer');
    this.send(this.pid, Note, { n: 3 });
    return value + 1;
  }

  async outside(): Promise<void> {
    await new Promise(done => setTimeout(done, 1));
    this.send(this.pid, Note, { n: 9 });
  }

  async direct(): Promise<void> {
    await Promise.resolve();
    this.send(this.pid, Note, { n: 9 });
  }

  fail(): never {
    throw new Failure('refused', 'REFUSED');
  }

  bug(): never {
    throw new TypeError('bug');
  }

  watch(pid: PID): void {
    this.link(pid);
  }

  end(inject?: boolean): void {
    this.terminate(inject);
  }

  later(ms: number): void {
    this.delay(ms, this.#rang, ms);
  }

  asks(pid: PID, n: number): Future<{ readonly n: number }> {
    return this.ask(pid, Square, { n });
  }

  protected override initialize(): void {
    this.install(Note, ({ n }) => {
      this.seen.push(`note ${n}`);
    });
    this.install(Square, ({ n }) => {
      if (n < 0) throw new Failure('negative', 'NEGATIVE');
      return { n: n * n };
    });
    this.seen.push('initialize');
  }

  protected override finalize(): void {
    this.seen.push('finalize');
  }

  protected override exited(pid: PID): void {
    this.seen.push(`exited ${pid.id}`);
  }

  async #middle(): Promise<number> {
    const value = await this.#inner();
    this.seen.push('middle');
    return value;
  }

  async #inner(): Promise<number> {
    const value = await this.turn(this.gate);
    this.seen.push('inner');
    return value;
  }

  #rang(ms: number): void {
    this.seen.push(`rang ${ms}`);
  }
}

function start() {
  const lines: string[] = [];
  const died: unknown[] = [];
  const log = logger((level: LogLevel, text) => lines.push(`${level} ${text}`));
  const runtime = Runtime.local({ log, died: (_process, error) => died.push(error) });
  const slow = new Slow();
  const ref = runtime.spawn(slow);
  return { runtime, slow, ref, seen: slow.seen, lines, died };
}

const quiet = (): Promise<void> => new Promise(done => setImmediate(() => setImmediate(done)));

test('initialize is the first turn, before what is queued', async () => {
  const { ref, seen } = start();
  await ref.note('call');
  expect(seen).toEqual(['initialize', 'call']);
});

test('a resumed turn runs whole, nested awaits and all, before the next envelope', async () => {
  const { runtime, slow, ref, seen } = start();
  const out = ref.outer();
  await quiet();
  slow.gate.set(1);
  for (const n of [1, 2]) runtime.post('message', Note, slow.pid, runtime.outside, { n }, null, null);
  expect(await out).toBe(2);
  await quiet();
  expect(seen).toEqual(['initialize', 'inner', 'middle', 'outer', 'note 1', 'note 2', 'note 3']);
});

test('while a handler waits, its actor serves others', async () => {
  const { ref, seen } = start();
  ref.outer().ignore();
  await ref.note('meanwhile');
  expect(seen).toContain('meanwhile');
});

test('an await of the outside world without turn() kills the actor at the first thing it does', async () => {
  const { ref, died } = start();
  await expect(ref.outside()).rejects.toMatchObject({ code: 'TERMINATED' });
  expect(String(died[0])).toMatch(/acts outside its turn/);
});

test('an await that never leaves the turn is part of it', async () => {
  const { ref, seen } = start();
  await ref.direct();
  await quiet();
  expect(seen).toContain('note 9');
});

test('a Failure is an answer: the caller gets its code and the actor lives', async () => {
  const { ref, seen } = start();
  await expect(ref.fail()).rejects.toMatchObject({ code: 'REFUSED' });
  await ref.note('alive');
  expect(seen).toContain('alive');
});

test('a failure that nobody looks at is logged once, not a thousand times', async () => {
  const { ref, lines } = start();
  for (let call = 0; call < 1_000; call++) ref.fail();
  await quiet();
  expect(lines.filter(line => line.includes('refused'))).toEqual(['warn Slow Slow.fail: refused']);
});

test('any other throw kills the actor: callers get TERMINATED, linkers exited', async () => {
  const { runtime, ref, lines, died } = start();
  const other = new Slow();
  const watcher = runtime.spawn(other);
  await watcher.watch(ref.pid);
  const queued = [ref.bug(), ref.outer()].map(future => future.then(null, error => (error as Failure).code));
  expect(await Promise.all(queued)).toEqual(['TERMINATED', 'TERMINATED']);
  await quiet();
  expect(other.seen).toContain('exited slow(1)');
  expect(String(died[0])).toBe('TypeError: bug');
  expect(lines).toContain(`error ${ref.pid} died of a bug`);
});

test('a reply that a dying actor still owes fails', async () => {
  const { runtime, ref } = start();
  const owed = ref.outer();
  await quiet();
  runtime.terminate(ref.pid);
  await expect(owed).rejects.toMatchObject({ code: 'TERMINATED' });
});

test('a terminated actor is never resumed', async () => {
  const { runtime, slow, ref, seen } = start();
  ref.outer().ignore();
  await quiet();
  runtime.terminate(ref.pid);
  slow.gate.set(1);
  await quiet();
  expect(seen).toEqual(['initialize', 'finalize']);
});

test('terminate goes before what is queued; with inject false, behind it', async () => {
  const { runtime, ref, seen } = start();
  await quiet();
  const late = ref.note('too late');
  runtime.terminate(ref.pid);
  await expect(late).rejects.toMatchObject({ code: 'TERMINATED' });
  expect(seen).toEqual(['initialize', 'finalize']);

  const patient = start();
  patient.ref.note('in time');
  patient.runtime.terminate(patient.ref.pid, false);
  expect(await patient.runtime.wait(patient.ref.pid)).toBe(true);
  expect(patient.seen).toEqual(['initialize', 'in time', 'finalize']);
});

test('wait is true once the actor is gone, false for an unknown one', async () => {
  const { runtime, ref } = start();
  const waiting = runtime.wait(ref.pid);
  ref.end();
  expect(await waiting).toBe(true);
  expect(await runtime.wait(ref.pid)).toBe(false);
});

test('a call to an actor that is gone fails NO_PROCESS', async () => {
  const { runtime, ref } = start();
  ref.end();
  await runtime.wait(ref.pid);
  await expect(ref.note('hello')).rejects.toMatchObject({ code: 'NO_PROCESS' });
});

test('what a dead actor waited for, and its deferred calls, wake no successor of the same id', async () => {
  const gate = new Promised<void>();
  class Waiter extends Process {
    readonly seen: string[] = [];
    readonly callback = this.defer(() => {
      this.seen.push('called');
    });

    async waits(): Promise<void> {
      await this.turn(gate);
      this.seen.push('resumed');
    }
  }
  const { runtime } = start();
  const old = new Waiter('waiter');
  const ref = runtime.spawn(old);
  ref.waits().ignore();
  await quiet();
  runtime.terminate(ref.pid);
  await runtime.wait(ref.pid);
  runtime.spawn(new Waiter('waiter'));
  gate.set();
  old.callback();
  await quiet();
  expect(old.seen).toEqual([]);
});

test('linking to an actor that is gone gives exited, once', async () => {
  const { runtime, ref, seen } = start();
  const gone = runtime.address.pid('nobody');
  ref.watch(gone);
  await quiet();
  expect(seen).toEqual(['initialize', 'exited nobody']);
});

test('linking twice gives one exited', async () => {
  const { runtime, ref, seen } = start();
  const other = runtime.spawn(new Slow());
  ref.watch(other.pid);
  await ref.watch(other.pid);
  other.end();
  await quiet();
  expect(seen).toEqual(['initialize', 'exited slow(2)']);
});

test('a second actor of the same fixed id is refused', () => {
  class Fixed extends Process {}
  const { runtime } = start();
  runtime.spawn(new Fixed('master'));
  expect(() => runtime.spawn(new Fixed('master'))).toThrow(/already/);
});

test('ids are counted by prefix in each runtime', () => {
  const { runtime, ref } = start();
  expect([ref.pid.id, runtime.spawn(new Slow()).pid.id, start().ref.pid.id]).toEqual(['slow(1)', 'slow(2)', 'slow(1)']);
});

test('a question is answered, or fails with the code of the answer', async () => {
  const { runtime, ref } = start();
  const other = runtime.spawn(new Slow());
  expect(await ref.asks(other.pid, 5)).toEqual({ n: 25 });
  await expect(ref.asks(other.pid, -5)).rejects.toMatchObject({ code: 'NEGATIVE' });
});

test('a question that the actor does not know fails NO_HANDLER', async () => {
  const { runtime, ref } = start();
  class Deaf extends Process {}
  const deaf = runtime.spawn(new Deaf('deaf'));
  await expect(ref.asks(deaf.pid, 1)).rejects.toMatchObject({ code: 'NO_HANDLER' });
});

test('a message for a delegate keeps its sender and is answered by the delegate', async () => {
  const { runtime, ref } = start();
  const expert = runtime.spawn(new Slow());
  class Front extends Process {
    protected override initialize(): void {
      this.delegate(Square, expert.pid);
    }
  }
  const front = runtime.spawn(new Front('front'));
  expect(await ref.asks(front.pid, 3)).toEqual({ n: 9 });
});

test('a Ref used by an actor of another runtime throws', async () => {
  const { ref } = start();
  class Bypass extends Process {
    call(): Future<void> {
      return ref.note('bypass');
    }
  }
  const died: unknown[] = [];
  const elsewhere = Runtime.local({ log: logger(() => {}), died: (_process, error) => died.push(error) });
  await expect(elsewhere.spawn(new Bypass('bypass')).call()).rejects.toMatchObject({ code: 'TERMINATED' });
  expect(String(died[0])).toMatch(/of another runtime/);
});

test('getters and what Process itself has are no part of a Ref', () => {
  class WithGetter extends Process {
    get size(): number {
      throw new Error('a getter must not be called by spawn');
    }
    grow(): void {}
  }
  const ref = start().runtime.spawn(new WithGetter('getter'));
  expect(['size', 'grow', 'initialize', 'then'].map(name => name in ref)).toEqual([false, true, false, false]);
});

test('a loop of awaited dispatches does not starve timers', async () => {
  const { ref } = start();
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 5);
  for (let call = 0; call < 1_000_000 && !fired; call++) await ref.note('');
  expect(fired).toBe(true);
});
