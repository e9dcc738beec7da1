/** What Prometheus reads: names, types, and windows of values. */
import { expect, test } from 'vitest';
import { PausableClock } from '../../../libprocess/clock.ts';
import { Failure, Metrics, printPrometheus } from '../../../libprocess/index.ts';

const DAY_MS = 86_400_000;

function start() {
  const metrics = new Metrics(PausableClock.paused());
  return { metrics, print: async () => printPrometheus(await metrics.read()) };
}

test('counters and gauges keep their kind, and names what Prometheus allows', async () => {
  const { metrics, print } = start();
  metrics.counter('master/messages.received').increment(2);
  metrics.pushGauge('1st').set(0.5);
  metrics.pullGauge('broken', () => {
    throw new Failure('out of order', 'BROKEN');
  });
  expect(await print()).toBe(
    '# TYPE _1st gauge\n_1st 0.5\n# TYPE master_messages_received counter\nmaster_messages_received 2\n',
  );
});

test('a window of values comes with its quantiles and their number', async () => {
  const { metrics, print } = start();
  const timer = metrics.timer('run', 'ms', { windowMs: DAY_MS });
  timer.record(1);
  timer.record(3);
  const text = await print();
  expect(text).toContain('# TYPE run_ms gauge\nrun_ms 3\n# TYPE run_ms_window gauge\nrun_ms_window{quantile="0"} 1\n');
  expect(text).toContain('run_ms_window{quantile="0.5"} 2\n');
  expect(text).toContain('# TYPE run_ms_window_count gauge\nrun_ms_window_count 2\n');
});

test('two metrics that would get one name are told apart in one family', async () => {
  const { metrics, print } = start();
  metrics.counter('a-"b');
  metrics.counter('a/"b').increment();
  expect(await print()).toBe('# TYPE a__b counter\na__b 0\na__b{name="a/\\"b"} 1\n');
});
