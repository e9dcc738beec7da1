/**
 * What this agent can do, as masters and frameworks are told.
 *
 * Source: Mesos AGENT_CAPABILITIES (slave/constants.cpp).
 */
import type { AgentInfoCapability } from '../protocol/index.ts';

export const AGENT_CAPABILITIES = [
  'MULTI_ROLE',
  'HIERARCHICAL_ROLE',
  'RESERVATION_REFINEMENT',
  'RESOURCE_PROVIDER',
  'RESIZE_VOLUME',
  'AGENT_OPERATION_FEEDBACK',
  'AGENT_DRAINING',
  'TASK_RESOURCE_LIMITS',
] as const;

export const CAPABILITIES: readonly AgentInfoCapability[] = AGENT_CAPABILITIES.map(type => ({ type }));
