/**
 * Actors of two OS processes on one machine, beside bare sockets of the same two processes (msgpackr frames sent in
 * batches, and an echo), and beside two Erlang nodes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PID, Process, Promised, Runtime, TcpNetwork } from '../../libprocess/index.ts';
import { connected } from './connected.ts';
import { type ErlangPair, erlangPair } from './erlang.ts';
import { httpCases } from './http.ts';
import { type Case, type Effort, type Figure, measure, paced } from './measure.ts';
import { Awake, Ball, batch, FrameCounter, PAYLOAD, type PeerAddresses } from './peer-protocol.ts';
import { spinning } from './spin.ts';
import { Sender } from './windowed.ts';

const GROUP = 'actors over TCP, two OS processes, 100 B';

export async function tcpFigures(effort: Effort, tell: (line: string) => void): Promise<Figure[]> {
  const peer = spawn(process.execPath, [...process.execArgv, new URL('peer.ts', import.meta.url).pathname]);
  const runtime = await Runtime.start({ network: new TcpNetwork() });
  const erlang = await erlangPair();
  try {
    const addresses = await addressesOf(peer);
    const figures: Figure[] = [];
    for (const each of [...tcpCases(runtime, addresses, erlang, effort), ...httpCases(GROUP, addresses, effort)]) {
      tell(each.name);
      figures.push(await measure(each, effort));
    }
    return figures;
  } finally {
    peer.kill();
    await erlang?.stop();
    await runtime.stop();
  }
}

async function addressesOf({ stdout, stderr }: ChildProcess): Promise<PeerAddresses> {
  stderr?.pipe(process.stderr);
  if (stdout === null) throw new Error('the peer has no stdout');
  const [line] = await once(stdout, 'data');
  return JSON.parse(String(line));
}

function tcpCases(runtime: Runtime, peer: PeerAddresses, erlang: ErlangPair | null, effort: Effort): Case[] {
  const oneWay = (window: number, value: number): Case => ({
    group: GROUP,
    name: `one-way messages, window of ${window.toLocaleString('en')}`,
    unit: '/s',
    ours: paced(count => runOne(runtime, new Sender(PID.parse(peer.sink), count, window)), effort, 10_000),
    limit: { name: 'msgpackr, batched', run: paced(count => sendRaw(peer.rawSink, count, window), effort, 10_000) },
    erlang: erlang === null ? undefined : paced(erlang.oneWay(window), effort, 10_000),
    target: { value },
    original: '43 k/s',
  });
  return [
    oneWay(1_000, 0.45e6),
    oneWay(10_000, 0.65e6),
    {
      group: GROUP,
      name: 'ping-pong, round trips',
      unit: '/s',
      ours: paced(count => runOne(runtime, new Ping(PID.parse(peer.echo), count)), effort),
      limit: { name: 'raw echo', run: paced(count => pingRaw(peer.rawEcho, count), effort) },
      erlang: erlang === null ? undefined : paced(erlang.pingPong, effort),
      target: { ofLimit: 0.9 },
      original: '5.8 k/s',
    },
    {
      group: GROUP,
      name: 'ping-pong, busy polling',
      unit: '/s',
      ours: paced(count => spinning(() => runOne(runtime, new Ping(PID.parse(peer.echo), count, true))), effort, 100),
      limit: {
        name: 'raw echo, spinning',
        run: paced(count => spinning(() => pingRaw(peer.rawSpinningEcho, count)), effort, 100),
      },
      erlang: erlang === null ? undefined : paced(erlang.pingPong, effort),
      target: { ofLimit: 0.5, ofErlang: 1 },
    },
  ];
}

class Ping extends Process {
  readonly done = new Promised<void>();

  constructor(
    private readonly echo: PID,
    private readonly count: number,
    private readonly keepAwake = false,
  ) {
    super('ping');
  }

  protected override initialize(): void {
    if (this.keepAwake) this.send(this.echo, Awake, { awake: true });
    this.install(Ball, ({ n }) => this.#throw(n + 1));
    this.#throw(0);
  }

  #throw(n: number): void {
    if (n < this.count) {
      this.send(this.echo, Ball, { n, payload: PAYLOAD });
      return;
    }
    if (this.keepAwake) this.send(this.echo, Awake, { awake: false });
    this.done.set();
  }
}

async function runOne(runtime: Runtime, process: Process & { readonly done: Promised<void> }): Promise<void> {
  const { pid } = runtime.spawn(process);
  await process.done;
  runtime.terminate(pid);
  await runtime.wait(pid);
}

async function sendRaw(port: number, count: number, window: number): Promise<void> {
  const socket = await connected(port);
  const half = window / 2;
  let [sent, got] = [0, 0];
  await new Promise<void>(done => {
    const go = (): void => {
      for (; sent < count && sent - got <= window - half; sent += half) socket.write(batch(sent, half));
      if (got >= count) done();
    };
    socket.on('data', (bytes: Buffer) => {
      got += bytes.length * ACKNOWLEDGED;
      go();
    });
    go();
  });
  socket.destroy();
}

/** Messages that one byte from the raw sink acknowledges. */
const ACKNOWLEDGED = FrameCounter.EVERY;

async function pingRaw(port: number, count: number): Promise<void> {
  const socket = await connected(port);
  const ball = Buffer.alloc(PAYLOAD.length + 12);
  let [thrown, come] = [0, 0];
  await new Promise<void>(done => {
    socket.on('data', (bytes: Buffer) => {
      come += bytes.length;
      if (come < ball.length) return;
      come -= ball.length;
      thrown += 1;
      if (thrown === count) done();
      else socket.write(ball);
    });
    socket.write(ball);
  });
  socket.destroy();
}
