/**
 * A master and an agent as OS processes, and a framework in this one: how soon they are up, how small they are, how
 * fast tasks run. Beside them, the least a task can cost: starting `sh -c true` from Node.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Runtime, TcpNetwork } from '../../libprocess/index.ts';
import { parseResources } from '../../mesos/index.ts';
import { Daemon, freePort } from './daemon.ts';
import { LoadFramework, type Times } from './load-framework.ts';
import { type Case, type Effort, type Figure, measure, median, percentile, QUICK, rate } from './measure.ts';

const GROUP = 'a master and an agent, OS processes';
const SETTLE_MS = 2_000;
const TINY = parseResources('cpus:0.01;mem:1');

export async function clusterFigures({ full }: Effort, tell: (line: string) => void): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mesos-bench-'));
  const starts: { readonly master: number; readonly agent: number; readonly registered: number }[] = [];
  const figures: Figure[] = [];
  const add = async (name: string, unit: Case['unit'], value: number, target: number): Promise<void> => {
    figures.push(await single(name, unit, value, target));
  };
  for (let start = 0; start < (full ? 5 : 3); start++) {
    tell(`start ${start + 1}`);
    const cluster = await Cluster.start(join(folder, `start-${start}`));
    starts.push(cluster.startMs);
    await cluster.stop();
  }
  await add('master: exec to first /health', 'ms', median(starts.map(({ master }) => master)), 350);
  await add('agent: exec to first /health', 'ms', median(starts.map(({ agent }) => agent)), 350);
  await add('agent registered, after the start of both', 'ms', median(starts.map(({ registered }) => registered)), 700);

  const cluster = await Cluster.start(join(folder, 'load'));
  try {
    tell('idle memory');
    await new Promise(done => setTimeout(done, SETTLE_MS));
    await add('idle memory (RSS), master', 'MB', await cluster.master.rssMb(), 90);
    await add('idle memory (RSS), agent', 'MB', await cluster.agent.rssMb(), 80);
    const count = full ? 200 : 40;
    tell(`${count} tasks, one after another`);
    const { result: times, seconds } = await run(cluster, count, 1);
    await add(
      'ACCEPT to TASK_RUNNING, p50',
      'ms',
      percentile(
        times.map(({ running }) => running),
        0.5,
      ),
      30,
    );
    await add(
      'ACCEPT to TASK_RUNNING, p95',
      'ms',
      percentile(
        times.map(({ running }) => running),
        0.95,
      ),
      60,
    );
    await add(
      'ACCEPT to TASK_FINISHED, p50',
      'ms',
      percentile(
        times.map(({ finished }) => finished),
        0.5,
      ),
      45,
    );
    await add(
      'ACCEPT to TASK_FINISHED, p95',
      'ms',
      percentile(
        times.map(({ finished }) => finished),
        0.95,
      ),
      80,
    );
    await add('tasks, one after another', '/s', count / seconds, 25);
    tell('200 tasks, 40 in flight');
    await add('200 tasks, 40 in flight', '/s', 200 / (await run(cluster, 200, 40)).seconds, 100);
    tell('1,000 tiny tasks at once');
    figures.push(await measure(tinyTasks(cluster, 1_000), QUICK));
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return figures;
}

function single(name: string, unit: Case['unit'], value: number, target: number): Promise<Figure> {
  return measure({ group: GROUP, name, unit, ours: async () => value, target: { value: target }, runs: 1 }, QUICK);
}

function tinyTasks(cluster: Cluster, count: number): Case {
  return {
    group: GROUP,
    name: `${count.toLocaleString('en')} tiny tasks, launched to TASK_FINISHED`,
    unit: '/s',
    ours: async () => count / (await run(cluster, count, count)).seconds,
    limit: { name: 'sh -c true from Node, 40 at once', run: () => rate(count, () => shells(count, 40)) },
    target: { value: 100 },
    runs: 1,
  };
}

async function shells(count: number, atOnce: number): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await once(spawn('/bin/sh', ['-c', 'true'], { stdio: 'ignore' }), 'exit');
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function run(
  { master }: Cluster,
  count: number,
  inFlight: number,
): Promise<{ result: Times[]; seconds: number }> {
  const runtime = Runtime.local({ network: new TcpNetwork() });
  const framework = new LoadFramework(master.authority, { count, inFlight, command: 'true', resources: TINY });
  const { pid } = runtime.spawn(framework);
  const result = await framework.done;
  await runtime.wait(pid);
  await runtime.stop();
  return { result, seconds: framework.elapsedMs / 1_000 };
}

class Cluster {
  private constructor(
    readonly master: Daemon,
    readonly agent: Daemon,
    readonly startMs: { readonly master: number; readonly agent: number; readonly registered: number },
  ) {}

  static async start(folder: string): Promise<Cluster> {
    const started = performance.now();
    const master = new Daemon('master', await freePort(), [
      '--allocation_interval=10ms',
      `--work_dir=${folder}/master`,
    ]);
    const masterMs = await master.start(folder);
    const agent = new Daemon('agent', await freePort(), [
      `--master=${master.authority}`,
      `--work_dir=${folder}/agent`,
      '--resources=cpus:64;mem:65536;disk:1024;ports:[31000-32000]',
    ]);
    const agentMs = await agent.start(folder);
    while (!(await isRegistered(master))) await new Promise(setImmediate);
    return new Cluster(master, agent, { master: masterMs, agent: agentMs, registered: performance.now() - started });
  }

  async stop(): Promise<void> {
    await this.agent.stop();
    await this.master.stop();
  }
}

async function isRegistered(master: Daemon): Promise<boolean> {
  const response = await fetch(`http://${master.authority}/master/state`);
  const { activated_slaves: agents } = (await response.json()) as { readonly activated_slaves: number };
  return agents > 0;
}
