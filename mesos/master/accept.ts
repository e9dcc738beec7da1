/**
 * ACCEPT: what a framework does with its offers.
 *
 *   offers ──▶ valid? ──no──▶ each task TASK_DROPPED or TASK_LOST, what is valid of the offers goes back
 *               │yes
 *               ▼
 *   operation 1 ─▶ operation 2 ─▶ …    each takes from what the one before left
 *               │
 *               ▼
 *   the rest goes back to the allocator, with the filters of the call
 *
 * Source: Mesos src/master/master.cpp (Master::accept, _accept, addTask), src/master/validation.cpp (namespace offer).
 */
import { toRefined } from '../common/resource-formats.ts';
import { Resources } from '../common/resources.ts';
import type { ExecutorInfo } from '../protocol/executors.ts';
import type { OfferID } from '../protocol/ids.ts';
import type { OfferOperation, OfferOperationType } from '../protocol/offers.ts';
import type { Resource } from '../protocol/resources.ts';
import type { CallAccept } from '../protocol/scheduler-api.ts';
import { RunTaskMessage } from '../protocol/task-launch.ts';
import type { TaskInfo } from '../protocol/tasks.ts';
import type { Agent } from './agent.ts';
import type { MasterContext } from './context.ts';
import type { Framework } from './framework.ts';
import type { OfferRecord } from './offer-record.ts';
import type { Offers } from './offers.ts';
import type { StatusUpdates } from './status-updates.ts';
import { stagingTask, TaskRecord } from './task-record.ts';
import { validateTask } from './validation.ts';

/** Which operations an ACCEPT may hold. Any of the others gets the whole call a 501, before anything is done. */
export const OPERATION_SUPPORT: Readonly<Record<Exclude<OfferOperationType, 'UNKNOWN'>, 'implemented' | '501'>> = {
  LAUNCH: 'implemented',
  LAUNCH_GROUP: '501',
  RESERVE: '501',
  UNRESERVE: '501',
  CREATE: '501',
  DESTROY: '501',
  GROW_VOLUME: '501',
  SHRINK_VOLUME: '501',
  CREATE_DISK: '501',
  DESTROY_DISK: '501',
};

/** The first operation that is not built yet; null when the call can be served. */
export function unsupportedOperation({ operations = [] }: CallAccept): OfferOperationType | null {
  const known = operations.map(operation => operation.type ?? 'UNKNOWN');
  return known.find(type => type !== 'UNKNOWN' && OPERATION_SUPPORT[type] === '501') ?? null;
}

/** What is left of the accepted offers, as the operations go along. */
interface Pool {
  readonly agent: Agent;
  readonly role: string;
  left: Resources;
}

export class Accept {
  constructor(
    private readonly master: MasterContext,
    private readonly offers: Offers,
    private readonly updates: StatusUpdates,
  ) {}

  accept(framework: Framework, call: CallAccept): void {
    const { metrics, log, cluster } = this.master;
    const { offer_ids: ids = [], operations = [], filters = {} } = call;
    if (operations.length > 0) metrics.count('messages_launch_tasks');
    else metrics.count('messages_decline_offers');
    const found = ids
      .flatMap(({ value }) => cluster.offers.get(value) ?? [])
      .filter(each => each.frameworkId === framework.id);
    const error = this.#validate(framework, ids);
    const [first] = found;
    const agent = cluster.agents.get(first?.agentId ?? '');
    if (error !== null || first === undefined || agent === undefined) {
      this.#invalid(framework, operations, found, error ?? 'No offers specified');
      return;
    }
    log.info(
      `Processing ACCEPT call for offers: [ ${ids.map(({ value }) => value).join(', ')} ] on agent ${agent} for framework ${framework}`,
    );
    if (operations.length > 0) metrics.offersAccepted(framework, found.length);
    else metrics.offersDeclined(framework, found.length);
    const pool: Pool = { agent, role: first.role, left: Resources.sum(found.map(offer => offer.resources)) };
    for (const offer of found) this.offers.remove(offer);
    for (const operation of operations) this.#operate(framework, operation, pool);
    this.offers.recover(framework.id, agent.id, pool.left, filters);
  }

