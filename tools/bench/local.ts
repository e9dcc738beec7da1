/**
 * Actors of one runtime, each beside the least that JavaScript must do for the same: a queue of objects, a map of
 * handlers, promises.
 */
import { ID, int32, message, type PID, Process, Promised, type Ref, Runtime, req } from '../../libprocess/index.ts';
import { type Case, type Effort, rate } from './measure.ts';

const GROUP = 'actors, one runtime';
const WINDOW = 1_000;
const RING = 1_000;

const Tick = message('bench.Tick', { n: req(1, int32) });
const Go = message('bench.Go', { n: req(1, int32) });

export function localCases({ full }: Effort): Case[] {
  const millions = full ? 5 : 1;
  return [
    one('one-way messages, window of 1,000', millions * 1e6, windowed, windowedPlain, 'queue and map', { value: 8e6 }),
    one('one-way messages, burst of a million', 1e6, burst, burstPlain, 'queue and map', { ofLimit: 0.8 }),
    one('dispatches answered, 1,000 at once', millions * 5e5, answered, answeredPlain, 'promises', { value: 5e6 }),
    one('awaited dispatch after dispatch', millions * 2e5, awaited, awaitedPlain, 'microtask, tick, await', {
      ofLimit: 0.6,
    }),
    one('ping-pong, round trips', millions * 5e5, pingPong, pingPongPlain, 'queue and map', { value: 2.5e6 }),
    one('ring of 1,000, hops', millions * 1e6, ring, ringPlain, 'queue and map', { value: 6e6 }),
    one('spawn, terminate, seen gone', millions * 1e5, spawnMany, spawnPlain, 'id, map entry, message', {
      value: 0.4e6,
      ofLimit: 0.5,
    }),
  ];
}

type Work = (count: number) => Promise<void>;

function one(name: string, count: number, ours: Work, plain: Work, limitName: string, target: Case['target']): Case {
  const runs = (work: Work) => () => rate(count, () => work(count));
  return { group: GROUP, name, unit: '/s', ours: runs(ours), limit: { name: limitName, run: runs(plain) }, target };
}

async function inRuntime(work: (runtime: Runtime) => PromiseLike<void>): Promise<void> {
  const runtime = Runtime.local();
  await work(runtime);
  await runtime.stop();
}

// One way.

class Sink extends Process {
  readonly done = new Promised<void>();
  #got = 0;

  constructor(
    private readonly count: number,
    private readonly source: PID | null,
  ) {
    super('sink');
  }

