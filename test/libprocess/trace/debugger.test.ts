import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  int32,
  logger,
  type MessageType,
  message,
  PausableClock,
  PID,
  Process,
  type Runtime,
  req,
  spawnEndpoints,
} from '../../../libprocess/index.ts';
import { messageNamed } from '../../../libprocess/message.ts';
import { parseDebugger } from '../../../libprocess/trace/access.ts';
import type { Report } from '../../../libprocess/trace.ts';
import { startRuntime } from '../http/scene.ts';

const Rained = message('test.debugger.Rained', { mm: req(1, int32) });

class Gauge extends Process {
  readonly drops: number[] = [];
  #total = 0;

  total(): number {
    return this.#total;
  }

  protected override initialize(): void {
    this.install(Rained, ({ mm }) => {
      this.#total += mm;
      this.drops.push(mm);
    });
  }
}

class Cloud extends Process {
  readonly lost: PID[] = [];

  rain(on: PID, ...drops: number[]): void {
    this.link(on);
    for (const mm of drops) this.send(on, Rained, { mm });
  }

  protected override exited(pid: PID): void {
    this.lost.push(pid);
  }
}

/** A debugger's page, without the page. */
class Viewer {
  readonly reports: Report[] = [];
  #last = 0;

  constructor(private readonly socket: WebSocket) {
    socket.on('message', data => this.reports.push(JSON.parse(String(data)) as Report));
  }

  static async at(runtime: Runtime, headers: Record<string, string> = {}): Promise<Viewer> {
    const socket = new WebSocket(`ws://${runtime.address}/__debugger__/stream`, { headers });
    onTestFinished(() => socket.terminate());
    const viewer = new Viewer(socket);
    await once(socket, 'open');
    return viewer;
  }

  /** What the node answers; fails with what it says it cannot do. */
  async ask(order: { readonly do: string } & Record<string, unknown>): Promise<unknown> {
    this.#last += 1;
    const number = this.#last;
    this.socket.send(JSON.stringify({ number, ...order }));
    const answer = await this.until(report => 'answer' in report && report.answer === number && report);
    if ('error' in answer) throw new Error(answer.error);
    return 'value' in answer ? answer.value : undefined;
  }

  async until<T>(find: (report: Report) => T | false | undefined | null): Promise<T> {
    return await expect
      .poll(() => this.reports.map(find).find(found => found !== false && found !== undefined && found !== null))
      .toBeDefined()
      .then(() => this.reports.map(find).find(Boolean) as T);
  }

  names(): string[] {
    const ended = this.reports.flatMap(report => ('events' in report ? report.events : []));
    return [...new Map(ended.map(event => [event.id, `${event.kind} ${event.name}`])).values()];
  }
}

/** A viewer at another node, by the messages that debuggers send each other. */
class Guest extends Process {
  portions = 0;
  events = 0;
  readonly answers: unknown[] = [];
  takes = false;

  constructor(private readonly node: PID) {
    super('guest');
  }

  order(order: object): void {
    this.send(this.node, typed('Look'), { viewer: 'v', order: JSON.stringify(order) });
  }

  take(count: number): void {
    for (let taken = 0; taken < count; taken++) this.send(this.node, typed('Taken'), { viewer: 'v' });
  }

  protected override initialize(): void {
    this.install(typed('Seen'), body => {
      const report = JSON.parse((body as { readonly report: string }).report) as Report;
      if ('answer' in report && 'value' in report) this.answers.push(report.value);
      if (!('events' in report)) return;
      this.portions += 1;
      this.events += report.events.length;
      if (this.takes) this.take(1);
    });
  }
}

function typed(name: string): MessageType<unknown> {
  const type = messageNamed(`libprocess.debugger.${name}`);
  if (type === undefined) throw new Error(`there is no ${name}`);
  return type as MessageType<unknown>;
}

const logged: string[] = [];

