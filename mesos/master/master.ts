/**
 * The master: agents offer it their resources, frameworks get them offered and have tasks run, operators look on.
 *
 *   recovering ──registrar.recover──▶ leading
 *
 * This actor holds the state and its parts, and hands each message, call and request to the part whose business it is:
 *
 *   agents      agent-registration, agent-reconciliation, agent-removal, agent-observer
 *   frameworks  scheduler-api ▶ subscriptions, offers, accept, task-control, framework-removal
 *   between     status-updates
 *   operators   http/, operator-api
 *
 * Source: Mesos src/master/master.cpp.
 */
import { join } from 'node:path';
import {
  type Endpoints,
  http,
  type PID,
  Process,
  printDuration,
  type Ref,
  type Request,
  type Response,
} from '../../libprocess/index.ts';
import { startupLine } from '../common/flags.ts';
import type { Resources } from '../common/resources.ts';
import {
  RegisterSlaveMessage,
  ReregisterSlaveMessage,
  UnregisterSlaveMessage,
  UpdateSlaveMessage,
} from '../protocol/agent-registration.ts';
import { ExecutorToFrameworkMessage } from '../protocol/executor-messages.ts';
import { StatusUpdateMessage } from '../protocol/status-updates.ts';
import { ExitedExecutorMessage } from '../protocol/task-launch.ts';
import type { BuildInfo } from '../version/build.ts';
import type { AgentRemoval } from './agent-removal.ts';
import type { HierarchicalAllocatorProcess } from './allocator/allocator.ts';
import { Cluster } from './cluster.ts';
import type { MasterContext } from './context.ts';
import type { MasterFlags } from './flags.ts';
import { ENDPOINTS, type Endpoint } from './http/endpoints.ts';
import { masterInfo } from './master-info.ts';
import { type MasterParts, makeParts } from './master-parts.ts';
import { MasterMetrics } from './metrics.ts';
import { type Registrar, registrySize } from './registrar.ts';
import { agentsOf, goneOf, unreachableOf } from './registry.ts';

export interface MasterOptions {
  readonly flags: MasterFlags;
  readonly build: BuildInfo;
  readonly allocator: Ref<HierarchicalAllocatorProcess>;
  readonly registrar: Ref<Registrar>;
  readonly logging: Endpoints['logging'];
  /** The folder of the web interface, and what is in it; null without one. */
  readonly pages: { readonly folder: string; readonly names: readonly string[] } | null;
}

/** What agents say to a master. */
const PROTOCOL = {
  RegisterSlaveMessage,
  ReregisterSlaveMessage,
  UnregisterSlaveMessage,
  UpdateSlaveMessage,
  StatusUpdateMessage,
  ExitedExecutorMessage,
  ExecutorToFrameworkMessage,
} as const;

export class Master extends Process {
  #context: MasterContext | null = null;
  #parts: MasterParts | null = null;
  #started = 0;
  /** Seconds since the epoch; null while the registry is being read. */
  #elected: number | null = null;

  constructor(private readonly options: MasterOptions) {
    super('master');
  }

  protected override initialize(): void {
    this.#started = this.clock.wall / 1_000;
    const context = this.#makeContext();
    this.#context = context;
    this.#parts = makeParts(context, () => ({ started: this.#started, elected: this.#elected }));
    this.#greet(context);
    this.#serveMessages(this.#parts);
    this.#serveRequests(context, this.#parts);
    this.defer(this.#lead)(context);
  }

  protected override exited(pid: PID): void {
    const agent = this.#context?.cluster.agentsByPid.get(pid);
    if (agent !== undefined) this.#parts?.agentRemoval.disconnect(agent);
  }

  #makeContext(): MasterContext {
    const { flags, build, allocator, registrar, logging } = this.options;
    const cluster = new Cluster({ completedFrameworksMax: flags.max_completed_frameworks });
    const info = masterInfo(this.uuid(), this.pid, flags);
    return {
      flags,
      build,
      info,
      cluster,
      allocator,
      registrar,
      metrics: new MasterMetrics(this.runtime.metrics, {
        cluster,
        perFramework: flags.publish_per_framework_metrics,
        uptimeSeconds: () => this.clock.wall / 1_000 - this.#started,
        elected: () => this.#elected !== null,
        operatorStreams: () => this.#parts?.events.count ?? 0,
        queue: kind => this.#queued(kind),
      }),
      logging,
      snapshot: timeoutMs => this.runtime.metrics.snapshot(timeoutMs),
      log: this.log,
      wall: () => this.clock.wall / 1_000,
      uuid: () => this.uuid(),
      send: (to, type, body) => this.send(to, type, body),
      link: pid => this.link(pid),
      delay: (ms, method, ...args) => this.delay(ms, method, ...args),
      defer: method => this.defer(method),
      turn: future => this.turn(future),
      spawn: (process, options) => this.spawn(process, options),
      terminate: pid => this.runtime.terminate(pid),
    };
  }

