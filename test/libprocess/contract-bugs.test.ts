/**
 * What becomes of an actor whose code throws, wherever it throws: the actor dies with its error logged, who linked to it
 * hears exited, who asked it gets TERMINATED, and the rest of the runtime goes on.
 */
import { expect, test } from 'vitest';
import {
  advance,
  Child,
  Failure,
  http,
  type LogLevel,
  logger,
  message,
  PausableClock,
  type PID,
  Process,
  Promised,
  type Ref,
  Runtime,
  Supervisor,
  settle,
} from '../../libprocess/index.ts';
import { MAILBOX_HIGH } from '../../libprocess/limits.ts';

const Poke = message('test.bugs.Poke', {});

type Place = (typeof PLACES)[number];

const PLACES = [
  'initialize',
  'asynchronous initialize',
  'message',
  'dispatch',
  'asynchronous dispatch',
  'resumption',
  'timer',
  'deferred call',
  'HTTP handler',
  'exited',
  'callback of a future',
] as const;

class Faulty extends Process {
  readonly gate = new Promised<void>();

  constructor(
    private readonly place: Place | null,
    private readonly thrown: () => Error,
  ) {
    super('faulty');
  }

  dispatched(): void {
    this.#at('dispatch');
  }

  async dispatchedLater(): Promise<void> {
    await Promise.resolve();
    this.#at('asynchronous dispatch');
  }

  async resumed(): Promise<void> {
    await this.turn(this.gate);
    this.#at('resumption');
  }

  owes(): Promised<void> {
    return this.gate;
  }

