/** Supervisors: who is started again, in which order, and when they give up. */
import { expect, test } from 'vitest';
import {
  Child,
  type ChildOptions,
  ID,
  type Intensity,
  type PID,
  Process,
  Runtime,
  type Strategy,
  Supervisor,
} from '../../../libprocess/index.ts';
import { simulate } from '../../../libprocess/testing.ts';

const GENEROUS: Intensity = { restarts: 100, withinMs: 1_000 };

class Worker extends Process {
  constructor(
    id: string,
    private readonly events: string[],
  ) {
    super(id);
  }

  bug(): never {
    throw new TypeError('bug');
  }

  end(): void {
    this.terminate();
  }

  watch(pid: PID): void {
    this.link(pid);
  }

  protected override initialize(): void {
    this.events.push(`+${this.pid.id}`);
  }

  protected override finalize(): void {
    this.events.push(`-${this.pid.id}`);
  }

  protected override exited(pid: PID): void {
    this.events.push(`${this.pid.id} lost ${pid.id}`);
  }
}

test('children start in the order in which they are given', async () => {
  const { events } = await start('one-for-one');
  expect(events).toEqual(['+a', '+b', '+c']);
});

test.each([
  ['one-for-one', ['-b', '+b']],
  ['rest-for-one', ['-b', '-c', '+b', '+c']],
  ['one-for-all', ['-b', '-c', '-a', '+a', '+b', '+c']],
] as const)('%s: after a bug in b happens %j', async (strategy, expected) => {
  const { sim, events, b } = await start(strategy);
  events.length = 0;
  b.ref.bug().ignore();
  await sim.settle();
  expect(events).toEqual(expected);
});

test('a Ref of a child with a fixed id stays good over its restarts', async () => {
  const { sim, b } = await start('one-for-one');
  const before = b.ref;
  before.bug().ignore();
  await sim.settle();
  expect(before.pid).toBe(b.ref.pid);
  const ended = before.end();
  await sim.settle();
  expect(ended.state).toBe('ready');
});

test('a child with a counted id comes back with the next one', async () => {
  const sim = simulate();
  const node = sim.node('node');
  const counted = new Child(() => new Counted());
  node.spawn(new Supervisor({ children: [counted] }));
  await sim.settle();
  counted.ref.bug().ignore();
  await sim.settle();
  expect(counted.ref.pid.id).toBe('counted(2)');
});

test.each([
  ['permanent', 'end', true],
  ['permanent', 'bug', true],
  ['transient', 'end', false],
  ['transient', 'bug', true],
  ['temporary', 'end', false],
  ['temporary', 'bug', false],
] as const)('a %s child after its %s: returns %s', async (restart, how, returns) => {
  const { sim, node, b } = await start('one-for-one', GENEROUS, { restart });
  b.ref[how]().ignore();
  await sim.settle();
  expect(node.process('b') !== undefined).toBe(returns);
});

test('a temporary child that siblings take along does not return', async () => {
  const { sim, node, supervisor, a } = await start('one-for-all', GENEROUS, { restart: 'temporary' });
  a.ref.bug().ignore();
  await sim.settle();
  expect(node.process('b')).toBeUndefined();
  const running = supervisor.running();
  await sim.settle();
  expect(running.value.map(pid => pid.id)).toEqual(['a', 'c']);
});

test('children that die while siblings are being stopped are part of the same round', async () => {
  const { sim, events, a, b, c } = await start('one-for-all');
  events.length = 0;
  for (const child of [a, b, c]) child.ref.bug().ignore();
  await sim.settle();
  expect(events.filter(event => event.startsWith('+'))).toEqual(['+a', '+b', '+c']);
});

test('siblings that the supervisor itself ends do not count as restarts', async () => {
  const { sim, node, a } = await start('one-for-all', { restarts: 1, withinMs: 1_000 });
  a.ref.bug().ignore();
  await sim.settle();
  expect([...node.processes].map(process => process.pid.id)).toEqual(['top', 'a', 'b', 'c']);
});

test('linked actors hear of the end of a child, and find its successor', async () => {
  const { sim, events, a, b } = await start('one-for-one');
  a.ref.watch(b.ref.pid);
  b.ref.bug().ignore();
  await sim.settle();
  expect(events).toContain('a lost b');
  expect(b.ref.pid.process).not.toBeNull();
});

test('beyond its intensity the supervisor dies and takes all children along', async () => {
  const { sim, node, events, b } = await start('one-for-one', { restarts: 2, withinMs: 1_000 });
  for (let n = 0; n < 2; n++) {
    b.ref.bug().ignore();
    await sim.settle();
  }
  events.length = 0;
  b.ref.bug().ignore();
  await expect(sim.settle()).rejects.toThrow('gives up: more than 2 restarts in 1000 ms');
  await sim.settle();
  expect([...node.processes]).toEqual([]);
  expect(events).toEqual(['-b', '-c', '-a']);
});

test('restarts that lie further apart than the intensity says do not add up', async () => {
  const { sim, node, b } = await start('one-for-one', { restarts: 1, withinMs: 1_000 });
  for (let n = 0; n < 5; n++) {
    b.ref.bug().ignore();
    await sim.advance(1_000);
  }
  expect(node.process('b')).toBeDefined();
});

