/** `mesos-debug replay` on a recording of a small script. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { debug } from '../../../tools/debugger/cli/main.ts';
import { boot } from '../../libprocess/trace/record/script.ts';
import { record } from '../../libprocess/trace/record/small.ts';

const SCRIPT = join(import.meta.dirname, '../../libprocess/trace/record/script.ts');

async function run(
  ...args: string[]
): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const status = await debug(['replay', ...args], {
    env: {},
    isTerminal: false,
    rows: 0,
    write: text => {
      out += text;
    },
    note: text => {
      err += text;
    },
    interrupted: new Promise(() => undefined),
  });
  return { status, out, err };
}

async function recorded(start = boot): Promise<string> {
  const live = await record(start);
  await live.end();
  return live.path;
}

test('all steps of an actor are listed', async () => {
  const { status, out } = await run(await recorded(), '--actor=greeter', `--script=${SCRIPT}`);
  expect(status).toBe(0);
  expect(out.trim().split('\n')).toEqual([
    expect.stringMatching(/^1\/3 {2}turn 1 .* greeter {2}initialize {2}Greeter$/),
    expect.stringMatching(/^2\/3 {2}turn 2 .* greeter {2}dispatch {2}Greeter.greet$/),
    expect.stringMatching(/^3\/3 {2}turn 3 .* greeter {2}dispatch {2}Greeter.greet$/),
  ]);
});

test('one step shows its body, and what it changed', async () => {
  const { out } = await run(await recorded(), '--to=3', `--script=${SCRIPT}`);
  expect(out).toContain('["again"]');
  expect(out).toMatch(/said\.1 {3}nothing → "[-\w]{36} \d+ again"/);
});

test('one step as JSON, with the whole state', async () => {
  const { out } = await run(await recorded(), '--to=2', '--json', '--state', `--script=${SCRIPT}`);
  expect(JSON.parse(out)).toMatchObject({
    turn: 2,
    name: 'Greeter.greet',
    body: ['world'],
    changes: [{ path: 'said.0', after: expect.stringContaining('world') }],
    state: { said: [expect.stringContaining('world')] },
  });
});

test('a program that does something else is found out, and the exit status says so', async () => {
  const path = await recorded(async runtime => {
    await boot(runtime);
    runtime.clock.timer(1_000, () => undefined);
  });
  const { status, out, err } = await run(path, `--script=${SCRIPT}`);
  expect(status).toBe(1);
  expect(out).toContain('recorded  timer');
  expect(out).toContain('replayed  nothing');
  expect(err).toContain('1 differences, the first in turn');
});

test.each([
  { args: ['/nowhere.rec'], says: 'cannot read /nowhere.rec: ENOENT' },
  { args: [SCRIPT], says: 'this is not a recording' },
  { args: [], says: 'FILE is missing' },
])('$args is refused in a sentence', async ({ args, says }) => {
  const { status, err } = await run(...args);
  expect(status).toBe(1);
  expect(err).toContain(says);
});

test('an actor that is not in the recording is refused, and those that are are named', async () => {
  const { err } = await run(await recorded(), '--actor=master', `--script=${SCRIPT}`);
  expect(err).toContain("there is no actor 'master' in the recording; there are greeter");
});
