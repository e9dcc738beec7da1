/**
 * `/containers` and `/monitor/statistics`: the containers that there are, with what they may use.
 *
 * Source: Mesos src/slave/http.cpp (Http::containers, statistics), isolators/posix.hpp.
 */
import type { Usage } from '../containerizer/usage.ts';
import type { AgentContext } from '../context.ts';
import type { Executor } from '../executor.ts';
import { executorResources } from '../metrics.ts';

type Json = Readonly<Record<string, unknown>>;

const MB = 1024 ** 2;

/** @param query - container_id, framework_id and executor_id narrow it down. */
export async function containersJson(agent: AgentContext, query: URLSearchParams): Promise<readonly Json[]> {
  const sessions = await agent.turn(agent.usage());
  const wanted = (name: string, value: string): boolean => (query.get(name) ?? value) === value;
  return executorsOf(agent)
    .filter(executor => wanted('container_id', executor.containerId))
    .filter(executor => wanted('framework_id', executor.frameworkId) && wanted('executor_id', executor.id))
    .map(executor => ({
      container_id: executor.containerId,
      ...named(executor),
      statistics: usage(agent, executor, sessions),
      status: { container_id: { value: executor.containerId }, executor_pid: executor.osPid ?? undefined },
    }));
}

export async function statisticsJson(agent: AgentContext): Promise<readonly Json[]> {
  const sessions = await agent.turn(agent.usage());
  return executorsOf(agent).map(executor => ({ ...named(executor), statistics: usage(agent, executor, sessions) }));
}

function executorsOf({ books }: AgentContext): Executor[] {
  const executors = [...books.frameworks.values()].flatMap(framework => [...framework.executors.values()]);
  return executors.filter(({ state }) => state !== 'terminated');
}

function named({ id, info, frameworkId }: Executor): Json {
  return {
    executor_id: id,
    executor_name: info.name ?? '',
    framework_id: frameworkId,
    source: info.source ?? '',
  };
}

function usage(agent: AgentContext, executor: Executor, sessions: ReadonlyMap<number, Usage>): Json {
  const resources = executorResources(executor);
  const bytes = resources.mem * MB;
  const used = executor.osPid === null ? undefined : sessions.get(executor.osPid);
  return {
    cpus_soft_limit: resources.cpus,
    cpus_system_time_secs: used?.systemSeconds,
    cpus_user_time_secs: used?.userSeconds,
    mem_limit_bytes: bytes,
    mem_rss_bytes: used?.rssBytes,
    mem_soft_limit_bytes: bytes,
    timestamp: agent.wall(),
  };
}