  starts(gone: PID): void {
    this.delay(10, () => this.#at('timer'));
    this.defer(() => this.#at('deferred call'))().ignore();
    if (this.place === 'exited') this.link(gone);
    this.gate.onReady(() => this.#at('callback of a future'));
  }

  protected override initialize(): void | Promise<void> {
    this.install(Poke, () => this.#at('message'));
    this.route('/poke', {}, () => {
      this.#at('HTTP handler');
      return http.ok('fine');
    });
    this.#at('initialize');
    if (this.place === 'asynchronous initialize') return this.#later();
  }

  protected override exited(): void {
    this.#at('exited');
  }

  async #later(): Promise<void> {
    await Promise.resolve();
    this.#at('asynchronous initialize');
  }

  #at(place: Place): void {
    if (place === this.place) throw this.thrown();
  }
}

class Watcher extends Process {
  readonly gone: string[] = [];

  watch(pid: PID): void {
    this.link(pid);
  }

  protected override exited(pid: PID): void {
    this.gone.push(pid.id);
  }
}

test.each(PLACES)('a bug in %s kills its actor alone, and is logged', async place => {
  const { runtime, lines, died, watcher } = await provoke(place, () => new TypeError('bug'));
  expect(runtime.process('faulty')).toBeUndefined();
  expect(lines).toEqual([`error faulty@${runtime.address} died of a bug`]);
  expect([died.map(String), watcher.gone]).toEqual([['TypeError: bug'], ['faulty']]);
  expect(await runtime.spawn(new Watcher('other')).watch(runtime.address.pid('watcher'))).toBeUndefined();
});

test.each(PLACES)('a Failure in %s is an answer, and its actor lives', async place => {
  const { runtime, died, watcher } = await provoke(place, () => new Failure('refused', 'REFUSED'));
  expect([runtime.process('faulty') !== undefined, died, watcher.gone]).toEqual([true, [], []]);
});

test.each(PLACES)('a supervised actor with a bug in %s is started again', async place => {
  const scene = start();
  const made: Faulty[] = [];
  const child = new Child(() => {
    const faulty = new Faulty(made.length === 0 ? place : null, () => new TypeError('bug'));
    made.push(faulty);
    return faulty;
  });
  scene.runtime.spawn(new Supervisor({ children: [child] }));
  await settle();
  const [first] = made;
  if (made.length === 1 && first !== undefined) await poke(scene, child.ref, first.gate);
  expect([made.length, scene.runtime.process('faulty') === made[1]]).toEqual([2, true]);
});

test('a bug in finalize is logged, and the actor is gone all the same', async () => {
  const { runtime, lines } = start();
  class Clumsy extends Process {
    protected override finalize(): void {
      throw new TypeError('bug');
    }
  }
  const { pid } = runtime.spawn(new Clumsy('clumsy'));
  runtime.terminate(pid);
  expect(await runtime.wait(pid)).toBe(true);
  expect(lines).toEqual([`error ${pid} failed to finalize`]);
});

test('who asks an actor that dies, and whom it still owes an answer, gets TERMINATED', async () => {
  const { runtime, clock } = start();
  const faulty = new Faulty('dispatch', () => new TypeError('bug'));
  const ref = runtime.spawn(faulty);
  const asked = [ref.owes(), ref.resumed(), ref.dispatched(), ref.dispatchedLater()];
  await advance(clock, 0);
  expect(asked.map(future => (future.ignore().error as Failure).code)).toEqual(asked.map(() => 'TERMINATED'));
});

test('a bug in a callback is that of the actor that registered it, not of the one that completes the future', async () => {
  const { runtime, died } = start();
  const shared = new Promised<void>();
  class Registers extends Process {
    begin(): void {
      shared.onReady(() => {
        throw new TypeError('bug');
      });
    }
  }
  class Completes extends Process {
    done(): boolean {
      return shared.set();
    }
  }
  const [guilty, innocent] = [runtime.spawn(new Registers('guilty')), runtime.spawn(new Completes('innocent'))];
  await guilty.begin();
  expect(await innocent.done()).toBe(true);
  await settle();
  expect([...runtime.processes].map(({ pid }) => pid.id)).toEqual(['innocent']);
  expect(died.map(String)).toEqual(['TypeError: bug']);
});

test('a bug in an essential actor is told to the runtime, also where it is not the first', async () => {
  const { runtime, died } = start();
  for (const id of ['a', 'b']) {
    class Essential extends Process {
      bug(): never {
        throw new TypeError(id);
      }
    }
    runtime.spawn(new Essential(id), { essential: true }).bug().ignore();
  }
  await settle();
  expect(died.map(String)).toEqual(['TypeError: a', 'TypeError: b']);
});

async function provoke(place: Place, thrown: () => Error) {
  const scene = start();
  const watcher = new Watcher('watcher');
  const faulty = new Faulty(place, thrown);
  const ref = scene.runtime.spawn(faulty);
  await scene.runtime.spawn(watcher).watch(ref.pid);
  await poke(scene, ref, faulty.gate);
  return { ...scene, watcher };
}

/** Reaches every place once. */
async function poke({ runtime, clock }: Scene, ref: Ref<Faulty>, gate: Promised<void>): Promise<void> {
  ref.starts(runtime.address.pid('nobody')).ignore();
  ref.resumed().ignore();
  ref.dispatched().ignore();
  ref.dispatchedLater().ignore();
  runtime.post('message', Poke, ref.pid, runtime.outside, {}, null, null);
  runtime.serve(http.get('/faulty/poke')).ignore();
  await settle();
  gate.set();
  await advance(clock, 10);
}

type Scene = ReturnType<typeof start>;

test('a mailbox that is long, short and long again is counted each time, and logged once a minute', async () => {
  class Slow extends Process {
    protected override initialize(): void {
      this.install(Poke, () => undefined);
    }
  }
  const lines: string[] = [];
  const clock = PausableClock.paused();
  const runtime = Runtime.local({ clock, log: logger((_level, text) => lines.push(text)) });
  const { pid } = runtime.spawn(new Slow('slow'));
  const flood = async (): Promise<void> => {
    await settle();
    for (let n = 0; n < MAILBOX_HIGH; n++) runtime.post('message', Poke, pid, runtime.outside, {}, null, null);
  };
  for (let round = 0; round < 3; round++) await flood();
  expect(lines).toEqual([`the mailbox of ${pid} is long`]);
  await advance(clock, 60_000);
  await flood();
  expect(lines).toHaveLength(2);
  expect(await runtime.metrics.snapshot()).toMatchObject({ 'libprocess/mailbox_high': 4 });
});

function start() {
  const lines: string[] = [];
  const died: unknown[] = [];
  const clock = PausableClock.paused();
  const log = logger((level: LogLevel, text) => {
    if (level === 'error') lines.push(`${level} ${text}`);
  });
  const runtime = Runtime.local({ log, clock, died: (_process, error) => died.push(error) });
  return { runtime, clock, lines, died };
}
