/**
 * Brings a master up on a runtime: with real seams in the program, with simulated ones in simulations.
 *
 *   const runtime = await Runtime.start({ network, ip, port, delegate: 'master', … });
 *   const master = await startMaster(runtime, masterFlags(['--ip=127.0.0.1']));
 *
 * Source: Mesos src/master/main.cpp.
 */
import { type EndpointOptions, type Ref, type Runtime, spawnEndpoints } from '../../libprocess/index.ts';
import { Files } from '../files/files.ts';
import { type BuildInfo, UNBUILT } from '../version/build.ts';
import { Version } from '../version/version.ts';
import { HierarchicalAllocatorProcess } from './allocator/allocator.ts';
import type { MasterFlags } from './flags.ts';
import { Master, type MasterOptions } from './master.ts';
import { MemoryStorage, Registrar } from './registrar.ts';

/** The actor that serves paths which name no actor: what the runtime of a master needs to be started with. */
export const DELEGATE = 'master';

export interface StartOptions {
  readonly build?: BuildInfo;
  /** Of libprocess' own endpoints: what the environment and the log have to say. */
  readonly endpoints?: EndpointOptions;
  /** The folder of the web interface, if there is one. */
  readonly webuiFolder?: string | null;
}

/** Spawns the master and the actors beside it. @returns once they are there; the master leads a moment later. */
export async function startMaster(
  runtime: Runtime,
  flags: MasterFlags,
  { build = UNBUILT, webuiFolder = null, endpoints = {} }: StartOptions = {},
): Promise<Ref<Master>> {
  runtime.log.info(`Build: ${build.build_date} by ${build.build_user}`);
  runtime.log.info(`Version: ${build.version}`);
  if (build.git_sha !== undefined) runtime.log.info(`Git SHA: ${build.git_sha}`);
  runtime.log.info(`Using '${flags.allocator}' allocator`);
  runtime.log.info('Starting Mesos master');
  const pages = await pagesIn(runtime, webuiFolder);
  const { logging } = spawnEndpoints(runtime, {
    ...endpoints,
    readonlyRealm: 'mesos-master-readonly',
    readwriteRealm: 'mesos-master-readwrite',
  });
  runtime.spawn(new Version(build));
  const files = runtime.spawn(new Files());
  const log = logFile(flags);
  if (log !== null) files.attach(log, '/master/log');
  const allocator = runtime.spawn(new HierarchicalAllocatorProcess(allocatorOptions(flags)), { essential: true });
  const registrar = runtime.spawn(new Registrar(new MemoryStorage()), { essential: true });
  return runtime.spawn(new Master({ flags, build, allocator, registrar, logging, pages }), { essential: true });
}

/** Where this master's log is, for the web interface to show it. */
export function logFile({ external_log_file: external, log_dir: folder }: MasterFlags): string | null {
  return external ?? (folder === undefined ? null : `${folder}/mesos-master.INFO`);
}

async function pagesIn(runtime: Runtime, folder: string | null): Promise<MasterOptions['pages']> {
  return folder === null ? null : { folder, names: await runtime.disk.list(folder) };
}

function allocatorOptions(flags: MasterFlags) {
  return {
    allocationIntervalMs: flags.allocation_interval,
    minAllocatableResources: flags.minAllocatable,
    fairSharingExcludedResourceNames: flags.fair_sharing_excluded_resource_names?.split(','),
    region: flags.faultDomain?.fault_domain?.region.name,
    filterGpuResources: flags.filter_gpu_resources,
  };
}
