/**
 * Agents as the older endpoints show them, by the name of slaves.
 *
 * Source: Mesos src/master/http.cpp (SlaveWriter, SlavesWriter).
 */
import { toJson } from '../../../libprocess/index.ts';
import { attributesSummary } from '../../common/attributes.ts';
import { resourcesSummary, toEndpoint } from '../../common/resource-formats.ts';
import type { Resources } from '../../common/resources.ts';
import type { Json } from '../../http/task-json.ts';
import { DomainInfo } from '../../protocol/addresses.ts';
import type { SlaveInfo } from '../../protocol/agents.ts';
import { Resource } from '../../protocol/resources.ts';
import { v0 } from '../../protocol/v0.ts';
import type { Agent } from '../agent.ts';

const resource = v0(Resource);

export function agentJson(agent: Agent): Json {
  const { info, traits } = agent;
  return {
    id: agent.id,
    hostname: info.hostname,
    port: info.port ?? 5051,
    attributes: attributesSummary(info.attributes ?? []),
    domain: domainJson(info.domain),
    pid: agent.pid.toString(),
    registered_time: agent.registeredTime,
    ...(agent.reregisteredTime === null ? {} : { reregistered_time: agent.reregisteredTime }),
    resources: resourcesSummary(agent.total),
    used_resources: resourcesSummary(agent.totalUsed),
    offered_resources: resourcesSummary(agent.totalOffered),
    reserved_resources: byRole(agent.total, resourcesSummary),
    unreserved_resources: resourcesSummary(agent.total.unreserved),
    active: agent.active,
    deactivated: agent.deactivated,
    version: traits.version,
    capabilities: traits.capabilities.map(each => each.type ?? 'UNKNOWN'),
  };
}

/** With every resource in full, as /slaves has it. */
export function fullAgentJson(agent: Agent): Json {
  return {
    ...agentJson(agent),
    reserved_resources_full: byRole(agent.total, resourcesJson),
    unreserved_resources_full: resourcesJson(agent.total.unreserved),
    used_resources_full: resourcesJson(agent.totalUsed),
    offered_resources_full: resourcesJson(agent.totalOffered),
  };
}

/** An agent of the registry that has yet to come back. */
export function recoveredAgentJson(info: SlaveInfo): Json {
  return {
    id: info.id?.value ?? '',
    hostname: info.hostname,
    port: info.port ?? 5051,
    attributes: attributesSummary(info.attributes ?? []),
    domain: domainJson(info.domain),
  };
}

export function domainJson(domain: DomainInfo | undefined): Json | undefined {
  return domain === undefined ? undefined : toJson(DomainInfo, domain);
}

function byRole<T>(resources: Resources, show: (part: Resources) => T): Record<string, T> {
  return Object.fromEntries([...resources.reservations()].map(([role, part]) => [role, show(part)]));
}

function resourcesJson(resources: Resources): unknown[] {
  return resources.toArray().map(each => toJson(resource, toEndpoint(each)));
}
