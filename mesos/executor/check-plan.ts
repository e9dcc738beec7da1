/**
 * What a check of a task does, and when: health checks and checks alike, with their defaults filled in.
 *
 * Source: mesos.proto (CheckInfo, HealthCheck), Mesos src/checks/checker_process.cpp.
 */
import { Failure } from '../../libprocess/index.ts';
import type { CheckInfo, CommandInfo, HealthCheck, NetworkInfoProtocol, TaskInfo } from '../protocol/index.ts';

export type Probe =
  | { readonly type: 'COMMAND'; readonly command: CommandInfo }
  | { readonly type: 'HTTP'; readonly authority: string; readonly path: string }
  | { readonly type: 'TCP'; readonly authority: string };

export interface CheckPlan {
  readonly kind: 'check' | 'health check';
  readonly probe: Probe;
  /** From the start of the task to the first check. */
  readonly delayMs: number;
  /** From the end of a check to the next. */
  readonly intervalMs: number;
  /** After which a check has failed; Infinity for never. */
  readonly timeoutMs: number;
}

/** How failures of a health check are judged. */
export interface HealthPolicy {
  /** From the start; while the task has not been healthy yet, what fails within it does not count. */
  readonly graceMs: number;
  /** So many failures in a row, and the task is killed. */
  readonly failuresMax: number;
}

/** What is to be watched while a task runs. */
export interface TaskPlan {
  readonly check: CheckPlan | null;
  readonly health: (CheckPlan & HealthPolicy) | null;
}

interface Times {
  readonly delay_seconds?: number | undefined;
  readonly interval_seconds?: number | undefined;
  readonly timeout_seconds?: number | undefined;
}

/** @throws Failure UNCHECKABLE with the sentence for the task's status update. */
export function planTask({ check, health_check }: Pick<TaskInfo, 'check' | 'health_check'>): TaskPlan {
  return {
    check: check === undefined ? null : planCheck(check),
    health: health_check === undefined ? null : planHealthCheck(health_check),
  };
}

function planCheck(check: CheckInfo): CheckPlan {
  const { type, command, http, tcp } = check;
  const kind = 'check';
  if (type === 'COMMAND' && command !== undefined) {
    return { kind, probe: { type, command: command.command }, ...timesOf(check) };
  }
  if (type === 'HTTP' && http !== undefined) {
    return { kind, probe: { type, authority: local(http.port), path: http.path ?? '/' }, ...timesOf(check) };
  }
  if (type === 'TCP' && tcp !== undefined) {
    return { kind, probe: { type, authority: local(tcp.port) }, ...timesOf(check) };
  }
  throw uncheckable(kind, `it is no complete check of type ${type ?? 'UNKNOWN'}`);
}

function planHealthCheck(check: HealthCheck): CheckPlan & HealthPolicy {
  const policy = {
    graceMs: (check.grace_period_seconds ?? 10) * 1_000,
    failuresMax: check.consecutive_failures ?? 3,
  };
  return { kind: 'health check', probe: healthProbe(check), ...timesOf(check), ...policy };
}

function healthProbe({ type, command, http, tcp }: HealthCheck): Probe {
  if (type === 'COMMAND' && command !== undefined) return { type, command };
  if (type === 'TCP' && tcp !== undefined) return { type, authority: local(tcp.port, tcp.protocol) };
  if (type !== 'HTTP' || http === undefined) {
    throw uncheckable('health check', `it is no complete health check of type ${type ?? 'UNKNOWN'}`);
  }
  const { scheme = 'http', port, path = '/', protocol } = http;
  // Our HTTP client does not speak TLS: https://127.0.0.1 could be asked for nothing, and that is no health.
  if (scheme !== 'http') throw uncheckable('health check', `unsupported HTTP health check scheme: '${scheme}'`);
  return { type, authority: local(port, protocol), path };
}

function timesOf(times: Times): Pick<CheckPlan, 'delayMs' | 'intervalMs' | 'timeoutMs'> {
  const timeoutSeconds = times.timeout_seconds ?? 20;
  return {
    delayMs: (times.delay_seconds ?? 15) * 1_000,
    intervalMs: (times.interval_seconds ?? 10) * 1_000,
    timeoutMs: timeoutSeconds === 0 ? Infinity : timeoutSeconds * 1_000,
  };
}

/** Tasks share the network of their agent. */
function local(port: number, protocol: NetworkInfoProtocol = 'IPv4'): string {
  return protocol === 'IPv6' ? `[::1]:${port}` : `127.0.0.1:${port}`;
}

function uncheckable(kind: CheckPlan['kind'], why: string): Failure {
  return new Failure(`The ${kind} of the task cannot be performed: ${why}`, 'UNCHECKABLE');
}
