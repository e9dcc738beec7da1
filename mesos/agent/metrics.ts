/**
 * The agent's metrics, under Mesos' names. Counters begin at 0 and are there from the start; gauges look at the agent
 * when they are asked.
 *
 * Source: Mesos src/slave/metrics.cpp.
 */
import type { Clock, Metrics } from '../../libprocess/index.ts';
import { Resources } from '../common/resources.ts';
import type { TaskState } from '../protocol/index.ts';
import type { Books } from './context.ts';
import type { Executor, ExecutorState } from './executor.ts';

const COUNTERS = [
  'recovery_errors',
  'executors_terminated',
  'executors_preempted',
  'valid_status_updates',
  'invalid_status_updates',
  'valid_framework_messages',
  'invalid_framework_messages',
  'container_launch_errors',
  'tasks_finished',
  'tasks_failed',
  'tasks_killed',
  'tasks_lost',
  'tasks_gone',
] as const;

const LIVE_STATES: Readonly<Record<string, TaskState>> = {
  tasks_staging: 'TASK_STAGING',
  tasks_starting: 'TASK_STARTING',
  tasks_running: 'TASK_RUNNING',
  tasks_killing: 'TASK_KILLING',
};

const EXECUTOR_STATES: readonly ExecutorState[] = ['registering', 'running', 'terminating'];
const RESOURCES = ['cpus', 'gpus', 'mem', 'disk'];

export function addMetrics(metrics: Metrics, clock: Clock, books: Books): void {
  for (const name of COUNTERS) metrics.count(`slave/${name}`, 0);
  const executors = (): Executor[] => [...books.frameworks.values()].flatMap(each => [...each.executors.values()]);
  metrics.pullGauge('slave/uptime_secs', () => clock.wall / 1_000 - books.startedAt);
  metrics.pullGauge('slave/registered', () => (books.phase === 'running' ? 1 : 0));
  metrics.pullGauge('slave/frameworks_active', () => books.frameworks.size);
  for (const [name, state] of Object.entries(LIVE_STATES)) {
    metrics.pullGauge(`slave/${name}`, () => executors().reduce((sum, each) => sum + tasksIn(each, state), 0));
  }
  for (const state of EXECUTOR_STATES) {
    metrics.pullGauge(`slave/executors_${state}`, () => executors().filter(each => each.state === state).length);
  }
  for (const name of RESOURCES) addResource(metrics, books, name);
}

/** What happened to a task in the end. */
export function countEnd(metrics: { count(name: string): void }, state: TaskState): void {
  const name = `tasks_${state.slice('TASK_'.length).toLowerCase()}`;
  if ((COUNTERS as readonly string[]).includes(name)) metrics.count(`slave/${name}`);
}

function tasksIn({ launched, queued }: Executor, state: TaskState): number {
  const waiting = state === 'TASK_STAGING' ? queued.size : 0;
  return waiting + [...launched.values()].filter(task => task.state === state).length;
}

function addResource(metrics: Metrics, books: Books, name: string): void {
  const share = (used: number, total: number): number => (total === 0 ? 0 : used / total);
  const total = (): number => books.resources.nonRevocable.scalar(name);
  const used = (): number => usedResources(books).nonRevocable.scalar(name);
  const revocable = (): number => usedResources(books).revocable.scalar(name);
  metrics.pullGauge(`slave/${name}_total`, total);
  metrics.pullGauge(`slave/${name}_used`, used);
  metrics.pullGauge(`slave/${name}_percent`, () => share(used(), total()));
  metrics.pullGauge(`slave/${name}_revocable_total`, () => 0);
  metrics.pullGauge(`slave/${name}_revocable_used`, revocable);
  metrics.pullGauge(`slave/${name}_revocable_percent`, () => 0);
}

/** What executors and their tasks hold now. */
export function usedResources(books: Books): Resources {
  const executors = [...books.frameworks.values()].flatMap(framework => [...framework.executors.values()]);
  return Resources.sum(executors.map(executorResources));
}

/** What an executor holds with its tasks that are not over. */
export function executorResources({ info, state, launched, queued }: Executor): Resources {
  if (state === 'terminated') return Resources.EMPTY;
  const tasks = [...launched.values(), ...queued.values()];
  return Resources.sum(
    [info.resources ?? [], ...tasks.map(task => task.resources ?? [])].map(each => Resources.from(each)),
  );
}
