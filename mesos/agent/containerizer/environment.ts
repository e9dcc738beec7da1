/**
 * The environment of an executor: nothing of the agent's own, unless its operator or the command says so.
 *
 * Source: Mesos executorEnvironment (slave.cpp), MesosContainerizerProcess::launch.
 */
import { printDuration } from '../../../libprocess/index.ts';
import type { CommandInfo } from '../../protocol/index.ts';

export interface EnvironmentSource {
  /** `--executor_environment_variables`. */
  readonly base: Readonly<Record<string, string>>;
  /** LIBPROCESS_IP of the agent's own environment, or the address it was told to use. */
  readonly ip: string | undefined;
  readonly agentId: string;
  readonly agentPid: string;
  readonly agentEndpoint: string;
  readonly frameworkId: string;
  readonly executorId: string;
  readonly sandbox: string;
  readonly checkpoint: boolean;
  readonly shutdownGraceMs: number;
  readonly recoveryTimeoutMs: number;
  readonly reregistrationTimeoutMs: number;
  readonly command: CommandInfo;
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Later ones override earlier ones; what the command asks for overrides all. */
export function executorEnvironment(source: EnvironmentSource): Readonly<Record<string, string>> {
  const { base, ip, sandbox, checkpoint, command } = source;
  return {
    PATH: DEFAULT_PATH,
    ...(ip === undefined ? {} : { LIBPROCESS_IP: ip }),
    ...base,
    LIBPROCESS_PORT: '0',
    MESOS_FRAMEWORK_ID: source.frameworkId,
    MESOS_EXECUTOR_ID: source.executorId,
    MESOS_DIRECTORY: sandbox,
    MESOS_SLAVE_ID: source.agentId,
    MESOS_SLAVE_PID: source.agentPid,
    MESOS_AGENT_ENDPOINT: source.agentEndpoint,
    MESOS_CHECKPOINT: checkpoint ? '1' : '0',
    MESOS_HTTP_COMMAND_EXECUTOR: '0',
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: printDuration(source.shutdownGraceMs),
    ...(checkpoint && {
      MESOS_RECOVERY_TIMEOUT: printDuration(source.recoveryTimeoutMs),
      MESOS_SUBSCRIPTION_BACKOFF_MAX: printDuration(source.reregistrationTimeoutMs),
    }),
    MESOS_SANDBOX: sandbox,
    ...variablesOf(command),
  };
}

/** What a command asks for; secrets, which nobody resolves here, are left out. */
export function variablesOf(command: CommandInfo): Readonly<Record<string, string>> {
  const variables = command.environment?.variables ?? [];
  return Object.fromEntries(variables.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}
