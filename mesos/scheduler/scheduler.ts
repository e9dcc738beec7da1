/**
 * The base of every framework's scheduler: derive from it, say what to do with offers and updates, spawn it.
 *
 *   class Hello extends Scheduler {
 *     protected override resourceOffers(offers) { … this.launch(offers[0], [task]); }
 *     protected override statusUpdate(status) { … }
 *   }
 *
 * Handlers run one event after another, in the order of the stream; one that awaits lets the next ones in. An update
 * is acknowledged once its handler is done, and comes again when the handler fails.
 *
 * Source: Mesos include/mesos/scheduler.hpp (callbacks and driver), src/scheduler/scheduler.cpp.
 */
import { userInfo } from 'node:os';
import { Failure, type Future, ID, type PID, Process, type Ref } from '../../libprocess/index.ts';
import type { KillPolicy } from '../protocol/commands.ts';
import type { FrameworkInfo } from '../protocol/frameworks.ts';
import type { AgentID, ExecutorID, FrameworkID, OfferID, TaskID } from '../protocol/ids.ts';
import type { Filters, InverseOffer, Offer, OfferOperation } from '../protocol/offers.ts';
import type { OperationStatus } from '../protocol/operations.ts';
import type { Call, CallReconcileTask, Event, EventSubscribed } from '../protocol/scheduler-api.ts';
import type { TaskInfo, TaskStatus } from '../protocol/tasks.ts';
import { parseMaster } from './endpoint.ts';
import { Subscription } from './subscription.ts';

export interface SchedulerOptions {
  /** `host:port` of any master: a redirect leads to the one that leads. */
  readonly master: string;
  /** As the master should know the framework. With an `id`, it takes over where the last one of this id left. */
  readonly framework: Omit<FrameworkInfo, 'user'> & { readonly user?: string | undefined };
  readonly suppressedRoles?: readonly string[] | undefined;
  /** `explicit`: the framework calls `acknowledge` itself. */
  readonly acknowledgements?: 'automatic' | 'explicit' | undefined;
}

export abstract class Scheduler extends Process {
  readonly #master: string;
  readonly #options: SchedulerOptions;
  #subscription: Ref<Subscription> | null = null;

  /** @throws Failure BAD_MASTER. */
  constructor(options: SchedulerOptions, id: ConstructorParameters<typeof Process>[0] = ID.generate('scheduler')) {
    super(id);
    this.#master = parseMaster(options.master);
    this.#options = options;
  }

  // What a framework does.

  /** The master knows the framework, as `frameworkId`: for the first time, or again. */
  protected subscribed(_frameworkId: FrameworkID, _event: EventSubscribed): void | Promise<void> {}

  /** Every offer is the framework's until it accepts or declines it, or it is rescinded. */
  protected abstract resourceOffers(offers: readonly Offer[]): void | Promise<void>;

  protected offerRescinded(_offerId: OfferID): void | Promise<void> {}

  protected statusUpdate(_status: TaskStatus): void | Promise<void> {}

  /** The agents of these offers are to be left by a given time. */
  protected inverseOffers(_offers: readonly InverseOffer[]): void | Promise<void> {}

  protected inverseOfferRescinded(_offerId: OfferID): void | Promise<void> {}

  protected operationStatusUpdate(_status: OperationStatus): void | Promise<void> {}

  protected frameworkMessage(_agentId: AgentID, _executorId: ExecutorID, _data: Uint8Array): void | Promise<void> {}

  protected agentLost(_agentId: AgentID): void | Promise<void> {}

  /** @param _status - as wait(2) tells it. */
  protected executorLost(_executorId: ExecutorID, _agentId: AgentID, _status: number): void | Promise<void> {}

  /** There is no subscription just now. The next attempt comes by itself; all offers are void. */
  protected disconnected(reason: Failure): void | Promise<void> {
    this.log.warn(`the framework '${this.#options.framework.name}' has no master: ${reason.message}`);
  }

  /** The master will have no more of this framework. The scheduler ends after this. */
  protected error(message: string): void | Promise<void> {
    this.log.error(`the framework '${this.#options.framework.name}' must stop: ${message}`);
  }

  // What it tells the master. Each is ready once the master has accepted the call, which is not when it is done.

  /** Uses up `offers`, all of one agent; what `operations` leave of them is declined for `filters.refuse_seconds`. */
  protected accept(offers: readonly Offer[], operations: readonly OfferOperation[], filters?: Filters): Future<void> {
    return this.#call({ type: 'ACCEPT', accept: { offer_ids: idsOf(offers), operations, filters } });
  }

  protected launch(offer: Offer, tasks: readonly TaskInfo[], filters?: Filters): Future<void> {
    return this.accept([offer], [{ type: 'LAUNCH', launch: { task_infos: tasks } }], filters);
  }

  protected decline(offers: readonly Offer[], filters?: Filters): Future<void> {
    return this.#call({ type: 'DECLINE', decline: { offer_ids: idsOf(offers), filters } });
  }

