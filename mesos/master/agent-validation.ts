/**
 * What an agent says when it registers: whether it can be true.
 *
 * Source: Mesos src/master/validation.cpp (namespace master::message).
 */
import { validateId } from '../common/ids.ts';
import { validateResources } from '../common/resource-validation.ts';
import type { RegisterSlaveMessage, ReregisterSlaveMessage } from '../protocol/agent-registration.ts';

/** Agents below this version are ignored. */
const VERSION_MIN_MAJOR = 1;

/** What is wrong with the message; null when nothing is. */
export function validateRegister({ agent, checkpointed_resources = [], version }: RegisterSlaveMessage): string | null {
  return (
    validateResources(agent.resources ?? []) ?? validateResources(checkpointed_resources) ?? validateVersion(version)
  );
}

export function validateReregister(message: ReregisterSlaveMessage): string | null {
  const { agent, checkpointed_resources = [], version, tasks = [], frameworks = [], executor_infos = [] } = message;
  return (
    validateId(agent.id?.value ?? '') ??
    validateResources(agent.resources ?? []) ??
    validateResources(checkpointed_resources) ??
    first(frameworks, framework => validateId(framework.id?.value ?? '')) ??
    first(
      tasks,
      task => task.agent_id.value !== agent.id?.value && `Task '${task.task_id.value}' is of another agent`,
    ) ??
    first(
      executor_infos,
      ({ framework_id, executor_id }) =>
        framework_id === undefined && `Executor '${executor_id.value}' has no framework`,
    ) ??
    validateVersion(version)
  );
}

function validateVersion(version: string | undefined): string | null {
  const major = /^(\d+)\.\d+\.\d+/.exec(version ?? '')?.[1];
  if (major === undefined) return `Failed to parse version '${version ?? ''}'`;
  return Number(major) < VERSION_MIN_MAJOR ? `Version ${version} is older than ${VERSION_MIN_MAJOR}.0.0` : null;
}

function first<T>(all: readonly T[], validate: (each: T) => string | false | null): string | null {
  for (const each of all) {
    const error = validate(each);
    if (error !== null && error !== false) return error;
  }
  return null;
}
