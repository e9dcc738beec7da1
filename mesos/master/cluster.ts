/**
 * What the master knows of the cluster, and the bookkeeping that keeps its parts in step: a task is in its framework
 * and on its agent, an offer too, and so are the resources that they hold. Nothing here sends, waits or decides.
 *
 * Source: Mesos src/master/master.hpp (structs Slaves, Frameworks, Slave, Framework).
 */
import type { PID } from '../../libprocess/index.ts';
import { Resources } from '../common/resources.ts';
import type { SlaveInfo } from '../protocol/agents.ts';
import type { ExecutorInfo } from '../protocol/executors.ts';
import type { TaskStatus } from '../protocol/tasks.ts';
import type { TimeInfo } from '../protocol/time.ts';
import type { Agent } from './agent.ts';
import { CompletedMap } from './completed.ts';
import type { Framework } from './framework.ts';
import type { OfferRecord } from './offer-record.ts';
import type { TaskRecord } from './task-record.ts';

/** Agents that were removed are remembered, so that late messages from them are known for what they are. */
const REMOVED_AGENTS_MAX = 100_000;

export interface ClusterLimits {
  readonly completedFrameworksMax: number;
}

/** Hears of what changes: the event stream of operators. */
export interface ClusterWatcher {
  taskAdded(record: TaskRecord): void;
  taskUpdated(record: TaskRecord, status: TaskStatus): void;
  agentAdded(agent: Agent): void;
  agentRemoved(agentId: string): void;
  frameworkAdded(framework: Framework): void;
  frameworkUpdated(framework: Framework): void;
  frameworkRemoved(framework: Framework): void;
}

export class Cluster {
  watcher: ClusterWatcher | null = null;
  readonly frameworks = new Map<string, Framework>();
  readonly completedFrameworks: CompletedMap<Framework>;
  /** Registered agents, by id. */
  readonly agents = new Map<string, Agent>();
  readonly agentsByPid = new Map<PID, Agent>();
  /** In the registry, and not yet back since this master began to lead. */
  readonly recoveredAgents = new Map<string, SlaveInfo>();
  readonly unreachableAgents = new Map<string, TimeInfo>();
  readonly goneAgents = new Map<string, TimeInfo>();
  readonly removedAgents = new CompletedMap<true>(REMOVED_AGENTS_MAX);
  readonly offers = new Map<string, OfferRecord>();

  constructor(limits: ClusterLimits) {
    this.completedFrameworks = new CompletedMap(limits.completedFrameworksMax);
  }

  addFramework(framework: Framework): void {
    this.frameworks.set(framework.id, framework);
    this.watcher?.frameworkAdded(framework);
  }

  completeFramework(framework: Framework): void {
    this.frameworks.delete(framework.id);
    this.completedFrameworks.set(framework.id, framework);
    this.watcher?.frameworkRemoved(framework);
  }

  addAgent(agent: Agent): void {
    this.agents.set(agent.id, agent);
    this.agentsByPid.set(agent.pid, agent);
    this.recoveredAgents.delete(agent.id);
    this.unreachableAgents.delete(agent.id);
    this.removedAgents.delete(agent.id);
    this.watcher?.agentAdded(agent);
  }

  moveAgent(agent: Agent, pid: PID): void {
    if (this.agentsByPid.get(agent.pid) === agent) this.agentsByPid.delete(agent.pid);
    this.agentsByPid.set(pid, agent);
  }

  removeAgent(agent: Agent): void {
    this.agents.delete(agent.id);
    if (this.agentsByPid.get(agent.pid) === agent) this.agentsByPid.delete(agent.pid);
    this.removedAgents.set(agent.id, true);
    this.watcher?.agentRemoved(agent.id);
  }

  task(frameworkId: string, taskId: string): TaskRecord | undefined {
    return this.frameworks.get(frameworkId)?.tasks.get(taskId);
  }

  /** The task holds its resources from now on, unless its state says that it does not. */
  addTask(record: TaskRecord, holds: boolean): void {
    const { frameworkId, agentId, id } = record;
    this.frameworks.get(frameworkId)?.tasks.set(id, record);
    this.frameworks.get(frameworkId)?.unreachableTasks.delete(id);
    const agent = this.agents.get(agentId);
    if (agent !== undefined) into(agent.tasks, frameworkId).set(id, record);
    if (holds) this.#hold(frameworkId, agentId, Resources.from(record.resources));
    this.watcher?.taskAdded(record);
  }

