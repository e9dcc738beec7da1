/** What health checks make of a task's state of health, and what they look at. */
import { expect, test } from 'vitest';
import { planTask } from '../../../mesos/executor/check-plan.ts';
import { Health } from '../../../mesos/executor/health.ts';
import { checkStatus, complaint, type Finding } from '../../../mesos/executor/probe.ts';
import type { CheckInfo, HealthCheck } from '../../../mesos/protocol/index.ts';

const HEALTHY = { healthy: true, kill: false };
const UNHEALTHY = { healthy: false, kill: false };
const DEADLY = { healthy: false, kill: true };

/** What is told of each result; results come a second apart. */
function told(results: string, graceMs: number, failuresMax = 3) {
  const health = new Health({ graceMs, failuresMax });
  return [...results].map((result, second) => health.take(result === '+', second * 1_000));
}

test.each([
  { results: '++', news: [HEALTHY, null], why: 'only the first success is news' },
  { results: '+-+', news: [HEALTHY, UNHEALTHY, HEALTHY], why: 'a success after a failure is news' },
  { results: '+---', news: [HEALTHY, UNHEALTHY, UNHEALTHY, DEADLY], why: 'each failure is news, the third kills' },
  { results: '--+--', news: [UNHEALTHY, UNHEALTHY, HEALTHY, UNHEALTHY, UNHEALTHY], why: 'a success starts anew' },
])('$results: $why', ({ results, news }) => {
  expect(told(results, -1)).toEqual(news);
});

test('failures within the grace period are ignored', () => {
  expect(told('----', 1_000)).toEqual([null, null, UNHEALTHY, UNHEALTHY]);
});

test('the grace period is over once the task has been healthy', () => {
  expect(told('+-', 60_000)).toEqual([HEALTHY, UNHEALTHY]);
});

test('one failure may be enough', () => {
  expect(told('-', -1, 1)).toEqual([DEADLY]);
});

test('what a check does not say has the usual values', () => {
  const { check, health } = planTask({
    check: { type: 'COMMAND', command: { command: { value: 'true' } } },
    health_check: { type: 'HTTP', http: { port: 80 } },
  });
  const times = { delayMs: 15_000, intervalMs: 10_000, timeoutMs: 20_000 };
  expect(check).toMatchObject(times);
  expect(health).toMatchObject({ ...times, graceMs: 10_000, failuresMax: 3 });
  expect(health?.probe).toEqual({ type: 'HTTP', authority: '127.0.0.1:80', path: '/' });
});

test('a timeout of zero is none', () => {
  const health_check = { type: 'TCP', tcp: { port: 1 }, timeout_seconds: 0 } as const;
  expect(planTask({ health_check }).health?.timeoutMs).toBe(Infinity);
});

test('IPv6 is asked for at its own loopback', () => {
  const { health } = planTask({ health_check: { type: 'TCP', tcp: { port: 1, protocol: 'IPv6' } } });
  expect(health?.probe).toEqual({ type: 'TCP', authority: '[::1]:1' });
});

test.each<[HealthCheck, string]>([
  [{ type: 'HTTP', http: { port: 443, scheme: 'https' } }, "unsupported HTTP health check scheme: 'https'"],
  [{ type: 'HTTP' }, 'it is no complete health check of type HTTP'],
  [{}, 'it is no complete health check of type UNKNOWN'],
])('%j cannot be performed', (health_check, why) => {
  expect(() => planTask({ health_check })).toThrow(`The health check of the task cannot be performed: ${why}`);
});

test.each<[Finding, string | null]>([
  [{ type: 'COMMAND', status: { exited: 0 } }, null],
  [{ type: 'COMMAND', status: { exited: 2 } }, 'Command exited with status 2'],
  [{ type: 'COMMAND', status: { signaled: 'SIGKILL' } }, 'Command terminated with signal Killed'],
  [{ type: 'HTTP', code: 200 }, null],
  [{ type: 'HTTP', code: 399 }, null],
  [{ type: 'HTTP', code: 404 }, 'Unexpected HTTP response code: 404 Not Found'],
  [{ type: 'HTTP', code: 199 }, 'Unexpected HTTP response code: 199'],
  [{ type: 'TCP', succeeded: true }, null],
  [{ type: 'TCP', succeeded: false }, 'TCP connection failed'],
])('%j reads as %j', (finding, words) => {
  expect(complaint(finding)).toBe(words);
});

test.each<[CheckInfo, Finding | null, object]>([
  [
    { type: 'TCP', tcp: { port: 1 } },
    { type: 'TCP', succeeded: false },
    { type: 'TCP', tcp: { succeeded: false } },
  ],
  [
    { type: 'HTTP', http: { port: 1 } },
    { type: 'HTTP', code: 404 },
    { type: 'HTTP', http: { status_code: 404 } },
  ],
  [
    { type: 'HTTP', http: { port: 1 } },
    { type: 'unknown', why: 'late' },
    { type: 'HTTP', http: {} },
  ],
  [{ type: 'HTTP', http: { port: 1 } }, null, { type: 'HTTP', http: {} }],
])('the status of %j after %j', (info, finding, status) => {
  const { check } = planTask({ check: info });
  if (check === null) throw new Error('there is a check');
  expect(checkStatus(check, finding)).toEqual(status);
});
