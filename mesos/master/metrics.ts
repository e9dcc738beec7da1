/**
 * The master's metrics, under Mesos' names. Counters begin at 0 and are there from the start; gauges look at the
 * cluster when somebody asks.
 *
 * Source: Mesos src/master/metrics.cpp.
 */
import type { Counter, Metrics } from '../../libprocess/index.ts';
import { Resources } from '../common/resources.ts';
import type { CallType } from '../protocol/scheduler-api.ts';
import type { TaskState, TaskStatusReason, TaskStatusSource } from '../protocol/tasks.ts';
import type { Agent } from './agent.ts';
import type { Cluster } from './cluster.ts';
import type { Framework } from './framework.ts';

const COUNTERS = [
  'tasks_finished',
  'tasks_failed',
  'tasks_killed',
  'tasks_lost',
  'tasks_error',
  'tasks_dropped',
  'tasks_gone',
  'tasks_gone_by_operator',
  'dropped_messages',
  'http_cache_hits',
  'messages_register_framework',
  'messages_reregister_framework',
  'messages_unregister_framework',
  'messages_deactivate_framework',
  'messages_kill_task',
  'messages_status_update_acknowledgement',
  'messages_operation_status_update_acknowledgement',
  'messages_resource_request',
  'messages_launch_tasks',
  'messages_decline_offers',
  'messages_revive_offers',
  'messages_suppress_offers',
  'messages_reconcile_tasks',
  'messages_reconcile_operations',
  'messages_framework_to_executor',
  'messages_executor_to_framework',
  'messages_register_slave',
  'messages_reregister_slave',
  'messages_unregister_slave',
  'messages_status_update',
  'messages_operation_status_update',
  'messages_exited_executor',
  'messages_update_slave',
  'messages_authenticate',
  'valid_framework_to_executor_messages',
  'invalid_framework_to_executor_messages',
  'valid_executor_to_framework_messages',
  'invalid_executor_to_framework_messages',
  'valid_status_updates',
  'invalid_status_updates',
  'valid_status_update_acknowledgements',
  'invalid_status_update_acknowledgements',
  'valid_operation_status_updates',
  'invalid_operation_status_updates',
  'valid_operation_status_update_acknowledgements',
  'invalid_operation_status_update_acknowledgements',
  'recovery_slave_removals',
  'slave_registrations',
  'slave_reregistrations',
  'slave_removals',
  'slave_removals/reason_unhealthy',
  'slave_removals/reason_unregistered',
  'slave_removals/reason_registered',
  'slave_shutdowns_scheduled',
  'slave_shutdowns_completed',
  'slave_shutdowns_canceled',
  'slave_unreachable_scheduled',
  'slave_unreachable_completed',
  'slave_unreachable_canceled',
] as const;

export type MasterCounter = (typeof COUNTERS)[number];

/** Operations are not built yet, but whoever watches them finds their counters at 0, as with an idle Mesos. */
const OPERATION_STATES = [
  'total',
  'pending',
  'recovering',
  'unreachable',
  'finished',
  'failed',
  'error',
  'dropped',
  'gone_by_operator',
];
const OPERATION_TYPES = [
  'reserve',
  'unreserve',
  'create',
  'destroy',
  'grow_volume',
  'shrink_volume',
  'create_disk',
  'destroy_disk',
];

const RESOURCE_NAMES = ['cpus', 'gpus', 'mem', 'disk'];

/** What a gauge looks at. */
export interface Watched {
  readonly cluster: Cluster;
  readonly perFramework: boolean;
  uptimeSeconds(): number;
  elected(): boolean;
  operatorStreams(): number;
  queue(kind: 'message' | 'dispatch' | 'http'): number;
}

export class MasterMetrics {
  readonly #byFramework = new Map<string, Map<string, Counter>>();

  constructor(
    private readonly metrics: Metrics,
    private readonly watched: Watched,
  ) {
    for (const name of COUNTERS) metrics.count(`master/${name}`, 0);
    for (const name of operationCounters()) metrics.count(`master/operations/${name}`, 0);
    this.#gauges();
  }

  count(name: MasterCounter): void {
    this.metrics.count(`master/${name}`);
  }

  /** A task came to its end. */
  taskEnded(state: TaskState, source: TaskStatusSource | undefined, reason: TaskStatusReason | undefined): void {
    const name = state.toLowerCase();
    this.metrics.count(`master/tasks_${name.slice('task_'.length)}`);
    if (source === undefined || reason === undefined) return;
    this.metrics.count(`master/${name}/${spell(source)}/${spell(reason)}`);
  }

  called(framework: Framework, type: CallType): void {
    this.#countFor(framework, 'calls');
    this.#countFor(framework, `calls/${type.toLowerCase()}`);
  }

  offersSent(framework: Framework, count: number): void {
    this.#countFor(framework, 'offers/sent', count);
  }

  offersAccepted(framework: Framework, count: number): void {
    this.#countFor(framework, 'offers/accepted', count);
  }

  offersDeclined(framework: Framework, count: number): void {
    this.#countFor(framework, 'offers/declined', count);
  }

  offersRescinded(framework: Framework, count: number): void {
    this.#countFor(framework, 'offers/rescinded', count);
  }

