/** Checks and health checks of running tasks, on virtual time. */
import { expect, test } from 'vitest';
import { http, Process, type Response } from '../../../libprocess/index.ts';
import type { HealthCheck, TaskInfo } from '../../../mesos/protocol/index.ts';
import { SECOND_MS, start } from './scene.ts';

const COMMAND = (value: string): HealthCheck => ({ type: 'COMMAND', command: { value } });
const EAGER = { delay_seconds: 1, interval_seconds: 2, timeout_seconds: 5, grace_period_seconds: 0 };

/** A server on the task's machine; `/moved` leads to `/here`, `/round` to itself. */
class Server extends Process {
  code = 200;

  constructor() {
    super('web');
  }

  protected override initialize(): void {
    const moved = (location: string) => (): Response => http.temporaryRedirect(location);
    this.route('/here', {}, () => http.respond(this.code));
    this.route('/moved', {}, moved('/web/here'));
    this.route('/round', {}, moved('/web/round'));
    this.route('/away', {}, moved('https://127.0.0.1/'));
  }
}

/** A task that runs for ever, and whose checks have looked for `seconds`. */
async function watched(more: Partial<TaskInfo>, seconds: number, command = 'sleep 1000') {
  const all = await start();
  const server = new Server();
  all.sim.node('server', { on: 'host', port: 8_080 }).spawn(server);
  all.run(command, more);
  await all.sim.until(() => all.states().includes('TASK_RUNNING'), SECOND_MS);
  await all.sim.advance(seconds * SECOND_MS);
  const health = (): (boolean | undefined)[] => all.statuses().map(({ healthy }) => healthy);
  return { ...all, server, health };
}

