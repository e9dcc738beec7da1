/** The agent's answers have the shapes of Apache Mesos'. */
import { describe, expect, test } from 'vitest';
import { capture, noCaptures, shape } from '../captures.ts';
import { shapeDifferences } from '../shape.ts';
import { AgentScene, FRAMEWORK } from './scene.ts';

const OPTIONS = {
  maps: ['flags', 'attributes', 'reserved_resources', 'reserved_resources_full', 'reserved_resources_allocated'],
  /** What that agent had and this one has not, or the other way round. */
  free: [
    'git_sha',
    'log_dir',
    'reserved_resources_full',
    'unreserved_resources_allocated',
    'frameworks[].executors[].type',
    'frameworks[].executors[].resources.ports',
    'frameworks[].executors[].tasks[].resources.ports',
  ],
};

const RICH = {
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
  resources: [
    { name: 'cpus', type: 'SCALAR' as const, scalar: { value: 0.1 }, allocation_info: { role: 'ops' } },
    { name: 'mem', type: 'SCALAR' as const, scalar: { value: 32 }, allocation_info: { role: 'ops' } },
  ],
};

async function rich(): Promise<AgentScene> {
  const all = await new AgentScene(['--attributes=rack:r1;zone:[1-3,5-6];gen:2.5']).registered();
  const framework = { ...FRAMEWORK, hostname: '127.0.0.1', failover_timeout: 30, roles: ['dev', 'ops'] };
  all.run('cmd-sleep', 'echo started; sleep 1000', RICH, framework);
  all.run('cmd-ok', 'true', { resources: RICH.resources }, framework);
  await all.reaches('cmd-ok', 'TASK_FINISHED');
  await all.reaches('cmd-sleep', 'TASK_RUNNING');
  await all.sim.advance(3_000);
  return all;
}

describe('shapes of Apache Mesos', () => {
  test('of /state when idle', async () => {
    const all = await new AgentScene(['--attributes=rack:r1']).registered();
    const ours = JSON.parse((await all.get('/state')).text);
    expect(shapeDifferences(ours, shape('idle_slave_state.json'), OPTIONS)).toEqual([]);
  });

  test('of /state with a running and an ended task', async () => {
    const ours = JSON.parse((await (await rich()).get('/state')).text);
    const theirs = shape('running_slave_state.json');
    const differences = shapeDifferences(ours, theirs, OPTIONS);
    // Health checks are not performed yet, so no status says healthy.
    expect(differences.filter(each => !each.endsWith('statuses[].healthy is missing'))).toEqual([]);
  });

  test.skipIf(noCaptures !== null)(
    'of /flags: nothing that Mesos has no flag for, but for our own advice',
    async () => {
      const all = await new AgentScene().registered();
      const ours = JSON.parse((await all.get('/flags')).text).flags as Record<string, string>;
      const theirs = (capture('idle_slave_flags.json') as { flags: Record<string, string> }).flags;
      const common = Object.keys(ours).filter(name => name in theirs);
      const differing = common.filter(name => ours[name] !== theirs[name]);
      const OWN = ['attributes', 'hostname', 'master', 'port', 'resources', 'work_dir'];
      expect(differing.filter(name => !OWN.includes(name))).toEqual([]);
    },
  );

  test('of /containers, statistics aside', async () => {
    const ours = JSON.parse((await (await rich()).get('/containers')).text);
    const free = [
      '[].statistics.cpus_system_time_secs',
      '[].statistics.cpus_user_time_secs',
      '[].statistics.mem_rss_bytes',
    ];
    expect(shapeDifferences(ours, shape('running_slave_containers.json'), { free })).toEqual([]);
  });

  test('of /files/browse, owners and all', async () => {
    const all = await rich();
    const ours = JSON.parse((await all.get('/files/browse?path=/frameworks/F/executors/cmd-sleep/runs/latest')).text);
    const theirs = shape('running_files_browse_sandbox_cmd-sleep.json');
    expect(shapeDifferences(ours, theirs)).toEqual([]);
    expect(ours.map(({ path }: { path: string }) => path.replace(/.*\//, ''))).toEqual(['stderr', 'stdout']);
  });
});
