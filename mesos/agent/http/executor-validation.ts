/**
 * Whether a call of an executor is one at all.
 *
 * Source: Mesos executor::call::validate (slave/validation.cpp).
 */
import type { executor } from '../../protocol/index.ts';

const UUID_BYTES = 16;

/** What is wrong with `call`; null when nothing is. */
export function validateCall(call: executor.Call): string | null {
  switch (call.type) {
    case undefined:
      return "Expecting 'type' to be present";
    case 'SUBSCRIBE':
      return call.subscribe === undefined ? "Expecting 'subscribe' to be present" : null;
    case 'UPDATE':
      return validateUpdate(call);
    case 'MESSAGE':
      return call.message === undefined ? "Expecting 'message' to be present" : null;
    default:
      return null;
  }
}

function validateUpdate({ update, executor_id, framework_id }: executor.Call): string | null {
  if (update === undefined) return "Expecting 'update' to be present";
  const { status } = update;
  if (status.uuid === undefined) return "Expecting 'uuid' to be present";
  if (status.uuid.length !== UUID_BYTES) return 'Not a valid UUID';
  const [call, given] = [executor_id.value, status.executor_id?.value ?? executor_id.value];
  if (call !== given) return `ExecutorID in Call: ${call} does not match ExecutorID in TaskStatus: ${given}`;
  const who = `executor ${call} of framework ${framework_id.value}`;
  if (status.source !== 'SOURCE_EXECUTOR') {
    return `Received Call from ${who} with invalid source, expecting 'SOURCE_EXECUTOR'`;
  }
  return status.state === 'TASK_STAGING' ? `Received TASK_STAGING from ${who} which is not allowed` : null;
}
