/**
 * What a framework may ask about its tasks and executors while they run: KILL, SHUTDOWN, MESSAGE, RECONCILE.
 *
 * Source: Mesos src/master/master.cpp (Master::kill, shutdown, message, reconcile).
 */
import { type ExecutorToFrameworkMessage, FrameworkToExecutorMessage } from '../protocol/executor-messages.ts';
import type { CallKill, CallMessage, CallReconcile, CallShutdown } from '../protocol/scheduler-api.ts';
import { type ExitedExecutorMessage, KillTaskMessage, ShutdownExecutorMessage } from '../protocol/task-launch.ts';
import type { AgentRemoval } from './agent-removal.ts';
import type { MasterContext } from './context.ts';
import type { Framework } from './framework.ts';
import { type AgentState, type ReconciliationView, reconcileAll, reconcileTask } from './reconciliation.ts';
import type { StatusUpdates } from './status-updates.ts';

export class TaskControl {
  constructor(
    private readonly master: MasterContext,
    private readonly updates: StatusUpdates,
    private readonly removal: AgentRemoval,
  ) {}

  kill(framework: Framework, { task_id, agent_id, kill_policy }: CallKill): void {
    const { cluster, metrics, log } = this.master;
    metrics.count('messages_kill_task');
    const record = framework.tasks.get(task_id.value);
    if (record === undefined) {
      log.warn(
        `Cannot kill task ${task_id.value} of framework ${framework} because it is unknown; performing reconciliation`,
      );
      this.reconcile(framework, { tasks: [{ task_id, agent_id }] });
      return;
    }
    if (agent_id !== undefined && agent_id.value !== record.agentId) {
      log.warn(
        `Cannot kill task ${task_id.value} of agent ${agent_id.value} of framework ${framework} because it belongs to different agent ${record.agentId}`,
      );
      return;
    }
    const agent = cluster.agents.get(record.agentId);
    if (agent === undefined) return;
    const waiting = agent.killed.get(framework.id) ?? new Set();
    agent.killed.set(framework.id, waiting.add(task_id.value));
    if (!agent.connected) {
      log.warn(
        `Cannot kill task ${task_id.value} of framework ${framework} because the agent ${agent} is disconnected. Kill will be retried if the agent reregisters`,
      );
      return;
    }
    log.info(`Telling agent ${agent} to kill task ${task_id.value} of framework ${framework}`);
    this.master.send(agent.pid, KillTaskMessage, { framework_id: { value: framework.id }, task_id, kill_policy });
  }

  shutdown(framework: Framework, { agent_id, executor_id }: CallShutdown): void {
    const agent = this.master.cluster.agents.get(agent_id.value);
    if (agent === undefined || !agent.connected) {
      this.master.log.warn(
        `Unable to shutdown executor '${executor_id.value}' of framework ${framework}: agent ${agent_id.value} is not there`,
      );
      return;
    }
    this.master.log.info(
      `Processing SHUTDOWN call for executor '${executor_id.value}' of framework ${framework} on agent ${agent}`,
    );
    this.master.send(agent.pid, ShutdownExecutorMessage, { executor_id, framework_id: { value: framework.id } });
  }

  /** Bytes for an executor; they may get lost. */
  message(framework: Framework, { agent_id, executor_id, data }: CallMessage): void {
    const { cluster, metrics, log } = this.master;
    metrics.count('messages_framework_to_executor');
    const agent = cluster.agents.get(agent_id.value);
    if (agent === undefined || !agent.connected) {
      log.warn(
        `Cannot send framework message for framework ${framework} to agent ${agent_id.value} because the agent is not there`,
      );
      metrics.count('invalid_framework_to_executor_messages');
      return;
    }
    log.info(`Processing MESSAGE call from framework ${framework} to agent ${agent}`);
    this.master.send(agent.pid, FrameworkToExecutorMessage, {
      agent_id,
      framework_id: { value: framework.id },
      executor_id,
      data,
    });
    metrics.count('valid_framework_to_executor_messages');
  }

  /** Bytes from an executor. */
  fromExecutor({ framework_id, agent_id, executor_id, data }: ExecutorToFrameworkMessage): void {
    const { cluster, metrics, log } = this.master;
    metrics.count('messages_executor_to_framework');
    const framework = cluster.frameworks.get(framework_id.value);
    if (!cluster.agents.has(agent_id.value) || framework === undefined || !framework.isConnected) {
      log.warn(
        `Not forwarding executor message for executor '${executor_id.value}' of framework ${framework_id.value}: nobody is there`,
      );
      metrics.count('invalid_executor_to_framework_messages');
      return;
    }
    framework.send({ type: 'MESSAGE', message: { agent_id, executor_id, data } });
    metrics.count('valid_executor_to_framework_messages');
  }

  /** The framework hears of it once, if it is there. */
  executorExited({ framework_id, agent_id, executor_id, status }: ExitedExecutorMessage): void {
    const { cluster, metrics, log } = this.master;
    metrics.count('messages_exited_executor');
    if (!cluster.agents.has(agent_id.value)) {
      log.warn(
        `Ignoring exited executor '${executor_id.value}' of framework ${framework_id.value} on unknown agent ${agent_id.value}`,
      );
      return;
    }
    log.info(
      `Executor '${executor_id.value}' of framework ${framework_id.value} on agent ${agent_id.value}: wait status ${status}`,
    );
    this.removal.removeExecutor(framework_id.value, agent_id.value, executor_id.value);
    const framework = cluster.frameworks.get(framework_id.value);
    framework?.send({ type: 'FAILURE', failure: { agent_id, executor_id, status } });
  }

  reconcile(framework: Framework, { tasks = [] }: CallReconcile): void {
    const { metrics, log } = this.master;
    metrics.count('messages_reconcile_tasks');
    const view = this.#view(framework);
    log.info(
      `Performing ${tasks.length === 0 ? 'implicit' : 'explicit'} task state reconciliation for framework ${framework}`,
    );
    const answers = tasks.length === 0 ? reconcileAll(view) : tasks.map(task => reconcileTask(task, view));
    for (const answer of answers) {
      if (answer === null) continue;
      const { task_id, state, message = '', ...more } = answer;
      const status = this.updates.status(task_id.value, state, 'REASON_RECONCILIATION', message, more);
      this.updates.announce(framework, status);
    }
  }

  #view(framework: Framework): ReconciliationView {
    const { cluster } = this.master;
    return {
      partitionAware: framework.can('PARTITION_AWARE'),
      tasks: [...framework.tasks.values()].map(record => record.task),
      task: id => framework.tasks.get(id)?.task,
      agentState: id => this.#agentState(id),
      anyRecovered: cluster.recoveredAgents.size > 0,
    };
  }

  #agentState(id: string): AgentState {
    const { cluster } = this.master;
    if (cluster.recoveredAgents.has(id)) return { kind: 'recovered' };
    if (cluster.agents.has(id)) return { kind: 'registered' };
    const since = cluster.unreachableAgents.get(id);
    if (since !== undefined) return { kind: 'unreachable', since };
    return { kind: cluster.goneAgents.has(id) ? 'gone' : 'unknown' };
  }
}
