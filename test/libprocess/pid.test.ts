/** Addresses and PIDs are interned. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Address, ID, PID, Process, Runtime } from '../../libprocess/index.ts';

class Counted extends Process {
  constructor(prefix: string) {
    super(ID.generate(prefix));
  }
}

test('equal texts give the same object', () => {
  expect(PID.parse('slave(1)@10.0.0.1:5051')).toBe(PID.parse('slave(1)@10.0.0.1:5051'));
  expect(Address.parse('10.0.0.1:5051')).toBe(PID.parse('x@10.0.0.1:5051').address);
});

test('a PID prints as it was written', () => {
  expect(String(PID.parse('slave(1)@10.0.0.1:5051'))).toBe('slave(1)@10.0.0.1:5051');
});

test.each(['', 'master', '@1.2.3.4:5', 'a@b', 'a@b:', 'a@:1', 'a@b:65536', 'a@b:x', 'a@b:-1'])(
  "'%s' is not a PID",
  text => {
    expect(() => PID.parse(text)).toThrow(expect.objectContaining({ name: 'Failure' }));
  },
);

test('the PID of a counted actor is the one that its text gives, before it lives, while it does and afterwards', async () => {
  const runtime = Runtime.local();
  const early = runtime.address.pid('worker(150)');
  const pids = Array.from({ length: 300 }, () => runtime.spawn(new Counted('worker')).pid);
  expect(pids[149]).toBe(early);
  expect(pids.map(pid => pid.id)).toEqual(pids.map((_, index) => `worker(${index + 1})`));
  expect(pids.every(pid => PID.parse(String(pid)) === pid)).toBe(true);
  for (const pid of pids) runtime.terminate(pid);
  await Promise.all(pids.map(pid => runtime.wait(pid)));
  expect(pids.every(pid => pid.process === null && PID.parse(String(pid)) === pid)).toBe(true);
});

test.each(['worker(01)', 'worker(-1)', 'worker(1.0)', 'worker()', 'worker(1234567890)', 'worker(1)x', '(worker(1)'])(
  "'%s' is an id of its own",
  id => {
    const { address } = Runtime.local();
    const pid = address.pid(id);
    expect(pid).not.toBe(address.pid('worker(1)'));
    expect([pid.id, address.pid(id)]).toEqual([id, pid]);
  },
);

test('PIDs of ended actors go once nobody holds one of them; what somebody holds stays itself', async () => {
  const runtime = Runtime.local();
  const held = runtime.spawn(new Counted('brief')).pid;
  const weak = await spawnAndEnd(runtime, held);
  collectGarbage();
  expect(weak.filter(pid => pid.deref() !== undefined).length).toBeLessThan(weak.length / 4);
  expect(runtime.address.pid('brief(1)')).toBe(held);
});

test('addresses that somebody made up go once nobody holds them, and one that is held stays itself', async () => {
  const held = Address.parse('203.0.113.1:1');
  const weak = madeUp(5_000);
  await new Promise(setImmediate);
  collectGarbage();
  expect(weak.filter(address => address.deref() !== undefined).length).toBeLessThan(weak.length / 10);
  expect(Address.parse('203.0.113.1:1')).toBe(held);
});

function madeUp(count: number): WeakRef<Address>[] {
  return Array.from({ length: count }, (_, n) => new WeakRef(PID.parse(`x${n}(1)@203.0.113.9:${n + 1}`).address));
}

async function spawnAndEnd(runtime: Runtime, first: PID): Promise<WeakRef<PID>[]> {
  const pids = [first, ...Array.from({ length: 1_000 }, () => runtime.spawn(new Counted('brief')).pid)];
  for (const pid of pids) runtime.terminate(pid);
  for (const pid of pids) await runtime.wait(pid);
  const weak = pids.map(pid => new WeakRef(pid));
  await new Promise(setImmediate); // What a weak reference was made for or gave lives to the end of its job.
  return weak;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
