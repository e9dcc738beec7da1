/**
 * What an agent that comes back runs, against what the master thinks it runs.
 *
 *   the master knows the agent    tasks it did not report go back to it as questions (it answers with updates)
 *   the master does not           its tasks, executors and frameworks become known; frameworks hear of their tasks
 *   either way                    tasks of completed frameworks are ended, kills that waited are sent
 *
 * Source: Mesos src/master/master.cpp (Master::reconcileKnownSlave, updateSlaveFrameworks, recoverFramework).
 */
import { toRefined } from '../common/resource-formats.ts';
import { Resources } from '../common/resources.ts';
import type { ReconcileTasksMessage, ReregisterSlaveMessage } from '../protocol/agent-registration.ts';
import type { FrameworkInfo } from '../protocol/frameworks.ts';
import type { Resource } from '../protocol/resources.ts';
import { KillTaskMessage, ShutdownFrameworkMessage, UpdateFrameworkMessage } from '../protocol/task-launch.ts';
import type { Agent } from './agent.ts';
import type { AgentRemoval } from './agent-removal.ts';
import type { MasterContext } from './context.ts';
import { Framework } from './framework.ts';
import type { StatusUpdates } from './status-updates.ts';
import { isRemovable, TaskRecord } from './task-record.ts';

/** What the master knew of an agent that it did not have registered. */
export type KnownBefore = 'recovered' | 'unreachable' | 'unknown';

export class AgentReconciliation {
  constructor(
    private readonly master: MasterContext,
    private readonly updates: StatusUpdates,
    private readonly removal: AgentRemoval,
  ) {}

  /** Of a known agent: asks it about tasks that it did not report, one message for each framework. */
  known(agent: Agent, body: ReregisterSlaveMessage): ReconcileTasksMessage[] {
    const reported = new Set((body.tasks ?? []).map(task => keyOf(task.framework_id.value, task.task_id.value)));
    this.#dropExecutors(agent, body);
    const messages: ReconcileTasksMessage[] = [];
    for (const [frameworkId, tasks] of agent.tasks) {
      const missing = [...tasks.values()].filter(record => !reported.has(keyOf(frameworkId, record.id)));
      if (missing.length === 0) continue;
      messages.push({
        framework_id: { value: frameworkId },
        framework: this.master.cluster.frameworks.get(frameworkId)?.info,
        statuses: missing.map(record => this.#question(record)),
      });
    }
    return messages;
  }

  /** What the reported tasks and executors hold, by framework. */
  usedBy(body: ReregisterSlaveMessage): Map<string, Resources> {
    const used = new Map<string, Resources>();
    const hold = (frameworkId: string, resources: readonly Resource[] = []): void => {
      if (!this.master.cluster.frameworks.has(frameworkId)) return;
      used.set(frameworkId, (used.get(frameworkId) ?? Resources.EMPTY).add(Resources.from(resources)));
    };
    for (const task of body.tasks ?? []) if (!isRemovable(task.state)) hold(task.framework_id.value, task.resources);
    for (const each of body.executor_infos ?? []) hold(each.framework_id?.value ?? '', each.resources);
    return used;
  }

  /** Frameworks that only the agent knows of: they are there, and wait to be subscribed. */
  recoverFrameworks(body: ReregisterSlaveMessage): void {
    const { cluster } = this.master;
    for (const info of body.frameworks ?? []) {
      const id = info.id?.value ?? '';
      if (!cluster.frameworks.has(id) && !cluster.completedFrameworks.has(id)) this.#recoverFramework(info);
    }
  }

  /** Of an agent that was not registered: what runs on it becomes known, and frameworks hear of it. */
  adopt(agent: Agent, body: ReregisterSlaveMessage, before: KnownBefore): void {
    const { cluster } = this.master;
    for (const executor of body.executor_infos ?? []) {
      const frameworkId = executor.framework_id?.value ?? '';
      if (cluster.frameworks.has(frameworkId)) cluster.addExecutor(frameworkId, agent.id, refined(executor));
    }
    for (const task of body.tasks ?? []) {
      if (!cluster.frameworks.has(task.framework_id.value)) continue;
      const record = new TaskRecord(refined(task));
      cluster.addTask(record, !isRemovable(task.state));
      if (before !== 'recovered') this.#announce(record, before);
    }
    this.#adoptCompleted(body);
  }

  /** Once the agent has its answer: it ends what should not run, and hears where its schedulers are. */
  afterwards(agent: Agent, body: ReregisterSlaveMessage): void {
    const { cluster } = this.master;
    const reported = new Set([
      ...(body.frameworks ?? []).map(info => info.id?.value ?? ''),
      ...(body.tasks ?? []).map(task => task.framework_id.value),
    ]);
    for (const id of reported) {
      const framework = cluster.frameworks.get(id);
      if (framework !== undefined) this.#tellFramework(agent, framework);
      else if (cluster.completedFrameworks.has(id)) {
        this.master.log.warn(
          `Shutting down framework ${id} at reregistered agent ${agent} because the framework is completed`,
        );
        this.master.send(agent.pid, ShutdownFrameworkMessage, { framework_id: { value: id } });
      }
    }
    this.#killAgain(agent);
  }

  #question(record: TaskRecord) {
    const { status_update_state: delivered, executor_id, agent_id } = record.task;
    return this.updates.status(
      record.id,
      delivered ?? record.state,
      'REASON_RECONCILIATION',
      'Reconciliation request',
      { agent_id, executor_id },
    );
  }

