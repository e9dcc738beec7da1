/**
 * Brings an agent up on a runtime: with real seams in the program, with simulated ones in simulations.
 *
 *   const runtime = await Runtime.start({ network, ip, port, delegate: 'slave(1)', … });
 *   const agent = await startAgent(runtime, agentFlags([`--master=${master}`, '--work_dir=/var/lib/mesos']), machine);
 *
 * Source: Mesos src/slave/main.cpp, Slave::initialize (slave.cpp).
 */
import { type EndpointOptions, Failure, type Ref, type Runtime, spawnEndpoints } from '../../libprocess/index.ts';
import { agentResources, type Machine } from '../common/agent-resources.ts';
import { parseAttributes, printAttributes } from '../common/attributes.ts';
import { debuggerEnvironment } from '../common/debugger-flags.ts';
import { startupLine } from '../common/flags.ts';
import { type MasterDetector, masterAt, StandaloneDetector } from '../election/standalone-detector.ts';
import { Files } from '../files/files.ts';
import type { SlaveInfo } from '../protocol/index.ts';
import { type BuildInfo, UNBUILT } from '../version/build.ts';
import { Version } from '../version/version.ts';
import { Agent } from './agent.ts';
import { Containerizer } from './containerizer/containerizer.ts';
import type { HostProgram } from './containerizer/executor-hosts.ts';
import type { AgentFlags } from './flags.ts';
import { metaDir } from './paths.ts';

/** The actor that serves paths which name no actor: what the runtime of an agent needs to be started with. */
export const DELEGATE = 'slave(1)';

export interface StartOptions {
  readonly build?: BuildInfo;
  /** Of libprocess' own endpoints: what the environment and the log have to say. */
  readonly endpoints?: EndpointOptions;
  /** How executor hosts are started. */
  readonly hostProgram?: HostProgram;
  /** What was found out about the machine, for resources that the flags do not give. */
  readonly machine?: Omit<Machine, 'diskBytes'>;
  readonly hostname?: string;
  /** The user that the agent runs as, and whether that is root. */
  readonly user?: { readonly name: string; readonly isRoot: boolean };
  readonly bootId?: string;
  readonly detector?: MasterDetector;
  /** The agent has nothing left to do, and should end with `status`. */
  readonly done?: (status: number) => void;
}

/**
 * Spawns the agent and the actors beside it. @returns once they are there; the agent registers a moment later.
 *
 * @throws Failure WORK_DIR when nothing can be written there, BAD_FLAG for wrong resources, attributes or master.
 */
export async function startAgent(runtime: Runtime, flags: AgentFlags, options: StartOptions = {}): Promise<Ref<Agent>> {
  const { build = UNBUILT, hostProgram = { file: 'mesos-executor', args: [] }, user = NOBODY } = options;
  const detector = options.detector ?? new StandaloneDetector(flagged('master', flags.master, masterAt));
  await prepareWorkDir(runtime, flags.work_dir);
  const info = await describeAgent(runtime, flags, options);
  announce(runtime, flags, info, build);
  spawnEndpoints(runtime, {
    ...options.endpoints,
    readonlyRealm: 'mesos-agent-readonly',
    readwriteRealm: 'mesos-agent-readwrite',
  });
  runtime.spawn(new Version(build));
  const files = runtime.spawn(new Files());
  if (flags.external_log_file !== undefined) files.attach(flags.external_log_file, '/slave/log');
  const containerizer = runtime.spawn(
    new Containerizer({
      hosts: {
        program: hostProgram,
        metaDir: metaDir(flags.work_dir),
        env: { PATH: HOST_PATH, ...debuggerEnvironment(flags) },
      },
      ip: runtime.address.ip,
      switchUser: flags.switch_user && user.isRoot,
      ownUser: user.name,
    }),
    { essential: true },
  );
  const agent = new Agent({
    flags,
    build,
    info,
    detector,
    containerizer,
    files,
    launcherDir: flags.launcher_dir ?? '/usr/libexec/mesos',
    bootId: options.bootId ?? '',
    done: options.done ?? (() => undefined),
  });
  return runtime.spawn(agent, { essential: true });
}

const NOBODY = { name: 'nobody', isRoot: false };
const HOST_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

async function prepareWorkDir({ disk }: Runtime, workDir: string): Promise<void> {
  try {
    await disk.mkdir(metaDir(workDir));
    await disk.write(`${metaDir(workDir)}/.writable`, '');
    await disk.remove(`${metaDir(workDir)}/.writable`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`Cannot use --work_dir=${workDir}: ${error.message}`, 'WORK_DIR', { cause: error });
  }
}

async function describeAgent(runtime: Runtime, flags: AgentFlags, options: StartOptions): Promise<SlaveInfo> {
  const { total } = await runtime.disk.space(flags.work_dir);
  const { cores, memoryBytes } = options.machine ?? { cores: null, memoryBytes: null };
  const machine: Machine = { cores, memoryBytes, diskBytes: total };
  const resources = flagged('resources', flags.resources ?? '', text =>
    agentResources(text, flags.default_role, machine),
  );
  return {
    hostname: flags.hostname ?? options.hostname ?? runtime.address.ip,
    port: runtime.address.port,
    resources: [...resources],
    attributes: flagged('attributes', flags.attributes ?? '', parseAttributes),
    checkpoint: true,
  };
}

/** What `parse` makes of a flag's text. @throws Failure BAD_FLAG, naming the flag. */
function flagged<T>(name: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`Failed to load flag '${name}': ${error.message}`, 'BAD_FLAG', { cause: error });
  }
}

function announce(runtime: Runtime, flags: AgentFlags, info: SlaveInfo, build: BuildInfo): void {
  const { log, address } = runtime;
  log.info(`Build: ${build.build_date} by ${build.build_user}`);
  log.info(`Version: ${build.version}`);
  if (build.git_sha !== undefined) log.info(`Git SHA: ${build.git_sha}`);
  log.info(`Using isolation { ${flags.isolation.split(',').join(', ')} }`);
  log.info(`Mesos agent started on (1)@${address}`);
  log.info(`Flags at startup: ${startupLine(flags.shown)}`);
  if (address.ip.startsWith('127.')) log.warn(LOOPBACK);
  log.info(`Agent resources: ${JSON.stringify(info.resources)}`);
  log.info(`Agent attributes: [ ${printAttributes(info.attributes ?? [])} ]`);
  log.info(`Agent hostname: ${info.hostname}`);
}

const STARS = '*'.repeat(50);
const LOOPBACK = `
${STARS}
Agent bound to loopback interface! Cannot communicate with remote master(s). You might want to set '--ip' flag to a routable IP address.
${STARS}`;
