/** The simulated world: what a network may do to messages, links and HTTP, and that a seed repeats it. */
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  Failure,
  Future,
  http,
  int32,
  message,
  type PID,
  Pipe,
  Process,
  Promised,
  type Request,
  type Response,
  req,
  request,
  struct,
} from '../../libprocess/index.ts';
import { messages, requests, type SimulationOptions, simulate } from '../../libprocess/testing.ts';

const Note = message('simulation.Note', { n: req(1, int32) });
const Square = request('simulation.Square', { n: req(1, int32) }, struct('simulation.Squared', { n: req(1, int32) }));
const Ponder = request('simulation.Ponder', { n: req(1, int32) }, struct('simulation.Thought', { n: req(1, int32) }));

class Server extends Process {
  readonly events: string[] = [];
  pipe: Pipe | null = null;

  constructor() {
    super('server');
  }

  numbers(): string[] {
    return this.events.filter(event => /^\d+$/.test(event));
  }

  watch(pid: PID): void {
    this.link(pid);
  }

  protected override initialize(): void {
    this.install(Note, ({ n }) => {
      this.events.push(String(n));
    });
    this.install(Square, ({ n }) => {
      if (n < 0) throw new Failure('negative', 'NEGATIVE');
      return { n: n * n };
    });
    this.install(Ponder, () => this.#ponder());
    this.provide('files', '/www');
    this.route('/echo', {}, call => http.ok(`${call.method} ${http.textOf(call)}`));
    this.route('/events', {}, () => this.#stream());
    this.route('/broken', {}, () => {
      throw new Failure('out of order', 'BROKEN');
    });
  }

  protected override exited(pid: PID): void {
    this.events.push(`exited ${pid.id}`);
  }

  /** Never answers. */
  #ponder(): Future<{ readonly n: number }> {
    this.events.push('ponders');
    const answer = new Promised<{ readonly n: number }>();
    answer.onDiscard(() => {
      this.events.push('gives up');
      answer.discarded();
    });
    return answer;
  }

  #clientLeft(): void {
    this.events.push('client left');
  }

  #stream(): Response {
    const pipe = new Pipe();
    this.pipe = pipe;
    pipe.writer.readerClosed().onReady(this.defer(this.#clientLeft));
    return http.stream(pipe.reader, {});
  }
}

class Client extends Process {
  readonly events: string[] = [];

  constructor(private readonly server: PID) {
    super('client');
  }

  burst(count: number): void {
    for (let n = 0; n < count; n++) this.send(this.server, Note, { n });
  }

  square(n: number): Future<{ readonly n: number }> {
    return this.ask(this.server, Square, { n });
  }

  ponder(): Future<{ readonly n: number }> {
    return this.ask(this.server, Ponder, { n: 1 });
  }

  watch(): void {
    this.link(this.server);
  }

