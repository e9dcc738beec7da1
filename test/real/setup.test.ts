/**
 * `npm start` from a bare clone: what the set-up does, and that it does it once.
 *
 * Each test lays out a small checkout: the real set-up scripts, an npm and a build that only note that they ran.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const REAL = [
  'tools/setup/start.mjs',
  'tools/setup/ready.mjs',
  'tools/setup/installed.mjs',
  'mesos/launch.js',
  'mesos/local.js',
];

const INVENTED = {
  'package.json': '{ "type": "module" }',
  'package-lock.json': '{ "lockfileVersion": 3 }',
  'libprocess/index.ts': '',
  'npm.js': `import { mkdirSync } from 'node:fs';
    mkdirSync('node_modules', { recursive: true });
    console.log('ran npm', process.argv[2]);`,
  'tools/build.mjs': `import { mkdirSync, writeFileSync } from 'node:fs';
    mkdirSync('dist/mesos/local', { recursive: true });
    writeFileSync('dist/build.json', '{}');
    writeFileSync('dist/mesos/local/main.js', 'export async function main(argv) { console.log("cluster", ...argv); }');
    console.log('ran build');`,
};

test('a bare clone is installed, built and started by one command', async () => {
  const checkout = await clone();
  expect(await checkout.start('--agents=3')).toEqual(['ran npm ci', 'ran build', 'cluster --agents=3']);
});

test('the second start finds everything in place', async () => {
  const checkout = await clone();
  await checkout.start();
  expect(await checkout.start()).toEqual(['cluster']);
});

test('a changed package-lock.json is installed again', async () => {
  const checkout = await clone();
  await checkout.start();
  await writeFile(checkout.path('package-lock.json'), '{ "lockfileVersion": 4 }');
  expect(await checkout.start()).toEqual(['ran npm ci', 'cluster']);
});

test('a build older than a source is built again', async () => {
  const checkout = await clone();
  await checkout.start();
  const minuteAgo = Date.now() / 1000 - 60;
  await utimes(checkout.path('dist/build.json'), minuteAgo, minuteAgo);
  expect(await checkout.start()).toEqual(['ran build', 'cluster']);
});

test('an installation that fails stops the start, and the next one tries again', async () => {
  const checkout = await clone();
  await writeFile(checkout.path('npm.js'), 'process.exitCode = 7;');
  await expect(checkout.start()).rejects.toThrow('npm ci failed (status 7)');
  await writeFile(checkout.path('npm.js'), INVENTED['npm.js']);
  expect(await checkout.start()).toEqual(['ran npm ci', 'ran build', 'cluster']);
});

async function clone() {
  const root = await mkdtemp(join(tmpdir(), 'mesos-ts-setup-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const path = (name: string) => join(root, name);
  for (const name of REAL) await cp(name, path(name));
  for (const [name, text] of Object.entries(INVENTED)) {
    await mkdir(dirname(path(name)), { recursive: true });
    await writeFile(path(name), text);
  }
  return { path, start: (...args: string[]) => start(root, args) };
}

/** @returns what ran, in order: the lines of the stand-ins */
function start(root: string, args: readonly string[]): Promise<string[]> {
  const env = { ...process.env, npm_execpath: join(root, 'npm.js') };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['tools/setup/start.mjs', ...args], { cwd: root, env }, (error, stdout, stderr) => {
      if (error !== null) reject(new Error(stderr));
      else resolve(stdout.split('\n').filter(line => /^(ran|cluster)/.test(line)));
    });
  });
}
