/**
 * Messages between actors of one runtime: one way, to and fro, round a ring, and with bodies of the sizes of libprocess'
 * own throughput benchmark.
 *
 * Source: libprocess src/tests/benchmarks.cpp (throughput of messages with bodies of 4 B, 304 B, 6 kB).
 */
import {
  ID,
  type Infer,
  int32,
  int64,
  type MessageType,
  message,
  type PID,
  Process,
  Promised,
  rep,
  req,
  string,
  struct,
} from '../../libprocess/index.ts';
import type { Erlang } from './erlang.ts';
import { inRuntime, msUntil, type Row, sides, WINDOW } from './in-runtime.ts';
import { counted, type Effort, type Work } from './measure.ts';
import { Plain } from './plain.ts';

const MILLION = 1_000_000;
const RING = 1_000;

const Tick = message('bench.Tick', { n: req(1, int32) });
const Go = message('bench.Go', { n: req(1, int32) });

export function messageCases(effort: Effort, erlang: Erlang | null): Row[] {
  const plainName = 'queue and map';
  return [
    {
      name: 'one-way messages, window of 1,000',
      ...sides({ ours: windowed, plain: windowedPlain, plainName, erlang: erlang?.work('one_way') }, effort),
      target: { value: 8e6, ofErlang: 1 },
      original: '1.2 M/s',
    },
    {
      name: 'one-way messages, burst of a million',
      unit: '/s',
      ours: counted(burst, MILLION),
      limit: { name: plainName, run: counted(burstPlain, MILLION) },
      erlang: erlang === null ? undefined : counted(erlang.work('burst'), MILLION),
      target: { ofLimit: 0.8 },
    },
    {
      name: 'ping-pong, round trips',
      ...sides({ ours: pingPong, plain: pingPongPlain, plainName, erlang: erlang?.work('ping_pong') }, effort),
      target: { value: 2.5e6 },
      original: '0.29 M/s',
    },
    {
      name: 'ring of 1,000, hops',
      ...sides({ ours: ring, plain: ringPlain, plainName, erlang: erlang?.work('ring') }, effort),
      target: { value: 6e6 },
      original: '0.65 M/s',
    },
    throughput('messages of 4 B', Small, { n: 1 }, { value: 8e6 }, '4.0 M/s', effort),
    throughput('messages of 304 B', Medium, MEDIUM, { value: 3e6 }, '0.30 M/s', effort),
    throughput('messages of 6 kB', Large, LARGE, { value: 3e6 }, '20 k/s', effort),
  ];
}

// One way: a source sends as soon as the sink has taken the last window.

class Sink<B> extends Process {
  readonly done = new Promised<void>();
  #got = 0;

  constructor(
    private readonly type: MessageType<B>,
    private readonly count: number,
    private readonly window: number,
    private readonly source: PID,
  ) {
    super('sink');
  }

  protected override initialize(): void {
    this.install(this.type, this.#take);
  }

  #take(_body: B): void {
    this.#got += 1;
    if (this.#got === this.count) this.done.set();
    else if (this.#got % this.window === 0) this.send(this.source, Go, { n: this.window });
  }
}

class Source<B> extends Process {
  sink: PID | null = null;

  constructor(
    private readonly type: MessageType<B>,
    private readonly body: (n: number) => B,
  ) {
    super('source');
  }

  protected override initialize(): void {
    this.install(Go, this.#go);
  }

  #go({ n }: { readonly n: number }): void {
    const { sink } = this;
    if (sink !== null) for (let index = 0; index < n; index++) this.send(sink, this.type, this.body(index));
  }
}

function oneWay<B>(type: MessageType<B>, body: (n: number) => B, count: number, window: number): Promise<number> {
  return inRuntime(runtime => {
    const source = new Source(type, body);
    const { pid } = runtime.spawn(source);
    const sink = new Sink(type, count, window, pid);
    source.sink = runtime.spawn(sink).pid;
    const go = (): void => runtime.post('message', Go, pid, runtime.outside, { n: window }, null, null);
    return msUntil(sink.done, go);
  });
}

const tick = (n: number): { readonly n: number } => ({ n });
const windowed: Work = count => oneWay(Tick, tick, count, WINDOW);
const burst: Work = count => oneWay(Tick, tick, count, count);

function plainOneWay<B>(body: (n: number) => B, count: number, window: number): void {
  const plain = new Plain<B>();
  let got = 0;
  plain.handlers.set('tick', () => {
    got += 1;
  });
  while (got < count) {
    for (let index = 0; index < window; index++) plain.send('tick', body(index));
    plain.drain();
  }
}

const windowedPlain: Work = count => plainOneWay(tick, count, WINDOW);
const burstPlain: Work = count => plainOneWay(tick, count, count);

// Ping-pong is a ring of two.

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

function round(size: number, hops: number): Promise<number> {
  return inRuntime(runtime => {
    const done = new Promised<void>();
    const all = Array.from({ length: size }, () => new Hop(done));
    const pids = all.map(hop => runtime.spawn(hop).pid);
    all.forEach((hop, index) => {
      hop.next = pids[(index + 1) % size] ?? null;
    });
    const [first = runtime.outside] = pids;
    const go = (): void => runtime.post('message', Tick, first, runtime.outside, { n: hops }, null, null);
    return msUntil(done, go);
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
      if (n > 0) plain.send(next, { n: n - 1 });
    });
  }
  plain.send('0', { n: hops });
  plain.drain();
}

const pingPongPlain: Work = count => plainRound(2, count * 2);
const ringPlain: Work = count => plainRound(RING, count);

// Bodies of several sizes, made once and sent over and over, as the original does it.

const Small = message('bench.Small', { n: req(1, int32) });

const Entry = struct('bench.Entry', { name: req(1, string), at: req(2, int64), count: req(3, int32) });
const Medium = message('bench.Medium', { entries: rep(1, Entry) });
const Large = message('bench.Large', { entries: rep(1, Entry) });

const entries = (count: number): Infer<typeof Entry>[] =>
  Array.from({ length: count }, (_, n) => ({ name: `entry ${String(n).padStart(16, '0')}`, at: 1e12 + n, count: n }));
/** 8 and 160 entries of about 38 bytes of protobuf. */
const MEDIUM = { entries: entries(8) };
const LARGE = { entries: entries(160) };

function throughput<B>(
  name: string,
  type: MessageType<B>,
  body: B,
  target: Row['target'],
  original: string,
  effort: Effort,
): Row {
  const same = (): B => body;
  const ours: Work = count => oneWay(type, same, count, WINDOW);
  const plain: Work = count => plainOneWay(same, count, WINDOW);
  return {
    name,
    ...sides({ ours, plain, plainName: 'queue and map' }, effort),
    target,
    original,
    note: 'within a runtime bodies are handed over, where C++ serialises and parses protobuf',
  };
}