test('a supervisor of supervisors starts the whole group again', async () => {
  const sim = simulate();
  const node = sim.node('node');
  const events: string[] = [];
  const worker = new Child(() => new Worker('w', events));
  const intensity = { restarts: 0, withinMs: 1_000 };
  const group = new Child(() => new Supervisor({ id: 'group', children: [worker], intensity }));
  node.spawn(new Supervisor({ id: 'top', children: [group], intensity: GENEROUS }));
  await sim.settle();
  worker.ref.bug().ignore();
  await sim.settle();
  expect(events).toEqual(['+w', '-w', '+w']);
});

test('a bug in a child is not the end of the OS process, the end of its supervisor is', async () => {
  const died: string[] = [];
  const log = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };
  const runtime = Runtime.local({ log, died: process => died.push(process.pid.id) });
  const b = new Child(() => new Worker('b', []));
  runtime.spawn(new Supervisor({ id: 'top', children: [b], intensity: { restarts: 1, withinMs: 60_000 } }));
  await settle();
  b.ref.bug().ignore();
  await settle();
  expect(died).toEqual([]);
  b.ref.bug().ignore();
  await settle();
  expect(died).toEqual(['top']);
});

test('a supervisor that ends takes its children along', async () => {
  const { sim, node, supervisor } = await start('one-for-one');
  node.terminate(supervisor.pid);
  await sim.settle();
  expect([...node.processes]).toEqual([]);
});

test('nothing is restarted while the runtime stops', async () => {
  const { node, events } = await start('one-for-one');
  events.length = 0;
  await node.stop();
  expect(events).toEqual(['-c', '-b', '-a']);
});

test('a child can be added, and an id that is taken is refused', async () => {
  const { sim, node, supervisor, events } = await start('one-for-one');
  supervisor.add(new Child(() => new Worker('d', events)));
  const refused = supervisor.add(new Child(() => new Worker('a', events))).ignore();
  await sim.settle();
  expect(node.process('d')).toBeDefined();
  expect(refused.error).toMatchObject({ code: 'DUPLICATE_ID' });
});

test('a temporary child that has ended is forgotten', async () => {
  const { sim, node, supervisor, events } = await start('one-for-one');
  for (const id of ['t1', 't2']) {
    const child = new Child(() => new Worker(id, events), { restart: 'temporary' });
    supervisor.add(child).ignore();
    await sim.settle();
    child.ref.end().ignore();
    await sim.settle();
  }
  const again = supervisor.add(new Child(() => new Worker('t1', events))).ignore();
  await sim.settle();
  const running = supervisor.running();
  await sim.settle();
  expect([again.state, running.value.map(pid => pid.id)]).toEqual(['ready', ['a', 'b', 'c', 't1']]);
  expect(node.process('t2')).toBeUndefined();
});

test('a child that dies at each start is given up by its supervisor', async () => {
  const sim = simulate();
  const node = sim.node('node');
  let starts = 0;
  class Stillborn extends Process {
    protected override initialize(): void {
      starts += 1;
      throw new TypeError('bug');
    }
  }
  const child = new Child(() => new Stillborn('stillborn'));
  node.spawn(new Supervisor({ children: [child], intensity: { restarts: 3, withinMs: 1_000 } }));
  await expect(sim.settle()).rejects.toThrow('gives up: more than 3 restarts');
  await sim.settle();
  expect([starts, [...node.processes]]).toEqual([4, []]);
});

test('a group that is being started again when the runtime stops is left alone', async () => {
  const { node, events, b } = await start('one-for-all');
  events.length = 0;
  b.ref.bug().ignore();
  await node.stop();
  await settle();
  expect([...node.processes]).toEqual([]);
  expect(events.filter(event => event === '+b').length).toBeLessThan(2);
});

test('a child that cannot be made ends the supervisor', async () => {
  const sim = simulate();
  const node = sim.node('node');
  const broken = new Child<Worker>(() => {
    throw new Error('no');
  });
  node.spawn(new Supervisor({ id: 'top', children: [broken] }));
  await expect(sim.settle()).rejects.toThrow('cannot start its child 1');
  expect(() => broken.ref).toThrow('was not started yet');
});

class Counted extends Process {
  constructor() {
    super(ID.generate('counted'));
  }

  bug(): never {
    throw new TypeError('bug');
  }
}

async function start(strategy: Strategy, intensity = GENEROUS, optionsOfB: ChildOptions = {}) {
  const sim = simulate();
  const node = sim.node('node');
  const events: string[] = [];
  const a = new Child(() => new Worker('a', events));
  const b = new Child(() => new Worker('b', events), optionsOfB);
  const c = new Child(() => new Worker('c', events));
  const supervisor = node.spawn(new Supervisor({ id: 'top', strategy, intensity, children: [a, b, c] }));
  await sim.settle();
  return { sim, node, events, supervisor, a, b, c };
}

/** Long enough for every turn of a local runtime. */
async function settle(): Promise<void> {
  for (let n = 0; n < 5; n++) await new Promise(setImmediate);
}
