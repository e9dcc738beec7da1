/**
 * Agents that come: new ones, ones that reconnect, and ones that an earlier master knew.
 *
 *   RegisterSlaveMessage ────▶ registrar: admit ──────────▶ SlaveRegisteredMessage
 *   ReregisterSlaveMessage ──▶ known:   reconcile what it runs with what the master thinks
 *                              unknown: registrar: reachable; its tasks and frameworks become known from it
 *                              ──▶ SlaveReregisteredMessage
 *
 * Agents repeat themselves until they are answered; one that is being worked on is ignored meanwhile.
 *
 * Source: Mesos src/master/master.cpp (Master::registerSlave, reregisterSlave and what follows them).
 */
import type { PID } from '../../libprocess/index.ts';
import { toRefined } from '../common/resource-formats.ts';
import { Resources } from '../common/resources.ts';
import {
  type RegisterSlaveMessage,
  type ReregisterSlaveMessage,
  ShutdownMessage,
  SlaveRegisteredMessage,
  SlaveReregisteredMessage,
  type UpdateSlaveMessage,
} from '../protocol/agent-registration.ts';
import type { SlaveInfo } from '../protocol/agents.ts';
import { Agent, type AgentTraits } from './agent.ts';
import { AgentObserver } from './agent-observer.ts';
import type { AgentReconciliation } from './agent-reconciliation.ts';
import type { AgentRemoval } from './agent-removal.ts';
import { validateRegister, validateReregister } from './agent-validation.ts';
import type { MasterContext } from './context.ts';
import { admitAgent, markAgentReachable, sameInfo, updateAgent } from './registry.ts';

export class AgentRegistration {
  #count = 0;
  readonly #registering = new Set<PID>();
  readonly #reregistering = new Set<string>();

  constructor(
    private readonly master: MasterContext,
    private readonly removal: AgentRemoval,
    private readonly reconciliation: AgentReconciliation,
  ) {}

  async register(body: RegisterSlaveMessage, from: PID): Promise<void> {
    const { cluster, metrics, log } = this.master;
    metrics.count('messages_register_slave');
    log.info(`Received register agent message from ${from} (${body.agent.hostname})`);
    if (this.#registering.has(from)) {
      log.info(
        `Ignoring register agent message from ${from} (${body.agent.hostname}) as registration is already in progress`,
      );
      return;
    }
    if (!this.#accepts(validateRegister(body), from)) return;
    const there = cluster.agentsByPid.get(from);
    if (there?.connected) {
      log.info(`Agent ${there} already registered, resending acknowledgement`);
      this.#answerRegistered(there);
      return;
    }
    this.#registering.add(from);
    try {
      if (there !== undefined) await this.removal.replaced(there);
      await this.#admit(body, from);
    } finally {
      this.#registering.delete(from);
    }
  }

  async reregister(body: ReregisterSlaveMessage, from: PID): Promise<void> {
    const { cluster, metrics, log } = this.master;
    const id = body.agent.id?.value ?? '';
    metrics.count('messages_reregister_slave');
    log.info(`Received reregister agent message from agent ${id} at ${from} (${body.agent.hostname})`);
    if (this.#reregistering.has(id) || this.removal.isMarking(id)) {
      log.info(
        `Ignoring reregister agent message from agent ${id} at ${from} (${body.agent.hostname}) as it is being worked on`,
      );
      return;
    }
    if (!this.#accepts(validateReregister(body), from)) return;
    if (cluster.goneAgents.has(id)) {
      this.#shutDown(from, 'Agent has been marked gone');
      return;
    }
    this.#reregistering.add(id);
    try {
      const known = cluster.agents.get(id);
      if (known === undefined) await this.#readmit(body, from);
      else await this.#return(known, body, from);
    } finally {
      this.#reregistering.delete(id);
    }
  }

  /** The agent has more, or less, that can be revoked than it said. */
  update(body: UpdateSlaveMessage): void {
    const { cluster, metrics, log, allocator } = this.master;
    metrics.count('messages_update_slave');
    const agent = cluster.agents.get(body.agent_id.value);
    if (agent === undefined) {
      log.warn(`Ignoring update on unknown agent ${body.agent_id.value}`);
      return;
    }
    if (body.resource_version_uuid !== undefined) {
      agent.traits = { ...agent.traits, resourceVersion: body.resource_version_uuid };
    }
    const oversubscribed = body.update_oversubscribed_resources ?? true;
    const revocable = oversubscribed ? Resources.from(body.oversubscribed_resources ?? []) : agent.total.revocable;
    const total = agent.total.nonRevocable.add(revocable);
    if (total.equals(agent.total)) {
      log.info(`Ignoring update on agent ${agent} as it reports no changes`);
      return;
    }
    agent.total = total;
    allocator.updateAgent(agent.id, agent.info, agent.total, agent.capabilities).ignore();
  }

  /** No answer is one, too: the agent tries again, and an operator sees why in the log. */
  #accepts(error: string | null, from: PID): boolean {
    if (error === null) return true;
    this.master.log.warn(`Dropping registration of agent at ${from}: ${error}`);
    this.master.metrics.count('dropped_messages');
    return false;
  }

  #shutDown(to: PID, message: string): void {
    this.master.log.warn(`Shutting down agent at ${to}: ${message}`);
    this.master.send(to, ShutdownMessage, { message });
  }

