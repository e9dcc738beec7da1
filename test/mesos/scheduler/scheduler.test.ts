/** The scheduler library against a scripted master, over the simulated network and on virtual time. */
import { expect, test } from 'vitest';
import {
  encodeRecord,
  type Failure,
  fromJson,
  http,
  Pipe,
  type PipeWriter,
  Process,
  type Request,
  type Response,
  toJson,
} from '../../../libprocess/index.ts';
import { simulate } from '../../../libprocess/testing.ts';
import type { Offer } from '../../../mesos/protocol/offers.ts';
import { Call, Event } from '../../../mesos/protocol/scheduler-api.ts';
import type { TaskStatus } from '../../../mesos/protocol/tasks.ts';
import { Scheduler } from '../../../mesos/scheduler/scheduler.ts';

/** Answers SUBSCRIBE with a stream that the test writes to, and notes every call. */
class ScriptedMaster extends Process {
  readonly calls: Call[] = [];
  readonly streamIds: (string | undefined)[] = [];
  streams: PipeWriter[] = [];
  /** In place of the usual answer. */
  answer: ((call: Call) => Response | null) | null = null;

  constructor() {
    super('master');
  }

  protected override initialize(): void {
    this.route('/api/v1/scheduler', {}, this.#serve);
  }

  tell(event: Event): void {
    this.streams.at(-1)?.write(encodeRecord(Buffer.from(JSON.stringify(toJson(Event, event)))));
  }

  subscribed(seconds = 15): void {
    const subscribed = { framework_id: { value: 'F1' }, heartbeat_interval_seconds: seconds };
    this.tell({ type: 'SUBSCRIBED', subscribed });
  }

  #serve(request: Request): Response {
    const call = fromJson(Call, JSON.parse(http.textOf(request)));
    this.calls.push(call);
    this.streamIds.push(request.headers['mesos-stream-id']);
    const answer = this.answer?.(call) ?? null;
    if (answer !== null) return answer;
    if (call.type !== 'SUBSCRIBE') return http.accepted();
    const { reader, writer } = new Pipe();
    this.streams.push(writer);
    return http.stream(reader, {
      'content-type': 'application/json',
      'mesos-stream-id': `stream-${this.streams.length}`,
    });
  }
}

class Recorder extends Scheduler {
  readonly heard: string[] = [];
  hold = 0;

  protected override subscribed({ value }: { value: string }): void {
    this.heard.push(`subscribed ${value}`);
  }

  protected override resourceOffers(offers: readonly Offer[]): void {
    this.heard.push(`offers ${offers.map(({ id }) => id.value)}`);
  }

  protected override async statusUpdate(status: TaskStatus): Promise<void> {
    this.heard.push(status.state);
    if (this.hold > 0) await this.turn(this.sleep(this.hold));
  }

  protected override disconnected({ message }: Failure): void {
    this.heard.push(`disconnected: ${message}`);
  }

  protected override error(message: string): void {
    this.heard.push(`error: ${message}`);
  }

  killTask(value: string): void {
    this.kill({ value }, { value: 'S1' });
  }

  finish(): Promise<void> {
    return this.teardown();
  }

  async reconcileAll(): Promise<void> {
    await this.turn(this.reconcile());
  }
}

async function start(failoverTimeout = 0) {
  const sim = simulate();
  const master = new ScriptedMaster();
  const node = sim.node('master', { delegate: 'master' });
  node.spawn(master);
  const recorder = new Recorder({
    master: String(node.address),
    framework: { name: 'test', user: 'root', failover_timeout: failoverTimeout },
  });
  const scheduler = sim.node('scheduler').spawn(recorder);
  await sim.advance(10);
  return { sim, master, recorder, scheduler };
}

const UPDATE: Event = {
  type: 'UPDATE',
  update: {
    status: { task_id: { value: 't1' }, state: 'TASK_RUNNING', agent_id: { value: 'S1' }, uuid: new Uint8Array(16) },
  },
};

async function subscribed() {
  const scene = await start();
  scene.master.subscribed();
  await scene.sim.advance(10);
  return scene;
}

test('the scheduler subscribes as soon as it is spawned', async () => {
  const { master, recorder } = await subscribed();
  expect(master.calls[0]).toMatchObject({ type: 'SUBSCRIBE', subscribe: { framework_info: { name: 'test' } } });
  expect(recorder.heard).toEqual(['subscribed F1']);
});

test('calls carry the framework id and the stream id', async () => {
  const { sim, master, scheduler } = await subscribed();
  scheduler.killTask('t1');
  await sim.advance(10);
  expect(master.calls.at(-1)).toMatchObject({
    type: 'KILL',
    framework_id: { value: 'F1' },
    kill: { task_id: { value: 't1' } },
  });
  expect(master.streamIds.at(-1)).toBe('stream-1');
});

test('calls arrive in the order in which they were made', async () => {
  const { sim, master, scheduler } = await subscribed();
  const tasks = Array.from({ length: 20 }, (_, index) => `t${index}`);
  for (const task of tasks) scheduler.killTask(task);
  await sim.advance(1_000);
  expect(master.calls.slice(1).map(({ kill }) => kill?.task_id.value)).toEqual(tasks);
});

test('an update is acknowledged only once its handler is done', async () => {
  const { sim, master, recorder } = await subscribed();
  recorder.hold = 1_000;
  master.tell(UPDATE);
  await sim.advance(900);
  expect(recorder.heard.at(-1)).toBe('TASK_RUNNING');
  expect(master.calls).toHaveLength(1);
  await sim.advance(200);
  expect(master.calls.at(-1)).toMatchObject({ type: 'ACKNOWLEDGE', acknowledge: { task_id: { value: 't1' } } });
});