test('a healthy task is said to be so once', async () => {
  const { statuses } = await watched({ health_check: { ...EAGER, ...COMMAND('true') } }, 10);
  expect(statuses().slice(2)).toMatchObject([
    { state: 'TASK_RUNNING', healthy: true, reason: 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED' },
  ]);
});

test('the first check is made after the delay, the next one an interval after its end', async () => {
  const { sim, statuses } = await watched({ health_check: { ...EAGER, ...COMMAND('sleep 1; false') } }, 0);
  const [running] = statuses().slice(-1);
  await sim.advance(6 * SECOND_MS);
  const seconds = statuses()
    .slice(2)
    .map(({ timestamp }) => Math.round((timestamp ?? 0) - (running?.timestamp ?? 0)));
  expect(seconds).toEqual([2, 5]);
});

test('a task that fails its health checks is killed, and says why', async () => {
  const health_check = { ...EAGER, ...COMMAND('exit 3'), consecutive_failures: 2 };
  const { states, statuses, health } = await watched({ health_check }, 10);
  expect(states()).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_RUNNING', 'TASK_RUNNING', 'TASK_KILLED']);
  expect(health()).toEqual([undefined, undefined, false, false, false]);
  expect(statuses()[2]?.message).toBe('Command exited with status 3');
});

test('it has its grace period to end in', async () => {
  const kill_policy = { grace_period: { nanoseconds: 7e9 } };
  const health_check = { ...EAGER, ...COMMAND('false'), consecutive_failures: 1 };
  const all = await start();
  all.sim.launcherOf('host').register('deaf', process => process.onSignal(() => {}));
  all.run('', { command: { shell: false, value: 'deaf' }, health_check, kill_policy });
  await all.sim.advance(7 * SECOND_MS);
  expect(all.states()).not.toContain('TASK_KILLED');
  await all.sim.advance(3 * SECOND_MS);
  expect(all.states()).toContain('TASK_KILLED');
});

test('failures in the grace period do not count', async () => {
  const health_check = { ...EAGER, ...COMMAND('false'), grace_period_seconds: 6, consecutive_failures: 1 };
  const { sim, health, states } = await watched({ health_check }, 6);
  expect(health().slice(2)).toEqual([]);
  await sim.advance(3 * SECOND_MS);
  expect(states().at(-1)).toBe('TASK_KILLED');
});

test('a command that takes too long has failed, and does not run on', async () => {
  const all = await watched({ health_check: { ...EAGER, ...COMMAND('sleep 500') } }, 7);
  expect(all.statuses().at(-1)).toMatchObject({ healthy: false, message: 'Command timed out after 5secs' });
  const lines = all.sim.launcherOf('host').processes.map(({ spec }) => spec.args.join(' '));
  expect(lines.filter(line => line.includes('sleep 500'))).toEqual([]);
});

test('nothing is checked any more once the task has ended', async () => {
  const all = await watched({ health_check: { ...EAGER, ...COMMAND('sleep 500') } }, 2, 'sleep 2');
  await all.sim.advance(500);
  expect(all.states().at(-1)).toBe('TASK_FINISHED');
  expect(all.sim.launcherOf('host').processes).toEqual([]);
});

test('nothing is checked any more while the task is being killed', async () => {
  const all = await watched({ health_check: { ...EAGER, ...COMMAND('false'), delay_seconds: 2 } }, 1);
  all.sim.launcherOf('host').register('sleep', () => {});
  all.kill(60);
  await all.sim.advance(10 * SECOND_MS);
  expect(all.health()).not.toContain(false);
});

test.each([
  { path: '/web/here', healthy: true, message: undefined },
  { path: '/web/moved', healthy: true, message: undefined },
  { path: '/web/nowhere', healthy: false, message: 'Unexpected HTTP response code: 404 Not Found' },
  { path: '/web/round', healthy: false, message: 'More than 5 redirects' },
  { path: '/web/away', healthy: false, message: "Unsupported redirect to 'https://127.0.0.1/'" },
])('GET $path: healthy $healthy', async ({ path, healthy, message }) => {
  const { statuses } = await watched({ health_check: { ...EAGER, type: 'HTTP', http: { port: 8_080, path } } }, 2);
  expect(statuses().at(-1)).toMatchObject(message === undefined ? { healthy } : { healthy, message });
});

test.each([
  { port: 8_080, healthy: true },
  { port: 8_081, healthy: false },
])('a TCP connection to $port: healthy $healthy', async ({ port, healthy }) => {
  const { statuses } = await watched({ health_check: { ...EAGER, type: 'TCP', tcp: { port } } }, 2);
  expect(statuses().at(-1)?.healthy).toBe(healthy);
});

test('a check is told when its result changes, and never kills', async () => {
  const http_ = { port: 8_080, path: '/web/here' };
  const check = { type: 'HTTP', http: http_, delay_seconds: 1, interval_seconds: 1 } as const;
  const { sim, server, statuses } = await watched({ check }, 3);
  server.code = 503;
  await sim.advance(20 * SECOND_MS);
  expect(statuses().map(({ state, check_status }) => [state, check_status])).toEqual([
    ['TASK_STARTING', { type: 'HTTP', http: {} }],
    ['TASK_RUNNING', { type: 'HTTP', http: {} }],
    ['TASK_RUNNING', { type: 'HTTP', http: { status_code: 200 } }],
    ['TASK_RUNNING', { type: 'HTTP', http: { status_code: 503 } }],
  ]);
  expect(statuses().at(-1)?.reason).toBe('REASON_TASK_CHECK_STATUS_UPDATED');
});

test('a check that takes too long has no result', async () => {
  const command = { command: { value: 'sleep 500' } };
  const check = { type: 'COMMAND', command, delay_seconds: 1, interval_seconds: 1, timeout_seconds: 1 } as const;
  const { statuses } = await watched({ check }, 10);
  expect(statuses().map(({ check_status }) => check_status?.command)).toEqual([{}, {}]);
});

test('updates of the health say what the check found, and the other way round', async () => {
  const check = { type: 'TCP', tcp: { port: 8_080 }, delay_seconds: 1 } as const;
  const { statuses } = await watched({ check, health_check: { ...EAGER, ...COMMAND('true'), delay_seconds: 3 } }, 5);
  expect(statuses().at(-1)).toMatchObject({ healthy: true, check_status: { tcp: { succeeded: true } } });
});

test('a task whose check cannot be performed is not started', async () => {
  const all = await start();
  all.run('sleep 1000', { health_check: { type: 'HTTP', http: { port: 443, scheme: 'https' } } });
  await all.sim.until(() => all.states().includes('TASK_FAILED'), SECOND_MS);
  expect(all.states()).toEqual(['TASK_FAILED']);
  expect(all.statuses()[0]?.message).toBe(
    "The health check of the task cannot be performed: unsupported HTTP health check scheme: 'https'",
  );
  expect(all.sim.launcherOf('host').processes).toEqual([]);
});
