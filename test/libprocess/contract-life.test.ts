/** How actors begin and end: contract/libprocess.md §1 and §1.1, one fact each. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ID, type LogLevel, logger, PausableClock, Process, Runtime, settle } from '../../libprocess/index.ts';

class Actor extends Process {
  readonly seen: string[];

  constructor(id: ConstructorParameters<typeof Process>[0], seen: string[] = []) {
    super(id);
    this.seen = seen;
  }

  note(text: string): void {
    this.seen.push(text);
  }

  end(inject?: boolean): void {
    this.terminate(inject);
  }

  spawns(id: string): void {
    this.spawn(new Actor(id, this.seen));
  }

  protected override initialize(): void {
    this.seen.push('initialize');
  }

  protected override finalize(): void {
    this.seen.push('finalize');
  }
}

test('an id that is not given, or empty, is counted without a prefix', () => {
  const { runtime } = start();
  expect([undefined, '', ID.generate()].map(id => runtime.spawn(new Actor(id)).pid.id)).toEqual(['(1)', '(2)', '(3)']);
});

test('a counted id that is taken is refused, and the count goes on', () => {
  const { runtime } = start();
  runtime.spawn(new Actor('slave(1)'));
  expect(() => runtime.spawn(new Actor(ID.generate('slave')))).toThrow(
    expect.objectContaining({ code: 'DUPLICATE_ID' }),
  );
  expect(runtime.spawn(new Actor(ID.generate('slave'))).pid.id).toBe('slave(2)');
});

test('an actor is spawned once, not again after its end', async () => {
  const { runtime } = start();
  const actor = new Actor('once');
  const ref = runtime.spawn(actor);
  expect(() => runtime.spawn(actor)).toThrow('was spawned before');
  runtime.terminate(ref.pid);
  await settle();
  expect(() => runtime.spawn(actor)).toThrow('was spawned before');
});

test.each(['logs', 'links', 'sleeps'] as const)(
  'an actor that acts in its constructor (%s) is told where to begin',
  how => {
    class Early extends Process {
      constructor() {
        super('early');
        if (how === 'logs') this.log.info({}, `${this.now}`);
        else if (how === 'links') this.link(Runtime.local().address.pid('other'));
        else this.sleep(1);
      }
    }
    expect(() => new Early()).toThrow('Early acts before it is spawned: begin in initialize(), not in the constructor');
  },
);

test('a method that hides what every process has is refused, be the compiler asked or not', () => {
  const { runtime } = start();
  class Loud extends Process {}
  Object.defineProperty(Loud.prototype, 'log', { value: () => undefined });
  expect(() => runtime.spawn(new Loud('loud'))).toThrow('Loud.log hides what every Process has as log');
});

test('a runtime that stops, or has stopped, starts nothing', async () => {
  const { runtime, lines } = start();
  const seen: string[] = [];
  class Last extends Actor {
    protected override finalize(): void {
      this.spawn(new Actor('too-late', seen));
    }
  }
  runtime.spawn(new Last('last'));
  await settle();
  await runtime.stop();
  expect(() => runtime.spawn(new Actor('later'))).toThrow(expect.objectContaining({ code: 'STOPPING' }));
  expect([seen, [...runtime.processes], lines.at(-1)]).toEqual([[], [], expect.stringMatching(/failed to finalize/)]);
});

test('an actor that is terminated before its first turn is initialized all the same', async () => {
  const { runtime } = start();
  const actor = new Actor('brief');
  runtime.terminate(runtime.spawn(actor).pid);
  await settle();
  expect(actor.seen).toEqual(['initialize', 'finalize']);
});

test.each([
  [true, ['initialize', 'first', 'finalize']],
  [false, ['initialize', 'first', 'second', 'finalize']],
])('an actor that ends itself with inject %s serves %j', async (inject, expected) => {
  const { runtime } = start();
  const actor = new Actor('actor');
  const ref = runtime.spawn(actor);
  ref.note('first').ignore();
  ref.end(inject).ignore();
  ref.note('second').ignore();
  await settle();
  expect(actor.seen).toEqual(expected);
});

test('terminating twice, a remote actor, or one that is unknown does nothing more', async () => {
  const { runtime } = start();
  const elsewhere = start().runtime;
  const [actor, remote] = [new Actor('actor'), new Actor('remote')];
  const { pid } = runtime.spawn(actor);
  elsewhere.spawn(remote);
  for (const inject of [true, false, true]) runtime.terminate(pid, inject);
  runtime.terminate(remote.pid);
  runtime.terminate(runtime.address.pid('nobody'));
  await settle();
  runtime.terminate(pid);
  await settle();
  expect([actor.seen, remote.seen]).toEqual([['initialize', 'finalize'], ['initialize']]);
});

test('what comes after the end is dropped', async () => {
  const { runtime } = start();
  const actor = new Actor('actor');
  const ref = runtime.spawn(actor);
  runtime.terminate(ref.pid, false);
  const late = ref.note('late').ignore();
  await settle();
  expect([actor.seen, late.error]).toEqual([
    ['initialize', 'finalize'],
    expect.objectContaining({ code: 'TERMINATED' }),
  ]);
});

test('wait is false once its time is over, and true for one that ends before', async () => {
  const { runtime, clock } = start();
  const ref = runtime.spawn(new Actor('actor'));
  const [short, long] = [runtime.wait(ref.pid, 10), runtime.wait(ref.pid, 20)];
  clock.advance(10);
  expect([short.value, long.isPending]).toEqual([false, true]);
  ref.end().ignore();
  await settle();
  expect([long.value, clock.nextDue]).toEqual([true, Infinity]);
});

test('wait for an actor of another runtime is false at once', () => {
  const remote = start().runtime.spawn(new Actor('remote'));
  expect(start().runtime.wait(remote.pid).value).toBe(false);
});

test('linkers hear of an end before those who wait, and then the id is free', async () => {
  const { runtime } = start();
  const order: string[] = [];
  class Watcher extends Process {
    watch(): void {
      this.link(ref.pid);
    }
    protected override exited(): void {
      order.push('exited');
    }
  }
  const ref = runtime.spawn(new Actor('actor'));
  const watcher = runtime.spawn(new Watcher('watcher'));
  await watcher.watch();
  runtime.wait(ref.pid).onReady(() => {
    order.push(`free ${runtime.process('actor') === undefined}`);
    runtime.spawn(new Actor('actor'));
  });
  runtime.tracer = {
    posted: ({ kind }) => {
      if (kind === 'exited') order.push('posted');
    },
    served: () => undefined,
    done: () => undefined,
    dropped: () => undefined,
    noted: () => undefined,
  };
  ref.end().ignore();
  await settle();
  expect(order).toEqual(['posted', 'free true', 'exited']);
});

test('what an actor owns is disposed of when it ends, though one of it throws', async () => {
  const { runtime, lines } = start();
  const disposed: string[] = [];
  class Owner extends Process {
    protected override initialize(): void {
      this.own({
        [Symbol.dispose]: () => {
          throw new Error('stuck');
        },
      });
      this.own({ [Symbol.dispose]: () => disposed.push('second') });
    }
  }
  const ref = runtime.spawn(new Owner('owner'));
  runtime.terminate(ref.pid, false);
  expect(await runtime.wait(ref.pid)).toBe(true);
  expect([disposed, lines]).toEqual([['second'], [expect.stringMatching(/failed to finalize/)]]);
});

test('the runtime forgets an actor that has ended', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { runtime } = start();
  const forgotten = await endOne(runtime);
  await settle();
  collect();
  await new Promise(setImmediate);
  collect();
  expect(forgotten.deref()).toBeUndefined();
});

async function endOne(runtime: Runtime): Promise<WeakRef<Actor>> {
  const actor = new Actor(ID.generate('brief'));
  const { pid } = runtime.spawn(actor);
  runtime.terminate(pid, false);
  await runtime.wait(pid);
  return new WeakRef(actor);
}

test('the address of a runtime is part of the PIDs of its actors', () => {
  const { runtime } = start();
  const { pid } = runtime.spawn(new Actor('actor'));
  expect([pid.address === runtime.address, String(pid)]).toEqual([true, `actor@${runtime.address}`]);
});

function start() {
  const lines: string[] = [];
  const clock = PausableClock.paused();
  const log = logger((level: LogLevel, text) => lines.push(`${level} ${text}`));
  return { runtime: Runtime.local({ log, clock, died: () => {} }), clock, lines };
}
