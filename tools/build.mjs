/**
 * Compiles the TypeScript sources to `dist/`, builds and copies the web pages, and notes what was built in
 * `dist/build.json`.
 *
 *   libprocess/index.ts, zk/index.ts, …   what others import      ─┐
 *   libprocess/testing.ts                 what tests import        ├─▶ dist/<same path>.js
 *   <package>/<part>/main.ts              what launchers start    ─┤
 *   tools/debugger/cli/main.ts            `mesos-debug`           ─┘
 *   mesos/webui/**                        pages, as they are       ──▶ dist/mesos/webui/**
 *   tools/debugger/page/**                the debugger's, by Vite  ──▶ dist/debugger/**
 *
 * Types are not checked here (`npm run lint` does): this has to be quick enough to run before every start.
 * Each file is put in its place whole, and what is left of an older build goes last: a daemon that starts
 * meanwhile, or a second build, sees no half-written file.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const DIST = join(ROOT, 'dist');
const PACKAGES = ['libprocess', 'zk', 'mesos', 'frameworks'];
const DEBUGGER_CLI = 'tools/debugger/cli/main.ts';
const WEBUI = 'mesos/webui';
const DEBUGGER = 'tools/debugger/vite.config.ts';
const STATIC = /\.(html|css|js|svg|png|ico|json)$/;

const run = promisify(execFile);

await main();

async function main() {
  const started = new Date();
  const built = await Promise.all([compile(entryPoints()), pages(), debuggerPage(), buildInfo(started)]);
  const outputs = built.flat();
  for (const { path, contents } of outputs) await put(path, contents, started);
  await removeOthers(new Set(outputs.map(output => output.path)));
  console.log(`built dist/ from ${entryPoints().length} entry points in ${Date.now() - started.getTime()} ms`);
}

/** Every file under `folder`, as paths from the root with forward slashes; none when there is no such folder. */
function files(folder) {
  const absolute = join(ROOT, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .map(name => `${folder}/${name.replaceAll(sep, '/')}`)
    .filter(name => statSync(join(ROOT, name)).isFile());
}

function entryPoints() {
  const isEntry = path =>
    /^[a-z]+\/(index|testing)\.ts$|^[a-z]+\/.+\/main\.ts$|^frameworks\/[^/]+\/index\.ts$/.test(path);
  const entries = PACKAGES.flatMap(files).filter(path => isEntry(path) && !path.startsWith(WEBUI));
  return [...entries, DEBUGGER_CLI].filter(path => existsSync(join(ROOT, path))).sort();
}

/** @returns the compiled files in writing order: shared chunks before the entry points that import them. */
async function compile(entries) {
  if (entries.length === 0) return [];
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: entries,
    outdir: DIST,
    outbase: '.',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    packages: 'external',
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    write: false,
    logLevel: 'warning',
  });
  const isChunk = file => file.path.startsWith(join(DIST, 'chunks'));
  return [...outputFiles.filter(isChunk), ...outputFiles.filter(file => !isChunk(file))];
}

function pages() {
  const names = files(WEBUI).filter(path => STATIC.test(path));
  return Promise.all(names.map(async name => ({ path: join(DIST, name), contents: await readFile(join(ROOT, name)) })));
}

/** What a runtime serves at `/__debugger__`. */
async function debuggerPage() {
  const { build } = await import('vite');
  const { output } = await build({ configFile: join(ROOT, DEBUGGER), build: { write: false } });
  return output.map(({ fileName, code, source }) => ({
    path: join(DIST, 'debugger', fileName),
    contents: code ?? source,
  }));
}

/** What `/version` serves, under Mesos' own names. */
async function buildInfo(date) {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const info = {
    version,
    build_date: `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    build_time: Math.floor(date.getTime() / 1000),
    build_user: userName(),
    ...(await gitInfo()),
  };
  return { path: join(DIST, 'build.json'), contents: `${JSON.stringify(info, null, 2)}\n` };
}

function userName() {
  try {
    return userInfo().username;
  } catch (error) {
    if (error.code !== 'ERR_SYSTEM_ERROR') throw error;
    return String(process.getuid()); // A container's user without a line in /etc/passwd.
  }
}

/** The checkout's commit, branch and tag; empty when this folder is no git checkout, or only lies inside another's. */
async function gitInfo() {
  const head = await git('rev-parse', '--show-toplevel', 'HEAD', '--abbrev-ref', 'HEAD');
  if (head === null) return {};
  const [top, sha, branch] = head.split('\n');
  if (realpathSync(top) !== realpathSync(ROOT)) return {};
  const tag = await git('describe', '--tags', '--exact-match');
  return {
    git_sha: sha,
    ...(branch === 'HEAD' ? {} : { git_branch: branch }),
    ...(tag === null ? {} : { git_tag: tag }),
  };
}

/** @returns what git printed, or null when there is no git or it refused (no checkout, no commit, no tag). */
async function git(...args) {
  try {
    const { stdout } = await run('git', args, { cwd: ROOT });
    return stdout.trim();
  } catch (error) {
    if (error.code === 'ENOENT' || typeof error.code === 'number') return null;
    throw error;
  }
}

/** Dated when the build began, so that a source saved during the build counts as newer than its output. */
async function put(path, contents, date) {
  const draft = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, contents);
  await utimes(draft, date, date);
  await rename(draft, path);
}

/** Spares the declarations (`prepack` writes them) and the drafts of a build that runs at the same time. */
async function removeOthers(keep) {
  const spared = name => name.startsWith('dist/types/') || name.endsWith('.tmp');
  for (const name of files('dist').filter(name => !spared(name))) {
    const path = join(ROOT, name);
    if (!keep.has(path)) await rm(path, { force: true });
  }
}
