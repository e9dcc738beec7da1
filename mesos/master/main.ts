/**
 * The program: `node mesos/master.js --ip=127.0.0.1 --work_dir=DIR`.
 *
 * Source: Mesos src/master/main.cpp.
 */
import { type Runtime, realDisk } from '../../libprocess/index.ts';
import { type Environment, runDaemon, type Surroundings } from '../daemon.ts';
import { MASTER_FLAGS } from './flag-table.ts';
import { type MasterFlags, masterFlags } from './flags.ts';
import { DELEGATE, startMaster } from './start.ts';
import { findWebPages } from './web-pages.ts';

/** Runs until the process is told to end. Bad flags and addresses end it with status 1 and a sentence. */
export async function main(argv: readonly string[], env: Environment): Promise<void> {
  await runDaemon(
    {
      name: 'mesos-master',
      purpose: 'Leads a cluster.',
      flags: MASTER_FLAGS,
      read: masterFlags,
      delegate: DELEGATE,
      farewell: 'the master ends',
      start,
    },
    argv,
    env,
  );
}

async function start(runtime: Runtime, flags: MasterFlags, { build, endpoints }: Surroundings): Promise<void> {
  if (flags.work_dir !== undefined) await realDisk.mkdir(flags.work_dir);
  const webuiFolder = flags.webui_dir ?? (await findWebPages(realDisk, import.meta.url));
  await startMaster(runtime, flags, { build, endpoints, webuiFolder });
}
