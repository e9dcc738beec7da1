/**
 * Reconciliation: a framework asks in what state its tasks are. Pure: from what is known to what is answered.
 *
 *   without tasks   one answer for each task that the master knows
 *   with tasks      one for each, unless an agent that might know better has yet to come back
 *
 * Source: Mesos src/master/master.cpp (Master::reconcile).
 */
import type { CallReconcileTask } from '../protocol/scheduler-api.ts';
import type { Task, TaskState, TaskStatus } from '../protocol/tasks.ts';
import type { TimeInfo } from '../protocol/time.ts';

export interface ReconciliationView {
  /** The framework knows of partitions: it is told what is really known. */
  readonly partitionAware: boolean;
  readonly tasks: Iterable<Task>;
  task(taskId: string): Task | undefined;
  agentState(agentId: string): AgentState;
  /** Whether any agent of the registry has yet to come back. */
  readonly anyRecovered: boolean;
}

export type AgentState =
  | { readonly kind: 'recovered' | 'registered' | 'gone' | 'unknown' }
  | { readonly kind: 'unreachable'; readonly since: TimeInfo };

/** An answer, but for who gives it and when. */
export type Answer = Pick<TaskStatus, 'task_id' | 'state' | 'message'> & Partial<TaskStatus>;

export function reconcileAll({ tasks }: ReconciliationView): Answer[] {
  return [...tasks].map(latestState);
}

export function reconcileTask({ task_id, agent_id }: CallReconcileTask, view: ReconciliationView): Answer | null {
  const task = view.task(task_id.value);
  if (task !== undefined) return latestState(task);
  const agent: AgentState = agent_id === undefined ? { kind: 'unknown' } : view.agentState(agent_id.value);
  if (agent.kind === 'recovered' || (agent_id === undefined && view.anyRecovered)) return null;
  const { state, message } = FATES[agent.kind];
  return {
    task_id,
    agent_id,
    state: view.partitionAware ? state : 'TASK_LOST',
    message: `Reconciliation: ${message}`,
    unreachable_time: view.partitionAware && agent.kind === 'unreachable' ? agent.since : undefined,
  };
}

const FATES: Record<
  Exclude<AgentState['kind'], 'recovered'>,
  { readonly state: TaskState; readonly message: string }
> = {
  registered: { state: 'TASK_GONE', message: 'Task is unknown to the agent' },
  unreachable: { state: 'TASK_UNREACHABLE', message: 'Task is unreachable' },
  gone: { state: 'TASK_GONE_BY_OPERATOR', message: 'Task is gone' },
  unknown: { state: 'TASK_UNKNOWN', message: 'Task is unknown' },
};

/** What the framework has been told last, not what it will be told next. */
function latestState(task: Task): Answer {
  const last = task.statuses?.at(-1);
  return {
    task_id: task.task_id,
    state: task.status_update_state ?? task.state,
    message: 'Reconciliation: Latest task state',
    agent_id: task.agent_id,
    executor_id: task.executor_id,
    healthy: last?.healthy,
    check_status: last?.check_status,
    labels: last?.labels,
    container_status: last?.container_status,
  };
}
