/** How a worker thread runs a file of TypeScript. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Failure } from '../failure.ts';

/**
 * Node's options for a worker that runs `file`: those of this process, and for TypeScript tsx, that of the file's project.
 * What of tsx this process has itself does not reach into its workers (Node 20).
 *
 * @throws Failure THREAD when there is no tsx.
 */
export function execArgvFor(file: URL): string[] {
  if (!file.pathname.endsWith('.ts')) return process.execArgv;
  const hooks = `import { register } from ${JSON.stringify(tsxFor(file).href)}; register();`;
  return [...process.execArgv, '--import', `data:text/javascript,${encodeURIComponent(hooks)}`];
}

/** The API of tsx as an ES module; what `require` finds is its twin, whose `register` looks in the wrong folder. */
function tsxFor(file: URL): URL {
  try {
    const twin = createRequire(file).resolve('tsx/esm/api');
    return pathToFileURL(twin.replace(/[.]cjs$/, '.mjs'));
  } catch (cause) {
    throw new Failure(`a thread of TypeScript needs tsx: ${file.pathname}`, 'THREAD', { cause });
  }
}
