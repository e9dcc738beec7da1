/**
 * Tasks that a framework wants launched: whether they can be, in Mesos' words.
 *
 * The checks come in Mesos' order, since only the first objection is told.
 *
 * Source: Mesos src/master/validation.cpp (namespaces task, executor), src/checks/, src/common/validation.cpp.
 */
import { validateId } from '../common/ids.ts';
import { validateResources } from '../common/resource-validation.ts';
import { Resources } from '../common/resources.ts';
import { sortKeys } from '../common/sort-keys.ts';
import type { CheckInfo, HealthCheck } from '../protocol/checks.ts';
import type { CommandInfo } from '../protocol/commands.ts';
import type { ContainerInfo } from '../protocol/containers.ts';
import type { ExecutorInfo } from '../protocol/executors.ts';
import type { Resource } from '../protocol/resources.ts';
import type { TaskInfo } from '../protocol/tasks.ts';

/** What a task is checked against. */
export interface LaunchView {
  readonly frameworkId: string;
  readonly agentId: string;
  readonly agentHasLimits: boolean;
  /** What is left of the offers. */
  readonly available: Resources;
  hasTask(taskId: string): boolean;
  hasUnreachableTask(taskId: string): boolean;
  /** The executor of this id that runs on the agent already. */
  executor(executorId: string): ExecutorInfo | undefined;
}

/** Why the task cannot be launched; null when it can. Resources are compared as allocated to a role. */
export function validateTask(task: TaskInfo, view: LaunchView): string | null {
  return (
    validateId(task.task_id.value) ??
    validateUnique(task.task_id.value, view) ??
    validateAgent(task, view.agentId) ??
    validateDurations(task) ??
    prefixed('Task uses invalid check: ', validateCheck(task.check)) ??
    prefixed('Task uses invalid health check: ', validateHealthCheck(task.health_check)) ??
    validateTaskResources(task.resources ?? []) ??
    prefixed("Task's `CommandInfo` is invalid: ", validateCommand(task.command)) ??
    prefixed("Task's `ContainerInfo` is invalid: ", validateContainer(task.container)) ??
    validateLimits(task, view) ??
    validateExecutorChoice(task, view) ??
    validateAvailable(task, view)
  );
}

function validateUnique(id: string, view: LaunchView): string | null {
  if (view.hasTask(id)) return `Task has duplicate ID: ${id}`;
  return view.hasUnreachableTask(id) ? `Task reuses the ID of an unreachable task: ${id}` : null;
}

function validateAgent({ agent_id }: TaskInfo, expected: string): string | null {
  if (agent_id.value === expected) return null;
  return `Task uses invalid agent ${agent_id.value} while agent ${expected} is expected`;
}

function validateDurations({ kill_policy, max_completion_time }: TaskInfo): string | null {
  if ((kill_policy?.grace_period?.nanoseconds ?? 0) < 0) {
    return "Task's 'kill_policy.grace_period' must be non-negative";
  }
  return (max_completion_time?.nanoseconds ?? 0) < 0 ? "Task's `max_completion_time` must be non-negative" : null;
}

function validateCheck(check: CheckInfo | undefined): string | null {
  if (check === undefined) return null;
  if (check.type === undefined) return "CheckInfo must specify 'type'";
  if (check.type === 'UNKNOWN') return `'UNKNOWN' is not a valid check type`;
  if (check.type === 'COMMAND' && check.command === undefined) return "Expecting 'command' to be set for COMMAND check";
  if (check.type === 'HTTP' && check.http === undefined) return "Expecting 'http' to be set for HTTP check";
  if (check.type === 'TCP' && check.tcp === undefined) return "Expecting 'tcp' to be set for TCP check";
  return validateCheckPath(check.http?.path) ?? validateTimes(check);
}

function validateHealthCheck(check: HealthCheck | undefined): string | null {
  if (check === undefined) return null;
  if (check.type === undefined) return "HealthCheck must specify 'type'";
  if (check.type === 'UNKNOWN') return "'UNKNOWN' is not a valid health check type";
  const field = check.type.toLowerCase() as 'command' | 'http' | 'tcp';
  if (check[field] === undefined) return `Expecting '${field}' to be set for ${check.type} health check`;
  return (
    prefixed("Health check's `CommandInfo` is invalid: ", validateCommand(check.command)) ??
    validateCheckPath(check.http?.path) ??
    validateTimes(check) ??
    ((check.grace_period_seconds ?? 0) < 0 ? "Expecting 'grace_period_seconds' to be non-negative" : null)
  );
}

function validateCheckPath(path: string | undefined): string | null {
  if (path === undefined || path.startsWith('/')) return null;
  return `The path '${path}' of HTTP  check must start with '/'`;
}

interface Times {
  readonly delay_seconds?: number | undefined;
  readonly interval_seconds?: number | undefined;
  readonly timeout_seconds?: number | undefined;
}

function validateTimes(check: Times): string | null {
  for (const field of ['delay_seconds', 'interval_seconds', 'timeout_seconds'] as const) {
    if ((check[field] ?? 0) < 0) return `Expecting '${field}' to be non-negative`;
  }
  return null;
}

function validateTaskResources(resources: readonly Resource[]): string | null {
  if (resources.length === 0) return 'Task uses no resources';
  return (
    prefixed('Task uses invalid resources: ', validateResources(resources)) ??
    prefixed('Task uses duplicate persistence ID: ', duplicateVolume(resources)) ??
    prefixed('Task mixes revocable and non-revocable resources: ', mixedResource(resources))
  );
}