  #validate(framework: Framework, ids: readonly OfferID[]): string | null {
    if (ids.length === 0) return 'No offers specified';
    const values = ids.map(({ value }) => value);
    const duplicate = values.find((id, at) => values.indexOf(id) !== at);
    if (duplicate !== undefined) return `Duplicate offer ${duplicate} in offer list`;
    const offers = values.map(id => this.master.cluster.offers.get(id));
    const missing = offers.indexOf(undefined);
    if (missing >= 0) return `Offer ${values[missing]} is no longer valid`;
    return validateTogether(
      framework,
      offers.filter(offer => offer !== undefined),
    );
  }

  #invalid(
    framework: Framework,
    operations: readonly OfferOperation[],
    offers: readonly OfferRecord[],
    why: string,
  ): void {
    this.master.log.warn(`ACCEPT call used invalid offers of framework ${framework}: ${why}`);
    for (const offer of new Set(offers)) this.offers.discard(offer);
    const state = framework.can('PARTITION_AWARE') ? 'TASK_DROPPED' : 'TASK_LOST';
    for (const task of operations.flatMap(operation => operation.launch?.task_infos ?? [])) {
      const message = `Task launched with invalid offers: ${why}`;
      this.#fail(framework, task, state, 'REASON_INVALID_OFFERS', message);
    }
  }

  #operate(framework: Framework, operation: OfferOperation, pool: Pool): void {
    if (operation.type !== 'LAUNCH') {
      this.master.log.warn(`Dropping operation of type ${operation.type ?? 'UNKNOWN'} from framework ${framework}`);
      return;
    }
    for (const given of operation.launch?.task_infos ?? []) {
      const task = completed(given, framework, pool.role);
      const error =
        operation.id === undefined
          ? validateTask(task, this.#view(framework, pool))
          : 'The `id` field cannot be set on LAUNCH operations';
      if (error === null) this.#launch(framework, task, pool);
      else this.#fail(framework, task, 'TASK_ERROR', 'REASON_TASK_INVALID', error);
    }
  }

  #view(framework: Framework, { agent, left }: Pool) {
    return {
      frameworkId: framework.id,
      agentId: agent.id,
      agentHasLimits: agent.can('TASK_RESOURCE_LIMITS'),
      available: left,
      hasTask: (id: string) => framework.tasks.has(id),
      hasUnreachableTask: (id: string) => framework.unreachableTasks.has(id),
      executor: (id: string) => framework.executor(agent.id, id),
    };
  }

  #launch(framework: Framework, task: TaskInfo, pool: Pool): void {
    const { agent } = pool;
    const { cluster, allocator, log } = this.master;
    const { executor } = task;
    const starts = executor === undefined || !cluster.hasExecutor(framework.id, agent.id, executor.executor_id.value);
    let consumed = Resources.from(task.resources ?? []);
    if (executor !== undefined && starts) consumed = consumed.add(this.#addExecutor(framework, agent, executor));
    log.info(
      `Adding task ${task.task_id.value} with resources ${Resources.from(task.resources ?? [])} of framework ${framework} on agent ${agent}`,
    );
    cluster.addTask(new TaskRecord(stagingTask(task, { value: framework.id })), true);
    pool.left = pool.left.subtract(consumed);
    allocator.transitionOfferedToAllocated(agent.id, consumed).ignore();
    log.info(
      `Launching task ${task.task_id.value} of framework ${framework} with resources ${Resources.from(task.resources ?? [])} on agent ${agent} on ${starts ? ' new' : ' existing'} executor`,
    );
    this.master.send(agent.pid, RunTaskMessage, {
      framework_id: { value: framework.id },
      framework: framework.info,
      task,
      pid: framework.pid?.toString(),
      resource_version_uuids:
        agent.traits.resourceVersion === undefined ? [] : [{ uuid: agent.traits.resourceVersion }],
      launch_executor: starts,
    });
  }

  #addExecutor(framework: Framework, agent: Agent, executor: ExecutorInfo): Resources {
    const resources = Resources.from(executor.resources ?? []);
    this.master.log.info(
      `Adding executor '${executor.executor_id.value}' with resources ${resources} of framework ${framework} on agent ${agent}`,
    );
    this.master.cluster.addExecutor(framework.id, agent.id, executor);
    return resources;
  }

  /** The task never gets to an agent: the framework hears why, and nobody remembers it. */
  #fail(
    framework: Framework,
    task: TaskInfo,
    state: 'TASK_ERROR' | 'TASK_LOST' | 'TASK_DROPPED',
    reason: 'REASON_TASK_INVALID' | 'REASON_INVALID_OFFERS',
    message: string,
  ): void {
    this.master.metrics.taskEnded(state, 'SOURCE_MASTER', reason);
    const status = this.updates.status(task.task_id.value, state, reason, message, {
      agent_id: task.agent_id,
      executor_id: task.executor?.executor_id,
    });
    this.updates.announce(framework, status);
  }
}

function validateTogether(framework: Framework, offers: readonly OfferRecord[]): string | null {
  const [first] = offers;
  for (const offer of offers) {
    if (offer.frameworkId !== framework.id) {
      return `Offer ${offer.id} has invalid framework ${offer.frameworkId} while framework ${framework.id} is expected`;
    }
  }
  for (const { id, role } of offers) {
    if (role !== first?.role) {
      return `Aggregated offers must be allocated to the same role. Offer ${id} uses role '${role}' but another is using role '${first?.role}'`;
    }
  }
  for (const { id, agentId } of offers) {
    if (agentId !== first?.agentId) {
      return `Aggregated offers must belong to one single agent. Offer ${id} uses agent ${agentId} and agent ${first?.agentId}`;
    }
  }
  return null;
}

/** What frameworks may leave out: whom resources are allocated to, whose executor it is, and of what kind. */
function completed(task: TaskInfo, framework: Framework, role: string): TaskInfo {
  const resources = (task.resources ?? []).map(each => allocated(each, role));
  if (task.executor === undefined) return { ...task, resources };
  const executor: ExecutorInfo = {
    ...task.executor,
    type: task.executor.type ?? 'CUSTOM',
    framework_id: task.executor.framework_id ?? { value: framework.id },
    resources: (task.executor.resources ?? []).map(each => allocated(each, role)),
  };
  return { ...task, resources, executor };
}

function allocated(resource: Resource, role: string): Resource {
  return toRefined(resource.allocation_info === undefined ? { ...resource, allocation_info: { role } } : resource);
}
