/**
 * Frameworks as the older endpoints show them.
 *
 * Source: Mesos src/master/http.cpp (FullFrameworkWriter, json(Summary<Framework>)).
 */
import { resourcesSummary } from '../../common/resource-formats.ts';
import { executorJson, type Json, labelsJson, taskJson } from '../../http/task-json.ts';
import type { Framework } from '../framework.ts';
import type { OfferRecord } from '../offer-record.ts';

export function frameworkSummaryJson(framework: Framework): Json {
  const { info } = framework;
  return {
    id: framework.id,
    name: info.name,
    pid: framework.pid?.toString(),
    used_resources: resourcesSummary(framework.totalUsed),
    offered_resources: resourcesSummary(framework.totalOffered),
    capabilities: (info.capabilities ?? []).map(each => each.type ?? 'UNKNOWN'),
    hostname: info.hostname ?? '',
    webui_url: info.webui_url ?? '',
    active: framework.isActive,
    connected: framework.isConnected,
    recovered: framework.isRecovered,
  };
}

export function frameworkJson(framework: Framework): Json {
  const { info, registeredTime, reregisteredTime } = framework;
  return {
    ...frameworkSummaryJson(framework),
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    registered_time: registeredTime,
    unregistered_time: framework.unregisteredTime,
    principal: info.principal,
    resources: resourcesSummary(framework.totalUsed.add(framework.totalOffered)),
    ...(reregisteredTime === registeredTime ? {} : { reregistered_time: reregisteredTime }),
    ...(framework.can('MULTI_ROLE') ? { roles: framework.roles } : { role: framework.roles[0] }),
    tasks: [...framework.tasks.values()].map(record => taskJson(record.task)),
    unreachable_tasks: [...framework.unreachableTasks.values()].map(taskJson),
    completed_tasks: [...framework.completedTasks].map(taskJson),
    offers: [...framework.offers].map(offerJson),
    executors: executorsJson(framework),
    labels: info.labels && labelsJson(info.labels),
    offer_constraints: {},
  };
}

function executorsJson(framework: Framework): Json[] {
  return [...framework.executors].flatMap(([agentId, executors]) =>
    [...executors.values()].map(executor => executorJson(executor, agentId)),
  );
}

function offerJson({ id, frameworkId, role, agentId, resources }: OfferRecord): Json {
  return {
    id,
    framework_id: frameworkId,
    allocation_info: { role },
    slave_id: agentId,
    resources: resourcesSummary(resources),
  };
}