  protected override exited(pid: PID): void {
    this.events.push(`exited ${pid.id}`);
  }
}

async function start(options: SimulationOptions = {}) {
  const sim = simulate(options);
  const server = new Server();
  const node = sim.node('server', { delegate: 'server' });
  const serverRef = node.spawn(server);
  const client = new Client(server.pid);
  const clientNode = sim.node('client');
  const ref = clientNode.spawn(client);
  await sim.settle();
  const call = (path: string, body = ''): Future<Response> =>
    clientNode.request(String(node.address), { ...GET, path, body: Buffer.from(body) });
  return { sim, server, serverRef, client, ref, node, clientNode, call };
}

const GET: Request = {
  method: 'GET',
  path: '/',
  search: '',
  headers: {},
  body: new Uint8Array(),
  reader: null,
  peer: null,
};
const bodyOf = async (response: Response): Promise<string> =>
  Buffer.from((await response.reader?.readAll()) ?? '').toString();

test('messages between two nodes stay in order, whatever their delays', async () => {
  const { sim, ref, server } = await start({ seed: 3, network: { delayMs: [1, 100] } });
  ref.burst(20);
  await sim.advance(2_000);
  expect(server.numbers()).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
});

test('messages of different pairs overtake one another', async () => {
  const { sim, server } = await start({ seed: 3, network: { delayMs: [1, 100] } });
  const others = Array.from({ length: 20 }, (_, n) => sim.probe(`probe${n}`));
  await sim.settle();
  others.forEach((probe, n) => {
    probe.say(server.pid, Note, { n });
  });
  await sim.advance(2_000);
  expect(server.numbers()).not.toEqual(server.numbers().toSorted((a, b) => Number(a) - Number(b)));
  expect(new Set(server.numbers()).size).toBe(20);
});

test('a question crosses, and so does the code of a failure', async () => {
  const { sim, ref } = await start();
  const [good, bad] = [ref.square(7), ref.square(-7)];
  await sim.advance(10);
  expect(await good).toEqual({ n: 49 });
  await expect(bad).rejects.toMatchObject({ code: 'NEGATIVE' });
});

test('a question to a node that crashes fails DISCONNECTED, and linkers get exited', async () => {
  const { sim, ref, client } = await start({ network: { delayMs: [10, 10] } });
  ref.watch();
  const asked = ref.square(7);
  await sim.advance(5);
  sim.crash('server');
  await sim.advance(100);
  await expect(asked).rejects.toMatchObject({ code: 'DISCONNECTED' });
  expect(client.events).toEqual(['exited server']);
});

test('linking to a node that is down gives exited', async () => {
  const { sim, ref, client } = await start();
  sim.crash('server');
  ref.watch();
  await sim.advance(10);
  expect(client.events).toEqual(['exited server']);
});

test('a partition swallows messages and breaks nothing; after it, new ones arrive', async () => {
  const { sim, ref, server, client } = await start();
  ref.watch();
  sim.partition('server', 'client');
  ref.burst(2);
  await sim.advance(1_000);
  expect([server.numbers(), client.events]).toEqual([[], []]);
  sim.heal('server', 'client');
  ref.burst(1);
  await sim.advance(1_000);
  expect(server.numbers()).toEqual(['0']);
});

test('a restarted node has the same address and none of the old actors', async () => {
  const sim = simulate();
  const servers: Server[] = [];
  const boot = (runtime: ReturnType<typeof sim.node>): void => {
    const server = new Server();
    servers.push(server);
    runtime.spawn(server);
  };
  const pid = sim.node('server', { boot }).address.pid('server');
  const ref = sim.node('client').spawn(new Client(pid));
  ref.burst(1);
  await sim.advance(10);
  sim.crash('server');
  sim.restart('server');
  ref.burst(2);
  await sim.advance(10);
  expect(servers.map(server => server.numbers())).toEqual([['0'], ['0', '1']]);
});

test('a killed runtime delivers nothing to its successor at the same address', async () => {
  const sim = simulate();
  const killed = sim.node('server');
  const { pid } = killed.spawn(new Server());
  await sim.settle();
  sim.crash('server');
  const successor = new Server();
  sim.restart('server').spawn(successor);
  killed.post('message', Note, pid, killed.outside, { n: 1 }, null, null);
  await sim.settle();
  expect(successor.numbers()).toEqual([]);
});

test('HTTP reaches the route, with its body, and comes back', async () => {
  const { sim, call } = await start();
  const [direct, delegated, missing] = [call('/server/echo', 'hi'), call('/echo', 'ho'), call('/nothing')];
  await sim.advance(10);
  expect([await bodyOf(await direct), await bodyOf(await delegated), (await missing).status]).toEqual([
    'GET hi',
    'GET ho',
    404,
  ]);
});

test('a handler that fails is a 500 with its message', async () => {
  const { sim, call } = await start();
  const broken = call('/broken');
  await sim.advance(10);
  expect([(await broken).status, await bodyOf(await broken)]).toEqual([500, 'out of order']);
});

test('a stream arrives piece by piece, and the server hears when the client leaves', async () => {
  const { sim, call, server } = await start();
  const streaming = call('/events');
  await sim.advance(10);
  const { reader } = await streaming;
  server.pipe?.writer.write('one');
  await sim.advance(10);
  server.pipe?.writer.write('two');
  await sim.advance(10);
  const pieces = [await reader?.read(), await reader?.read()];
  expect(pieces.map(piece => Buffer.from(piece ?? []).toString())).toEqual(['one', 'two']);
  reader?.close();
  await sim.advance(10);
  expect(server.events).toEqual(['client left']);
});

test('a stream breaks when its server crashes', async () => {
  const { sim, call } = await start();
  const streaming = call('/events');
  await sim.advance(10);
  const next = (await streaming).reader?.read();
  sim.crash('server');
  await sim.advance(10);
  await expect(next).rejects.toMatchObject({ code: 'DISCONNECTED' });
});

test('drop keeps the next messages of a type from arriving, expect sees one', async () => {
  const { sim, ref, server } = await start();
  sim.drop(Note, 2);
  const seen = sim.expect(Note);
  ref.burst(3);
  await sim.advance(10);
  expect([server.numbers(), seen.value]).toEqual([['2'], { n: 2 }]);
});

test('until gives up after its time, with the seed and the flow', async () => {
  const { sim, ref } = await start({ seed: 42 });
  ref.burst(1);
  await expect(sim.until(() => false, 100)).rejects.toThrow(/seed 42[\s\S]*client → server {2}simulation.Note/);
});

test('a bug that kills an actor fails the next settle', async () => {
  const { sim, node } = await start();
  class Buggy extends Process {
    protected override initialize(): void {
      throw new TypeError('planted');
    }
  }
  node.spawn(new Buggy('buggy'));
  await expect(sim.settle()).rejects.toThrow('planted');
});

test('clocks of nodes can be off and run at their own pace', async () => {
  const sim = simulate();
  const [exact, fast] = [sim.node('exact'), sim.node('fast', { clockDrift: 0.1, clockOffsetMs: 5_000 })];
  await sim.advance(10_000);
  expect([exact.clock.now, fast.clock.now, fast.clock.wall - exact.clock.wall]).toEqual([10_000, 11_000, 6_000]);
});

test('the same seed gives the same flow, another seed another', async () => {
  const run = async (seed: number): Promise<string> => {
    const { sim, ref } = await start({ seed, network: { loss: 0.3, duplicate: 0.2, delayMs: [1, 50] } });
    ref.burst(50);
    await sim.advance(1_000);
    return sim.digest;
  };
  expect(await run(5)).toBe(await run(5));
  expect(await run(5)).not.toBe(await run(6));
});

test('a reset breaks links and questions at both ends, and loses what is under way', async () => {
  const { sim, server, serverRef, client, ref } = await start({ network: { delayMs: [5, 5] } });
  ref.watch();
  serverRef.watch(client.pid);
  await sim.settle();
  ref.burst(1);
  const question = ref.square(2);
  await sim.advance(2);
  sim.reset('client', 'server');
  expect(await sim.failed(question)).toMatchObject({ code: 'DISCONNECTED' });
  await sim.advance(10);
  expect([server.events, client.events]).toEqual([['exited client'], ['exited server']]);
});

test('after a reset there are new connections', async () => {
  const { sim, ref, client } = await start();
  ref.watch();
  await sim.settle();
  sim.reset('client', 'server');
  await sim.advance(10);
  expect(await sim.ready(ref.square(3))).toEqual({ n: 9 });
  expect(client.events).toEqual(['exited server']);
});

test('the client of a streamed answer finds out about a reset, and so does the server', async () => {
  const { sim, server, call } = await start();
  const { reader } = await sim.ready(call('/events'));
  sim.reset('client', 'server');
  expect(await sim.failed(reader?.read() ?? Future.ready(null))).toMatchObject({ code: 'DISCONNECTED' });
  await sim.settle();
  expect(server.events).toEqual(['client left']);
});

test('SIM_SEED goes before the seed of a test, and a failure says how to replay it', async () => {
  vi.stubEnv('SIM_SEED', '77');
  onTestFinished(() => void vi.unstubAllEnvs());
  const sim = simulate({ seed: 3 });
  expect(sim.seed).toBe(77);
  await expect(sim.until(() => false, 1)).rejects.toThrow(
    'not within 1 ms (seed 77, replayed by SIM_SEED=77 npx vitest run test/libprocess/simulation.test.ts):',
  );
  vi.stubEnv('SIM_SEED', 'x');
  expect(() => simulate()).toThrow('SIM_SEED=x is not a whole number');
});

test('a one-way message may come twice, a question never does', async () => {
  const { sim, ref, server } = await start({ network: { duplicate: 1 } });
  const asked = sim.events.watch(messages(Square));
  ref.burst(2);
  expect(await sim.ready(ref.square(3))).toEqual({ n: 9 });
  await sim.advance(10);
  expect(server.numbers()).toEqual(['0', '0', '1', '1']);
  expect(asked.seen).toHaveLength(1);
});

test('a request that may be repeated is served twice, any other once', async () => {
  const { sim, clientNode, node } = await start({ network: { duplicate: 1 } });
  const served = sim.events.watch(requests({ path: '/server/echo' }));
  const echo = (method: string) => clientNode.request(String(node.address), { ...GET, method, path: '/server/echo' });
  expect((await sim.response(echo('GET'))).body).toBe('GET ');
  expect(served.seen).toHaveLength(2);
  expect((await sim.response(echo('POST'))).body).toBe('POST ');
  expect(served.seen).toHaveLength(3);
});

test('what names a file is answered with what the disk of its node holds, 404 where there is none', async () => {
  const { sim, node, call } = await start();
  await sim.ready(node.disk.write('/www/page.html', '<p>hello</p>'));
  expect(await sim.response(call('/server/files/page.html'))).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<p>hello</p>',
  });
  expect((await sim.response(call('/server/files/none.html'))).status).toBe(404);
  expect((await sim.response(call('/server/files'))).status).toBe(404);
});

