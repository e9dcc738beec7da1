/**
 * From an environment to a running executor host, for the OS process and for a simulated node alike.
 */
import { Failure, PID, type Runtime } from '../../libprocess/index.ts';
import { ExecutorHost } from './host.ts';

export interface HostEnvironment {
  readonly containerizer: PID;
  readonly user: string;
  readonly ip: string;
}

export const HOST_AGENT = 'MESOS_EXECUTOR_HOST_AGENT';
export const HOST_USER = 'MESOS_EXECUTOR_HOST_USER';

/** @throws Failure NO_VARIABLE or BAD_PID, for people who start the program by hand. */
export function readHostEnvironment(env: Readonly<Record<string, string | undefined>>): HostEnvironment {
  const agent = env[HOST_AGENT];
  const user = env[HOST_USER];
  if (agent === undefined || user === undefined) {
    throw new Failure(
      `mesos-executor is started by an agent, which sets ${HOST_AGENT} and ${HOST_USER}`,
      'NO_VARIABLE',
    );
  }
  return { containerizer: PID.parse(agent), user, ip: env['LIBPROCESS_IP'] ?? '127.0.0.1' };
}

/** @param done - called once the host has nothing left to do. */
export function spawnHost(runtime: Runtime, config: HostEnvironment, osPid: number, done: () => void): void {
  const { containerizer, user } = config;
  runtime.spawn(new ExecutorHost({ containerizer, user, osPid, done }), { essential: true });
}
