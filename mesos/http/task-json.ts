/**
 * Tasks and executors as the older endpoints of master and agent show them: plain objects.
 *
 * Source: Mesos src/common/http.cpp (json(Task), json(TaskStatus), json(ExecutorInfo)), src/master/http.cpp.
 */
import { toJson } from '../../libprocess/index.ts';
import { resourcesSummary } from '../common/resource-formats.ts';
import { Resources } from '../common/resources.ts';
import { HealthCheck } from '../protocol/checks.ts';
import { CommandInfo } from '../protocol/commands.ts';
import { ContainerInfo, ContainerStatus } from '../protocol/containers.ts';
import type { ExecutorInfo } from '../protocol/executors.ts';
import { DiscoveryInfo, Label, type Labels } from '../protocol/labels.ts';
import type { Resource } from '../protocol/resources.ts';
import type { Task, TaskStatus } from '../protocol/tasks.ts';
import { v0 } from '../protocol/v0.ts';
import { ValueScalar } from '../protocol/values.ts';

export type Json = Readonly<Record<string, unknown>>;

const containerStatus = v0(ContainerStatus);
const discoveryInfo = v0(DiscoveryInfo);
const containerInfo = v0(ContainerInfo);
const healthCheck = v0(HealthCheck);
const commandInfo = v0(CommandInfo);

/** A task is replaced when it changes, so its JSON holds for as long as the object. */
const known = new WeakMap<Task, Json>();

export function taskJson(task: Task): Json {
  let json = known.get(task);
  if (json === undefined) {
    json = makeTask(task);
    known.set(task, json);
  }
  return json;
}

function makeTask(task: Task): Json {
  const { resources = [], statuses = [], limits = {}, labels, discovery, container, health_check } = task;
  return {
    id: task.task_id.value,
    name: task.name,
    framework_id: task.framework_id.value,
    executor_id: task.executor_id?.value ?? '',
    slave_id: task.agent_id.value,
    state: task.state,
    resources: resourcesSummary(Resources.from(resources)),
    ...(Object.keys(limits).length > 0 ? { limits: limitsJson(limits) } : {}),
    role: roleOf(resources),
    statuses: statuses.map(statusJson),
    user: task.user,
    labels: labels && labelsJson(labels),
    discovery: discovery && toJson(discoveryInfo, discovery),
    container: container && toJson(containerInfo, container),
    health_check: health_check && toJson(healthCheck, health_check),
  };
}

function limitsJson(limits: NonNullable<Task['limits']>): Json {
  return Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, toJson(ValueScalar, limit)['value']]));
}

function statusJson(status: TaskStatus): Json {
  const { state, timestamp, labels, container_status, healthy } = status;
  return {
    state,
    timestamp: timestamp ?? 0,
    labels: labels && labelsJson(labels),
    container_status: container_status && shownContainerStatus(container_status),
    healthy,
  };
}

/** All but the process id. */
function shownContainerStatus({ container_id, network_infos, cgroup_info }: ContainerStatus) {
  return {
    ...(container_id === undefined ? {} : { container_id: toJson(containerStatus, { container_id })['container_id'] }),
    ...(network_infos === undefined
      ? {}
      : { network_infos: toJson(containerStatus, { network_infos })['network_infos'] }),
    ...(cgroup_info === undefined ? {} : { cgroup_info: toJson(containerStatus, { cgroup_info })['cgroup_info'] }),
  };
}

export function labelsJson({ labels = [] }: Labels): unknown[] {
  return labels.map(label => toJson(Label, label));
}

/** Whom the resources are allocated to; nothing where there are none. */
function roleOf(resources: readonly Resource[]): string | undefined {
  const [first] = resources;
  return first === undefined ? undefined : (first.allocation_info?.role ?? first.role ?? '*');
}

export function executorJson(executor: ExecutorInfo, agentId: string): Json {
  const { executor_id, name = '', framework_id, resources = [], labels, type } = executor;
  return {
    executor_id: executor_id.value,
    name,
    framework_id: framework_id?.value ?? '',
    command: commandJson(executor.command ?? {}),
    resources: resourcesSummary(Resources.from(resources)),
    role: roleOf(resources),
    labels: labels && labelsJson(labels),
    type,
    slave_id: agentId,
  };
}

function commandJson(command: CommandInfo): Json {
  const { shell, value, arguments: argv = [], environment, uris = [] } = command;
  return {
    shell,
    value,
    argv,
    environment: environment && toJson(commandInfo, { environment })['environment'],
    uris: uris.map(uri => ({ value: uri.value, executable: uri.executable ?? false })),
  };
}
