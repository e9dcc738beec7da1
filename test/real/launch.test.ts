/**
 * The committed launchers (`node mesos/master.js`): what they start, and what they say when they cannot.
 *
 * Each test lays out a small project of its own: the real launcher, an invented program.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const TWIN = 'dist/mesos/master/main.js';
const ECHO = 'export async function main(argv, env) { console.log(JSON.stringify([argv, env.MESOS_IP])); }';
const MINUTE_S = 60;

test('a launcher hands arguments and environment to the compiled main', async () => {
  const project = await start({ [TWIN]: ECHO });
  const { status, stdout } = await project.run({ MESOS_IP: '127.0.0.1' }, '--port=5050', '--no-authenticate');
  expect(JSON.parse(stdout)).toEqual([['--port=5050', '--no-authenticate'], '127.0.0.1']);
  expect(status).toBe(0);
});

test('a launcher says what is missing when nothing was built', async () => {
  const project = await start({});
  expect(await project.run({})).toEqual({
    status: 1,
    stdout: '',
    stderr: 'dist/mesos/master/main.js is missing: run `npm run build`\n',
  });
});

test('a launcher refuses a build that is older than a source', async () => {
  const project = await start({ [TWIN]: ECHO, 'libprocess/http/server.ts': '' });
  await project.age(TWIN, MINUTE_S);
  expect(await project.run({})).toEqual({
    status: 1,
    stdout: '',
    stderr: 'dist/mesos/master/main.js is older than libprocess/http/server.ts: run `npm run build`\n',
  });
});

test('a launcher runs a build that is newer than every source', async () => {
  const project = await start({ [TWIN]: ECHO, 'zk/client.ts': '' });
  await project.age('zk/client.ts', MINUTE_S);
  expect((await project.run({})).status).toBe(0);
});

test('a program that fails to start ends with its error and a status', async () => {
  const project = await start({ [TWIN]: 'export async function main() { throw new Error("no such disk"); }' });
  const { status, stderr } = await project.run({});
  expect(stderr).toContain('Error: no such disk');
  expect(status).toBe(1);
});

test.each([
  { version: 'v18.20.4', old: true },
  { version: 'v20.18.3', old: true },
  { version: 'v20.19.0', old: false },
  { version: 'v22.1.0', old: false },
])('Node $version is too old: $old', async ({ version, old }) => {
  const project = await start({
    'check.mjs': `import { nodeProblem } from './mesos/launch.js'; console.log(nodeProblem('${version}'));`,
  });
  const { stdout } = await project.node({}, 'check.mjs');
  expect(stdout.trim()).toBe(
    old ? `mesos-ts needs Node 20.19 or newer, and this is ${version}: see https://nodejs.org/en/download` : 'null',
  );
});

async function start(files: Record<string, string>) {
  const root = await mkdtemp(join(tmpdir(), 'mesos-ts-launch-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const name of ['launch.js', 'master.js']) await cp(`mesos/${name}`, join(root, 'mesos', name));
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  const node = (env: NodeJS.ProcessEnv, ...args: string[]) => runNode(root, env, args);
  return {
    node,
    run: (env: NodeJS.ProcessEnv, ...args: string[]) => node(env, 'mesos/master.js', ...args),
    age: async (name: string, seconds: number) => {
      const then = Date.now() / 1000 - seconds;
      await utimes(join(root, name), then, then);
    },
  };
}

function runNode(cwd: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Outcome> {
  return new Promise(resolve => {
    execFile(process.execPath, args, { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
