/**
 * Task states: which are final, which say that a master no longer knows.
 *
 *   STAGING → STARTING → RUNNING → (KILLING) → FINISHED | FAILED | KILLED | …
 *
 * Source: Mesos src/common/protobuf_utils.cpp (isTerminalState).
 */
import type { TaskState } from '../protocol/tasks.ts';

const TERMINAL: ReadonlySet<TaskState> = new Set([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
]);

/** After it no other state comes, and the task's resources are free. */
export function isTerminal(state: TaskState): boolean {
  return TERMINAL.has(state);
}
