/**
 * All that runs on the agent, as a master that it comes back to needs to know it.
 *
 * Source: Mesos Slave::doReliableRegistration (slave.cpp).
 */
import type { ArchiveFramework, ExecutorInfo, ReregisterSlaveMessage, Task } from '../protocol/index.ts';
import { type Books, taskOf } from './context.ts';
import type { Executor } from './executor.ts';
import type { Framework } from './framework.ts';

type Report = Pick<ReregisterSlaveMessage, 'executor_infos' | 'tasks' | 'frameworks' | 'completed_frameworks'>;

export function reregistration(books: Books): Report {
  const frameworks = [...books.frameworks.values()];
  return {
    executor_infos: frameworks.flatMap(executorInfos),
    tasks: frameworks.flatMap(tasks),
    frameworks: frameworks.map(infoOf),
    completed_frameworks: books.completedFrameworks.map(archived),
  };
}

function infoOf({ id, info }: Framework) {
  return { ...info, id: { value: id } };
}

/** Those that the master accounts for: made up ones it does not know, ended ones it has heard of. */
function executorInfos(framework: Framework): ExecutorInfo[] {
  return [...framework.executors.values()]
    .filter(executor => !executor.isGenerated && executor.state !== 'terminated')
    .map(({ info }) => ({ ...info, framework_id: { value: framework.id } }));
}

function tasks(framework: Framework): Task[] {
  const framework_id = { value: framework.id };
  const pending = [...framework.pending.values()].map(task => taskOf(task, framework_id, 'TASK_STAGING'));
  return [...pending, ...[...framework.executors.values()].flatMap(tasksOf)];
}

function tasksOf({ queued, launched, terminated, frameworkId }: Executor): Task[] {
  const waiting = [...queued.values()].map(task => taskOf(task, { value: frameworkId }, 'TASK_STAGING'));
  return [...waiting, ...launched.values(), ...terminated.values()];
}

function archived(framework: Framework): ArchiveFramework {
  return {
    framework_info: infoOf(framework),
    pid: framework.pid === null ? undefined : String(framework.pid),
    tasks: framework.completedExecutors.flatMap(({ completed, terminated }) => [...terminated.values(), ...completed]),
  };
}
