/**
 * What the programs of the master and of the agent do alike: flags, the log, a runtime on the real machine, signals.
 *
 *   argv, env ─▶ flags ─▶ --help, --version
 *                  │
 *                  └────▶ log ─▶ Runtime on 0.0.0.0:port ─▶ start(…) ─▶ until SIGINT or SIGTERM
 *
 * With `--record=FILE` all that comes to the runtime is written down, and `restart` runs the program again from there.
 *
 * Source: Mesos src/master/main.cpp, src/slave/main.cpp; libprocess process.cpp (initialize).
 */
import {
  type EndpointOptions,
  endpointOptions,
  Failure,
  type Logger,
  type LoggingLevel,
  ownAddress,
  Recording,
  Runtime,
  type RuntimeOptions,
  realDisk,
  realLauncher,
  type Seams,
  startLogging,
  type Tape,
  TcpNetwork,
  type Verbosity,
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
  readonly record: string | undefined;
  readonly record_size: number | undefined;
}

/** @typeParam S - what the program has to know of the machine. */
export interface DaemonProgram<F extends DaemonFlags, S> {
  /** `mesos-master`: in the usage, and what its log file is called. */
  readonly name: string;
  readonly purpose: string;
  readonly flags: FlagSet;
  /** @throws Failure BAD_FLAG */
  readonly read: (argv: readonly string[], env: Environment) => F;
  readonly delegate: string;
  /** What is logged when a signal ends it. */
  readonly farewell: string;
  /** Looks at the machine, before the runtime begins: a replay, which may run on another one, is told what was found. */
  readonly survey: (flags: F) => Promise<S>;
  /** Brings it up on the runtime, and goes round none of its seams; @throws Failure when it cannot be. */
  readonly start: (runtime: Runtime, flags: F, surroundings: Surroundings<S>) => Promise<void>;
}

/** What a daemon that starts may know besides its flags. */
export interface Surroundings<S> {
  readonly build: BuildInfo;
  readonly endpoints: EndpointOptions;
  /** What `survey` found. */
  readonly machine: S;
  /** Calls `call` when the OS process gets `signal`; never in a replay. */
  readonly onSignal: (signal: NodeJS.Signals, call: () => void) => void;
  /** Ends the OS process; nothing in a replay. */
  readonly exit: (status: number) => void;
}

/** What was found out before the runtime began. JSON. */
interface Situation<S> {
  readonly build: BuildInfo;
  readonly machine: S;
  readonly place: Awaited<ReturnType<typeof whereabouts>>;
}

/** How a daemon was started: what a recording of it says. JSON. */
export interface DaemonSettings<S> {
  readonly argv: readonly string[];
  /** Variables of Mesos and libprocess alone. */
  readonly env: Environment;
  readonly situation: Situation<S>;
}

/** Runs until the process is told to end. Bad flags, folders and addresses end it with status 1 and a sentence. */
export async function runDaemon<F extends DaemonFlags, S>(
  program: DaemonProgram<F, S>,
  argv: readonly string[],
  env: Environment,
): Promise<void> {
  try {
    const flags = program.read(argv, withLibprocess(env));
    if (flags.help) process.stdout.write(`${usage(program.name, program.purpose, program.flags)}\n`);
    else if (flags.version) process.stdout.write(`mesos ${MESOS_VERSION}\n`);
    else await run(program, flags, argv, env);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (error.code === 'BAD_FLAG') process.stderr.write('See `--help`.\n');
    process.exit(1);
  }
}

