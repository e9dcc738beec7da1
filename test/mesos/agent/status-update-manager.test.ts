/** The manager of all streams, on a virtual clock and a simulated disk. */
import { expect, test } from 'vitest';
import type { Future } from '../../../libprocess/index.ts';
import { type Simulation, simulate } from '../../../libprocess/testing.ts';
import { readRecords } from '../../../mesos/agent/records.ts';
import { StatusUpdateManager } from '../../../mesos/agent/status-update-manager.ts';
import { type StatusUpdate, StatusUpdateRecord, type TaskState } from '../../../mesos/protocol/index.ts';

const PATH = '/meta/task.updates';

async function start() {
  const sim = simulate();
  const node = sim.node('agent');
  await done(sim, node.disk.mkdir('/meta'));
  const forwarded: number[] = [];
  const manager = node.spawn(new StatusUpdateManager(({ uuid }) => forwarded.push(uuid?.[0] ?? 0)));
  return { sim, node, manager, forwarded };
}

/** What `future` comes to, however long the disk takes. */
async function done<T>(sim: Simulation, future: Future<T>): Promise<T> {
  await sim.until(() => !future.isPending, 1_000);
  return future.value;
}

function update(number: number, state: TaskState = 'TASK_RUNNING', task = 't'): StatusUpdate {
  const uuid = new Uint8Array(16).fill(number);
  return { framework_id: { value: 'F' }, status: { task_id: { value: task }, state, uuid }, timestamp: 0, uuid };
}

test('an update without acknowledgement is sent again after 10, 20, 40… seconds, and at last every 10 minutes', async () => {
  const { sim, manager, forwarded } = await start();
  manager.resume();
  manager.update(update(1), null);
  await sim.settle();
  const times: number[] = [0];
  for (let second = 1; second <= 3_000; second++) {
    const before = forwarded.length;
    await sim.advance(1_000);
    if (forwarded.length > before) times.push(second);
  }
  expect(times).toEqual([0, 10, 30, 70, 150, 310, 630, 1_230, 1_830, 2_430]);
});

test('the next update is sent when the one before has been acknowledged, and not earlier', async () => {
  const { sim, manager, forwarded } = await start();
  manager.resume();
  manager.update(update(1), null);
  manager.update(update(2, 'TASK_FINISHED'), null);
  await sim.advance(1_000);
  expect(forwarded).toEqual([1]);
  manager.acknowledge('F', 't', new Uint8Array(16).fill(1));
  await sim.settle();
  expect(forwarded).toEqual([1, 2]);
});

test('while paused nothing is sent; a resume sends the head of every stream at once', async () => {
  const { sim, manager, forwarded } = await start();
  manager.update(update(1, 'TASK_RUNNING', 'a'), null);
  manager.update(update(2, 'TASK_RUNNING', 'b'), null);
  await sim.advance(60_000);
  expect(forwarded).toEqual([]);
  manager.resume();
  await sim.settle();
  expect(forwarded).toEqual([1, 2]);
});

test('an update is on disk, synced, before it is sent', async () => {
  const { sim, node, manager, forwarded } = await start();
  manager.resume();
  manager.update(update(1), PATH);
  await sim.until(() => forwarded.length > 0, 1_000);
  sim.diskOf('agent').crash();
  const { bodies } = readRecords(StatusUpdateRecord, (await done(sim, node.disk.read(PATH))) ?? new Uint8Array());
  expect(bodies.map(({ type }) => type)).toEqual(['UPDATE']);
});

test('updates and acknowledgements are recorded in order, however fast they come', async () => {
  const { sim, node, manager } = await start();
  manager.resume();
  manager.update(update(1), PATH);
  manager.update(update(1), PATH);
  manager.update(update(2, 'TASK_FINISHED'), PATH);
  manager.acknowledge('F', 't', new Uint8Array(16).fill(1));
  manager.acknowledge('F', 't', new Uint8Array(16).fill(2));
  await sim.advance(1_000);
  const { bodies } = readRecords(StatusUpdateRecord, (await done(sim, node.disk.read(PATH))) ?? new Uint8Array());
  expect(bodies.map(({ type, uuid, update: each }) => [type, (uuid ?? each?.uuid)?.[0]])).toEqual([
    ['UPDATE', 1],
    ['UPDATE', 2],
    ['ACK', 1],
    ['ACK', 2],
  ]);
});

test('a stream whose last update was acknowledged is gone', async () => {
  const { sim, manager } = await start();
  manager.resume();
  manager.update(update(1, 'TASK_FINISHED'), null);
  manager.acknowledge('F', 't', new Uint8Array(16).fill(1));
  const again = manager.acknowledge('F', 't', new Uint8Array(16).fill(1));
  await sim.settle();
  expect(String(again)).toContain('Cannot find the task status update stream for task t of framework F');
});

test('a stream cannot change its mind about checkpointing', async () => {
  const { sim, manager } = await start();
  manager.update(update(1), null);
  const mixed = manager.update(update(2), PATH);
  await sim.advance(10);
  expect(String(mixed)).toContain('Mismatched checkpoint value for task status update TASK_RUNNING');
});
