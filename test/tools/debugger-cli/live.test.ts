/** `mesos-debug` against runtimes that listen: what it finds, shows, and is refused. */
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BasicAuthenticator, parseDebugger } from '../../../libprocess/index.ts';
import { kitchen, run, start } from './scene.ts';

test('trace shows what is sent while it looks, and leaves tracing as it found it', async () => {
  const { address, boil, one } = await kitchen();
  const looking = start(['trace', address, '--actor=kettle', '--message=Fill,Kettle.*']);
  await expect.poll(() => one.tracer).not.toBeNull();
  boil(3);
  await expect.poll(() => looking.seen.output).toContain('test.kitchen.Fill');
  looking.interrupt();
  const { status, output, notes } = await looking.ended;
  expect(status).toBe(0);
  expect(output).toMatch(/^\d\d:\d\d:\d\d\.\d\d\d {2}outside ─▶ kettle {2}Kettle\.boil {2}dispatch/);
  expect(output).not.toContain('Water');
  expect(notes).toContain(`at ${address}; Ctrl-C ends`);
  expect(one.tracer).toBeNull();
});

test('trace --tree joins what happened on two nodes, with bodies', async () => {
  const { address, boil, two } = await kitchen();
  const looking = start(['trace', address, '--tree', '--message=Fill', '--body']);
  await expect.poll(() => two.tracer).not.toBeNull();
  boil(3);
  await expect.poll(() => looking.seen.output, { timeout: 5_000 }).toContain('test.kitchen.Water');
  looking.interrupt();
  const lines = (await looking.ended).output
    .split('\n')
    .map(line => line.slice(14).replace(/ {2}(\d+ B|waited|took).*/, ''));
  expect(lines.slice(0, 4)).toEqual([
    'outside ─▶ kettle  Kettle.boil  dispatch',
    '└ kettle ─▶ tap  test.kitchen.Fill  message',
    '{"cups":3}',
    '  └ tap ─▶ kettle  test.kitchen.Water  message',
  ]);
});

test('top counts turns while it looks', async () => {
  const { address, boil } = await kitchen();
  const looking = start(['top', address, '--all']);
  const pour = setInterval(() => boil(1), 5);
  onTestFinished(() => clearInterval(pour));
  await expect.poll(() => looking.seen.output, { timeout: 8_000 }).toMatch(/kettle +\d\d+ +\d+ +\d/);
  looking.interrupt();
  const { output } = await looking.ended;
  expect(output).toMatch(/\ntap +\d+/);
  expect(output).toContain('SLOWEST HANDLER');
});

test('seq and export show what both nodes have kept', async () => {
  const { address, boil, cups } = await kitchen({ trace: 1_000 });
  boil(2);
  await expect.poll(cups).toBe(2);
  const { output } = await run(['seq', address, '--actor=kettle', '--kind=message', '--mermaid']);
  expect(output).toContain('  participant p0 as kettle\n  participant p1 as tap\n  p0->>p1: Fill\n');
  expect(output.match(/p0->>p1: Fill|p1->>p0: Water/g)).toHaveLength(4);
  const path = join(tmpdir(), `mesos-debug-${process.pid}.jsonl`);
  onTestFinished(() => rm(path));
  const { notes } = await run(['export', address, '--format=jsonl', '-o', path, '--message=Fill']);
  expect(notes).toMatch(/^4 events are in /);
  expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toHaveLength(4);
  const chrome = await run(['export', address, '--one']);
  expect(JSON.parse(chrome.output).traceEvents.length).toBeGreaterThan(4);
  const otlp = await run(['export', address, '--format=otlp']);
  expect(JSON.parse(otlp.output).resourceSpans).toHaveLength(2);
});

test('where nothing was traced, it says how to begin', async () => {
  const { address } = await kitchen();
  const { status, notes } = await run(['seq', address]);
  expect(status).toBe(1);
  expect(notes).toContain(`nothing was traced at ${address}: switch it on with \`curl -X POST`);
});

test('an actor is paused, stepped and resumed, and killed', async () => {
  const { address, boil, cups, one } = await kitchen({ debugger: parseDebugger('control') });
  const pausing = start(['pause', address, 'kettle']);
  await expect.poll(() => pausing.seen.output).toBe(`paused kettle at ${address}\n`);
  boil(1);
  boil(1);
  expect((await run(['step', address, 'kettle'])).output).toBe(`stepped kettle at ${address}\n`);
  expect(cups()).toBe(0);
  pausing.interrupt();
  await pausing.ended;
  await expect.poll(cups).toBe(2);
  expect((await run(['kill', address, 'kettle'])).status).toBe(0);
  await expect.poll(() => one.process('kettle')).toBeUndefined();
  expect((await run(['pause', address, 'nobody'])).notes).toContain('nobody');
});

test('a node that was not started with control says so', async () => {
  const { address } = await kitchen();
  const { status, notes } = await run(['kill', address, 'kettle']);
  expect(status).toBe(1);
  expect(notes).toContain('was not started with --debugger=control');
});

test('a node whose debugger is off says nothing, and the command says why', async () => {
  const { address } = await kitchen({ debugger: parseDebugger('off') });
  const { notes } = await run(['top', address, '--once']);
  expect(notes).toContain(`${address} refuses (404): it has no debugger`);
});

test('a node that asks who looks is told, by name and secret', async () => {
  const { address, one } = await kitchen({ readonlyRealm: 'look', trace: 100 });
  one.setAuthenticator('look', new BasicAuthenticator('look', [['ops', 'pw']]));
  const nobody = await run(['export', address, '--format=jsonl', '--one']);
  expect(nobody.notes).toContain('it wants to know who asks: --principal=NAME --secret-file=FILE');
  const env = { MESOS_DEBUG_SECRET: 'pw' };
  const known = await run(['export', address, '--format=jsonl', '--one', '--principal=ops'], env);
  expect(known.status).toBe(0);
});
