/**
 * Agents that go: the link breaks, pings stay without an answer, they unregister, another takes their address.
 *
 *   registered ──link breaks──▶ disconnected ──--agent_reregister_timeout──▶ unreachable
 *       │                            │                                           ▲
 *       └──── no pong, too often ────┴───────────────────────────────────────────┘
 *       └──── UnregisterSlaveMessage, another agent at its address ──▶ removed
 *
 * An unreachable agent may come back with its tasks; a removed one may not.
 *
 * Source: Mesos src/master/master.cpp (Master::disconnect, markUnreachable, __removeSlave, unregisterSlave).
 */
import { Failure, printDuration } from '../../libprocess/index.ts';
import { ShutdownMessage } from '../protocol/agent-registration.ts';
import type { TaskState, TaskStatusReason } from '../protocol/tasks.ts';
import type { TimeInfo } from '../protocol/time.ts';
import type { Agent } from './agent.ts';
import { type MasterContext, timeInfo } from './context.ts';
import type { Framework } from './framework.ts';
import type { Offers } from './offers.ts';
import { markAgentGone, markAgentUnreachable, prune, type RegistryOperation, removeAgent } from './registry.ts';
import { forgettable } from './registry-gc.ts';
import type { StatusUpdates } from './status-updates.ts';
import { isRemovable, type TaskRecord } from './task-record.ts';

/** What becomes of the tasks of an agent that goes. */
interface Fate {
  /** For frameworks that know what a partition is; the others get TASK_LOST. */
  readonly state: TaskState;
  readonly reason: TaskStatusReason;
  readonly message: string;
  readonly unreachableTime?: TimeInfo;
}

export class AgentRemoval {
  /** Agents about which the registrar is being asked. */
  readonly #marking = new Set<string>();

  constructor(
    private readonly master: MasterContext,
    private readonly offers: Offers,
    private readonly updates: StatusUpdates,
  ) {}

  /** Whether the agent is on its way out: then it must not register. */
  isMarking(agentId: string): boolean {
    return this.#marking.has(agentId);
  }

