/**
 * What the programs of the master and of the agent do alike: flags, the log, a runtime on the real machine, signals.
 *
 *   argv, env ─▶ flags ─▶ --help, --version
 *                  │
 *                  └────▶ log ─▶ Runtime on 0.0.0.0:port ─▶ start(…) ─▶ until SIGINT or SIGTERM
 *
 * Source: Mesos src/master/main.cpp, src/slave/main.cpp; libprocess process.cpp (initialize).
 */
import {
  type EndpointOptions,
  endpointOptions,
  Failure,
  type LoggingLevel,
  ownAddress,
  Runtime,
  realDisk,
  realLauncher,
  startLogging,
  TcpNetwork,
} from '../libprocess/index.ts';
import { type DebuggerFlags, debuggerOptions } from './common/debugger-flags.ts';
import { usage } from './common/flag-help.ts';
import type { FlagSet } from './common/flags.ts';
import { type BuildInfo, MESOS_VERSION, readBuild } from './version/build.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface DaemonFlags extends DebuggerFlags {
  readonly help: boolean;
  readonly version: boolean;
  readonly logging_level: string;
  readonly quiet: boolean;
  readonly log_dir: string | undefined;
  readonly ip: string | undefined;
  readonly port: number;
  readonly advertise_ip: string | undefined;
  readonly advertise_port: number | undefined;
}

export interface DaemonProgram<F extends DaemonFlags> {
  /** `mesos-master`: in the usage, and what its log file is called. */
  readonly name: string;
  readonly purpose: string;
  readonly flags: FlagSet;
  /** @throws Failure BAD_FLAG */
  readonly read: (argv: readonly string[], env: Environment) => F;
  readonly delegate: string;
  /** What is logged when a signal ends it. */
  readonly farewell: string;
  /** Brings it up on the runtime; @throws Failure when it cannot be. */
  readonly start: (runtime: Runtime, flags: F, surroundings: Surroundings) => Promise<void>;
}

/** What a daemon that starts may know besides its flags. */
export interface Surroundings {
  readonly build: BuildInfo;
  readonly endpoints: EndpointOptions;
}

/** Runs until the process is told to end. Bad flags, folders and addresses end it with status 1 and a sentence. */
export async function runDaemon<F extends DaemonFlags>(
  program: DaemonProgram<F>,
  argv: readonly string[],
  env: Environment,
): Promise<void> {
  try {
    const flags = program.read(argv, withLibprocess(env));
    if (flags.help) process.stdout.write(`${usage(program.name, program.purpose, program.flags)}\n`);
    else if (flags.version) process.stdout.write(`mesos ${MESOS_VERSION}\n`);
    else await run(program, flags, env);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (error.code === 'BAD_FLAG') process.stderr.write('See `--help`.\n');
    process.exit(1);
  }
}

async function run<F extends DaemonFlags>(program: DaemonProgram<F>, flags: F, env: Environment): Promise<void> {
  const { log, verbosity } = await startLogging({
    name: program.name,
    level: flags.logging_level as LoggingLevel,
    quiet: flags.quiet,
    file: flags.log_dir === undefined ? undefined : `${flags.log_dir}/${program.name}.INFO`,
  });
  const runtime = await Runtime.start({
    network: new TcpNetwork(),
    disk: realDisk,
    launcher: realLauncher,
    log,
    ...(await whereabouts(flags)),
    delegate: program.delegate,
  });
  await program.start(runtime, flags, {
    build: await readBuild(realDisk, import.meta.url),
    endpoints: { ...endpointOptions(env), ...debuggerOptions(flags), verbosity },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log.info(`Got ${signal}: ${program.farewell}`);
      void runtime.stop().then(() => process.exit(0));
    });
  }
}

const ANY_IP = '0.0.0.0';

/** Where to listen, and what to call it: all interfaces have no address of their own, so the host's name lends one. */
export async function whereabouts(flags: Pick<DaemonFlags, 'ip' | 'port' | 'advertise_ip' | 'advertise_port'>) {
  const { ip = ANY_IP, port, advertise_ip: advertised, advertise_port: advertisePort } = flags;
  const advertiseIp = advertised ?? (ip === ANY_IP ? await ownAddress() : undefined);
  return { ip, port, advertiseIp, advertisePort };
}

/** Variables of libprocess that say the same as a flag, and count where the flag is not given. */
const LIBPROCESS_VARIABLES = ['IP', 'PORT', 'ADVERTISE_IP', 'ADVERTISE_PORT', 'DEBUGGER', 'TRACE'];

/** `env` in which the flags find what was told to libprocess: LIBPROCESS_IP where there is no MESOS_IP. */
export function withLibprocess(env: Environment): Environment {
  const told = LIBPROCESS_VARIABLES.map(name => [`MESOS_${name}`, env[`LIBPROCESS_${name}`]]);
  return { ...Object.fromEntries(told), ...env };
}
