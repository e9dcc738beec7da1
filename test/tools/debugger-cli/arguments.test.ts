/** What `mesos-debug` understands, and what it says to what it does not. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { durationOf } from '../../../tools/debugger/cli/command.ts';
import { streamOf } from '../../../tools/debugger/cli/connection.ts';
import { credentialHeaders } from '../../../tools/debugger/cli/credentials.ts';
import { readEvents } from '../../../tools/debugger/cli/history.ts';
import { traceEvent } from '../../libprocess/trace/events.ts';
import { run } from './scene.ts';

async function file(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mesos-debug-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'file'), text);
  return join(folder, 'file');
}

test.each([[], ['help'], ['--help']])('without a command it teaches (%s)', async (...argv) => {
  const { status, output } = await run(argv);
  expect(status).toBe(0);
  expect(output).toContain('Usage: mesos-debug COMMAND ADDRESS');
  for (const name of ['top', 'trace', 'seq', 'export', 'pause', 'step']) expect(output).toContain(`\n  ${name} `);
});

test.each(['top', 'trace', 'seq', 'export', 'pause', 'kill'])('%s has a help page with an example', async name => {
  const [asked, helped] = [await run([name, '--help']), await run(['help', name])];
  expect(asked).toEqual(helped);
  expect(asked.output).toContain(`Usage: mesos-debug ${name} `);
  expect(asked.output).toContain(`\n  mesos-debug ${name} `);
});

test.each([
  [['topp'], "there is no command 'topp'; `mesos-debug help` lists them"],
  [['top'], 'top: ADDRESS is missing'],
  [['pause', '127.0.0.1:1'], 'pause: ACTOR is missing'],
  [['top', 'a', 'b'], "top: 'b' is one argument too many"],
  [['top', 'a', '--twice'], "top: Unknown option '--twice'"],
  [['top', 'a', '--sort=age'], 'top: --sort=age: want rate, mailbox, busy, name'],
  [['trace', 'a', '--for=soon'], "trace: 'soon' is no time: want 500ms, 10s or 2m"],
  [['seq', 'a', '--limit=few'], 'seq: --limit=few: want a number'],
  [['export', 'a', '--format=pdf'], 'export: --format=pdf: want chrome, otlp, jsonl'],
  [['top', 'a', '--secret=abc'], 'top: a secret on the command line can be read by every user'],
  [['top', ''], "top: '' is no address: want host:port"],
  [['top', '127.0.0.1:1'], 'top: nothing listens at 127.0.0.1:1: is the node running'],
])('%j is refused with a sentence', async (argv, sentence) => {
  const { status, notes } = await run(argv);
  expect(status).toBe(1);
  expect(notes).toContain(sentence);
  expect(notes).not.toContain('abc');
});

test.each([
  ['127.0.0.1:5051', 'ws://127.0.0.1:5051/__debugger__/stream'],
  ['5051', 'ws://127.0.0.1:5051/__debugger__/stream'],
  ['master.example', 'ws://master.example:5050/__debugger__/stream'],
  ['master@10.0.0.1:5050', 'ws://10.0.0.1:5050/__debugger__/stream'],
  ['http://10.0.0.1:5050/state', 'ws://10.0.0.1:5050/__debugger__/stream'],
  ['https://10.0.0.1:5050', 'wss://10.0.0.1:5050/__debugger__/stream'],
])('the address %s', (address, url) => {
  expect(streamOf(address).url).toBe(url);
});

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5m', 90_000],
  ['10secs', 10_000],
])('%s is %d ms', (text, ms) => {
  expect(durationOf(text)).toBe(ms);
});

test('who one is comes from options or the environment, the secret from a file or the environment', async () => {
  const authorization = `Basic ${Buffer.from('ops:s3cret').toString('base64')}`;
  const path = await file('s3cret\n');
  expect(await credentialHeaders({}, {})).toEqual({});
  expect(await credentialHeaders({ principal: 'ops', 'secret-file': path }, {})).toEqual({ authorization });
  const env = { MESOS_DEBUG_PRINCIPAL: 'ops' };
  expect(await credentialHeaders({}, { ...env, MESOS_DEBUG_SECRET: 's3cret' })).toEqual({ authorization });
  expect(await credentialHeaders({}, { ...env, MESOS_DEBUG_SECRET_FILE: path })).toEqual({ authorization });
  await expect(credentialHeaders({}, env)).rejects.toThrow('a principal needs a secret');
  await expect(credentialHeaders({ principal: 'ops', 'secret-file': '/no/such' }, {})).rejects.toThrow('/no/such');
});

test('a saved trace is read: the last line of an event counts, and skipped ones are no events', async () => {
  const [first, second] = [traceEvent('a/1', { ended: null }), traceEvent('a/1')];
  const path = await file([first, { skipped: 4 }, second].map(line => JSON.stringify(line)).join('\n'));
  expect(await readEvents(path)).toEqual([second]);
  const { output } = await run(['seq', path, '--mermaid']);
  expect(output).toBe('sequenceDiagram\n  participant p0 as a\n  participant p1 as b\n  p0->>p1: Said\n');
});

test('a file that is no trace is refused with its line', async () => {
  const path = await file(`${JSON.stringify(traceEvent('a/1'))}\nhello\n`);
  const { status, notes } = await run(['seq', path]);
  expect([status, notes]).toEqual([1, `mesos-debug seq: ${path}:2 is no trace event\n`]);
});