  /** The link to the agent broke. */
  disconnect(agent: Agent): void {
    if (!agent.connected) return;
    const { log, flags } = this.master;
    log.info(`Agent ${agent} disconnected`);
    log.info(`Disconnecting agent ${agent}`);
    agent.connected = false;
    agent.epoch += 1;
    agent.observer?.disconnect();
    this.deactivate(agent);
    this.#endVolatileFrameworks(agent);
    this.master.delay(flags.agent_reregister_timeout, this.#reregisterTimeout, agent, agent.epoch);
  }

  /** No offers of it any more; those that are out are void. */
  deactivate(agent: Agent): void {
    if (!agent.active) return;
    this.master.log.info(`Deactivating agent ${agent}`);
    agent.active = false;
    this.master.allocator.deactivateAgent(agent.id).ignore();
    this.offers.rescindAll(agent.offers);
  }

  /** The observer's word: pings stayed without an answer. */
  readonly healthCheckTimedOut = (agentId: string): void | Promise<void> => {
    const agent = this.master.cluster.agents.get(agentId);
    if (agent !== undefined) return this.#markUnreachable(agent, 'health check timed out');
  };

  /** An agent that this master has not seen since it leads has not come back. */
  async recoveredTimedOut(agentId: string): Promise<void> {
    const { cluster, metrics, log } = this.master;
    if (!cluster.recoveredAgents.has(agentId) || this.#marking.has(agentId)) return;
    const time = timeInfo(this.master.wall());
    await this.#mark(agentId, markAgentUnreachable(agentId, time));
    if (!cluster.recoveredAgents.delete(agentId)) return;
    log.warn(`Agent ${agentId} did not reregister after master failover: it is unreachable`);
    cluster.unreachableAgents.set(agentId, time);
    metrics.count('recovery_slave_removals');
    metrics.count('slave_unreachable_completed');
    this.#tellAgentLost(agentId);
  }

  /** The agent ends for good, and says so. */
  async unregister(agent: Agent): Promise<void> {
    this.master.log.info(`Unregistering agent ${agent}`);
    await this.removeForGood(agent, {
      state: 'TASK_GONE_BY_OPERATOR',
      reason: 'REASON_AGENT_REMOVED',
      message: 'the agent unregistered',
    });
    this.master.metrics.count('slave_removals/reason_unregistered');
  }

  /** Another agent has taken its address. */
  async replaced(agent: Agent): Promise<void> {
    await this.removeForGood(agent, {
      state: 'TASK_GONE_BY_OPERATOR',
      reason: 'REASON_AGENT_REMOVED',
      message: 'a new agent registered at the same address',
    });
    this.master.metrics.count('slave_removals/reason_registered');
  }

  async removeForGood(agent: Agent, fate: Fate): Promise<void> {
    if (this.#marking.has(agent.id)) throw new Failure(`agent ${agent.id} is being removed already`, 'REMOVING');
    await this.#mark(agent.id, removeAgent(agent.id));
    if (this.master.cluster.agents.get(agent.id) === agent) this.#remove(agent, fate);
  }

  /**
   * An operator says that the agent will never come back.
   *
   * @throws Failure NOT_FOUND for an agent nobody knows, REMOVING while it is on its way out already.
   */
  async markGone(agentId: string): Promise<void> {
    const { cluster } = this.master;
    if (cluster.goneAgents.has(agentId)) return;
    const known = [cluster.agents, cluster.recoveredAgents, cluster.unreachableAgents].some(map => map.has(agentId));
    if (!known) throw new Failure(`Agent '${agentId}' not found`, 'NOT_FOUND');
    if (this.#marking.has(agentId)) throw new Failure(`Agent '${agentId}' is being removed`, 'REMOVING');
    const time = timeInfo(this.master.wall());
    await this.#mark(agentId, markAgentGone(agentId, time));
    cluster.goneAgents.set(agentId, time);
    cluster.recoveredAgents.delete(agentId);
    cluster.unreachableAgents.delete(agentId);
    const agent = cluster.agents.get(agentId);
    if (agent === undefined) return;
    this.master.send(agent.pid, ShutdownMessage, { message: 'Agent has been marked gone' });
    this.#remove(agent, {
      state: 'TASK_GONE_BY_OPERATOR',
      reason: 'REASON_AGENT_REMOVED_BY_OPERATOR',
      message: 'Agent has been marked gone',
    });
  }

  /** Forgets agents that went long ago; again every `--registry_gc_interval`. */
  readonly collectGarbage = async (): Promise<void> => {
    const { cluster, flags } = this.master;
    const rules = { ageMaxMs: flags.registry_max_agent_age, countMax: flags.registry_max_agent_count };
    const nowMs = this.master.wall() * 1_000;
    const unreachable = forgettable(cluster.unreachableAgents, nowMs, rules);
    const gone = forgettable(cluster.goneAgents, nowMs, rules);
    this.master.delay(flags.registry_gc_interval, this.collectGarbage);
    if (unreachable.size + gone.size === 0) return;
    await this.master.turn(this.master.registrar.apply(prune({ unreachable, gone })));
    for (const id of unreachable) cluster.unreachableAgents.delete(id);
    for (const id of gone) cluster.goneAgents.delete(id);
    this.master.log.info(
      `Garbage collected ${unreachable.size} unreachable and ${gone.size} gone agents from the registry`,
    );
  };

  readonly #reregisterTimeout = (agent: Agent, epoch: number): void | Promise<void> => {
    if (agent.epoch !== epoch || this.master.cluster.agents.get(agent.id) !== agent) return;
    const limit = printDuration(this.master.flags.agent_reregister_timeout);
    return this.#markUnreachable(agent, `agent did not reregister within ${limit} after disconnecting`);
  };

  async #markUnreachable(agent: Agent, message: string): Promise<void> {
    if (this.#marking.has(agent.id)) return;
    const { cluster, metrics, log } = this.master;
    metrics.count('slave_unreachable_scheduled');
    log.info(`Marking agent ${agent} unreachable: ${message}`);
    const unreachableTime = timeInfo(this.master.wall());
    await this.#mark(agent.id, markAgentUnreachable(agent.id, unreachableTime));
    if (cluster.agents.get(agent.id) !== agent) return;
    log.info(`Marked agent ${agent} unreachable: ${message}`);
    metrics.count('slave_unreachable_completed');
    metrics.count('slave_removals/reason_unhealthy');
    cluster.unreachableAgents.set(agent.id, unreachableTime);
    this.#remove(agent, { state: 'TASK_UNREACHABLE', reason: 'REASON_AGENT_REMOVED', message, unreachableTime });
  }

  /** Stores what becomes of the agent; meanwhile nobody else decides about it. */
  async #mark(agentId: string, operation: RegistryOperation): Promise<void> {
    this.#marking.add(agentId);
    try {
      await this.master.turn(this.master.registrar.apply(operation));
    } finally {
      this.#marking.delete(agentId);
    }
  }

