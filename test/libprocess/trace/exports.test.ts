import { expect, test } from 'vitest';
import { toChromeTrace } from '../../../libprocess/trace/chrome.ts';
import { toOtlp } from '../../../libprocess/trace/otlp.ts';
import { traceEvent } from './events.ts';

const EVENTS = [
  traceEvent('a/1', { at: 1_000, started: 1_000.5, ended: 1_002, name: 'test.Ask' }),
  traceEvent('a/2', { at: 1_001, cause: 'a/1', to: 'b@10.0.0.2:1', started: null, ended: null }),
  traceEvent('b/1', {
    at: 1_003,
    started: 1_003,
    cause: 'a/2',
    node: '10.0.0.2:1',
    to: 'b@10.0.0.2:1',
    dropped: 'no handler',
  }),
];

test('Chrome sees a process for each node, a thread for each actor, and arrows from causes', () => {
  const { traceEvents } = toChromeTrace(EVENTS);
  expect(traceEvents).toContainEqual({ ph: 'M', name: 'process_name', pid: 1, args: { name: '10.0.0.1:1' } });
  expect(traceEvents).toContainEqual({ ph: 'M', name: 'thread_name', pid: 1, tid: 1, args: { name: 'b' } });
  expect(traceEvents).toContainEqual(
    expect.objectContaining({ ph: 'X', name: 'test.Ask', pid: 1, tid: 1, ts: 1_000_500, dur: 1_500 }),
  );
  expect(traceEvents).toContainEqual(expect.objectContaining({ ph: 'i', name: 'test.Said', pid: 1, ts: 1_001_000 }));
  expect(traceEvents).toContainEqual(expect.objectContaining({ ph: 's', id: 'b/1', pid: 1, ts: 1_001_000 }));
  expect(traceEvents).toContainEqual(expect.objectContaining({ ph: 'f', id: 'b/1', pid: 2 }));
});

test('OpenTelemetry sees one trace for one tree, spans below their causes, and a resource for each node', () => {
  const { resourceSpans } = toOtlp(EVENTS) as {
    resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
  };
  expect(resourceSpans).toHaveLength(2);
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(scope => scope.spans));
  const [first, second, third] = [1_000.5, 1_001, 1_003].map(ms =>
    spans.find(span => span['startTimeUnixNano'] === `${ms * 1_000}000`),
  );
  expect(new Set(spans.map(span => span['traceId'])).size).toBe(1);
  expect(first).toMatchObject({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/), name: 'test.Ask → b' });
  expect(first).not.toHaveProperty('parentSpanId');
  expect(second).toMatchObject({ parentSpanId: first?.['spanId'] });
  expect(third).toMatchObject({ parentSpanId: second?.['spanId'], status: { code: 2, message: 'no handler' } });
  expect(first).toMatchObject({ spanId: expect.stringMatching(/^[0-9a-f]{16}$/), endTimeUnixNano: '1002000000' });
});
