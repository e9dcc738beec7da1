/**
 * What a framework says of itself when it subscribes or updates: whether it may.
 *
 * The order of the checks is Mesos' own, since only the first objection is told.
 *
 * Source: Mesos src/master/validation.cpp (namespace framework), src/master/master.cpp (Master::subscribe).
 */
import { validateId } from '../common/ids.ts';
import { validateRole } from '../common/roles.ts';
import type { FrameworkInfo } from '../protocol/frameworks.ts';
import { hasCapability, rolesOf } from './framework.ts';

/** The largest duration of Mesos: 2^63 nanoseconds, in seconds. */
const SECONDS_MAX = 2 ** 63 / 1e9;

export interface SubscriptionRules {
  /** `--roles`; null when all are allowed. */
  readonly roleWhitelist: ReadonlySet<string> | null;
  readonly rootSubmissions: boolean;
  isCompleted(frameworkId: string): boolean;
}

/** Why the framework is not let in; null when it is. */
export function validateSubscription(
  info: FrameworkInfo,
  suppressedRoles: readonly string[],
  rules: SubscriptionRules,
): string | null {
  return (
    validateInfo(info) ??
    validateWhitelist(info, rules.roleWhitelist) ??
    (info.user === 'root' && !rules.rootSubmissions
      ? "User 'root' is not allowed to run frameworks without --root_submissions set"
      : null) ??
    (info.id !== undefined && rules.isCompleted(info.id.value) ? 'Framework has been removed' : null) ??
    validateSuppressed(info, suppressedRoles)
  );
}

/** What is wrong with the info by itself. */
export function validateInfo(info: FrameworkInfo): string | null {
  return validateRoles(info) ?? validateFrameworkId(info) ?? validateFailoverTimeout(info);
}

/** What of `next` may not be changed while the framework lives; UPDATE_FRAMEWORK is told so. */
export function validateUpdate(current: FrameworkInfo, next: FrameworkInfo): string | null {
  if (current.principal !== next.principal) return "Changing framework's principal is not allowed.";
  if (current.user !== next.user) return unsupported('user', current.user, next.user);
  const [from, to] = [current.checkpoint ?? false, next.checkpoint ?? false];
  return from === to ? null : unsupported('checkpoint', String(from), String(to));
}

function unsupported(field: string, from: string, to: string): string {
  return `Updating 'FrameworkInfo.${field}' is unsupported; attempted to update from '${from}' to '${to}'`;
}

function validateRoles(info: FrameworkInfo): string | null {
  const multiRole = hasCapability(info, 'MULTI_ROLE');
  const roles = info.roles ?? [];
  if (multiRole && info.role !== undefined) {
    return "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable";
  }
  if (!multiRole && roles.length > 0) {
    return "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable";
  }
  const duplicates = roles.filter((role, at) => roles.indexOf(role) !== at);
  if (duplicates.length > 0) return `'FrameworkInfo.roles' contains duplicate items: ${set(duplicates)}`;
  for (const role of rolesOf(info)) {
    const error = validateRole(role);
    if (error !== null) return invalidRole(multiRole, error);
  }
  return null;
}

function invalidRole(multiRole: boolean, error: string): string {
  const field = multiRole ? "'FrameworkInfo.roles' contains invalid role" : "'FrameworkInfo.role' is not a valid role";
  return `${field}: ${error}`;
}

function validateFrameworkId({ id }: FrameworkInfo): string | null {
  return id === undefined ? null : validateId(id.value);
}

/** Negative ones pass, as in Mesos: they count as none. */
function validateFailoverTimeout({ failover_timeout: seconds = 0 }: FrameworkInfo): string | null {
  if (Math.abs(seconds) < SECONDS_MAX) return null;
  return `The framework failover_timeout (${seconds}) is invalid`;
}

function validateWhitelist(info: FrameworkInfo, whitelist: ReadonlySet<string> | null): string | null {
  const others = whitelist === null ? [] : rolesOf(info).filter(role => role !== '*' && !whitelist.has(role));
  return others.length === 0 ? null : `Roles ${set(others)} are not present in the master's --roles`;
}

function validateSuppressed(info: FrameworkInfo, suppressedRoles: readonly string[]): string | null {
  const roles = rolesOf(info);
  const others = suppressedRoles.filter(role => !roles.includes(role));
  return others.length === 0 ? null : `Suppressed roles ${set(others)} are not contained in the set of roles`;
}

/** `{ a, b }`, as Mesos prints sets. */
function set(names: readonly string[]): string {
  return `{ ${[...new Set(names)].join(', ')} }`;
}