test('a partition leaves no hole in a stream: its pieces come when it ends, in order', async () => {
  const { sim, call, server } = await start({ seed: 2, network: { delayMs: [1, 40] } });
  const { reader } = await sim.ready(call('/events'));
  const write = (text: string) => server.pipe?.writer.write(text);
  write('on its way|');
  sim.partition('server', 'client', true);
  write('held|');
  await sim.advance(1_000);
  const first = reader?.read() ?? Future.ready(new Uint8Array());
  await sim.settle();
  expect(first.isPending).toBe(true);
  sim.heal();
  write('after');
  server.pipe?.writer.close();
  const rest = await sim.ready(reader?.readAll() ?? Future.ready(new Uint8Array()));
  expect(Buffer.concat([await sim.ready(first), rest]).toString()).toBe('on its way|held|after');
});

test('messages are delayed by a partition where connections outlive it', async () => {
  const { sim, ref, server } = await start({ network: { partitions: 'delay' } });
  sim.partition('client', 'server', true);
  ref.burst(2);
  await sim.advance(1_000);
  expect(server.numbers()).toEqual([]);
  sim.heal('client', 'server');
  await sim.advance(10);
  expect(server.numbers()).toEqual(['0', '1']);
});

test('a partition one way lets the other way through', async () => {
  const { sim, ref, server } = await start();
  sim.partition('server', 'client', true);
  ref.burst(1);
  const question = ref.square(2);
  await sim.advance(1_000);
  expect([server.numbers(), question.state]).toEqual([['0'], 'pending']);
});