  /** The task ended: its resources are free, but it is remembered until its last update is acknowledged. */
  releaseTask(record: TaskRecord): Resources {
    const resources = Resources.from(record.resources);
    this.#release(record.frameworkId, record.agentId, resources);
    return resources;
  }

  /** Forgets a task, in favour of the framework's list of completed or, when its agent is, of unreachable ones. */
  removeTask(record: TaskRecord, unreachable = false): void {
    const framework = this.frameworks.get(record.frameworkId);
    framework?.tasks.delete(record.id);
    if (unreachable) framework?.unreachableTasks.set(record.id, record.task);
    else framework?.completedTasks.push(record.task);
    const agent = this.agents.get(record.agentId);
    if (agent === undefined) return;
    const tasks = agent.tasks.get(record.frameworkId);
    tasks?.delete(record.id);
    if (tasks?.size === 0) agent.tasks.delete(record.frameworkId);
    agent.killed.get(record.frameworkId)?.delete(record.id);
  }

  addExecutor(frameworkId: string, agentId: string, executor: ExecutorInfo): void {
    const id = executor.executor_id.value;
    const agent = this.agents.get(agentId);
    if (agent !== undefined) into(agent.executors, frameworkId).set(id, executor);
    const framework = this.frameworks.get(frameworkId);
    if (framework !== undefined) into(framework.executors, agentId).set(id, executor);
    this.#hold(frameworkId, agentId, Resources.from(executor.resources ?? []));
  }

  /** What the executor held; null for one that is not known. */
  removeExecutor(frameworkId: string, agentId: string, executorId: string): Resources | null {
    const agent = this.agents.get(agentId);
    const framework = this.frameworks.get(frameworkId);
    const executor = agent?.executors.get(frameworkId)?.get(executorId) ?? framework?.executor(agentId, executorId);
    if (executor === undefined) return null;
    out(agent?.executors, frameworkId, executorId);
    out(framework?.executors, agentId, executorId);
    const resources = Resources.from(executor.resources ?? []);
    this.#release(frameworkId, agentId, resources);
    return resources;
  }

  addOffer(offer: OfferRecord): void {
    this.offers.set(offer.id, offer);
    this.frameworks.get(offer.frameworkId)?.offers.add(offer);
    this.agents.get(offer.agentId)?.offers.add(offer);
  }

  removeOffer(offer: OfferRecord): void {
    this.offers.delete(offer.id);
    this.frameworks.get(offer.frameworkId)?.offers.delete(offer);
    this.agents.get(offer.agentId)?.offers.delete(offer);
    offer.expiry?.cancel();
  }

  /** Whether `executor` is there already, so that a task needs none of its own. */
  hasExecutor(frameworkId: string, agentId: string, executorId: string): boolean {
    return this.agents.get(agentId)?.executors.get(frameworkId)?.has(executorId) ?? false;
  }

  #hold(frameworkId: string, agentId: string, resources: Resources): void {
    const agent = this.agents.get(agentId);
    agent?.used.set(frameworkId, (agent.used.get(frameworkId) ?? Resources.EMPTY).add(resources));
    const framework = this.frameworks.get(frameworkId);
    framework?.used.set(agentId, (framework.used.get(agentId) ?? Resources.EMPTY).add(resources));
  }

  #release(frameworkId: string, agentId: string, resources: Resources): void {
    lower(this.agents.get(agentId)?.used, frameworkId, resources);
    lower(this.frameworks.get(frameworkId)?.used, agentId, resources);
  }
}

function into<V>(groups: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let group = groups.get(key);
  if (group === undefined) {
    group = new Map();
    groups.set(key, group);
  }
  return group;
}

function out<V>(groups: Map<string, Map<string, V>> | undefined, group: string, key: string): void {
  const entries = groups?.get(group);
  entries?.delete(key);
  if (entries?.size === 0) groups?.delete(group);
}

function lower(used: Map<string, Resources> | undefined, key: string, resources: Resources): void {
  const rest = used?.get(key)?.subtract(resources);
  if (rest === undefined) return;
  if (rest.isEmpty) used?.delete(key);
  else used?.set(key, rest);
}
