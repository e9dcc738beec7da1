/**
 * The program: `node mesos/agent.js --master=127.0.0.1:5050 --work_dir=DIR`.
 *
 * Source: Mesos src/slave/main.cpp.
 */
import { existsSync } from 'node:fs';
import { availableParallelism, hostname, totalmem, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, type Runtime, realDisk, resolveHost } from '../../libprocess/index.ts';
import { type Environment, runDaemon, type Surroundings } from '../daemon.ts';
import { AGENT_FLAGS, type AgentFlags, agentFlags } from './flags.ts';
import { DELEGATE, startAgent } from './start.ts';

/** Runs until the process is told to end. Bad flags, folders and addresses end it with status 1 and a sentence. */
export async function main(argv: readonly string[], env: Environment): Promise<void> {
  await runDaemon(
    {
      name: 'mesos-agent',
      purpose: 'Runs tasks for a cluster.',
      flags: AGENT_FLAGS,
      read: agentFlags,
      delegate: DELEGATE,
      farewell: 'the agent ends, its executors live on',
      start,
    },
    argv,
    env,
  );
}

async function start(runtime: Runtime, flags: AgentFlags, { build, endpoints }: Surroundings): Promise<void> {
  const launcherDir = flags.launcher_dir ?? findLauncherDir();
  const places = { work_dir: resolve(flags.work_dir), master: await resolved(flags.master), launcher_dir: launcherDir };
  const agent = await startAgent(
    runtime,
    { ...flags, ...places },
    {
      build,
      endpoints,
      hostProgram: { file: process.execPath, args: [join(launcherDir, 'executor.js')] },
      machine: { cores: availableParallelism(), memoryBytes: totalmem() },
      hostname: flags.ip === undefined ? hostname() : flags.ip,
      user: { name: userInfo().username, isRoot: process.getuid?.() === 0 },
      bootId: await bootId(),
      done: status => void runtime.stop().then(() => process.exit(status)),
    },
  );
  process.once('SIGUSR1', () => agent.shutdown(`Received SIGUSR1 signal from user ${userInfo().username}`));
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
