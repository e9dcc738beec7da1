/**
 * What can be done to the registry, as pure functions from one registry to the next.
 *
 * An operation returns the same object when there is nothing to change: then nothing is stored. One that cannot be
 * done throws a Failure, which fails it alone.
 *
 * Source: Mesos src/master/registry_operations.cpp.
 */
import { Failure } from '../../libprocess/index.ts';
import type { SlaveInfo } from '../protocol/agents.ts';
import type { MasterInfo } from '../protocol/masters.ts';
import type { Registry, RegistryAgent, RegistryGoneAgent, RegistryUnreachableAgent } from '../protocol/registry.ts';
import type { TimeInfo } from '../protocol/time.ts';

export type RegistryOperation = (registry: Registry) => Registry;

/** A new leader notes itself. */
export function recoverMaster(info: MasterInfo): RegistryOperation {
  return registry => ({ ...registry, master: { info } });
}

/** @throws Failure ALREADY_ADMITTED */
export function admitAgent(info: SlaveInfo): RegistryOperation {
  return registry => {
    const id = idOf(info);
    if (agentsOf(registry).some(agent => idOf(agent.info) === id)) {
      throw new Failure(`agent ${id} is admitted already`, 'ALREADY_ADMITTED');
    }
    return withAgents(registry, [...agentsOf(registry), { info, deactivated: false }]);
  };
}

/** @throws Failure UNKNOWN_AGENT */
export function updateAgent(info: SlaveInfo): RegistryOperation {
  return registry => {
    const id = idOf(info);
    const known = agentsOf(registry).find(agent => idOf(agent.info) === id);
    if (known === undefined) throw unknown(id);
    if (sameInfo(known.info, info)) return registry;
    return withAgents(
      registry,
      agentsOf(registry).map(agent => (agent === known ? { ...agent, info } : agent)),
    );
  };
}

/** @throws Failure UNKNOWN_AGENT */
export function removeAgent(id: string): RegistryOperation {
  return registry => withoutAgent(registry, id);
}

/** @throws Failure UNKNOWN_AGENT */
export function markAgentUnreachable(id: string, timestamp: TimeInfo): RegistryOperation {
  return registry => {
    const entry: RegistryUnreachableAgent = { id: { value: id }, timestamp };
    return withUnreachable(withoutAgent(registry, id), [...unreachableOf(registry), entry]);
  };
}

/** Moves the agent from the unreachable to the admitted; one that is unknown is admitted too. */
export function markAgentReachable(info: SlaveInfo): RegistryOperation {
  return registry => {
    const id = idOf(info);
    if (agentsOf(registry).some(agent => idOf(agent.info) === id)) return registry;
    const unreachable = unreachableOf(registry).filter(agent => agent.id.value !== id);
    return withUnreachable(withAgents(registry, [...agentsOf(registry), { info, deactivated: false }]), unreachable);
  };
}

/** For good: the agent may never come back. @throws Failure UNKNOWN_AGENT, ALREADY_GONE */
export function markAgentGone(id: string, timestamp: TimeInfo): RegistryOperation {
  return registry => {
    if (goneOf(registry).some(agent => agent.id.value === id)) {
      throw new Failure(`agent ${id} is marked gone already`, 'ALREADY_GONE');
    }
    const gone = { agents: [...goneOf(registry), { id: { value: id }, timestamp }] };
    const unreachable = unreachableOf(registry).filter(agent => agent.id.value !== id);
    if (unreachable.length < unreachableOf(registry).length) return { ...withUnreachable(registry, unreachable), gone };
    return { ...withoutAgent(registry, id), gone };
  };
}

/** Forgets unreachable and gone agents. */
export function prune(ids: {
  readonly unreachable: ReadonlySet<string>;
  readonly gone: ReadonlySet<string>;
}): RegistryOperation {
  return registry => {
    const unreachable = unreachableOf(registry).filter(agent => !ids.unreachable.has(agent.id.value));
    const gone = goneOf(registry).filter(agent => !ids.gone.has(agent.id.value));
    const nothing = unreachable.length === unreachableOf(registry).length && gone.length === goneOf(registry).length;
    return nothing ? registry : { ...withUnreachable(registry, unreachable), gone: { agents: gone } };
  };
}

export function agentsOf(registry: Registry): readonly RegistryAgent[] {
  return registry.agents?.agents ?? [];
}

export function unreachableOf(registry: Registry): readonly RegistryUnreachableAgent[] {
  return registry.unreachable?.agents ?? [];
}

export function goneOf(registry: Registry): readonly RegistryGoneAgent[] {
  return registry.gone?.agents ?? [];
}

/** Whether the registry would read the same. */
export function sameInfo(a: SlaveInfo, b: SlaveInfo): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function withAgents(registry: Registry, agents: readonly RegistryAgent[]): Registry {
  return { ...registry, agents: { agents } };
}

function withUnreachable(registry: Registry, agents: readonly RegistryUnreachableAgent[]): Registry {
  return { ...registry, unreachable: { agents } };
}

function withoutAgent(registry: Registry, id: string): Registry {
  const left = agentsOf(registry).filter(agent => idOf(agent.info) !== id);
  if (left.length === agentsOf(registry).length) throw unknown(id);
  return withAgents(registry, left);
}

function idOf(info: SlaveInfo): string {
  return info.id?.value ?? '';
}

function unknown(id: string): Failure {
  return new Failure(`agent ${id} is not in the registry`, 'UNKNOWN_AGENT');
}
