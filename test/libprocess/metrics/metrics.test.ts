/** Metrics: kinds, names, history and what a snapshot waits for. */
import { expect, test } from 'vitest';
import { PausableClock } from '../../../libprocess/clock.ts';
import { Failure } from '../../../libprocess/failure.ts';
import { Future, Promised } from '../../../libprocess/future.ts';
import { Metrics } from '../../../libprocess/metrics/metrics.ts';
import { percentile, statistics } from '../../../libprocess/metrics/statistics.ts';
import { TimeSeries } from '../../../libprocess/metrics/time-series.ts';

function start() {
  const clock = PausableClock.paused();
  return { clock, metrics: new Metrics(clock) };
}

test('a snapshot has all values in the order of the names', async () => {
  const { metrics } = start();
  metrics.pushGauge('b').set(2.5);
  metrics.counter('c').increment(3);
  metrics.pullGauge('a', () => 1);
  metrics.pullGauge('d', () => Future.ready(4));
  metrics.count('B');
  metrics.count('B', 2);
  expect(Object.entries(await metrics.snapshot())).toEqual([
    ['B', 3],
    ['a', 1],
    ['b', 2.5],
    ['c', 3],
    ['d', 4],
  ]);
});

test('a name is taken until its metric is removed', async () => {
  const { metrics } = start();
  const counter = metrics.counter('x');
  expect(() => metrics.pushGauge('x')).toThrow(
    expect.objectContaining({ message: "Metric 'x' was already added", code: 'DUPLICATE_METRIC' }),
  );
  metrics.remove(counter);
  const gauge = metrics.pushGauge('x');
  metrics.remove(counter);
  gauge.add(7);
  expect(await metrics.snapshot()).toEqual({ x: 7 });
});

test('gauges that fail, never answer or are no number are left out', async () => {
  const { metrics } = start();
  metrics.pullGauge('throws', () => {
    throw new Failure('not now', 'NOT_NOW');
  });
  metrics.pullGauge('fails', () => Future.failed(new Failure('not now', 'NOT_NOW')));
  metrics.pullGauge('abandoned', () => {
    const promised = new Promised<number>();
    promised.abandon();
    return promised;
  });
  metrics.pullGauge('infinite', () => 1 / 0);
  metrics.pushGauge('fine').set(1);
  expect(await metrics.snapshot()).toEqual({ fine: 1 });
});

test('a snapshot waits for slow gauges, but not above its timeout', () => {
  const { clock, metrics } = start();
  const slow = new Promised<number>();
  metrics.pullGauge('slow', () => slow);
  metrics.counter('quick');
  const [patient, hasty] = [metrics.snapshot(), metrics.snapshot(1_000)];
  clock.advance(999);
  expect(hasty.isPending).toBe(true);
  clock.advance(1);
  expect(hasty.value).toEqual({ quick: 0 });
  expect(patient.isPending).toBe(true);
  slow.set(5);
  expect(patient.value).toEqual({ quick: 0, slow: 5 });
});

test('a timer is named after its unit and shows its last measurement', async () => {
  const { clock, metrics } = start();
  const timer = metrics.timer('store', 'secs');
  expect(await metrics.snapshot()).toEqual({});
  timer.start();
  clock.advance(1_500);
  expect(timer.stop()).toBe(1_500);
  const work = new Promised<void>();
  timer.time(work);
  clock.advance(250);
  work.fail(new Failure('no', 'NO'));
  expect(await metrics.snapshot()).toEqual({ store_secs: 0.25 });
});

test('a metric with a window shows statistics once there are two values in it', async () => {
  const { clock, metrics } = start();
  const timer = metrics.timer('run', 'ms', { windowMs: 1_000 });
  timer.record(1);
  expect(await metrics.snapshot()).toEqual({ run_ms: 1 });
  timer.record(3);
  expect(await metrics.snapshot()).toEqual({
    run_ms: 3,
    'run_ms/count': 2,
    'run_ms/max': 3,
    'run_ms/min': 1,
    'run_ms/p50': 2,
    'run_ms/p90': 2.8,
    'run_ms/p95': 2.9,
    'run_ms/p99': 2.98,
    'run_ms/p999': expect.closeTo(2.998),
    'run_ms/p9999': expect.closeTo(2.9998),
  });
  clock.advance(1_001);
  expect(await metrics.snapshot()).toEqual({ run_ms: 3 });
});

test('statistics stand in the order of all names, and doubles have a fraction or an exponent', async () => {
  const { metrics } = start();
  const gauge = metrics.pushGauge('run', { windowMs: 1_000 });
  gauge.set(1e21);
  gauge.set(-3);
  metrics.counter('run-time').increment();
  metrics.pushGauge('a "b"').set(0.1);
  expect(await metrics.print()).toBe(
    '{"a \\"b\\"":0.1,"run":-3.0,"run-time":1.0,"run/count":2.0,"run/max":1e+21,"run/min":-3.0,"run/p50":500000000000000000000.0,' +
      '"run/p90":900000000000000000000.0,"run/p95":950000000000000000000.0,"run/p99":990000000000000000000.0,' +
      '"run/p999":999000000000000000000.0,"run/p9999":999900000000000000000.0}',
  );
  expect(Object.keys(await metrics.snapshot()).slice(0, 4)).toEqual(['a "b"', 'run', 'run-time', 'run/count']);
});

test('a snapshot shows what has come since the last, and not what has gone', async () => {
  const { metrics } = start();
  const gone = metrics.counter('b');
  expect(await metrics.print()).toBe('{"b":0.0}');
  metrics.counter('a');
  metrics.remove(gone);
  expect(await metrics.print()).toBe('{"a":0.0}');
  expect(await start().metrics.print()).toBe('{}');
});

test('percentiles lie on a straight line between the nearest values', () => {
  expect([0, 0.25, 0.5, 1].map(part => percentile([10, 20, 40], part))).toEqual([10, 15, 20, 40]);
  expect(statistics([5, 1, 3])).toMatchObject({ count: 3, min: 1, max: 5, p25: 2, p50: 3, p75: 4 });
  expect(statistics([1])).toBeNull();
});

test('a full series drops every other value of its older half', () => {
  const series = new TimeSeries(Infinity, 6);
  const values = (): number[] => series.samples(0).map(({ value }) => value);
  for (let n = 0; n <= 6; n++) series.add(n, n);
  expect(values()).toEqual([0, 2, 3, 4, 5, 6]);
  for (let n = 7; n <= 9; n++) series.add(n, n);
  expect(values()).toEqual([0, 4, 6, 7, 8, 9]);
});

test('a series forgets what is older than its window, but never the last value', () => {
  const series = new TimeSeries(100);
  series.add(1, 0);
  series.add(2, 60);
  expect(series.samples(99)).toHaveLength(2);
  expect(series.samples(100).map(({ value }) => value)).toEqual([2]);
  expect(series.samples(9_999).map(({ value }) => value)).toEqual([2]);
});
