/**
 * Calls of the scheduler API: whether all is there that their type needs.
 *
 * Source: Mesos src/master/validation.cpp (namespace scheduler::call).
 */
import type { Call, CallType } from '../protocol/scheduler-api.ts';

const UUID_BYTES = 16;

/** The part that a call of each type must have. */
const PART: Partial<Record<CallType, keyof Call>> = {
  ACCEPT: 'accept',
  DECLINE: 'decline',
  ACCEPT_INVERSE_OFFERS: 'accept_inverse_offers',
  DECLINE_INVERSE_OFFERS: 'decline_inverse_offers',
  KILL: 'kill',
  SHUTDOWN: 'shutdown',
  ACKNOWLEDGE: 'acknowledge',
  ACKNOWLEDGE_OPERATION_STATUS: 'acknowledge_operation_status',
  RECONCILE: 'reconcile',
  RECONCILE_OPERATIONS: 'reconcile_operations',
  MESSAGE: 'message',
  REQUEST: 'request',
  UPDATE_FRAMEWORK: 'update_framework',
};

/** What is wrong with the call; null when nothing is. */
export function validateCall(call: Call): string | null {
  if (call.type === undefined) return "Expecting 'type' to be present";
  if (call.type === 'SUBSCRIBE') return validateSubscribe(call);
  if (call.framework_id === undefined) return "Expecting 'framework_id' to be present";
  const part = PART[call.type];
  if (part !== undefined && call[part] === undefined) return `Expecting '${part}' to be present`;
  return validateUuid(call) ?? validateOperationAcknowledgement(call);
}

function validateSubscribe({ framework_id, subscribe }: Call): string | null {
  if (subscribe === undefined) return "Expecting 'subscribe' to be present";
  if (framework_id?.value === subscribe.framework_info.id?.value) return null;
  return "'framework_id' differs from 'subscribe.framework_info.id'";
}

function validateUuid({ acknowledge, acknowledge_operation_status }: Call): string | null {
  const uuid = acknowledge?.uuid ?? acknowledge_operation_status?.uuid;
  if (uuid === undefined || uuid.length === UUID_BYTES) return null;
  return `Not a valid UUID: Expected ${UUID_BYTES} bytes, got ${uuid.length}`;
}

function validateOperationAcknowledgement({ type, acknowledge_operation_status: part }: Call): string | null {
  if (type !== 'ACKNOWLEDGE_OPERATION_STATUS' || part?.agent_id !== undefined) return null;
  return "Expecting 'agent_id' to be present";
}
