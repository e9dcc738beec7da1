/**
 * Agents, frameworks, executors and tasks as the operator API (v1) shows them.
 *
 * Source: Mesos src/master/http.cpp (Master::ReadOnlyHandler::_getAgents, _getFrameworks, _getExecutors, _getTasks).
 */
import { toEndpoint } from '../../common/resource-formats.ts';
import type { Resources } from '../../common/resources.ts';
import type {
  ResponseGetAgents,
  ResponseGetAgentsAgent,
  ResponseGetExecutors,
  ResponseGetFrameworks,
  ResponseGetFrameworksFramework,
  ResponseGetState,
  ResponseGetTasks,
} from '../../protocol/master-api.ts';
import type { Resource } from '../../protocol/resources.ts';
import type { Agent } from '../agent.ts';
import { type MasterContext, timeInfo } from '../context.ts';
import type { Framework } from '../framework.ts';

export function agentsAnswer({ cluster }: MasterContext): ResponseGetAgents {
  return {
    agents: [...cluster.agents.values()].map(agentAnswer),
    recovered_agents: [...cluster.recoveredAgents.values()],
  };
}

export function agentAnswer(agent: Agent): ResponseGetAgentsAgent {
  return {
    agent_info: agent.info,
    active: agent.active,
    deactivated: agent.deactivated,
    version: agent.traits.version,
    pid: agent.pid.toString(),
    registered_time: timeInfo(agent.registeredTime),
    reregistered_time: agent.reregisteredTime === null ? undefined : timeInfo(agent.reregisteredTime),
    total_resources: shown(agent.total),
    allocated_resources: shown(agent.totalUsed),
    offered_resources: shown(agent.totalOffered),
    capabilities: agent.traits.capabilities,
  };
}

export function frameworksAnswer({ cluster }: MasterContext): ResponseGetFrameworks {
  return {
    frameworks: [...cluster.frameworks.values()].map(frameworkAnswer),
    completed_frameworks: [...cluster.completedFrameworks.values()].map(frameworkAnswer),
  };
}

export function frameworkAnswer(framework: Framework): ResponseGetFrameworksFramework {
  return {
    framework_info: framework.info,
    active: framework.isActive,
    connected: framework.isConnected,
    recovered: framework.isRecovered,
    registered_time: timeInfo(framework.registeredTime),
    reregistered_time: timeInfo(framework.reregisteredTime),
    unregistered_time: framework.unregisteredTime === 0 ? undefined : timeInfo(framework.unregisteredTime),
    offers: [...framework.offers].map(({ offer }) => offer),
    allocated_resources: shown(framework.totalUsed),
    offered_resources: shown(framework.totalOffered),
    offer_constraints: {},
  };
}

/** All of it. */
export function stateAnswer(master: MasterContext): ResponseGetState {
  return {
    get_tasks: tasksAnswer(master),
    get_executors: executorsAnswer(master),
    get_frameworks: frameworksAnswer(master),
    get_agents: agentsAnswer(master),
  };
}

export function executorsAnswer({ cluster }: MasterContext): ResponseGetExecutors {
  const executors = [...cluster.frameworks.values()].flatMap(framework =>
    [...framework.executors].flatMap(([agentId, byId]) =>
      [...byId.values()].map(executor_info => ({ executor_info, agent_id: { value: agentId } })),
    ),
  );
  return { executors };
}

export function tasksAnswer({ cluster }: MasterContext): ResponseGetTasks {
  const frameworks = [...cluster.frameworks.values(), ...cluster.completedFrameworks.values()];
  return {
    tasks: frameworks.flatMap(framework => [...framework.tasks.values()].map(record => record.task)),
    unreachable_tasks: frameworks.flatMap(framework => [...framework.unreachableTasks.values()]),
    completed_tasks: frameworks.flatMap(framework => [...framework.completedTasks]),
  };
}

function shown(resources: Resources): Resource[] {
  return resources.toArray().map(toEndpoint);
}
