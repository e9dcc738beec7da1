/**
 * The program: `node mesos/agent.js --master=127.0.0.1:5050 --work_dir=DIR`.
 *
 * Source: Mesos src/slave/main.cpp.
 */
import { existsSync } from 'node:fs';
import { availableParallelism, hostname, totalmem, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  endpointOptions,
  Failure,
  type LoggingLevel,
  ownAddress,
  Runtime,
  realDisk,
  realLauncher,
  resolveHost,
  startLogging,
  TcpNetwork,
} from '../../libprocess/index.ts';
import { usage } from '../common/flag-help.ts';
import { MESOS_VERSION, readBuild } from '../version/build.ts';
import { AGENT_FLAGS, type AgentFlags, agentFlags } from './flags.ts';
import { DELEGATE, startAgent } from './start.ts';

/** Runs until the process is told to end. Bad flags, folders and addresses end it with status 1 and a sentence. */
export async function main(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  try {
    const flags = agentFlags(argv, env);
    if (flags.help) process.stdout.write(`${usage('mesos-agent', 'Runs tasks for a cluster.', AGENT_FLAGS)}\n`);
    else if (flags.version) process.stdout.write(`mesos ${MESOS_VERSION}\n`);
    else await run({ ...flags, work_dir: resolve(flags.work_dir), master: await resolved(flags.master) }, env);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (error.code === 'BAD_FLAG') process.stderr.write('See `--help`.\n');
    process.exit(1);
  }
}

async function run(flags: AgentFlags, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { log, verbosity } = await startLogging({
    name: 'mesos-agent',
    level: flags.logging_level as LoggingLevel,
    quiet: flags.quiet,
    file: flags.log_dir === undefined ? undefined : `${flags.log_dir}/mesos-agent.INFO`,
  });
  const runtime = await Runtime.start({
    network: new TcpNetwork(),
    disk: realDisk,
    launcher: realLauncher,
    log,
    ip: flags.ip ?? (await ownAddress()),
    port: flags.port,
    advertiseIp: flags.advertise_ip,
    advertisePort: flags.advertise_port,
    delegate: DELEGATE,
  });
  const launcherDir = flags.launcher_dir ?? findLauncherDir();
  const agent = await startAgent(
    runtime,
    { ...flags, launcher_dir: launcherDir },
    {
      build: await readBuild(realDisk, import.meta.url),
      endpoints: { ...endpointOptions(env), verbosity },
      hostProgram: { file: process.execPath, args: [join(launcherDir, 'executor.js')] },
      machine: { cores: availableParallelism(), memoryBytes: totalmem() },
      hostname: flags.ip === undefined ? hostname() : flags.ip,
      user: { name: userInfo().username, isRoot: process.getuid?.() === 0 },
      bootId: await bootId(),
      done: status => void runtime.stop().then(() => process.exit(status)),
    },
  );
  process.once('SIGUSR1', () => agent.shutdown(`Received SIGUSR1 signal from user ${userInfo().username}`));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log.info(`Got ${signal}: the agent ends, its executors live on`);
      void runtime.stop().then(() => process.exit(0));
    });
  }
}

/** `--master` with the address in place of a host name. */
async function resolved(master: string): Promise<string> {
  const [, host = '', port = ''] = /^(?:master@)?([^:/]+)(:\d+)?$/.exec(master) ?? [];
  if (host === '' || /^[\d.]+$/.test(host)) return master;
  return (await resolveHost(host)) + port;
}

async function bootId(): Promise<string> {
  const bytes = await realDisk.read('/proc/sys/kernel/random/boot_id');
  return bytes === null ? '' : Buffer.from(bytes).toString('utf8').trim();
}

/** The folder of executor.js: above this file, both among the sources and in dist/. */
function findLauncherDir(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const folders = [join(here, '..'), join(here, '..', '..', '..', 'mesos')];
  const found = folders.find(folder => existsSync(join(folder, 'executor.js')));
  if (found === undefined) throw new Failure(`cannot find executor.js near ${here}: set --launcher_dir`, 'BAD_FLAG');
  return resolve(found);
}