  #dropExecutors(agent: Agent, body: ReregisterSlaveMessage): void {
    const reported = new Set(
      (body.executor_infos ?? []).map(each => keyOf(each.framework_id?.value ?? '', each.executor_id.value)),
    );
    for (const [frameworkId, executors] of [...agent.executors]) {
      for (const executorId of [...executors.keys()]) {
        if (!reported.has(keyOf(frameworkId, executorId))) {
          this.removal.removeExecutor(frameworkId, agent.id, executorId);
        }
      }
    }
  }

  #recoverFramework(info: FrameworkInfo): void {
    const { cluster, allocator, flags, log } = this.master;
    const framework = new Framework(info, this.master.wall(), {
      completedTasksMax: flags.max_completed_tasks_per_framework,
      unreachableTasksMax: flags.max_unreachable_tasks_per_framework,
    });
    framework.state = 'recovered';
    log.info(`Recovered framework ${framework} from an agent: it waits for its scheduler`);
    cluster.addFramework(framework);
    allocator.addFramework(framework.id, info, new Map(), false).ignore();
  }

  #announce(record: TaskRecord, before: KnownBefore): void {
    const framework = this.master.cluster.frameworks.get(record.frameworkId);
    if (framework === undefined || !framework.isConnected) return;
    const message = before === 'unreachable' ? 'Unreachable agent re-reregistered' : 'Unknown agent reregistered';
    const { agent_id, executor_id, statuses = [] } = record.task;
    const last = statuses.at(-1);
    const status = this.updates.status(record.id, record.state, 'REASON_AGENT_REREGISTERED', message, {
      agent_id,
      executor_id,
      healthy: last?.healthy,
      check_status: last?.check_status,
      labels: last?.labels,
      container_status: last?.container_status,
    });
    this.updates.announce(framework, status);
  }

  /** An agent calls a framework completed that has nothing left on it; its tasks there are over all the same. */
  #adoptCompleted(body: ReregisterSlaveMessage): void {
    for (const { framework_info, tasks = [] } of body.completed_frameworks ?? []) {
      const framework = this.master.cluster.frameworks.get(framework_info.id?.value ?? '');
      if (framework === undefined) continue;
      for (const task of tasks) {
        const known = framework.completedTasks.find(each => each.task_id.value === task.task_id.value);
        if (known === undefined) framework.completedTasks.push(task);
      }
    }
  }

  #tellFramework(agent: Agent, framework: Framework): void {
    this.master.send(agent.pid, UpdateFrameworkMessage, {
      framework_id: { value: framework.id },
      pid: framework.pid?.toString(),
      framework_info: framework.info,
    });
  }

  #killAgain(agent: Agent): void {
    for (const [frameworkId, taskIds] of agent.killed) {
      for (const taskId of taskIds) {
        if (agent.task(frameworkId, taskId) === undefined) continue;
        this.master.send(agent.pid, KillTaskMessage, {
          framework_id: { value: frameworkId },
          task_id: { value: taskId },
        });
      }
    }
    agent.killed.clear();
  }
}

/** Whatever form the agent writes reservations in: here there is one. */
function refined<T extends { readonly resources?: readonly Resource[] | undefined }>(each: T): T {
  return { ...each, resources: (each.resources ?? []).map(toRefined) };
}

function keyOf(frameworkId: string, id: string): string {
  return `${frameworkId}/${id}`;
}
