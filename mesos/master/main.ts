/**
 * The program: `node mesos/master.js --ip=127.0.0.1 --work_dir=DIR`.
 *
 * Source: Mesos src/master/main.cpp.
 */
import {
  endpointOptions,
  Failure,
  type LoggingLevel,
  ownAddress,
  Runtime,
  realDisk,
  realLauncher,
  startLogging,
  TcpNetwork,
} from '../../libprocess/index.ts';
import { usage } from '../common/flag-help.ts';
import { MESOS_VERSION, readBuild } from '../version/build.ts';
import { MASTER_FLAGS } from './flag-table.ts';
import { type MasterFlags, masterFlags } from './flags.ts';
import { DELEGATE, startMaster } from './start.ts';
import { findWebPages } from './web-pages.ts';

/** Runs until the process is told to end. Bad flags and addresses end it with status 1 and a sentence. */
export async function main(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  try {
    const flags = masterFlags(argv, env);
    if (flags.help) process.stdout.write(`${usage('mesos-master', 'Leads a cluster.', MASTER_FLAGS)}\n`);
    else if (flags.version) process.stdout.write(`mesos ${MESOS_VERSION}\n`);
    else await run(flags, env);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (error.code === 'BAD_FLAG') process.stderr.write('See `--help`.\n');
    process.exit(1);
  }
}

async function run(flags: MasterFlags, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  if (flags.work_dir !== undefined) await realDisk.mkdir(flags.work_dir);
  const { log, verbosity } = await startLogging({
    name: 'mesos-master',
    level: flags.logging_level as LoggingLevel,
    quiet: flags.quiet,
    file: flags.log_dir === undefined ? undefined : `${flags.log_dir}/mesos-master.INFO`,
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
  await startMaster(runtime, flags, {
    build: await readBuild(realDisk, import.meta.url),
    endpoints: { ...endpointOptions(env), verbosity },
    webuiFolder: flags.webui_dir ?? (await findWebPages(realDisk, import.meta.url)),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log.info(`Got ${signal}: the master ends`);
      void runtime.stop().then(() => process.exit(0));
    });
  }
}
