/**
 * libprocess' own ClientServer benchmark: 8 clients, each with up to 250 pings under way at one server, which answers
 * each with a pong.
 *
 * Source: libprocess src/tests/benchmarks.cpp (`Process_BENCHMARK_ClientServer`).
 */
import { ID, message, type PID, Process, Promised, req, string } from '../../libprocess/index.ts';
import { inRuntime, type Row, sides } from './in-runtime.ts';
import type { Effort, Work } from './measure.ts';
import { Plain } from './plain.ts';

const CLIENTS = 8;
const UNDER_WAY = 250;
const TEXT = { text: 'hi' };

const Ping = message('bench.Ping', { text: req(1, string) });
const Pong = message('bench.Pong', { text: req(1, string) });

export function clientServerCases(effort: Effort): Row[] {
  return [
    {
      name: 'ClientServer, 8 clients, rpcs',
      ...sides({ ours, plain, plainName: 'queue and map' }, effort, CLIENTS * 1_000),
      target: { value: 2e6 },
      original: '0.73–0.78 M/s',
    },
  ];
}

class Server extends Process {
  protected override initialize(): void {
    this.install(Ping, this.#ping);
  }

  #ping(body: { readonly text: string }, from: PID): void {
    this.send(from, Pong, body);
  }
}

class Client extends Process {
  readonly done = new Promised<void>();
  #sent = 0;
  #got = 0;

  constructor(
    private readonly server: PID,
    private readonly count: number,
  ) {
    super(ID.generate('client'));
  }

  protected override initialize(): void {
    this.install(Pong, this.#pong);
    while (this.#sent < Math.min(UNDER_WAY, this.count)) this.#ping();
  }

  #pong(_body: { readonly text: string }): void {
    this.#got += 1;
    if (this.#got === this.count) this.done.set();
    else if (this.#sent < this.count) this.#ping();
  }

  #ping(): void {
    this.#sent += 1;
    this.send(this.server, Ping, TEXT);
  }
}

const ours: Work = count =>
  inRuntime(async runtime => {
    const { pid } = runtime.spawn(new Server('server'));
    const clients = Array.from({ length: CLIENTS }, () => new Client(pid, count / CLIENTS));
    for (const client of clients) runtime.spawn(client);
    for (const { done } of clients) await done;
  });

const plain: Work = count => {
  const world = new Plain<{ readonly text: string; readonly client: number }>();
  const sent = new Array<number>(CLIENTS).fill(UNDER_WAY);
  world.handlers.set('ping', body => world.send('pong', body));
  world.handlers.set('pong', ({ client }) => {
    const mine = sent[client] ?? 0;
    sent[client] = mine + 1;
    if (mine < count / CLIENTS) world.send('ping', { text: 'hi', client });
  });
  for (let n = 0; n < CLIENTS * UNDER_WAY; n++) world.send('ping', { text: 'hi', client: n % CLIENTS });
  world.drain();
};
