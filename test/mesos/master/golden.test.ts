/** The master's answers have the shapes of Apache Mesos'. */
import { describe, expect, test } from 'vitest';
import { eventShapes, shape } from '../captures.ts';
import { shapeDifferences } from '../shape.ts';
import { running, type Scene, scene, type TestAgent, type TestScheduler, task, UUID_1_TEXT } from './scene.ts';

const MAPS = [
  'flags',
  'slaves[].attributes',
  'slaves[].reserved_resources',
  'slaves[].reserved_resources_full',
  'frameworks[].offers[].resources',
  'roles[].quota.consumed',
  ...['resources', 'allocated', 'offered', 'reserved'].map(name => `roles[].${name}`),
];
/** What that cluster had and this one has not, or the other way round. */
const FREE = [
  'git_sha',
  'domain',
  'leader_info.domain',
  'cluster',
  'log_dir',
  'slaves[].domain',
  'slaves[].resources.ports',
  'slaves[].used_resources.ports',
  'slaves[].offered_resources.ports',
  'slaves[].unreserved_resources.ports',
];

const RICH = {
  roles: ['dev', 'ops'],
  capabilities: ['MULTI_ROLE', 'RESERVATION_REFINEMENT', 'PARTITION_AWARE', 'REGION_AWARE'].map(type => ({ type })),
  checkpoint: true,
  failover_timeout: 30,
  hostname: '127.0.0.1',
  webui_url: 'http://127.0.0.1:9999/',
  labels: { labels: [{ key: 'team', value: 'infra' }] },
};

/** The cluster of the captures `running_*`, as far as it can be had here. */
async function rich(): Promise<Omit<Scene, 'agent' | 'scheduler'> & { agent: TestAgent; scheduler: TestScheduler }> {
  const all = await running(RICH);
  const { sim, agent, scheduler } = all;
  const service = {
    labels: { labels: [{ key: 'k1', value: 'v1' }, { key: 'k2' }] },
    discovery: {
      visibility: 'CLUSTER' as const,
      name: 'svc',
      environment: 'prod',
      ports: { ports: [{ number: 31000, name: 'http', protocol: 'tcp' }] },
    },
    health_check: {
      type: 'COMMAND' as const,
      command: { value: 'true', shell: true },
      delay_seconds: 0,
      interval_seconds: 2,
      grace_period_seconds: 5,
    },
  };
  scheduler.accept([task('cmd-sleep', agent, service), task('cmd-ok', agent)]);
  await sim.advance(10);
  agent.update(scheduler.id, 'cmd-sleep', 'TASK_RUNNING');
  agent.update(scheduler.id, 'cmd-ok', 'TASK_FINISHED');
  await sim.advance(10);
  const acknowledge = { agent_id: { value: agent.id }, task_id: { value: 'cmd-ok' }, uuid: UUID_1_TEXT };
  scheduler.call({ type: 'ACKNOWLEDGE', acknowledge });
  await sim.advance(10);
  return all;
}

describe('shapes of Apache Mesos', () => {
  test.each(['/state', '/slaves', '/frameworks', '/state-summary', '/tasks', '/flags', '/quota', '/weights'])(
    'of %s when idle',
    async path => {
      const { sim, agent, get } = await idle();
      agent.register();
      await sim.advance(100);
      const name = `idle_master_${path.slice(1)}.json`;
      expect(shapeDifferences(await get(path), shape(name), { maps: MAPS, free: FREE })).toEqual([]);
    },
  );

  test.each(['/state', '/slaves', '/frameworks', '/state-summary', '/roles', '/tasks'])(
    'of %s when tasks run',
    async path => {
      const { get } = await rich();
      const name = `running_master_${path.slice(1)}.json`;
      const free = [
        ...FREE,
        'frameworks[].executors', // Command tasks have none of their own.
        'frameworks[].used_resources.ports',
        'frameworks[].resources.ports',
        'frameworks[].completed_frameworks',
        'tasks[].resources.ports',
        'frameworks[].tasks[].resources.ports',
        'tasks[].statuses[].healthy',
        'frameworks[].tasks[].statuses[].healthy',
      ];
      expect(shapeDifferences(await get(path), shape(name), { maps: MAPS, free })).toEqual([]);
    },
  );

  test.each([
    'GET_AGENTS',
    'GET_FRAMEWORKS',
    'GET_EXECUTORS',
    'GET_TASKS',
    'GET_ROLES',
    'GET_MASTER',
    'GET_VERSION',
    'GET_HEALTH',
    'GET_QUOTA',
    'GET_WEIGHTS',
    'GET_FLAGS',
    'GET_OPERATIONS',
    'GET_MAINTENANCE_STATUS',
    'GET_LOGGING_LEVEL',
    'GET_MAINTENANCE_SCHEDULE',
    'GET_STATE',
  ])('of the operator call %s', async type => {
    const { request } = await rich();
    const answer = await request('POST', '/api/v1', JSON.stringify({ type }), { 'content-type': 'application/json' });
    expect(answer.status).toBe(200);
    const ours = JSON.parse(Buffer.from(answer.body as Uint8Array).toString());
    const free = [
      'get_executors.executors', // Command tasks have none of their own.
      'get_state.get_executors.executors',
      'get_agents.agents[].agent_info.domain',
      'get_agents.agents[].agent_info.attributes',
      'get_agents.agents[].allocated_resources',
      'get_agents.agents[].offered_resources',
      'get_frameworks.frameworks[].offered_resources',
      'get_master.master_info.domain',
      'get_version.version_info.git_sha',
      'get_state.get_agents.agents[].agent_info.domain',
      'get_state.get_agents.agents[].agent_info.attributes',
      'get_state.get_agents.agents[].allocated_resources',
      'get_tasks.tasks[].kill_policy',
      'get_state.get_tasks.tasks[].kill_policy',
    ];
    expect(shapeDifferences(ours, shape(`running_v1_master_${type}.json`), { free })).toEqual([]);
  });

  test('of the events of a scheduler', async () => {
    const { scheduler } = await rich();
    const theirs = eventShapes('v1_scheduler_rich_stream.recordio');
    const free = [
      '[].subscribed.master_info.domain',
      '[].offers.offers[].attributes',
      '[].offers.offers[].domain',
      '[].offers.offers[].executor_ids',
      '[].update.status.message',
      '[].update.status.check_status',
      '[].update.status.reason',
    ];
    for (const event of scheduler.events) {
      const same = theirs[event.type ?? ''] ?? [];
      expect(same).not.toEqual([]);
      expect(shapeDifferences([event], same, { free })).toEqual([]);
    }
  });

  test('of the metrics of an idle master', async () => {
    const { sim, runtime } = await idle();
    const snapshot = runtime.metrics.snapshot();
    await sim.settle();
    const theirs = Object.keys(shape('idle_master_metrics_snapshot.json') as object);
    const names = (all: readonly string[]): string[] => all.filter(name => name.startsWith('master/')).sort();
    expect(names(Object.keys(snapshot.value))).toEqual(expect.arrayContaining(names(theirs)));
  });
});

async function idle(): Promise<Omit<Scene, 'agent'> & { agent: TestAgent }> {
  const all = await scene();
  return { ...all, agent: all.agent() };
}
