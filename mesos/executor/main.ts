/**
 * `node mesos/executor.js`: the executor host, started by an agent and meant to outlive it.
 *
 * Its environment says whose it is: MESOS_EXECUTOR_HOST_AGENT is the agent's containerizer, MESOS_EXECUTOR_HOST_USER
 * the user, LIBPROCESS_IP the address to listen on.
 */
import {
  endpointOptions,
  Runtime,
  realDisk,
  realLauncher,
  spawnEndpoints,
  startLogging,
  TcpNetwork,
} from '../../libprocess/index.ts';
import { type HostEnvironment, readHostEnvironment, spawnHost } from './spawn-host.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export async function main(_argv: readonly string[], env: Environment): Promise<void> {
  const config = hostEnvironmentOrExit(env);
  const { log } = await startLogging({ name: 'mesos-executor' });
  process.on('SIGINT', () => {}); // A Ctrl-C at the agent's terminal is not for the tasks.
  const runtime = await Runtime.start({
    network: new TcpNetwork(),
    disk: realDisk,
    launcher: realLauncher,
    log,
    ip: config.ip,
    port: 0,
  });
  spawnEndpoints(runtime, endpointOptions(env));
  spawnHost(runtime, config, process.pid, () => process.exit(0));
}

function hostEnvironmentOrExit(env: Environment): HostEnvironment {
  try {
    return readHostEnvironment(env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return process.exit(1);
  }
}
