/**
 * The agent and its master: found, registered with, pinged by, lost and found again.
 *
 *   disconnected ─ detect ─ wait ─ link ─ (Re)registerSlaveMessage ─ … ─ Slave(Re)registeredMessage ─▶ running
 *        ▲                                     └─ wait longer ─┘                                          │
 *        └──────────────── no ping in time, `connected: false`, the connection broke ─────────────────────┘
 *
 * While disconnected no status update is forwarded; tasks run on.
 *
 * Source: Mesos Slave::detected, doReliableRegistration, registered, reregistered, ping, pingTimeout (slave.cpp).
 */
import type { PID, Timer } from '../../libprocess/index.ts';
import type { MasterDetector } from '../election/standalone-detector.ts';
import {
  type MasterSlaveConnection,
  type PingSlaveMessage,
  PongSlaveMessage,
  type ReconcileTasksMessage,
  RegisterSlaveMessage,
  ReregisterSlaveMessage,
  type SlaveRegisteredMessage,
  type SlaveReregisteredMessage,
  UnregisterSlaveMessage,
  UpdateSlaveMessage,
  type UUID,
} from '../protocol/index.ts';
import { CAPABILITIES } from './capabilities.ts';
import type { AgentContext } from './context.ts';
import { firstBackoffMs, nextBackoffMs, PING_TIMEOUT_MS } from './registration.ts';
import { reregistration } from './reregistration.ts';
import type { TaskUpdates } from './task-updates.ts';

export class MasterLink {
  #pingTimeoutMs = PING_TIMEOUT_MS;
  #ping: Timer | null = null;
  #retry: Timer | null = null;

  constructor(
    private readonly agent: AgentContext,
    private readonly detector: MasterDetector,
    private readonly updates: TaskUpdates,
    private readonly resourceVersion: UUID,
  ) {}

  /** Looks for the master, again where there was one, and registers with it. */
  async detect(): Promise<void> {
    const { books, log } = this.agent;
    this.#ping?.cancel();
    this.#retry?.cancel();
    books.become('disconnected');
    this.agent.manager.pause();
    const master = await this.agent.turn(this.detector.detect(books.master));
    if (books.phase !== 'disconnected') return;
    books.master = master;
    if (master === null) {
      log.info('No master detected');
      return;
    }
    log.info(`New master detected at ${master}`);
    log.info('No credentials provided. Attempting to register without authentication');
    this.#register(this.agent.flags.registration_backoff_factor, null);
  }

  /** True when `pid` is the master's: the connection to it broke. */
  lost(pid: PID): boolean {
    const { books, log } = this.agent;
    if (pid !== books.master) return false;
    if (books.phase !== 'running') return true; // The next attempt is under way.
    log.warn('Master disconnected! Waiting for a new master to be elected');
    this.#again();
    return true;
  }

  async registered({ agent_id, connection }: SlaveRegisteredMessage, from: PID): Promise<void> {
    const { books, log, checkpointer, flags } = this.agent;
    if (!this.#isExpected(from, 'registration')) return;
    if (books.info.id !== undefined && books.id !== agent_id.value) {
      log.fatal(`Registered but got wrong id: ${agent_id.value} (expected: ${books.id}). Committing suicide`);
      return this.agent.shutdown();
    }
    if (books.phase === 'running') return this.#pinged(connection);
    this.#retry?.cancel();
    log.info(`Registered with master ${from}; given agent ID ${agent_id.value}`);
    books.info = { ...books.info, id: agent_id };
    await this.agent.turn(checkpointer.agent(books.info, agent_id.value, flags.work_dir));
    if (books.phase === 'disconnected') this.#running(connection);
  }

  async reregistered(body: SlaveReregisteredMessage, from: PID): Promise<void> {
    const { books, log } = this.agent;
    const { agent_id, connection, reconciliations } = body;
    if (!this.#isExpected(from, 're-registration')) return;
    if (books.id !== agent_id.value) {
      log.fatal(`Re-registered but got wrong id: ${agent_id.value} (expected: ${books.id}). Committing suicide`);
      return this.agent.shutdown();
    }
    if (books.phase === 'disconnected') {
      log.info(`Re-registered with master ${from}`);
      this.#running(connection);
    }
    for (const each of reconciliations ?? []) await this.#reconcile(each);
  }

  /** The master's observer wants to know whether this agent lives, and says what it thinks of it. */
  ping({ connected }: PingSlaveMessage, from: PID): void {
    const { books, log } = this.agent;
    this.agent.send(from, PongSlaveMessage, {});
    if (books.phase !== 'running') return;
    if (connected) {
      this.#rearmPing();
      return;
    }
    log.info(
      'Master marked the agent as disconnected but the agent considers itself registered! Forcing re-registration.',
    );
    this.#again();
  }

  /** Tells the master that this agent will not come back. */
  unregister(): void {
    const { books } = this.agent;
    if (books.master !== null) this.agent.send(books.master, UnregisterSlaveMessage, { agent_id: books.agentId });
  }

  stop(): void {
    this.#ping?.cancel();
    this.#retry?.cancel();
  }

  #again(): void {
    this.agent.defer(() => this.detect())();
  }

  /** Waits for a random time up to `boundMs`, registers, and does so again until it is answered. */
  #register(boundMs: number, nextBoundMs: number | null): void {
    const capMs = this.#pingTimeoutMs;
    const waitMs = this.agent.chance() * Math.min(boundMs, capMs);
    const next = nextBoundMs ?? firstBackoffMs(boundMs);
    this.#retry = this.agent.delay(waitMs, this.#attempt, next);
  }

