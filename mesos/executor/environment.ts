/**
 * What an executor reads from its environment: who it is, and how long it has for what.
 *
 * Source: Mesos src/exec/exec.cpp (MesosExecutorDriver::start), docs/executor-http-api.md.
 */
import { Failure, parseDuration } from '../../libprocess/index.ts';

export interface ExecutorEnvironment {
  readonly agentId: string;
  readonly agentPid: string;
  readonly sandbox: string;
  /** The executor survives its agent, and looks out for a restarted one. */
  readonly checkpoint: boolean;
  readonly recoveryTimeoutMs: number;
  readonly shutdownGraceMs: number;
}

const RECOVERY_TIMEOUT_MS = 15 * 60_000;
const SHUTDOWN_GRACE_MS = 5_000;

/** @throws Failure NO_VARIABLE, naming it, or INVALID_DURATION. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): ExecutorEnvironment {
  const needed = (name: string): string => {
    const value = env[name];
    if (value === undefined) throw new Failure(`Expecting '${name}' to be set in the environment`, 'NO_VARIABLE');
    return value;
  };
  const durationMs = (name: string, otherwiseMs: number): number => {
    const value = env[name];
    return value === undefined ? otherwiseMs : parseDuration(value);
  };
  return {
    agentId: needed('MESOS_SLAVE_ID'),
    agentPid: needed('MESOS_SLAVE_PID'),
    sandbox: needed('MESOS_DIRECTORY'),
    checkpoint: env['MESOS_CHECKPOINT'] === '1',
    recoveryTimeoutMs: durationMs('MESOS_RECOVERY_TIMEOUT', RECOVERY_TIMEOUT_MS),
    shutdownGraceMs: durationMs('MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD', SHUTDOWN_GRACE_MS),
  };
}