function duplicateVolume(resources: readonly Resource[]): string | null {
  const ids = resources.flatMap(({ disk }) => disk?.persistence?.id ?? []);
  return ids.find((id, at) => ids.indexOf(id) !== at) ?? null;
}

/** A resource name that comes both ways. */
function mixedResource(resources: readonly Resource[]): string | null {
  const firm = new Set(resources.filter(each => each.revocable === undefined).map(each => each.name));
  return resources.find(each => each.revocable !== undefined && firm.has(each.name))?.name ?? null;
}

function validateCommand(command: CommandInfo | undefined): string | null {
  for (const variable of command?.environment?.variables ?? []) {
    const { name, type = 'VALUE', value, secret } = variable;
    if (type === 'SECRET' && secret === undefined)
      return `Environment variable '${name}' of type 'SECRET' must have a secret set`;
    if (type === 'SECRET' && value !== undefined)
      return `Environment variable '${name}' of type 'SECRET' must not have a value set`;
    if (type === 'VALUE' && value === undefined)
      return `Environment variable '${name}' of type 'VALUE' must have a value set`;
    if (type === 'VALUE' && secret !== undefined)
      return `Environment variable '${name}' of type 'VALUE' must not have a secret set`;
    if (type === 'UNKNOWN') return "Environment variable of type 'UNKNOWN' is not allowed";
  }
  return null;
}

function validateContainer(container: ContainerInfo | undefined): string | null {
  if (container === undefined) return null;
  if (container.type === 'DOCKER' && container.docker === undefined) {
    return "DockerInfo 'docker' is not set for DOCKER typed ContainerInfo";
  }
  for (const { host_path, image, source } of container.volumes ?? []) {
    const given = [host_path, image, source].filter(each => each !== undefined).length;
    if (given > 1) return "Invalid volume: Only one of them should be set: 'host_path', 'image' and 'source'";
  }
  return null;
}

const LIMITED = ['cpus', 'mem'];

function validateLimits({ limits = {}, resources = [] }: TaskInfo, view: LaunchView): string | null {
  const names = Object.keys(limits);
  if (names.length === 0) return null;
  if (!view.agentHasLimits) return 'Agent is not capable of handling task resource limits';
  if (names.some(name => !LIMITED.includes(name))) {
    return "Only cpus and mem may be included in a task's resource limits";
  }
  const requested = Resources.from(resources);
  return (
    validateLimit('CPU', 'cpu', limits['cpus']?.value, requested.cpus) ??
    validateLimit('memory', 'memory', limits['mem']?.value, requested.mem)
  );
}

function validateLimit(title: string, name: string, limit: number | undefined, request: number): string | null {
  if (limit === undefined) return null;
  if (request === 0) return `When a ${title} limit is specified, a ${title} request must also be specified`;
  return limit < request ? `The ${name} limit must be greater than or equal to the ${name} request` : null;
}

function validateExecutorChoice({ command, executor }: TaskInfo, view: LaunchView): string | null {
  if ((command === undefined) === (executor === undefined)) {
    return 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present';
  }
  return executor === undefined ? null : validateExecutor(executor, view);
}

function validateExecutor(executor: ExecutorInfo, view: LaunchView): string | null {
  if (executor.type !== undefined && executor.type !== 'CUSTOM') return "'ExecutorInfo.type' must be 'CUSTOM'";
  if (executor.command === undefined) return "'ExecutorInfo.command' must be set";
  return (
    validateId(executor.executor_id.value) ??
    validateExecutorFramework(executor, view.frameworkId) ??
    ((executor.shutdown_grace_period?.nanoseconds ?? 0) < 0
      ? "ExecutorInfo's 'shutdown_grace_period' must be non-negative"
      : null) ??
    prefixed('Executor uses invalid resources: ', validateResources(executor.resources ?? [])) ??
    prefixed("Executor's `CommandInfo` is invalid: ", validateCommand(executor.command)) ??
    prefixed("Executor's `ContainerInfo` is invalid: ", validateContainer(executor.container)) ??
    validateCompatible(executor, view.executor(executor.executor_id.value))
  );
}

function validateExecutorFramework({ framework_id: id }: ExecutorInfo, expected: string): string | null {
  if (id === undefined) return "'ExecutorInfo.framework_id' must be set";
  if (id.value === expected) return null;
  return `ExecutorInfo has an invalid FrameworkID (Actual: ${id.value} vs Expected: ${expected})`;
}

function validateCompatible(executor: ExecutorInfo, existing: ExecutorInfo | undefined): string | null {
  if (existing === undefined || comparable(executor) === comparable(existing)) return null;
  const dump = [
    '------------------------------------------------------------',
    `Existing ExecutorInfo: ${JSON.stringify(existing)}`,
    '------------------------------------------------------------',
    `ExecutorInfo: ${JSON.stringify(executor)}`,
    '------------------------------------------------------------',
  ];
  return `ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.\n${dump.join('\n')}\n`;
}

/** Two infos that say the same in another order of resources are the same. */
function comparable({ resources = [], ...rest }: ExecutorInfo): string {
  const sorted = [...Resources.from(resources)].map(each => JSON.stringify(each)).sort();
  return JSON.stringify([sortKeys(rest), sorted]);
}

function validateAvailable({ resources = [], executor }: TaskInfo, view: LaunchView): string | null {
  const starts = executor !== undefined && view.executor(executor.executor_id.value) === undefined;
  const needed = Resources.from(resources).add(starts ? Resources.from(executor.resources ?? []) : Resources.EMPTY);
  if (view.available.contains(needed)) return null;
  return `Total resources ${needed} required by task and its executor is more than available ${view.available}`;
}

function prefixed(prefix: string, error: string | null): string | null {
  return error === null ? null : prefix + error;
}
