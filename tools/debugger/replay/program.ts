/** The program that a recording is of: a daemon of ours, or a module that exports `boot`. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  Address,
  endpointOptions,
  Failure,
  type RecordedProgram,
  Runtime,
  type Start,
  spawnEndpoints,
} from '../../../libprocess/index.ts';
import { restartOf } from '../../../mesos/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a script exports so that it can be recorded and replayed: it spawns its actors, and looks at nothing else. */
export type Boot = (runtime: Runtime) => unknown;

/**
 * How it is started again.
 *
 * @param script - where it lies now, where that is not where it was recorded.
 * @throws Failure NO_PROGRAM when there is no such program here.
 */
export async function startOf({ name, settings }: RecordedProgram, script: string | undefined): Promise<Start> {
  const restart = await restartOf(name);
  if (restart !== null) return (options, tape) => restart(settings, options, tape);
  return startOfScript(resolve(script ?? name), settings as Environment);
}

/** The first runtime without a network of an OS process has it, and that of each replay. */
const LOCAL = Address.of('local', 1);

async function startOfScript(path: string, env: Environment): Promise<Start> {
  const boot = await bootIn(path);
  return async (options, tape) => {
    const { network } = options;
    const runtime = network === undefined ? Runtime.at(LOCAL, options) : await Runtime.start({ ...options, network });
    tape.follow(runtime);
    if (network !== undefined) spawnEndpoints(runtime, endpointOptions(env));
    await boot(runtime);
  };
}

async function bootIn(path: string): Promise<Boot> {
  let loaded: { readonly boot?: unknown };
  try {
    loaded = (await import(pathToFileURL(path).href)) as typeof loaded;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Failure(`the recorded program ${path} is not here: say where, by --script`, 'NO_PROGRAM', {
      cause: error,
    });
  }
  if (typeof loaded.boot !== 'function') {
    throw new Failure(`${path} does not export boot(runtime), so it cannot be started again`, 'NO_PROGRAM');
  }
  return loaded.boot as Boot;
}