test('groups are cut off from each other, and healing everything ends it', async () => {
  const { sim, ref, server } = await start();
  sim.probe('third');
  sim.partition(['client', 'third'], ['server']);
  ref.burst(1);
  await sim.advance(10);
  sim.heal();
  ref.burst(1);
  await sim.advance(10);
  expect(server.numbers()).toEqual(['0']);
});

test('a connection over which nothing comes through breaks after a while, at both ends', async () => {
  const { sim, ref, serverRef, client, server } = await start({ network: { silenceMs: 500 } });
  ref.watch();
  serverRef.watch(client.pid);
  await sim.settle();
  const question = ref.square(2);
  sim.partition('client', 'server');
  await sim.advance(499);
  expect([client.events, server.events, question.state]).toEqual([[], [], 'pending']);
  await sim.advance(2);
  expect([client.events, server.events]).toEqual([['exited server'], ['exited client']]);
  expect(await sim.failed(question)).toMatchObject({ code: 'DISCONNECTED' });
});

test('silence is counted from the last cut alone', async () => {
  const { sim, ref, client } = await start({ network: { silenceMs: 500 } });
  ref.watch();
  await sim.settle();
  sim.partition('client', 'server');
  await sim.advance(300);
  sim.heal('client', 'server');
  sim.partition('client', 'server');
  await sim.advance(499);
  expect(client.events).toEqual([]);
  await sim.advance(2);
  expect(client.events).toEqual(['exited server']);
});