  #remove(agent: Agent, fate: Fate): void {
    const { cluster, allocator, metrics, log } = this.master;
    log.info(`Removed agent ${agent}: ${fate.message}`);
    metrics.count('slave_removals');
    this.offers.rescindAll(agent.offers);
    for (const record of [...agent.allTasks()]) this.#endTask(record, fate);
    this.#forgetExecutors(agent);
    allocator.removeAgent(agent.id).ignore();
    if (agent.observer !== null) this.master.terminate(agent.observer.pid);
    cluster.removeAgent(agent);
    this.#tellAgentLost(agent.id);
  }

  #endTask(record: TaskRecord, fate: Fate): void {
    const framework = this.master.cluster.frameworks.get(record.frameworkId);
    const ended = isRemovable(record.state);
    if (!ended) this.updates.transition(record, this.#statusOf(record, framework, fate));
    this.master.cluster.removeTask(record, !ended && fate.unreachableTime !== undefined);
  }

  #statusOf(record: TaskRecord, framework: Framework | undefined, fate: Fate) {
    const aware = framework?.can('PARTITION_AWARE') ?? false;
    const removed = fate.reason === 'REASON_AGENT_REMOVED_BY_OPERATOR' && !aware;
    return this.updates.status(
      record.id,
      aware ? fate.state : 'TASK_LOST',
      removed ? 'REASON_AGENT_REMOVED' : fate.reason,
      fate.message,
      {
        agent_id: record.task.agent_id,
        executor_id: record.task.executor_id,
        unreachable_time: fate.unreachableTime,
      },
    );
  }

  /** Frameworks without checkpointing lose what runs on an agent as soon as it is disconnected. */
  #endVolatileFrameworks(agent: Agent): void {
    const ids = new Set([...agent.tasks.keys(), ...agent.executors.keys()]);
    for (const id of ids) {
      const framework = this.master.cluster.frameworks.get(id);
      if (framework === undefined || (framework.info.checkpoint ?? false)) continue;
      this.master.log.info(
        `Removing framework ${framework} from disconnected agent ${agent} because the framework is not checkpointing`,
      );
      this.#endFrameworkOn(agent, framework);
    }
  }

  #endFrameworkOn(agent: Agent, framework: Framework): void {
    const message = `Agent ${agent.info.hostname} disconnected`;
    for (const record of [...(agent.tasks.get(framework.id)?.values() ?? [])]) {
      if (!isRemovable(record.state)) {
        const status = this.updates.status(record.id, 'TASK_LOST', 'REASON_AGENT_DISCONNECTED', message, {
          agent_id: record.task.agent_id,
          executor_id: record.task.executor_id,
        });
        this.updates.transition(record, status);
      }
      this.master.cluster.removeTask(record);
    }
    for (const executorId of [...(agent.executors.get(framework.id)?.keys() ?? [])]) {
      this.removeExecutor(framework.id, agent.id, executorId);
    }
  }

  /** What the executor held is free again. */
  removeExecutor(frameworkId: string, agentId: string, executorId: string): boolean {
    const resources = this.master.cluster.removeExecutor(frameworkId, agentId, executorId);
    if (resources === null) return false;
    if (!resources.isEmpty) {
      this.master.allocator.recoverResources(frameworkId, agentId, resources, undefined, true).ignore();
    }
    return true;
  }

  #forgetExecutors(agent: Agent): void {
    for (const [frameworkId, executors] of [...agent.executors]) {
      for (const executorId of [...executors.keys()]) this.removeExecutor(frameworkId, agent.id, executorId);
    }
  }

  #tellAgentLost(agentId: string): void {
    for (const framework of this.master.cluster.frameworks.values()) {
      framework.send({ type: 'FAILURE', failure: { agent_id: { value: agentId } } });
    }
  }
}