async function start(mode = '', clock?: PausableClock) {
  logged.length = 0;
  const log = logger((level, text) => level === 'warn' && logged.push(text));
  const runtime = await startRuntime({ ...(mode === 'control' ? { log } : {}), ...(clock ? { clock } : {}) });
  spawnEndpoints(runtime, { debugger: parseDebugger(mode) });
  const gauge = new Gauge('gauge');
  const cloud = new Cloud('cloud');
  runtime.spawn(gauge);
  return { runtime, gauge, cloud: runtime.spawn(cloud), clouds: cloud };
}

test('a viewer sees what happens from when it asks, and the body of an event at need', async () => {
  const { runtime, gauge, cloud } = await start();
  const viewer = await Viewer.at(runtime);
  await viewer.ask({ do: 'watch', actors: true });
  const hello = await viewer.until(report => 'hello' in report && report.hello);
  expect(hello).toMatchObject({ control: false, status: { on: false }, peers: [] });
  await viewer.ask({ do: 'start', times: 'turn' });
  cloud.rain(gauge.pid, 7).ignore();
  await expect.poll(() => viewer.names()).toEqual(['dispatch Cloud.rain', 'link link', 'message test.debugger.Rained']);
  const [event] = await viewer.until(
    report => 'events' in report && report.events.filter(({ kind }) => kind === 'message'),
  );
  expect(await viewer.ask({ do: 'event', id: event?.id })).toMatchObject({ body: { mm: 7 }, to: String(gauge.pid) });
  const report = await viewer.until(
    found => 'actors' in found && found.actors.find(({ id, turns }) => id === 'gauge' && turns === 1),
  );
  expect(report).toMatchObject({ type: 'Gauge', mailbox: 0, slowest: [{ name: 'test.debugger.Rained', turns: 1 }] });
});

test('what viewers themselves say and hear is not traced', async () => {
  const { runtime, cloud } = await start();
  const viewer = await Viewer.at(runtime);
  await viewer.ask({ do: 'start' });
  await viewer.ask({ do: 'watch', actors: true });
  cloud.rain(PID.none).ignore();
  await expect.poll(() => viewer.names()).toContain('dispatch Cloud.rain');
  expect(viewer.names().filter(name => name.includes('WebSocket') || name.includes('debugger.'))).toEqual([]);
});

test('a page of another origin is refused, and so is everybody where it is off', async () => {
  const { runtime } = await start();
  await expect(Viewer.at(runtime, { origin: 'http://elsewhere.example' })).rejects.toThrow('403');
  const { runtime: closed } = await start('off');
  await expect(Viewer.at(closed)).rejects.toThrow('404');
});

test('nothing is interfered with unless the node was started so', async () => {
  const { runtime } = await start();
  const viewer = await Viewer.at(runtime);
  await expect(viewer.ask({ do: 'pause', actor: 'gauge' })).rejects.toThrow(/not started with --debugger=control/);
  await expect(viewer.ask({ do: 'dance' })).rejects.toThrow("there is no order 'dance'");
  expect(await viewer.ask({ do: 'inspect', actor: 'gauge' })).toMatchObject({ fields: null });
  await expect(viewer.ask({ do: 'inspect', actor: 'nobody' })).rejects.toThrow(/no process 'nobody'/);
});

test('an actor stands still, its mailbox fills and shows, and it goes on by steps', async () => {
  const { runtime, gauge, cloud } = await start('control');
  const viewer = await Viewer.at(runtime);
  await viewer.ask({ do: 'start' });
  await viewer.ask({ do: 'pause', actor: 'gauge' });
  await cloud.rain(gauge.pid, 1, 2, 3);
  const seen = () => viewer.ask({ do: 'inspect', actor: 'gauge' });
  await expect
    .poll(seen)
    .toMatchObject({ waiting: 3, mailbox: [{ body: { mm: 1 } }, {}, {}], fields: { '#total': 0 } });
  expect(gauge.drops).toEqual([]);
  await viewer.ask({ do: 'step', actor: 'gauge' });
  await expect.poll(seen).toMatchObject({ waiting: 2, fields: { '#total': 1 } });
  await viewer.ask({ do: 'resume', actor: 'gauge' });
  await expect.poll(() => gauge.drops).toEqual([1, 2, 3]);
  expect(runtime.filter).toBeNull();
  expect(logged).toEqual([
    'the debugger pauses gauge',
    'the debugger steps gauge by test.debugger.Rained',
    'the debugger resumes gauge',
  ]);
});

