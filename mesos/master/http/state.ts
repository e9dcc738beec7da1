/**
 * /state, /state-summary, /slaves, /frameworks and /tasks, as plain objects. Keys that are undefined are not shown.
 *
 * Source: Mesos src/master/http.cpp (Master::ReadOnlyHandler::state, stateSummary, slaves, frameworks, tasks).
 */
import type { Request } from '../../../libprocess/index.ts';
import { http } from '../../../libprocess/index.ts';
import { type Json, taskJson } from '../../http/task-json.ts';
import type { Task, TaskState } from '../../protocol/tasks.ts';
import type { Agent } from '../agent.ts';
import type { MasterContext } from '../context.ts';
import type { Framework } from '../framework.ts';
import { agentJson, domainJson, fullAgentJson, recoveredAgentJson } from './agent-json.ts';
import { frameworkJson, frameworkSummaryJson } from './framework-json.ts';

export interface Times {
  /** Seconds since the epoch. */
  readonly started: number;
  readonly elected: number | null;
}

export function stateJson(master: MasterContext, times: Times): Json {
  const { cluster, flags, info } = master;
  const agents = [...cluster.agents.values()];
  return {
    ...buildJson(master),
    start_time: times.started,
    ...(times.elected === null ? {} : { elected_time: times.elected }),
    id: info.id,
    pid: info.pid,
    hostname: info.hostname,
    capabilities: (info.capabilities ?? []).map(each => each.type),
    activated_slaves: agents.filter(agent => agent.active).length,
    deactivated_slaves: agents.filter(agent => !agent.active).length,
    unreachable_slaves: cluster.unreachableAgents.size,
    domain: domainJson(info.domain),
    leader: info.pid,
    leader_info: {
      id: info.id,
      pid: info.pid,
      port: info.port,
      hostname: info.hostname,
      domain: domainJson(info.domain),
    },
    cluster: flags.cluster,
    log_dir: flags.log_dir,
    external_log_file: flags.external_log_file,
    flags: flags.shown,
    slaves: agents.map(agentJson),
    recovered_slaves: [...cluster.recoveredAgents.values()].map(recoveredAgentJson),
    frameworks: [...cluster.frameworks.values()].map(frameworkJson),
    completed_frameworks: [...cluster.completedFrameworks.values()].map(frameworkJson),
    orphan_tasks: [],
    unregistered_frameworks: [],
  };
}

function buildJson({ build }: MasterContext): Json {
  const { version, git_sha, git_branch, git_tag, build_date, build_time, build_user } = build;
  return { version, git_sha, git_branch, git_tag, build_date, build_time, build_user };
}

/** `slave_id` in the query asks for one. */
export function agentsJson({ cluster }: MasterContext, request: Request): Json {
  const id = http.queryOf(request).get('slave_id');
  const wanted = (each: string): boolean => id === null || each === id;
  return {
    slaves: [...cluster.agents.values()].filter(agent => wanted(agent.id)).map(fullAgentJson),
    recovered_slaves: [...cluster.recoveredAgents]
      .filter(([agentId]) => wanted(agentId))
      .map(([, info]) => recoveredAgentJson(info)),
  };
}

/** `framework_id` in the query asks for one. */
export function frameworksJson({ cluster }: MasterContext, request: Request): Json {
  const id = http.queryOf(request).get('framework_id');
  const shown = (frameworks: Iterable<Framework>): Json[] =>
    [...frameworks].filter(framework => id === null || framework.id === id).map(frameworkJson);
  return {
    frameworks: shown(cluster.frameworks.values()),
    completed_frameworks: shown(cluster.completedFrameworks.values()),
    unregistered_frameworks: [],
  };
}

/** How many tasks /tasks shows where the query does not say. */
const TASKS_LIMIT = 100;

/** The newest first, or with `order=asc` the oldest. */
export function tasksJson({ cluster }: MasterContext, request: Request): Json {
  const query = http.queryOf(request);
  const limit = whole(query.get('limit')) ?? TASKS_LIMIT;
  const offset = whole(query.get('offset')) ?? 0;
  const direction = query.get('order') === 'asc' ? 1 : -1;
  const wanted = (task: Task): boolean =>
    matches(query.get('framework_id'), task.framework_id.value) && matches(query.get('task_id'), task.task_id.value);
  const frameworks = [...cluster.frameworks.values(), ...cluster.completedFrameworks.values()];
  const tasks = frameworks.flatMap(tasksOf).filter(wanted);
  tasks.sort((a, b) => direction * (firstTime(a) - firstTime(b)));
  return { tasks: tasks.slice(offset, offset + limit).map(taskJson) };
}

function whole(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

function matches(wanted: string | null, value: string): boolean {
  return wanted === null || wanted === value;
}

function firstTime(task: Task): number {
  return task.statuses?.[0]?.timestamp ?? 0;
}

/** All that a framework has, active, unreachable and completed. */
export function tasksOf(framework: Framework): Task[] {
  const active = [...framework.tasks.values()].map(record => record.task);
  return [...active, ...framework.unreachableTasks.values(), ...framework.completedTasks];
}

const COUNTED = [
  'TASK_STAGING',
  'TASK_STARTING',
  'TASK_RUNNING',
  'TASK_KILLING',
  'TASK_FINISHED',
  'TASK_KILLED',
  'TASK_FAILED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_UNREACHABLE',
] as const satisfies readonly TaskState[];

export function stateSummaryJson({ cluster, flags, info }: MasterContext): Json {
  const frameworks = [...cluster.frameworks.values()];
  const tasks = frameworks.flatMap(tasksOf);
  const byAgent = groupBy(tasks, task => task.agent_id.value);
  return {
    hostname: info.hostname,
    cluster: flags.cluster,
    slaves: [...cluster.agents.values()].map(agent => agentSummary(agent, byAgent.get(agent.id) ?? [])),
    frameworks: frameworks.map(frameworkSummary),
  };
}

function agentSummary(agent: Agent, tasks: readonly Task[]): Json {
  const frameworkIds = new Set(tasks.map(task => task.framework_id.value));
  return { ...agentJson(agent), ...countStates(tasks), framework_ids: [...frameworkIds] };
}

function frameworkSummary(framework: Framework): Json {
  const tasks = tasksOf(framework);
  const agentIds = new Set(tasks.map(task => task.agent_id.value));
  return { ...frameworkSummaryJson(framework), ...countStates(tasks), slave_ids: [...agentIds] };
}

function countStates(tasks: readonly Task[]): Json {
  return Object.fromEntries(COUNTED.map(state => [state, tasks.filter(task => task.state === state).length]));
}

function groupBy<T>(all: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const group = groups.get(keyOf(each));
    if (group === undefined) groups.set(keyOf(each), [each]);
    else group.push(each);
  }
  return groups;
}
