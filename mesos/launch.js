/**
 * Starts a program that `npm run build` compiled: what `mesos/master.js` and its siblings share.
 *
 *   mesos/master.js ──launch('master')──▶ dist/mesos/master/main.js ──▶ main(argv, env)
 *   mesos/debug.js ──launch('cli', 'tools/debugger')──▶ dist/tools/debugger/cli/main.js ──▶ main(argv, env)
 *
 * Refuses with one sentence and exit status 1 when Node is too old, and when the compiled program is missing or older
 * than the sources. Plain JavaScript without a library, so that it runs before anything is installed; the syntax stays
 * at what Node 14 parses, so that an old Node gets the sentence and no syntax error.
 */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = ['libprocess', 'zk', 'mesos'];
const NODE_MIN = [20, 19];

/**
 * Runs `dist/<folder>/<name>/main.js`: its `main(argv, env)` gets the arguments after the script's name.
 *
 * @param {string} name - a folder of `folder` that has a `main.ts`
 */
export async function launch(name, folder = 'mesos') {
  const twin = join(ROOT, 'dist', folder, name, 'main.js');
  const problem = nodeProblem(process.version) || buildProblem(twin, [...SOURCES, folder]);
  if (problem !== null) {
    console.error(problem);
    process.exit(1);
  }
  const { main } = await import(pathToFileURL(twin).href);
  await main(process.argv.slice(2), process.env);
}

/** @returns {string | null} why this version of Node will not do, such as `v18.20.4` */
export function nodeProblem(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return null;
  return `mesos-ts needs Node ${NODE_MIN.join('.')} or newer, and this is ${version}: see https://nodejs.org/en/download`;
}

/**
 * Every file of a build is dated when the build began, so one file speaks for all.
 *
 * @param {string} built - a file of `dist/`
 * @returns {string | null} what is missing or out of date, and what to do about it
 */
export function buildProblem(built = join(ROOT, 'dist', 'build.json'), sources = SOURCES) {
  const advice = 'run `npm run build`';
  const builtMs = modifiedMs(built);
  if (builtMs === null) return `${relative(ROOT, built)} is missing: ${advice}`;
  const newest = newestSource(sources);
  if (newest.modifiedMs <= builtMs) return null;
  return `${relative(ROOT, built)} is older than ${relative(ROOT, newest.path)}: ${advice}`;
}

/** In an installed package there are no sources, and so none is newer. */
function newestSource(sources) {
  let newest = { path: '', modifiedMs: 0 };
  const visit = folder => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.name.endsWith('.ts')) {
        const ms = statSync(path).mtimeMs;
        if (ms > newest.modifiedMs) newest = { path, modifiedMs: ms };
      }
    }
  };
  for (const folder of sources.map(name => join(ROOT, name))) {
    if (modifiedMs(folder) !== null) visit(folder);
  }
  return newest;
}

/** @returns {number | null} null when there is no such file */
function modifiedMs(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : stats.mtimeMs;
}
