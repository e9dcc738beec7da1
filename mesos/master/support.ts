/**
 * What this master can do: calls, events, operations, endpoints and flags, each implemented, answered 501, or refused
 * with its sentence. Gathered from the tables by which they are served.
 */
import { OPERATION_SUPPORT } from './accept.ts';
import { FLAG_SUPPORT } from './flags.ts';
import { ENDPOINTS } from './http/endpoints.ts';
import { OPERATOR_SUPPORT } from './operator-api.ts';
import { CALL_SUPPORT, EVENT_SUPPORT } from './scheduler-api.ts';

export type SupportTable = Readonly<Record<string, string>>;

/** By what it is about, then by name. */
export const MASTER_SUPPORT: Readonly<Record<string, SupportTable>> = {
  'Scheduler calls': CALL_SUPPORT,
  'Scheduler events': EVENT_SUPPORT,
  'Offer operations': OPERATION_SUPPORT,
  'Operator calls': OPERATOR_SUPPORT,
  'Master endpoints': Object.fromEntries(
    Object.entries(ENDPOINTS).map(([path, { status, partly }]) => [path, partly ?? status]),
  ),
  'Master flags': FLAG_SUPPORT,
};