  /** The framework is over: its counters go. */
  forget(framework: Framework): void {
    for (const counter of this.#byFramework.get(framework.id)?.values() ?? []) this.metrics.remove(counter);
    this.#byFramework.delete(framework.id);
  }

  #countFor(framework: Framework, what: string, by = 1): void {
    if (!this.watched.perFramework) return;
    this.#counterFor(framework, what).increment(by);
  }

  #counterFor(framework: Framework, what: string): Counter {
    const counters = this.#byFramework.get(framework.id) ?? new Map<string, Counter>();
    this.#byFramework.set(framework.id, counters);
    const known = counters.get(what);
    if (known !== undefined) return known;
    const name = `master/frameworks/${percentEncoded(framework.info.name)}/${framework.id}/${what}`;
    const counter = this.metrics.counter(name);
    counters.set(what, counter);
    return counter;
  }

  #gauges(): void {
    const { cluster, uptimeSeconds, elected, queue } = this.watched;
    this.#gauge('uptime_secs', uptimeSeconds);
    this.#gauge('elected', () => (elected() ? 1 : 0));
    this.#gauge('event_queue_messages', () => queue('message'));
    this.#gauge('event_queue_dispatches', () => queue('dispatch'));
    this.#gauge('event_queue_http_requests', () => queue('http'));
    this.#gauge('operator_event_stream_subscribers', this.watched.operatorStreams);
    this.#gauge('outstanding_offers', () => cluster.offers.size);
    this.#agentGauges();
    this.#frameworkGauges();
    this.#taskGauges();
    for (const name of RESOURCE_NAMES) this.#resourceGauges(name);
  }

  #agentGauges(): void {
    const count = (wanted: (agent: Agent) => boolean) => () => countOf(this.watched.cluster.agents.values(), wanted);
    this.#gauge(
      'slaves_connected',
      count(agent => agent.connected),
    );
    this.#gauge(
      'slaves_disconnected',
      count(agent => !agent.connected),
    );
    this.#gauge(
      'slaves_active',
      count(agent => agent.active),
    );
    this.#gauge(
      'slaves_inactive',
      count(agent => !agent.active),
    );
    this.#gauge('slaves_unreachable', () => this.watched.cluster.unreachableAgents.size);
  }

  #frameworkGauges(): void {
    const count = (wanted: (framework: Framework) => boolean) => () =>
      countOf(this.watched.cluster.frameworks.values(), wanted);
    this.#gauge(
      'frameworks_connected',
      count(framework => framework.isConnected),
    );
    this.#gauge(
      'frameworks_disconnected',
      count(framework => !framework.isConnected),
    );
    this.#gauge(
      'frameworks_active',
      count(framework => framework.isActive),
    );
    this.#gauge(
      'frameworks_inactive',
      count(framework => !framework.isActive),
    );
  }

  #taskGauges(): void {
    const { cluster } = this.watched;
    for (const state of ['staging', 'starting', 'running', 'killing']) {
      this.#gauge(`tasks_${state}`, () => tasksIn(cluster, `TASK_${state.toUpperCase()}`));
    }
    this.#gauge('tasks_unreachable', () => {
      let count = 0;
      for (const framework of cluster.frameworks.values()) count += framework.unreachableTasks.size;
      return count;
    });
  }

  #resourceGauges(name: string): void {
    const total = (): number => sum(this.watched.cluster, agent => agent.total.nonRevocable, name);
    const used = (): number => sum(this.watched.cluster, agent => agent.totalUsed.nonRevocable, name);
    const revocableTotal = (): number => sum(this.watched.cluster, agent => agent.total.revocable, name);
    const revocableUsed = (): number => sum(this.watched.cluster, agent => agent.totalUsed.revocable, name);
    this.#gauge(`${name}_total`, total);
    this.#gauge(`${name}_used`, used);
    this.#gauge(`${name}_percent`, () => part(used(), total()));
    this.#gauge(`${name}_revocable_total`, revocableTotal);
    this.#gauge(`${name}_revocable_used`, revocableUsed);
    this.#gauge(`${name}_revocable_percent`, () => part(revocableUsed(), revocableTotal()));
  }

  #gauge(name: string, pull: () => number): void {
    this.metrics.pullGauge(`master/${name}`, pull);
  }
}

function operationCounters(): string[] {
  return [...OPERATION_STATES, ...OPERATION_TYPES.flatMap(type => OPERATION_STATES.map(state => `${type}/${state}`))];
}

/** What is no text (half of a surrogate pair) becomes the sign for that. */
function percentEncoded(name: string): string {
  return encodeURIComponent(Buffer.from(name).toString());
}

/** Metrics have kept the older name of the agent. */
function spell(name: TaskStatusSource | TaskStatusReason): string {
  return name.replace(/^(SOURCE|REASON)_AGENT/, '$1_SLAVE').toLowerCase();
}

function countOf<T>(all: Iterable<T>, wanted: (each: T) => boolean): number {
  let count = 0;
  for (const each of all) if (wanted(each)) count += 1;
  return count;
}

function tasksIn(cluster: Cluster, state: string): number {
  let count = 0;
  for (const framework of cluster.frameworks.values()) {
    count += countOf(framework.tasks.values(), task => task.state === state);
  }
  return count;
}

function sum(cluster: Cluster, of: (agent: Agent) => Resources, name: string): number {
  return Resources.sum([...cluster.agents.values()].map(of)).scalar(name);
}

function part(used: number, total: number): number {
  return total === 0 ? 0 : used / total;
}
