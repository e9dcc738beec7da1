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
import { type DaemonProgram, type Environment, runDaemon, type Surroundings } from '../daemon.ts';
import { AGENT_FLAGS, type AgentFlags, agentFlags } from './flags.ts';
import { DELEGATE, startAgent } from './start.ts';

/** What an agent has to know of its machine. */
interface AgentMachine {
  readonly workDir: string;
  /** `--master` with an address in place of a host name. */
  readonly master: string;
  readonly launcherDir: string;
  readonly node: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly hostname: string;
  readonly user: { readonly name: string; readonly isRoot: boolean };
  readonly bootId: string;
}

/** The agent as a program: to be run, or to be replayed. */
export const PROGRAM: DaemonProgram<AgentFlags, AgentMachine> = {
  name: 'mesos-agent',
  purpose: 'Runs tasks for a cluster.',
  flags: AGENT_FLAGS,
  read: agentFlags,
  delegate: DELEGATE,
  farewell: 'the agent ends, its executors live on',
  survey,
  start,
};

/** Runs until the process is told to end. Bad flags, folders and addresses end it with status 1 and a sentence. */
export async function main(argv: readonly string[], env: Environment): Promise<void> {
  await runDaemon(PROGRAM, argv, env);
}

async function survey(flags: AgentFlags): Promise<AgentMachine> {
  return {
    workDir: resolve(flags.work_dir),
    master: await resolved(flags.master),
    launcherDir: flags.launcher_dir ?? findLauncherDir(),
    node: process.execPath,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    hostname: flags.ip === undefined ? hostname() : flags.ip,
    user: { name: userInfo().username, isRoot: process.getuid?.() === 0 },
    bootId: await bootId(),
  };
}

async function start(runtime: Runtime, flags: AgentFlags, around: Surroundings<AgentMachine>): Promise<void> {
  const { build, endpoints, machine, onSignal, exit } = around;
  const { workDir, master, launcherDir, node, cores, memoryBytes, user } = machine;
  const agent = await startAgent(
    runtime,
    { ...flags, work_dir: workDir, master, launcher_dir: launcherDir },
    {
      build,
      endpoints,
      hostProgram: { file: node, args: [join(launcherDir, 'executor.js')] },
      machine: { cores, memoryBytes },
      hostname: machine.hostname,
      user,
      bootId: machine.bootId,
      done: exit,
    },
  );
  onSignal('SIGUSR1', () => agent.shutdown(`Received SIGUSR1 signal from user ${user.name}`));
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