  protected override initialize(): void {
    this.install(Tick, this.#tick);
  }

  #tick(_body: { readonly n: number }): void {
    this.#got += 1;
    if (this.#got === this.count) this.done.set();
    else if (this.source !== null && this.#got % WINDOW === 0) this.send(this.source, Go, { n: WINDOW });
  }
}

class Source extends Process {
  sink: PID | null = null;

  constructor() {
    super('source');
  }

  protected override initialize(): void {
    this.install(Go, this.#go);
  }

  #go({ n }: { readonly n: number }): void {
    const { sink } = this;
    if (sink !== null) for (let index = 0; index < n; index++) this.send(sink, Tick, { n: index });
  }
}

function oneWay(count: number, atOnce: number): Promise<void> {
  return inRuntime(runtime => {
    const source = new Source();
    const { pid } = runtime.spawn(source);
    const sink = new Sink(count, atOnce === count ? null : pid);
    source.sink = runtime.spawn(sink).pid;
    runtime.post('message', Go, pid, runtime.outside, { n: atOnce }, null, null);
    return sink.done;
  });
}

const windowed: Work = count => oneWay(count, WINDOW);
const burst: Work = count => oneWay(count, count);

interface Mail {
  readonly type: string;
  readonly body: { readonly n: number };
}

/** A queue of objects, served by the handlers of a map. */
class Plain {
  readonly handlers = new Map<string, (body: Mail['body']) => void>();
  queue: Mail[] = [];

  send(type: string, n: number): void {
    this.queue.push({ type, body: { n } });
  }

  drain(): void {
    let mails = this.queue;
    while (mails.length > 0) {
      this.queue = [];
      for (const mail of mails) this.handlers.get(mail.type)?.(mail.body);
      mails = this.queue;
    }
  }
}

function plainOneWay(count: number, atOnce: number): void {
  const plain = new Plain();
  let got = 0;
  plain.handlers.set('tick', () => {
    got += 1;
  });
  while (got < count) {
    for (let index = 0; index < atOnce; index++) plain.send('tick', index);
    plain.drain();
  }
}

const windowedPlain: Work = async count => plainOneWay(count, WINDOW);
const burstPlain: Work = async count => plainOneWay(count, count);

// Dispatch.

class Adder extends Process {
  #total = 0;

  add(amount: number): number {
    this.#total += amount;
    return this.#total;
  }
}

const answered: Work = count =>
  inRuntime(async runtime => {
    const adder = runtime.spawn(new Adder('adder'));
    for (let left = count; left > 0; left -= WINDOW) await answeredWindow(adder);
  });

function answeredWindow(adder: Ref<Adder>): Promised<void> {
  const done = new Promised<void>();
  let missing = WINDOW;
  const got = (): void => {
    missing -= 1;
    if (missing === 0) done.set();
  };
  for (let index = 0; index < WINDOW; index++) adder.add(1).onReady(got);
  return done;
}

const answeredPlain: Work = async count => {
  let total = 0;
  const add = async (amount: number): Promise<number> => {
    total += amount;
    return total;
  };
  for (let left = count; left > 0; left -= WINDOW) {
    const answers: Promise<number>[] = [];
    for (let index = 0; index < WINDOW; index++) answers.push(add(1));
    for (const answer of answers) await answer;
  }
};

const awaited: Work = count =>
  inRuntime(async runtime => {
    const adder = runtime.spawn(new Adder('adder'));
    for (let index = 0; index < count; index++) await adder.add(1);
  });

/** What any drain that keeps turns whole must go through. */
const awaitedPlain: Work = async count => {
  for (let index = 0; index < count; index++) {
    await new Promise<void>(done => queueMicrotask(() => process.nextTick(done)));
  }
};

// Ping-pong and ring.

class Hop extends Process {
  next: PID | null = null;

  constructor(private readonly done: Promised<void>) {
    super(ID.generate('hop'));
  }

  protected override initialize(): void {
    this.install(Tick, this.#tick);
  }

  #tick({ n }: { readonly n: number }): void {
    if (n === 0) this.done.set();
    else if (this.next !== null) this.send(this.next, Tick, { n: n - 1 });
  }
}

function round(size: number, hops: number): Promise<void> {
  return inRuntime(runtime => {
    const done = new Promised<void>();
    const all = Array.from({ length: size }, () => new Hop(done));
    const pids = all.map(hop => runtime.spawn(hop).pid);
    all.forEach((hop, index) => {
      hop.next = pids[(index + 1) % size] ?? null;
    });
    const [first = runtime.outside] = pids;
    runtime.post('message', Tick, first, runtime.outside, { n: hops }, null, null);
    return done;
  });
}

const pingPong: Work = count => round(2, count * 2);
const ring: Work = count => round(RING, count);

/** One object in flight, taken from a queue and served by the handler that a map has for it. */
function plainRound(size: number, hops: number): void {
  const plain = new Plain();
  for (let index = 0; index < size; index++) {
    const next = String((index + 1) % size);
    plain.handlers.set(String(index), ({ n }) => {
      if (n > 0) plain.send(next, n - 1);
    });
  }
  plain.send('0', hops);
  plain.drain();
}

const pingPongPlain: Work = async count => plainRound(2, count * 2);
const ringPlain: Work = async count => plainRound(RING, count);

// Spawn.

class Empty extends Process {
  constructor() {
    super(ID.generate('empty'));
  }
}

const spawnMany: Work = count =>
  inRuntime(async runtime => {
    for (let left = count; left > 0; left -= WINDOW) {
      let last: PromiseLike<boolean> | null = null;
      for (let index = 0; index < WINDOW; index++) {
        const { pid } = runtime.spawn(new Empty());
        runtime.terminate(pid, false);
        last = runtime.wait(pid);
      }
      await last;
    }
  });

const spawnPlain: Work = async count => {
  const actors = new Map<string, { readonly id: string }>();
  const plain = new Plain();
  plain.handlers.set('spawned', ({ n }) => {
    actors.delete(`empty(${n})`);
  });
  for (let index = 0; index < count; index++) {
    const id = `empty(${index})`;
    actors.set(id, { id });
    plain.send('spawned', index);
    if (plain.queue.length === WINDOW) plain.drain();
  }
};