test('connections break by chance at a part of the messages, and the message is lost with its connection', async () => {
  const { sim, ref, client, server } = await start({ seed: 2, network: { reset: 0.5 } });
  ref.watch();
  await sim.settle();
  for (let n = 0; n < 10; n++) {
    ref.burst(1);
    await sim.advance(10);
  }
  expect(server.numbers().length).toBeGreaterThan(0);
  expect(server.numbers().length).toBeLessThan(10);
  expect(client.events).toEqual(['exited server']);
  expect(sim.log.join('\n')).toContain('lost by a reset simulation.Note');
});

test('discarding a question tells the one who was asked', async () => {
  const { sim, ref, server, serverRef } = await start();
  const question = ref.ponder();
  await sim.advance(10);
  expect(server.events).toEqual(['ponders']);
  question.discard();
  await sim.discarded(question);
  expect(server.events).toEqual(['ponders', 'gives up']);
  expect(serverRef.pid.process).not.toBeNull();
});

test('who asked and crashed wants no answer any more', async () => {
  const { sim, ref, server } = await start();
  ref.ponder().ignore();
  await sim.advance(10);
  sim.crash('client');
  await sim.advance(10);
  expect(server.events).toEqual(['ponders', 'gives up']);
});

test('a request to a node that is down fails CONNECT, and a discarded one is discarded at once', async () => {
  const { sim, call, server } = await start();
  const streaming = call('/events');
  streaming.discard();
  expect(streaming.state).toBe('discarded');
  await sim.advance(10);
  server.pipe?.writer.write('nobody reads this');
  await sim.advance(10);
  expect(server.events).toEqual(['client left']);
  sim.crash('server');
  expect(await sim.failed(call('/echo'))).toMatchObject({ code: 'CONNECT' });
});

test('a power failure ends all nodes and processes of the machine, and loses what was not synced', async () => {
  const sim = simulate({ disk: { latencyMs: [5, 5] } });
  const node = sim.node('agent');
  sim.node('executor', { on: 'agent' });
  sim.node('elsewhere');
  const { status } = await sim.ready(node.launcher.launch({ file: 'sleep', args: ['100'], env: {} }));
  const written = node.disk.write('/file', 'new');
  sim.crash('agent', 'power');
  expect(['agent', 'executor', 'elsewhere'].map(name => sim.isUp(name))).toEqual([false, false, true]);
  expect(await sim.ready(status)).toEqual({ signaled: 'SIGKILL' });
  await sim.advance(100);
  expect(written.state).toBe('pending');
});

test('a process that was killed goes on nowhere: its timers, its disk and its connections end with it', async () => {
  const sim = simulate();
  const node = sim.node('agent');
  const probe = sim.probe('probe', Note);
  const { disk, clock } = node;
  const done: string[] = [];
  const begun = disk.write('/begun', 'x').onReady(() => done.push('written'));
  clock.timer(10, () => done.push('fired'));
  sim.crash('agent');
  const late = disk.write('/late', 'x');
  node.post('message', Note, probe.pid, node.outside, { n: 1 }, null, null);
  await sim.advance(100);
  expect([done, begun.state, late.state, probe.received(Note)]).toEqual([[], 'pending', 'pending', []]);
  const { disk: again } = sim.restart('agent');
  const found = Future.collect([again.stat('/begun'), again.stat('/late')]);
  expect((await sim.ready(found)).map(stat => stat !== null)).toEqual([true, false]);
});

test('the flow of a simulation can be kept as a picture', async () => {
  const { sim, ref } = await start();
  sim.drop(Note, 1);
  ref.burst(1);
  ref.square(2).ignore();
  await sim.advance(10);
  expect(sim.diagram({ columns: ['client'] })).toMatchInlineSnapshot(`
    "            client             test   server
          0 ms     │◀─Client.burst───┤       │
          0 ms     │◀─Client.square──┤       │
          0 ms     ├─────simulation.Note────✗│  dropped
          0 ms     ├────simulation.Square───▶│"
  `);
});