  #attempt = (nextBoundMs: number): void => {
    const { books } = this.agent;
    if (books.phase !== 'disconnected' || books.master === null) return;
    this.agent.link(books.master, 'reconnect');
    const common = {
      agent: books.info,
      version: this.agent.build.version,
      agent_capabilities: CAPABILITIES,
      resource_version_uuid: this.resourceVersion,
    };
    if (books.info.id === undefined) this.agent.send(books.master, RegisterSlaveMessage, common);
    else this.agent.send(books.master, ReregisterSlaveMessage, { ...common, ...reregistration(books) });
    this.#register(nextBoundMs, nextBackoffMs(nextBoundMs));
  };

  #isExpected(from: PID, what: string): boolean {
    const { books, log } = this.agent;
    if (from === books.master && books.phase !== 'recovering' && books.phase !== 'terminating') return true;
    log.warn(`Ignoring ${what} message from ${from} because it is not the expected master: ${books.master}`);
    return false;
  }

  #running(connection: MasterSlaveConnection | undefined): void {
    const { books } = this.agent;
    this.#retry?.cancel();
    books.become('running');
    this.#pinged(connection);
    this.agent.manager.resume();
    if (books.master === null) return;
    this.agent.send(books.master, UpdateSlaveMessage, {
      agent_id: books.agentId,
      update_oversubscribed_resources: false,
      operations: {},
      resource_version_uuid: this.resourceVersion,
      resource_providers: {},
    });
  }

  #pinged(connection: MasterSlaveConnection | undefined): void {
    const seconds = connection?.total_ping_timeout_seconds;
    if (seconds !== undefined) this.#pingTimeoutMs = seconds * 1_000;
    this.#rearmPing();
  }

  #rearmPing(): void {
    this.#ping?.cancel();
    this.#ping = this.agent.delay(this.#pingTimeoutMs, this.#pingTimedOut);
  }

  #pingTimedOut = (): void => {
    const { books, log } = this.agent;
    if (books.phase !== 'running') return;
    log.info(`No pings from master received within ${this.#pingTimeoutMs / 1_000}secs`);
    this.#again();
  };

  /** Tasks that the master knows of, and this agent did not report. */
  async #reconcile({ framework_id, statuses, framework: info }: ReconcileTasksMessage): Promise<void> {
    const { books, log } = this.agent;
    const framework = books.framework(framework_id.value);
    for (const { task_id } of statuses ?? []) {
      const taskId = task_id.value;
      if (framework?.pending.has(taskId) || framework?.executorOf(taskId) !== undefined) continue;
      log.warn(`Agent reconciling task ${taskId} of framework ${framework_id.value}: it is unknown here`);
      const partitionAware = (framework?.info ?? info)?.capabilities?.some(({ type }) => type === 'PARTITION_AWARE');
      await this.updates.sayUnknown(framework_id, task_id, {
        state: partitionAware ? 'TASK_DROPPED' : 'TASK_LOST',
        reason: 'REASON_RECONCILIATION',
        message: 'Reconciliation: task unknown to the agent',
      });
    }
  }
}
