/** The log of a daemon: JSON or for people, at a level that can be turned while it runs. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Failure, type LoggingOptions, startLogging } from '../../libprocess/index.ts';

async function start(options: Partial<LoggingOptions> = {}) {
  const lines: string[] = [];
  const output = { write: (line: string) => lines.push(line) };
  const { log, verbosity } = await startLogging({ name: 'mesos-master', output, pretty: false, ...options });
  return { log, verbosity, lines, events: () => lines.map(line => JSON.parse(line)) };
}

test('an event is one line of JSON with its fields', async () => {
  const { log, events } = await start();
  log.info({ agentId: 'S1' }, 'agent registered');
  expect(events()).toEqual([
    { level: 'info', time: expect.any(String), name: 'mesos-master', agentId: 'S1', msg: 'agent registered' },
  ]);
});

test('an error shows its code, its stack and its cause', async () => {
  const { log, events } = await start();
  log.error({ error: new Failure('cannot', 'EIO', { cause: new Error('disk') }) }, 'failed');
  expect(events()[0].error).toMatchObject({
    message: 'cannot',
    code: 'EIO',
    stack: expect.stringContaining('logging.test'),
    cause: { message: 'disk' },
  });
});

test('the level decides what is logged, and the verbosity adds to it', async () => {
  const { log, verbosity, events } = await start({ level: 'WARNING' });
  const all = (): void => {
    log.debug('debug');
    log.info('info');
    log.warn('warn');
  };
  all();
  expect(events()).toHaveLength(1);
  verbosity.level = 1;
  all();
  expect(events()).toHaveLength(4);
  verbosity.level = 0;
  all();
  expect(events()).toHaveLength(5);
});

test('people get lines without braces', async () => {
  const { log, lines } = await start({ pretty: true });
  log.warn({ agentId: 'S1' }, 'agent lost');
  expect(lines.join('')).toMatch(/WARN.*agent lost/);
  expect(lines.join('')).not.toContain('"msg"');
});

test('a file takes the lines at once, also when stderr is quiet', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  const file = join(folder, 'logs', 'mesos-master.INFO');
  const { log, lines } = await start({ quiet: true, file });
  log.info('started');
  expect(lines).toEqual([]);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ msg: 'started' });
  rmSync(folder, { recursive: true });
});
