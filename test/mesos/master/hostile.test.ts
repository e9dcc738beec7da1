/** Nothing that is said to a master kills it: bodies of every shape, fitted so far that they get past the first checks. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MessageType, toJson } from '../../../libprocess/index.ts';
import {
  RegisterSlaveMessage,
  ReregisterSlaveMessage,
  UnregisterSlaveMessage,
  UpdateSlaveMessage,
} from '../../../mesos/protocol/agent-registration.ts';
import { FrameworkInfo } from '../../../mesos/protocol/frameworks.ts';
import { Call as OperatorCall } from '../../../mesos/protocol/master-api.ts';
import { Call } from '../../../mesos/protocol/scheduler-api.ts';
import { StatusUpdateMessage } from '../../../mesos/protocol/status-updates.ts';
import { TaskInfo } from '../../../mesos/protocol/tasks.ts';
import { bodyOf } from '../../libprocess/codec/arbitrary.ts';
import {
  ExecutorToFrameworkMessage,
  ExitedExecutorMessage,
  running,
  type TestAgent,
  TestScheduler,
  task,
} from './scene.ts';

const RUNS = 30;
const LASTING = { failover_timeout: 60 };

interface Known {
  readonly agent: TestAgent;
  readonly scheduler: TestScheduler;
}

/** `adapt` puts names into a body that the master knows. */
function hostile<B>(type: MessageType<B>, adapt: (body: B, known: Known) => B): void {
  test(`${type.name} of any shape`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bodyOf(type.body), { minLength: 1, maxLength: 3 }), async bodies => {
        const all = await running(LASTING);
        all.scheduler.accept([task('t1', all.agent)]);
        await all.sim.advance(10);
        for (const body of bodies) {
          all.agent.say(type, body);
          all.agent.say(type, adapt(body, all));
        }
        await all.sim.advance(1_000);
        await healthy(all.get);
      }),
      { numRuns: RUNS },
    );
  });
}

hostile(RegisterSlaveMessage, body => ({ ...body, version: '1.12.0', checkpointed_resources: [] }));
hostile(ReregisterSlaveMessage, (body, { agent }) => {
  const agent_id = { value: agent.id };
  return {
    ...body,
    version: '1.12.0',
    agent: { ...body.agent, id: agent_id, resources: [], hostname: 'host1' },
    checkpointed_resources: [],
    tasks: (body.tasks ?? []).map(each => ({ ...each, agent_id, framework_id: { value: 'other' } })),
    frameworks: (body.frameworks ?? []).map(each => ({ ...each, id: { value: 'other' } })),
    executor_infos: (body.executor_infos ?? []).map(each => ({ ...each, framework_id: { value: 'other' } })),
  };
});
hostile(UnregisterSlaveMessage, (_body, { agent }) => ({ agent_id: { value: agent.id } }));
hostile(UpdateSlaveMessage, (body, { agent }) => ({ ...body, agent_id: { value: agent.id } }));
hostile(StatusUpdateMessage, ({ update, ...body }, { agent, scheduler }) => ({
  ...body,
  update: {
    ...update,
    agent_id: { value: agent.id },
    framework_id: { value: scheduler.id },
    status: { ...update.status, task_id: { value: 't1' } },
  },
}));
hostile(ExitedExecutorMessage, (body, { agent }) => ({ ...body, agent_id: { value: agent.id } }));
hostile(ExecutorToFrameworkMessage, (body, { agent, scheduler }) => ({
  ...body,
  agent_id: { value: agent.id },
  framework_id: { value: scheduler.id },
}));

test('frameworks of any shape', async () => {
  await fc.assert(
    fc.asyncProperty(bodyOf(FrameworkInfo), async body => {
      const { sim, scheduler, runtime, get } = await running(LASTING);
      const { id: _id, ...info } = toJson(FrameworkInfo, body);
      new TestScheduler(runtime).subscribe(info);
      scheduler.call({ type: 'UPDATE_FRAMEWORK', update_framework: { framework_info: info } });
      await sim.advance(1_000);
      await healthy(get);
    }),
    { numRuns: RUNS },
  );
});

test('tasks of any shape', async () => {
  await fc.assert(
    fc.asyncProperty(bodyOf(TaskInfo), async body => {
      const { sim, agent, scheduler, get } = await running(LASTING);
      const fitted = toJson(TaskInfo, { ...body, agent_id: { value: agent.id }, task_id: { value: 't1' } });
      const { resources } = task('t2', agent);
      scheduler.accept([toJson(TaskInfo, body), fitted, { ...fitted, task_id: { value: 't3' }, resources }]);
      await sim.advance(1_000);
      await healthy(get);
    }),
    { numRuns: RUNS },
  );
});

test('scheduler calls of any shape', async () => {
  await fc.assert(
    fc.asyncProperty(bodyOf(Call), async body => {
      const { sim, scheduler, get } = await running(LASTING);
      scheduler.call({ ...toJson(Call, body), framework_id: { value: scheduler.id } });
      await sim.advance(1_000);
      await healthy(get);
    }),
    { numRuns: RUNS },
  );
});

test('operator calls of any shape', async () => {
  await fc.assert(
    fc.asyncProperty(bodyOf(OperatorCall), async body => {
      const { sim, get, request } = await running(LASTING);
      const text = JSON.stringify(toJson(OperatorCall, body));
      await request('POST', '/api/v1', text, { 'content-type': 'application/json' });
      await sim.advance(1_000);
      await healthy(get);
    }),
    { numRuns: RUNS },
  );
});

/** Whatever kills an actor throws out of `advance`; this asks the master itself. */
async function healthy(get: (path: string) => Promise<unknown>): Promise<void> {
  for (const path of ['/state', '/state-summary', '/slaves', '/roles', '/tasks']) expect(await get(path)).toBeDefined();
}
