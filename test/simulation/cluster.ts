/**
 * A whole cluster in a bad world: tasks run on three agents, the network breaks, and machines crash. What must be true:
 *
 *   - a task that ended has ended: it never ends in another way
 *   - once everything works again, the scheduler hears how every task ended
 *
 *   npm run simulate -- cluster --seeds=1000
 */
import { Nemesis, withFlow } from '../../libprocess/testing.ts';
import type { TaskStatus } from '../../mesos/index.ts';
import { Cluster, type TestFramework } from '../cluster/cluster.ts';

const TASKS = ['t1', 't2', 't3', 't4', 't5', 't6'];
/** When a link that is pinged every 30 seconds is given up. */
const SILENCE_MS = 90_000;
const CALM_MS = 60_000;
const TROUBLED_MS = 3 * 60_000;
const HEALED_MS = 60 * 60_000;
/** How a task ends for good; one that is lost may come back with its agent. */
const ENDS: readonly TaskStatus['state'][] = ['TASK_FINISHED', 'TASK_FAILED', 'TASK_KILLED'];

/** Lives through one seed. @throws Error that tells seed and flow when something is not as it must be. */
export async function playCluster(seed: number, replay?: string): Promise<{ readonly digest: string }> {
  const network = { delayMs: [1, 200], partitions: 'delay', silenceMs: SILENCE_MS } as const;
  const cluster = new Cluster({ seed, replay, agents: 3, network });
  const { sim } = cluster;
  try {
    const framework = cluster.framework();
    sim.always('a task ends once', () => TASKS.every(task => endsOf(framework, task).size <= 1));
    TASKS.forEach((task, n) => {
      framework.run(task, `sleep ${n * 30}`);
    });
    // A launch that is lost with the master is nobody's task: a scheduler would have to ask.
    await sim.until(() => TASKS.every(task => framework.states(task).length > 0), CALM_MS);
    await trouble(cluster);
    const ended = (task: string): boolean => endsOf(framework, task).size > 0 || isLost(framework, task);
    await sim.until(() => TASKS.every(ended), HEALED_MS);
    return { digest: sim.digest };
  } catch (error) {
    throw withFlow(error, sim);
  } finally {
    sim.end();
  }
}

async function trouble({ sim }: Cluster): Promise<void> {
  const nodes = ['master', 'agent1', 'agent2', 'agent3'];
  const nemesis = new Nemesis(sim, { nodes, everyMs: [1_000, 30_000], lastsMs: [100, 60_000] });
  await sim.advance(TROUBLED_MS);
  nemesis.end();
}

function endsOf(framework: TestFramework, task: string): Set<TaskStatus['state']> {
  return new Set(framework.states(task).filter(state => ENDS.includes(state)));
}

function isLost(framework: TestFramework, task: string): boolean {
  return framework.states(task).at(-1) === 'TASK_LOST';
}
