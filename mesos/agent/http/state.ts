/**
 * `/state`, as a plain object. Keys that are undefined are not shown.
 *
 * Source: Mesos src/slave/http.cpp (Http::state, FrameworkWriter, ExecutorWriter).
 */
import { toJson } from '../../../libprocess/index.ts';
import { attributesSummary } from '../../common/attributes.ts';
import { resourcesSummary, toEndpoint } from '../../common/resource-formats.ts';
import { Resources } from '../../common/resources.ts';
import { type Json, labelsJson, taskJson } from '../../http/task-json.ts';
import { CommandInfo, DiscoveryInfo, Resource, type TaskInfo } from '../../protocol/index.ts';
import { v0 } from '../../protocol/v0.ts';
import { AGENT_CAPABILITIES } from '../capabilities.ts';
import type { AgentContext } from '../context.ts';
import type { Executor } from '../executor.ts';
import type { Framework } from '../framework.ts';
import { executorResources, usedResources } from '../metrics.ts';

export function stateJson(agent: AgentContext): Json {
  const { books, flags, build } = agent;
  const { version, git_sha, git_branch, git_tag, build_date, build_time, build_user } = build;
  return {
    version,
    git_sha,
    git_branch,
    git_tag,
    build_date,
    build_time,
    build_user,
    start_time: books.startedAt,
    id: books.id,
    pid: String(agent.pid),
    hostname: books.info.hostname,
    capabilities: AGENT_CAPABILITIES,
    ...resourcesJson(books.resources, usedResources(books)),
    resource_providers: [],
    attributes: attributesSummary(books.info.attributes ?? []),
    master_hostname: books.master === null ? undefined : (books.masterHostname ?? books.master.address.ip),
    log_dir: flags.log_dir,
    external_log_file: flags.external_log_file,
    flags: flags.shown,
    frameworks: [...books.frameworks.values()].map(frameworkJson),
    completed_frameworks: books.completedFrameworks.map(frameworkJson),
  };
}

function resourcesJson(total: Resources, used: Resources): Json {
  return {
    resources: resourcesSummary(total),
    reserved_resources: byRole(total),
    unreserved_resources: resourcesSummary(total.unreserved),
    reserved_resources_full: Object.fromEntries(
      [...total.reservations()].map(([role, resources]) => [role, full(resources)]),
    ),
    unreserved_resources_full: full(total.unreserved),
    reserved_resources_allocated: byRole(used),
    unreserved_resources_allocated: resourcesSummary(used.unreserved),
  };
}

function byRole(resources: Resources): Json {
  return Object.fromEntries([...resources.reservations()].map(([role, each]) => [role, resourcesSummary(each)]));
}

function full(resources: Resources): unknown[] {
  return [...resources].map(resource => toJson(Resource, toEndpoint(resource)));
}

function frameworkJson(framework: Framework): Json {
  const { id, info, executors, completedExecutors } = framework;
  return {
    id,
    name: info.name,
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    hostname: info.hostname ?? '',
    principal: info.principal,
    ...(framework.can('MULTI_ROLE') ? { roles: info.roles ?? [] } : { role: info.role ?? '*' }),
    executors: [...executors.values()].map(executorJson),
    completed_executors: completedExecutors.map(executorJson),
  };
}

function executorJson(executor: Executor): Json {
  const { id, info, containerId, sandbox, launched, queued, terminated, completed } = executor;
  const held = executor.state === 'terminated' ? Resources.from(info.resources ?? []) : executorResources(executor);
  return {
    id,
    name: info.name ?? '',
    source: info.source ?? '',
    container: containerId,
    directory: sandbox,
    resources: resourcesSummary(held),
    role: roleOf(info.resources ?? []),
    labels: info.labels && labelsJson(info.labels),
    type: info.type,
    tasks: [...launched.values()].map(taskJson),
    queued_tasks: [...queued.values()].map(queuedTaskJson),
    completed_tasks: [...completed, ...terminated.values()].map(taskJson),
  };
}

function queuedTaskJson(task: TaskInfo): Json {
  const { task_id, name, agent_id, resources = [], command, executor, discovery } = task;
  return {
    id: task_id.value,
    name,
    slave_id: agent_id.value,
    resources: resourcesSummary(Resources.from(resources)),
    role: roleOf(resources),
    command: command && toJson(v0(CommandInfo), command),
    executor_id: executor?.executor_id.value,
    discovery: discovery && toJson(v0(DiscoveryInfo), discovery),
  };
}

function roleOf([first]: readonly Resource[]): string | undefined {
  return first?.allocation_info?.role;
}