  #queued(kind: string): number {
    let count = 0;
    for (const envelope of this.$mailbox) if (envelope.kind === kind) count += 1;
    return count;
  }

  #greet({ info, flags, log }: MasterContext): void {
    log.info(`Master ${info.id} (${info.hostname}) started on ${this.pid.address}`);
    log.info(`Flags at startup: ${startupLine(flags.shown)}`);
    if (this.pid.address.ip.startsWith('127.')) log.warn(LOOPBACK_WARNING);
    log.info('Master allowing unauthenticated frameworks to register');
    log.info('Master allowing unauthenticated agents to register');
    log.info('Master allowing HTTP frameworks to register without authentication');
  }

  #serveMessages(parts: MasterParts): void {
    const { registration, agentRemoval, updates, control } = parts;
    const leading = <B>(handler: (body: B, from: PID) => void | Promise<void>) => {
      return (body: B, from: PID): void | Promise<void> => {
        if (this.#elected !== null) return handler(body, from);
        this.#context?.metrics.count('dropped_messages');
      };
    };
    this.serve(PROTOCOL, {
      RegisterSlaveMessage: leading((body, from) => registration.register(body, from)),
      ReregisterSlaveMessage: leading((body, from) => registration.reregister(body, from)),
      UnregisterSlaveMessage: leading((body, from) => this.#unregister(agentRemoval, body, from)),
      UpdateSlaveMessage: leading(body => registration.update(body)),
      StatusUpdateMessage: leading((body, from) => updates.fromAgent(body, from)),
      ExitedExecutorMessage: leading(body => control.executorExited(body)),
      ExecutorToFrameworkMessage: leading(body => control.fromExecutor(body)),
    });
  }

  #unregister(removal: AgentRemoval, { agent_id }: UnregisterSlaveMessage, from: PID): void | Promise<void> {
    const { cluster, metrics, log } = this.#context ?? unstarted();
    metrics.count('messages_unregister_slave');
    const agent = cluster.agents.get(agent_id.value);
    if (agent?.pid === from) return removal.unregister(agent);
    log.warn(`Ignoring unregister agent message from ${from} because it is not the agent ${agent_id.value}`);
  }

  /** Reads the registry; from then on this master answers. */
  async #lead(context: MasterContext): Promise<void> {
    const { registrar, allocator, cluster, flags, log, info } = context;
    log.info('Elected as the leading master!');
    log.info('Recovering from registrar');
    allocator.start(this.defer(this.#offer)).ignore();
    allocator.updateWeights(flags.roleWeights).ignore();
    const registry = await this.turn(registrar.recover(info));
    for (const { info: agent } of agentsOf(registry)) cluster.recoveredAgents.set(agent.id?.value ?? '', agent);
    for (const { id, timestamp } of unreachableOf(registry)) cluster.unreachableAgents.set(id.value, timestamp);
    for (const { id, timestamp } of goneOf(registry)) cluster.goneAgents.set(id.value, timestamp);
    this.#elected = this.clock.wall / 1_000;
    const patience = printDuration(flags.agent_reregister_timeout);
    log.info(
      `Recovered ${cluster.recoveredAgents.size} agents from the registry (${registrySize(registry)}); allowing ${patience} for agents to reregister`,
    );
    if (this.#parts !== null) this.delay(flags.registry_gc_interval, this.#parts.agentRemoval.collectGarbage);
    this.delay(flags.agent_reregister_timeout, this.#recoveryTimeout, [...cluster.recoveredAgents.keys()]);
  }

  async #recoveryTimeout(agentIds: readonly string[]): Promise<void> {
    for (const id of agentIds) await this.#parts?.agentRemoval.recoveredTimedOut(id);
  }

  #offer(frameworkId: string, allocation: ReadonlyMap<string, ReadonlyMap<string, Resources>>): void {
    this.#parts?.offers.make(frameworkId, allocation);
  }

  #serveRequests(context: MasterContext, parts: MasterParts): void {
    const times = () => ({ started: this.#started, elected: this.#elected });
    for (const [path, endpoint] of Object.entries(ENDPOINTS)) {
      this.route(path, { help: endpoint.help, realm: endpoint.realm }, request => {
        this.#logRequest(request);
        return this.#refuse(request, endpoint) ?? endpoint.serve({ master: context, parts, times: times() }, request);
      });
    }
    this.#servePages();
  }

  #refuse(request: Request, { methods, needsLeader }: Endpoint): Response | null {
    if (needsLeader && this.#elected === null) return http.serviceUnavailable('Master has not finished recovery');
    if (methods === null || methods.includes(request.method)) return null;
    return http.methodNotAllowed(methods, request.method);
  }

  #logRequest({ method, path, search, peer, headers }: Request): void {
    const agent = headers['user-agent'];
    const from = peer === null ? '' : ` from ${peer}`;
    const by = agent === undefined ? '' : ` with User-Agent='${agent}'`;
    this.log.info(`HTTP ${method} for ${path}${search === '' ? '' : `?${search}`}${from}${by}`);
  }

  /** Each file and folder of the web interface by its name; `/` is its index. */
  #servePages(): void {
    const { pages } = this.options;
    if (pages === null) return;
    this.provide('', join(pages.folder, 'index.html'));
    for (const name of pages.names) this.provide(name, join(pages.folder, name));
  }
}

function unstarted(): never {
  throw new Error('the master has not been initialized');
}

const STARS = '*'.repeat(50);
const LOOPBACK_WARNING = `\n${STARS}
Master bound to loopback interface! Cannot communicate with remote schedulers or agents. You might want to set '--ip' flag to a routable IP address.
${STARS}`;
