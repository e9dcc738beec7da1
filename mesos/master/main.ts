/**
 * The program: `node mesos/master.js --ip=127.0.0.1 --work_dir=DIR`.
 *
 * Source: Mesos src/master/main.cpp.
 */
import { type Runtime, realDisk } from '../../libprocess/index.ts';
import { type DaemonProgram, type Environment, runDaemon, type Surroundings } from '../daemon.ts';
import { MASTER_FLAGS } from './flag-table.ts';
import { type MasterFlags, masterFlags } from './flags.ts';
import { DELEGATE, startMaster } from './start.ts';
import { findWebPages } from './web-pages.ts';

/** What a master has to know of its machine. */
interface MasterMachine {
  readonly webuiFolder: string | null;
}

/** The master as a program: to be run, or to be replayed. */
export const PROGRAM: DaemonProgram<MasterFlags, MasterMachine> = {
  name: 'mesos-master',
  purpose: 'Leads a cluster.',
  flags: MASTER_FLAGS,
  read: masterFlags,
  delegate: DELEGATE,
  farewell: 'the master ends',
  survey,
  start,
};

/** Runs until the process is told to end. Bad flags and addresses end it with status 1 and a sentence. */
export async function main(argv: readonly string[], env: Environment): Promise<void> {
  await runDaemon(PROGRAM, argv, env);
}

async function survey({ webui_dir: folder }: MasterFlags): Promise<MasterMachine> {
  return { webuiFolder: folder ?? (await findWebPages(realDisk, import.meta.url)) };
}

async function start(runtime: Runtime, flags: MasterFlags, around: Surroundings<MasterMachine>): Promise<void> {
  const { build, endpoints, machine } = around;
  if (flags.work_dir !== undefined) await runtime.disk.mkdir(flags.work_dir);
  await startMaster(runtime, flags, { build, endpoints, webuiFolder: machine.webuiFolder });
}