test('an update without a uuid is not acknowledged', async () => {
  const { sim, master } = await subscribed();
  master.tell({ type: 'UPDATE', update: { status: { task_id: { value: 't1' }, state: 'TASK_LOST' } } });
  await sim.advance(100);
  expect(master.calls).toHaveLength(1);
});

test('a stream that ends is subscribed again, under the same framework id', async () => {
  const { sim, master, recorder } = await subscribed();
  master.streams[0]?.close();
  await sim.advance(2_100);
  expect(recorder.heard.at(-1)).toBe('disconnected: 10.0.0.1:5050 closed the stream');
  expect(master.calls.at(-1)).toMatchObject({
    type: 'SUBSCRIBE',
    framework_id: { value: 'F1' },
    subscribe: { framework_info: { id: { value: 'F1' } } },
  });
});

test('five missed heartbeats end the subscription, four do not', async () => {
  const { sim, master, recorder } = await subscribed();
  await sim.advance(60_000);
  master.tell({ type: 'HEARTBEAT' });
  await sim.advance(74_000);
  expect(recorder.heard).toEqual(['subscribed F1']);
  await sim.advance(1_100);
  expect(recorder.heard.at(-1)).toBe('disconnected: 10.0.0.1:5050 was silent for 75 seconds');
});

test('attempts come at growing, random intervals', async () => {
  const { sim, master } = await start();
  master.answer = () => http.serviceUnavailable('Master has not finished recovery');
  master.streams[0]?.close();
  await sim.advance(600_000);
  expect(master.calls.length).toBeGreaterThan(10);
  expect(master.calls.length).toBeLessThan(60);
});

test('attempts keep within a tenth of the failover timeout', async () => {
  const { sim, master } = await start(20);
  master.answer = () => http.serviceUnavailable('Master has not finished recovery');
  master.streams[0]?.close();
  await sim.advance(100_000);
  expect(master.calls.length).toBeGreaterThan(60);
});

test('a redirect leads to the leader at once', async () => {
  const { sim, master } = await start();
  const follower = new ScriptedMaster();
  const leader = String(master.pid.address);
  follower.answer = () => http.temporaryRedirect(`//${leader}/api/v1/scheduler`);
  const node = sim.node('follower', { delegate: 'master' });
  node.spawn(follower);
  sim.node('other').spawn(new Recorder({ master: String(node.address), framework: { name: 'other', user: 'root' } }));
  await sim.advance(100);
  expect(master.calls.map(({ subscribe }) => subscribe?.framework_info.name)).toEqual(['test', 'other']);
});

test('masters that redirect in a circle are asked again later', async () => {
  const { sim, master } = await start();
  master.answer = () => http.temporaryRedirect(`//${master.pid.address}/api/v1/scheduler`);
  master.streams[0]?.close();
  await sim.advance(2_100);
  expect(master.calls.length).toBeLessThan(15);
});

test('a refused subscription is final', async () => {
  const { sim, master, recorder, scheduler } = await start();
  master.answer = () => http.badRequest('Failed to validate scheduler::Call: no');
  master.streams[0]?.close();
  await sim.advance(2_100);
  expect(recorder.heard.at(-1)).toBe(
    'error: 10.0.0.1:5050 did not subscribe the framework: Failed to validate scheduler::Call: no',
  );
  expect(scheduler.pid.process).toBeNull();
});

test('an ERROR event is final', async () => {
  const { sim, master, recorder, scheduler } = await subscribed();
  master.tell({ type: 'ERROR', error: { message: 'Framework has been removed' } });
  await sim.advance(100);
  expect(recorder.heard.at(-1)).toBe('error: Framework has been removed');
  expect(scheduler.pid.process).toBeNull();
});

test('a call without a subscription fails', async () => {
  const { sim, scheduler } = await start();
  const asked = scheduler.reconcileAll();
  await sim.advance(10);
  expect(asked.error).toMatchObject({ code: 'NOT_SUBSCRIBED' });
});

test('a refused call fails with the sentence of the master', async () => {
  const { sim, master, scheduler } = await subscribed();
  master.answer = () => http.forbidden('Framework is not subscribed');
  const asked = scheduler.reconcileAll();
  await sim.advance(10);
  expect(asked.error).toMatchObject({ code: 'REFUSED', message: 'RECONCILE was refused: Framework is not subscribed' });
});

test('a torn down scheduler ends, and closes its stream', async () => {
  const { sim, master, scheduler } = await subscribed();
  scheduler.finish();
  await sim.advance(100);
  expect(master.calls.at(-1)).toMatchObject({ type: 'TEARDOWN' });
  expect(scheduler.pid.process).toBeNull();
  expect(master.streams[0]?.write('x')).toBe(false);
});

test('a stream that the master closes for a teardown is not missed', async () => {
  const { sim, master, recorder, scheduler } = await subscribed();
  master.answer = () => {
    master.streams[0]?.close();
    return http.accepted();
  };
  const finished = scheduler.finish();
  await sim.advance(10_000);
  expect(recorder.heard).toEqual(['subscribed F1']);
  expect(master.calls.map(({ type }) => type)).toEqual(['SUBSCRIBE', 'TEARDOWN']);
  expect(finished.state).not.toBe('pending');
});

test.each(['', 'host:', 'a b', 'zk://h:2181/mesos', 'host:123456'])('%j is no master', master => {
  expect(() => new Recorder({ master, framework: { name: 'test' } })).toThrow(
    expect.objectContaining({ code: 'BAD_MASTER' }),
  );
});
