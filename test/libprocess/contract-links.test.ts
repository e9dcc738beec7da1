/** Links and exited: contract/libprocess.md §1.3, one fact each; over real connections in transport/tcp.test.ts. */
import { expect, test } from 'vitest';
import { type PID, Process, type Ref, type Runtime } from '../../libprocess/index.ts';
import { exits, simulate } from '../../libprocess/testing.ts';

class Actor extends Process {
  readonly gone: string[] = [];

  watch(...pids: PID[]): void {
    for (const pid of pids) this.link(pid);
  }

  renew(pid: PID): void {
    this.link(pid, 'reconnect');
  }

  bug(): never {
    throw new TypeError('bug');
  }

  end(): void {
    this.terminate();
  }

  protected override exited(pid: PID): void {
    this.gone.push(pid.id);
  }
}

test.each(['end', 'bug'] as const)(
  'exited comes once when a linked actor goes by %s, however often it was linked',
  async how => {
    const { sim, spawn } = start();
    const [a, b] = [spawn('a'), spawn('b')];
    a.ref.watch(b.ref.pid, b.ref.pid).ignore();
    await sim.settle();
    a.ref.watch(b.ref.pid).ignore();
    b.ref[how]().ignore();
    await sim.settle().catch((error: unknown) => expect(String(error)).toBe('TypeError: bug'));
    await sim.settle();
    expect([a.actor.gone, b.actor.gone]).toEqual([['b'], []]);
  },
);

test('to link twice to an actor that is gone gives one exited, to link again afterwards another', async () => {
  const { sim, node, spawn } = start();
  const { actor, ref } = spawn('a');
  const nobody = node.address.pid('nobody');
  ref.watch(nobody, nobody).ignore();
  ref.watch(nobody).ignore();
  await sim.settle();
  expect(actor.gone).toEqual(['nobody']);
  ref.watch(nobody).ignore();
  await sim.settle();
  expect(actor.gone).toEqual(['nobody', 'nobody']);
});

test('an exited that is dropped does not keep the next link from giving one', async () => {
  const { sim, node, spawn } = start();
  const { actor, ref } = spawn('a');
  const nobody = node.address.pid('nobody');
  sim.events.drop(exits()).ignore();
  ref.watch(nobody).ignore();
  await sim.settle();
  ref.watch(nobody).ignore();
  await sim.settle();
  expect(actor.gone).toEqual(['nobody']);
});

test('actors that link to one another each hear once, and the dead one nothing', async () => {
  const { sim, spawn } = start();
  const [a, b] = [spawn('a'), spawn('b')];
  a.ref.watch(b.ref.pid).ignore();
  b.ref.watch(a.ref.pid).ignore();
  await sim.settle();
  a.ref.end().ignore();
  await sim.settle();
  b.ref.end().ignore();
  await sim.settle();
  expect([a.actor.gone, b.actor.gone]).toEqual([[], ['a']]);
});

test('after exited the link is gone: the successor of the same id is watched only when linked again', async () => {
  const { sim, spawn } = start();
  const [a, first] = [spawn('a'), spawn('b')];
  a.ref.watch(first.ref.pid).ignore();
  await sim.settle();
  first.ref.end().ignore();
  await sim.settle();
  const second = spawn('b');
  second.ref.end().ignore();
  await sim.settle();
  expect(a.actor.gone).toEqual(['b']);
});

test('a link made before the exited of the life before is served holds for the new life', async () => {
  const { sim, node, spawn } = start();
  const [a, first] = [spawn('a'), spawn('b')];
  a.ref.watch(first.ref.pid).ignore();
  await sim.settle();
  a.ref.watch(first.ref.pid).ignore();
  node.terminate(first.ref.pid);
  node.wait(first.ref.pid).onReady(() => spawn('b'));
  await sim.settle();
  a.ref.watch(first.ref.pid).ignore();
  await sim.settle();
  node.terminate(first.ref.pid);
  await sim.settle();
  expect(a.actor.gone).toEqual(['b', 'b']);
});

test('a linker that has died is told nothing, nor is its successor', async () => {
  const { sim, spawn } = start();
  const [a, b] = [spawn('a'), spawn('b')];
  a.ref.watch(b.ref.pid).ignore();
  await sim.settle();
  a.ref.end().ignore();
  await sim.settle();
  const successor = spawn('a');
  b.ref.end().ignore();
  await sim.settle();
  expect([a.actor.gone, successor.actor.gone]).toEqual([[], []]);
});

test('to link to oneself is a bug', async () => {
  const { sim, spawn } = start();
  const { ref } = spawn('a');
  ref.watch(ref.pid).ignore();
  await expect(sim.settle()).rejects.toThrow('links to itself');
});

test('a link to an actor of another runtime is one to its runtime: the end of the actor alone is not told', async () => {
  const { sim, spawn, remote } = start();
  const { actor, ref } = spawn('a');
  const [one, never] = [remote('one'), remote('x').pid.address.pid('never')];
  ref.watch(one.pid, never).ignore();
  await sim.advance(1_000);
  one.end().ignore();
  await sim.advance(1_000);
  expect(actor.gone).toEqual([]);
  sim.crash('elsewhere');
  await sim.advance(1_000);
  expect([...actor.gone].sort()).toEqual(['never', 'one']);
});

test('to connect anew tells nobody of an end', async () => {
  const { sim, spawn, remote } = start();
  const { actor, ref } = spawn('a');
  const { pid } = remote('one');
  ref.watch(pid).ignore();
  await sim.advance(1_000);
  ref.renew(pid).ignore();
  await sim.advance(1_000);
  expect(actor.gone).toEqual([]);
  sim.crash('elsewhere');
  await sim.advance(1_000);
  expect(actor.gone).toEqual(['one']);
});

function start() {
  const sim = simulate();
  const [node, elsewhere] = [sim.node('node'), sim.node('elsewhere')];
  const spawnOn = (runtime: Runtime, id: string): { readonly actor: Actor; readonly ref: Ref<Actor> } => {
    const actor = new Actor(id);
    return { actor, ref: runtime.spawn(actor) };
  };
  return {
    sim,
    node,
    spawn: (id: string) => spawnOn(node, id),
    remote: (id: string) => spawnOn(elsewhere, id).ref,
  };
}