  async #admit(body: RegisterSlaveMessage, from: PID): Promise<void> {
    const { log, registrar, metrics } = this.master;
    const id = `${this.master.info.id}-S${this.#count++}`;
    const info: SlaveInfo = { ...refined(body.agent), id: { value: id } };
    log.info(`Registering agent at ${from} (${info.hostname}) with id ${id}`);
    await this.master.turn(registrar.apply(admitAgent(info)));
    const agent = new Agent(info, from, traitsOf(body), this.master.wall());
    this.#add(agent, new Map());
    metrics.count('slave_registrations');
    log.info(`Registered agent ${agent} with ${agent.total}`);
    this.#answerRegistered(agent);
  }

  /** An agent that this master has in its books. */
  async #return(agent: Agent, body: ReregisterSlaveMessage, from: PID): Promise<void> {
    const { cluster, registrar, log } = this.master;
    const moved = agent.pid.address.ip !== from.address.ip || agent.info.hostname !== body.agent.hostname;
    if (moved) {
      this.#shutDown(from, 'Agent attempted to reregister with different IP / hostname');
      return;
    }
    const info = refined(body.agent);
    if (!sameInfo(agent.info, info)) await this.master.turn(registrar.apply(updateAgent(info)));
    if (cluster.agents.get(agent.id) !== agent) return;
    cluster.moveAgent(agent, from);
    agent.update(info, from, traitsOf(body));
    agent.connected = true;
    agent.epoch += 1;
    agent.reregisteredTime = this.master.wall();
    this.master.link(from);
    agent.observer?.reconnect(from);
    const reconciliations = this.reconciliation.known(agent, body);
    this.master.allocator.updateAgent(agent.id, agent.info, agent.total, agent.capabilities).ignore();
    this.#activate(agent);
    log.info(`Re-registered agent ${agent} with ${agent.total}`);
    this.#answerReregistered(agent, reconciliations);
    this.reconciliation.afterwards(agent, body);
  }

  /** An agent that only the registry knows, or nobody. */
  async #readmit(body: ReregisterSlaveMessage, from: PID): Promise<void> {
    const { cluster, registrar, log } = this.master;
    const info = refined(body.agent);
    const id = info.id?.value ?? '';
    log.info(`Re-admitting agent ${id} at ${from} (${info.hostname})`);
    await this.master.turn(registrar.apply(markAgentReachable(info)));
    const before = cluster.recoveredAgents.has(id)
      ? 'recovered'
      : cluster.unreachableAgents.has(id)
        ? 'unreachable'
        : 'unknown';
    const agent = new Agent(info, from, traitsOf(body), this.master.wall());
    agent.reregisteredTime = this.master.wall();
    this.reconciliation.recoverFrameworks(body);
    this.#add(agent, this.reconciliation.usedBy(body));
    this.reconciliation.adopt(agent, body, before);
    log.info(`Re-registered agent ${agent} with ${agent.total}`);
    this.#answerReregistered(agent, []);
    this.reconciliation.afterwards(agent, body);
  }

  #add(agent: Agent, used: ReadonlyMap<string, Resources>): void {
    const { cluster, allocator, flags } = this.master;
    cluster.addAgent(agent);
    this.master.link(agent.pid);
    agent.observer = this.master.spawn(
      new AgentObserver({
        agentId: agent.id,
        agent: agent.pid,
        pingTimeoutMs: flags.agent_ping_timeout,
        pingTimeoutsMax: flags.max_agent_ping_timeouts,
        timedOut: this.master.defer(this.removal.healthCheckTimedOut),
      }),
    );
    allocator.addAgent(agent.id, agent.info, agent.capabilities, agent.total, used).ignore();
  }

  #activate(agent: Agent): void {
    if (agent.active || agent.deactivated) return;
    agent.active = true;
    this.master.allocator.activateAgent(agent.id).ignore();
  }

  #answerRegistered(agent: Agent): void {
    this.master.send(agent.pid, SlaveRegisteredMessage, {
      agent_id: { value: agent.id },
      connection: this.#connection(),
    });
  }

  #answerReregistered(agent: Agent, reconciliations: SlaveReregisteredMessage['reconciliations']): void {
    this.master.metrics.count('slave_reregistrations');
    this.master.send(agent.pid, SlaveReregisteredMessage, {
      agent_id: { value: agent.id },
      reconciliations,
      connection: this.#connection(),
    });
  }

  #connection() {
    const { agent_ping_timeout: ms, max_agent_ping_timeouts: times } = this.master.flags;
    return { total_ping_timeout_seconds: (ms * times) / 1_000 };
  }
}

/** Whatever form the agent writes reservations in: here there is one. */
function refined(info: SlaveInfo): SlaveInfo {
  return { ...info, resources: (info.resources ?? []).map(toRefined) };
}

function traitsOf(body: RegisterSlaveMessage | ReregisterSlaveMessage): AgentTraits {
  return {
    version: body.version ?? '',
    capabilities: body.agent_capabilities ?? [],
    resourceVersion: body.resource_version_uuid,
    checkpointed: body.checkpointed_resources ?? [],
  };
}
