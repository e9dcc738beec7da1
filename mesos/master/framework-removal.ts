/**
 * The end of a framework: its stream closed and nobody came back in time, or somebody asked for it.
 *
 *   stream closed ──▶ disconnected ──failover_timeout──▶ removed
 *   TEARDOWN, POST /teardown ──────────────────────────▶ removed
 *
 * Source: Mesos src/master/master.cpp (Master::disconnect, deactivate, frameworkFailoverTimeout, removeFramework).
 */
import { ShutdownFrameworkMessage } from '../protocol/task-launch.ts';
import type { MasterContext } from './context.ts';
import type { Framework } from './framework.ts';
import type { FrameworkConnection } from './framework-connection.ts';
import type { Offers } from './offers.ts';
import type { StatusUpdates } from './status-updates.ts';
import { isRemovable, type TaskRecord } from './task-record.ts';

/** The longest that a timer waits; Mesos' durations end after 292 years. */
const FAILOVER_TIMEOUT_MAX_MS = 2 ** 53;

export class FrameworkRemoval {
  constructor(
    private readonly master: MasterContext,
    private readonly offers: Offers,
    private readonly updates: StatusUpdates,
  ) {}

  /** The stream of `connection` is closed. A later subscription has nothing to do with it. */
  readonly disconnected = (framework: Framework, connection: FrameworkConnection): void => {
    if (framework.connection !== connection || !framework.isConnected) return;
    this.master.log.info(`Framework ${framework} disconnected`);
    this.deactivate(framework);
    connection.close();
    framework.connection = null;
    framework.state = 'disconnected';
    framework.epoch += 1;
    this.master.cluster.watcher?.frameworkUpdated(framework);
    const ms = Math.min(Math.max(0, (framework.info.failover_timeout ?? 0) * 1_000), FAILOVER_TIMEOUT_MAX_MS);
    this.master.log.info(`Giving framework ${framework} ${ms}ms to failover`);
    this.master.delay(ms, this.#failoverTimeout, framework, framework.epoch);
  };

  /** No offers any more; those that are out are void. */
  deactivate(framework: Framework): void {
    if (!framework.isActive) return;
    this.master.log.info(`Deactivating framework ${framework}`);
    framework.state = 'inactive';
    this.master.allocator.deactivateFramework(framework.id).ignore();
    for (const offer of [...framework.offers]) this.offers.discard(offer);
  }

  remove(framework: Framework): void {
    const { cluster, allocator, log } = this.master;
    log.info(`Removing framework ${framework}`);
    this.deactivate(framework);
    this.#shutDown(framework);
    for (const record of [...framework.tasks.values()]) this.#endTask(framework, record);
    this.#endExecutors(framework);
    framework.unregisteredTime = this.master.wall();
    framework.connection?.close();
    framework.connection = null;
    framework.state = 'disconnected';
    cluster.completeFramework(framework);
    allocator.removeFramework(framework.id).ignore();
    this.master.metrics.forget(framework);
  }

  readonly #failoverTimeout = (framework: Framework, epoch: number): void => {
    if (framework.epoch !== epoch || this.master.cluster.frameworks.get(framework.id) !== framework) return;
    this.master.log.info(`Framework failover timeout, removing framework ${framework}`);
    this.remove(framework);
  };

  #shutDown(framework: Framework): void {
    for (const agent of this.master.cluster.agents.values()) {
      this.master.send(agent.pid, ShutdownFrameworkMessage, { framework_id: { value: framework.id } });
    }
  }

  /** The framework is not told: it is gone, or wanted it so. */
  #endTask(framework: Framework, record: TaskRecord): void {
    if (!isRemovable(record.state)) {
      const status = this.updates.status(
        record.id,
        'TASK_KILLED',
        'REASON_FRAMEWORK_REMOVED',
        `Framework ${framework.id} removed`,
        { agent_id: record.task.agent_id, executor_id: record.task.executor_id },
      );
      this.updates.settle(record, status);
    }
    this.master.cluster.removeTask(record);
  }

  #endExecutors(framework: Framework): void {
    const { cluster, allocator } = this.master;
    for (const [agentId, executors] of [...framework.executors]) {
      for (const executorId of [...executors.keys()]) {
        const resources = cluster.removeExecutor(framework.id, agentId, executorId);
        if (resources === null || resources.isEmpty) continue;
        allocator.recoverResources(framework.id, agentId, resources, undefined, true).ignore();
      }
    }
  }
}