test('a breakpoint stops the actor before the envelope that it is for', async () => {
  const { runtime, gauge, cloud } = await start('control');
  const viewer = await Viewer.at(runtime);
  await viewer.ask({ do: 'start' });
  const rule = { id: 'b', action: 'break', actor: 'gauge', name: 'Rained', where: { mm: '2' } };
  await viewer.ask({ do: 'rule', rule });
  await cloud.rain(gauge.pid, 1, 2, 3);
  const held = await viewer.until(report => 'held' in report && report.held.find(({ because }) => because === 'break'));
  expect(held).toMatchObject({ actor: 'gauge', next: { name: 'test.debugger.Rained', body: { mm: 2 } } });
  expect(gauge.drops).toEqual([1]);
  await viewer.ask({ do: 'unrule', id: 'b' });
  await viewer.ask({ do: 'resume', actor: 'gauge' });
  await expect.poll(() => gauge.drops).toEqual([1, 2, 3]);
});

test('an actor that goes on stops at the next breakpoint', async () => {
  const { runtime, gauge, cloud } = await start('control');
  const viewer = await Viewer.at(runtime);
  await viewer.ask({ do: 'rule', rule: { id: 'b', action: 'break', actor: 'gauge', name: 'Rained' } });
  await cloud.rain(gauge.pid, 1, 2, 3);
  await expect.poll(() => viewer.ask({ do: 'inspect', actor: 'gauge' })).toMatchObject({ waiting: 3 });
  await viewer.ask({ do: 'resume', actor: 'gauge' });
  await expect.poll(() => viewer.ask({ do: 'inspect', actor: 'gauge' })).toMatchObject({ waiting: 2 });
  expect(gauge.drops).toEqual([1]);
});

test('the debugger itself is not held, not ended, and no rule applies to it', async () => {
  const { runtime } = await start('control');
  const viewer = await Viewer.at(runtime);
  for (const order of ['pause', 'kill']) {
    await expect(viewer.ask({ do: order, actor: '__debugger__' })).rejects.toThrow(/cannot be held/);
  }
  await viewer.ask({ do: 'rule', rule: { id: 'all', action: 'break' } });
  await viewer.ask({ do: 'unrule', id: 'all' });
});

test('messages are lost, late and doubled by rules', async () => {
  const { runtime, gauge, cloud } = await start('control');
  const viewer = await Viewer.at(runtime);
  for (const [action, mm] of [
    ['drop', 1],
    ['delay', 2],
    ['duplicate', 3],
  ] as const) {
    const rule = { id: action, action, actor: 'gauge', where: { mm: String(mm) }, ms: 30, times: 1 };
    await viewer.ask({ do: 'rule', rule });
  }
  await cloud.rain(gauge.pid, 1, 2, 3, 4);
  await expect.poll(() => gauge.drops).toEqual([3, 3, 4, 2]);
  expect(runtime.filter, 'the rules are used up').toBeNull();
});

test('a message is injected by its own description, and an actor is killed', async () => {
  const { runtime, gauge } = await start('control');
  const viewer = await Viewer.at(runtime);
  const inject = { do: 'inject', actor: 'gauge', name: 'test.debugger.Rained' };
  await viewer.ask({ ...inject, body: { mm: 9 } });
  await expect.poll(() => gauge.drops).toEqual([9]);
  await expect(viewer.ask({ ...inject, body: { mm: 'much' } })).rejects.toThrow(/mm/);
  await expect(viewer.ask({ ...inject, name: 'test.Nothing' })).rejects.toThrow("no message 'test.Nothing'");
  await viewer.ask({ do: 'kill', actor: 'gauge' });
  await expect.poll(() => runtime.process('gauge')).toBeUndefined();
});