  protected kill(taskId: TaskID, agentId?: AgentID, killPolicy?: KillPolicy): Future<void> {
    return this.#call({ type: 'KILL', kill: { task_id: taskId, agent_id: agentId, kill_policy: killPolicy } });
  }

  protected shutdown(executorId: ExecutorID, agentId: AgentID): Future<void> {
    return this.#call({ type: 'SHUTDOWN', shutdown: { executor_id: executorId, agent_id: agentId } });
  }

  /** Says that `status` has arrived; nothing for one without a uuid. */
  protected acknowledge({ uuid, agent_id, task_id }: TaskStatus): Future<void> | null {
    if (uuid === undefined || uuid.length === 0 || agent_id === undefined) return null;
    return this.#call({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } });
  }

  /** Asks for the latest status of `tasks`; of none, for that of all the master knows. */
  protected reconcile(tasks: readonly CallReconcileTask[] = []): Future<void> {
    return this.#call({ type: 'RECONCILE', reconcile: { tasks } });
  }

  /** Wants offers again, and no longer minds what it has declined. */
  protected revive(roles?: readonly string[]): Future<void> {
    return this.#call({ type: 'REVIVE', revive: roles === undefined ? undefined : { roles } });
  }

  /** Wants no offers for now. */
  protected suppress(roles?: readonly string[]): Future<void> {
    return this.#call({ type: 'SUPPRESS', suppress: roles === undefined ? undefined : { roles } });
  }

  /** To an executor; at most once. */
  protected message(agentId: AgentID, executorId: ExecutorID, data: Uint8Array): Future<void> {
    return this.#call({ type: 'MESSAGE', message: { agent_id: agentId, executor_id: executorId, data } });
  }

  /** Ends the framework and all its tasks, then the scheduler. */
  protected async teardown(): Promise<void> {
    try {
      await this.turn(this.#subscribed().tearDown());
    } finally {
      this.terminate();
    }
  }

  // How both get there.

  protected override initialize(): void {
    const { framework, suppressedRoles = [] } = this.#options;
    const info: FrameworkInfo = { ...framework, user: framework.user ?? userInfo().username };
    const subscription = new Subscription(this.#master, info, suppressedRoles, {
      event: this.defer(this.#event),
      disconnected: this.defer(this.disconnected),
      refused: this.defer(this.#refused),
    });
    this.#subscription = this.spawn(subscription);
    this.link(this.#subscription.pid);
  }

  protected override finalize(): void {
    if (this.#subscription !== null) this.runtime.terminate(this.#subscription.pid);
  }

  /** Without its subscription a scheduler is deaf. */
  protected override exited(pid: PID): void {
    if (pid === this.#subscription?.pid) this.terminate();
  }

  #call(call: Omit<Call, 'framework_id'>): Future<void> {
    return this.#subscribed().call(call);
  }

  #subscribed(): Ref<Subscription> {
    if (this.#subscription === null) throw new Error(`${this.pid} was never initialized: call super.initialize()`);
    return this.#subscription;
  }

  async #refused(reason: Failure): Promise<void> {
    await this.error(reason.message);
    this.terminate();
  }

  #event(event: Event): void | Promise<void> {
    const { subscribed, offers, inverse_offers, rescind, rescind_inverse_offer, message, failure } = event;
    if (event.type === 'UPDATE' && event.update !== undefined) return this.#update(event.update.status);
    if (event.type === 'OFFERS') return this.resourceOffers(offers?.offers ?? []);
    if (subscribed !== undefined) return this.subscribed(subscribed.framework_id, subscribed);
    if (rescind !== undefined) return this.offerRescinded(rescind.offer_id);
    if (inverse_offers !== undefined) return this.inverseOffers(inverse_offers.inverse_offers ?? []);
    if (rescind_inverse_offer !== undefined) return this.inverseOfferRescinded(rescind_inverse_offer.inverse_offer_id);
    if (message !== undefined) return this.frameworkMessage(message.agent_id, message.executor_id, message.data);
    if (failure?.agent_id !== undefined) {
      const { agent_id, executor_id, status = 0 } = failure;
      return executor_id === undefined ? this.agentLost(agent_id) : this.executorLost(executor_id, agent_id, status);
    }
    if (event.update_operation_status !== undefined) return this.#operation(event.update_operation_status.status);
    if (event.error !== undefined) return this.#refused(new Failure(event.error.message, 'REFUSED'));
  }

  async #update(status: TaskStatus): Promise<void> {
    await this.statusUpdate(status);
    if (this.#options.acknowledgements !== 'explicit') this.acknowledge(status);
  }

  async #operation(status: OperationStatus): Promise<void> {
    await this.operationStatusUpdate(status);
    const { uuid, operation_id, agent_id, resource_provider_id } = status;
    if (uuid === undefined || operation_id === undefined) return;
    const acknowledge_operation_status = { agent_id, resource_provider_id, uuid: uuid.value, operation_id };
    this.#call({ type: 'ACKNOWLEDGE_OPERATION_STATUS', acknowledge_operation_status });
  }
}

function idsOf(offers: readonly Offer[]): OfferID[] {
  return offers.map(({ id }) => id);
}