async function run<F extends DaemonFlags, S>(
  program: DaemonProgram<F, S>,
  flags: F,
  argv: readonly string[],
  env: Environment,
): Promise<void> {
  const { log, verbosity } = await startLogging({
    name: program.name,
    level: flags.logging_level as LoggingLevel,
    quiet: flags.quiet,
    file: flags.log_dir === undefined ? undefined : `${flags.log_dir}/${program.name}.INFO`,
  });
  const situation = {
    build: await readBuild(realDisk, import.meta.url),
    machine: await program.survey(flags),
    place: await whereabouts(flags),
  };
  const recording = recordingOf(program.name, flags, { argv, env: relevant(env), situation }, log);
  const options = {
    network: new TcpNetwork(),
    disk: realDisk,
    launcher: realLauncher,
    log,
    ...situation.place,
    delegate: program.delegate,
  };
  const runtime = await Runtime.start(recording?.seams(options) ?? options);
  recording?.follow(runtime);
  await program.start(runtime, flags, {
    ...surroundings(flags, env, situation, verbosity),
    onSignal: (signal, call) => process.once(signal, call),
    exit: status => void runtime.stop().then(() => process.exit(status)),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log.info(`Got ${signal}: ${program.farewell}`);
      void end(runtime, recording);
    });
  }
}

/** A signal comes by no seam: a recording ends before it. */
async function end(runtime: Runtime, recording: Recording | null): Promise<void> {
  await recording?.close();
  await runtime.stop();
  process.exit(0);
}

/**
 * Starts `program` as it was started when it was recorded, on seams that play the recording back.
 *
 * @param options - the seams, and whom to tell of bugs.
 */
export async function restart<F extends DaemonFlags, S>(
  program: DaemonProgram<F, S>,
  { argv, env, situation }: DaemonSettings<S>,
  options: Partial<Seams> & RuntimeOptions,
  tape: Tape,
): Promise<Runtime> {
  const { network } = options;
  if (network === undefined) throw new Failure('a recording without a network is none of a daemon', 'NOT_A_RECORDING');
  const flags = program.read(argv, withLibprocess(env));
  const runtime = await Runtime.start({ ...options, network, ...situation.place, delegate: program.delegate });
  tape.follow(runtime);
  await program.start(runtime, flags, {
    ...surroundings(flags, env, situation, { level: 0 }),
    onSignal: () => undefined,
    exit: () => undefined,
  });
  return runtime;
}

function surroundings<S>(
  flags: DaemonFlags,
  env: Environment,
  { build, machine }: Situation<S>,
  verbosity: Verbosity,
): Omit<Surroundings<S>, 'onSignal' | 'exit'> {
  return { build, machine, endpoints: { ...endpointOptions(env), ...debuggerOptions(flags), verbosity } };
}

function recordingOf(name: string, flags: DaemonFlags, settings: unknown, log: Logger): Recording | null {
  const { record: path, record_size: bytesMax } = flags;
  return path === undefined ? null : new Recording({ path, bytesMax, log, program: { name, settings } });
}

/** All else in the environment is nobody's business. */
function relevant(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => /^(MESOS|LIBPROCESS)_/.test(name)));
}

const ANY_IP = '0.0.0.0';

/** Where to listen, and what to call it: all interfaces have no address of their own, so the host's name lends one. */
export async function whereabouts(flags: Pick<DaemonFlags, 'ip' | 'port' | 'advertise_ip' | 'advertise_port'>) {
  const { ip = ANY_IP, port, advertise_ip: advertised, advertise_port: advertisePort } = flags;
  const advertiseIp = advertised ?? (ip === ANY_IP ? await ownAddress() : undefined);
  return { ip, port, advertiseIp, advertisePort };
}

/** Variables of libprocess that say the same as a flag, and count where the flag is not given. */
const LIBPROCESS_VARIABLES = ['IP', 'PORT', 'ADVERTISE_IP', 'ADVERTISE_PORT', 'DEBUGGER', 'TRACE', 'RECORD'];

/** `env` in which the flags find what was told to libprocess: LIBPROCESS_IP where there is no MESOS_IP. */
export function withLibprocess(env: Environment): Environment {
  const told = LIBPROCESS_VARIABLES.map(name => [`MESOS_${name}`, env[`LIBPROCESS_${name}`]]);
  return { ...Object.fromEntries(told), ...env };
}