test('nothing stands still, and nobody is cut off, once the last viewer has left', async () => {
  const { runtime, gauge, cloud } = await start('control');
  const far = await start();
  const socket = new WebSocket(`ws://${runtime.address}/__debugger__/stream`);
  await once(socket, 'open');
  const viewer = new Viewer(socket);
  await viewer.ask({ do: 'pause', actor: 'gauge' });
  await viewer.ask({ do: 'partition', peer: far.runtime.address.text });
  await cloud.rain(gauge.pid, 5);
  socket.close();
  await expect.poll(() => gauge.drops).toEqual([5]);
  await cloud.rain(far.gauge.pid, 6);
  await expect.poll(() => far.gauge.drops).toEqual([6]);
});

test('a node is looked at through another that is connected to it, and no stranger is', async () => {
  const [near, far] = [await start(), await start()];
  await near.cloud.rain(far.gauge.pid, 1);
  await expect.poll(() => far.gauge.drops).toEqual([1]);
  const viewer = await Viewer.at(near.runtime);
  await viewer.ask({ do: 'watch' });
  const hello = await viewer.until(report => 'hello' in report && report.hello);
  expect(hello.peers).toEqual([far.runtime.address.text]);
  const node = far.runtime.address.text;
  await viewer.ask({ do: 'start' });
  await viewer.ask({ node, do: 'start' });
  await near.cloud.rain(far.gauge.pid, 2);
  const [sent, arrived] = await Promise.all(
    [near, far].map(({ runtime }) =>
      viewer.until(
        report =>
          'events' in report &&
          report.node === runtime.address.text &&
          report.events.find(({ name }) => name === Rained.name),
      ),
    ),
  );
  expect(arrived).toMatchObject({ cause: sent?.id, bytes: expect.any(Number) });
  await expect(viewer.ask({ node: '127.0.0.1:1', do: 'watch' })).rejects.toThrow(/no node that you look at/);
});

test('two nodes are parted and brought together again', async () => {
  const [near, far] = [await start('control'), await start()];
  await near.cloud.rain(far.gauge.pid, 1);
  await expect.poll(() => far.gauge.drops).toEqual([1]);
  const viewer = await Viewer.at(near.runtime);
  const peer = far.runtime.address.text;
  await viewer.ask({ do: 'partition', peer });
  await expect.poll(() => near.clouds.lost).toEqual([far.gauge.pid]);
  await near.cloud.rain(far.gauge.pid, 2);
  await viewer.ask({ do: 'heal', peer });
  await near.cloud.rain(far.gauge.pid, 3);
  await expect.poll(() => far.gauge.drops).toEqual([1, 3]);
});

test('a viewer at another node gets no more events than it takes, and then all of them', async () => {
  const clock = PausableClock.paused();
  const [near, far] = [await start(), await start('', clock)];
  far.runtime.tracing.start({});
  await far.cloud.rain(far.gauge.pid, ...new Array<number>(30_000).fill(1));
  await expect.poll(() => far.gauge.drops.length).toBe(30_000);
  const guest = new Guest(far.runtime.address.pid('__debugger__'));
  const ref = near.runtime.spawn(guest);
  await ref.order({ do: 'history', limit: 30_000, number: 1 });
  await expect.poll(() => guest.portions).toBe(8);
  clock.advance(10_000); // A hundred times it could have sent more.
  await ref.order({ do: 'watch', number: 2 });
  await expect.poll(() => guest.answers).toEqual([null]);
  expect(guest.portions).toBe(8);
  guest.takes = true;
  await ref.take(8);
  const answers = (): unknown[] => {
    clock.advance(100);
    return guest.answers;
  };
  await expect.poll(answers).toEqual([null, 30_000]);
  expect(guest.events).toBe(30_000);
});
