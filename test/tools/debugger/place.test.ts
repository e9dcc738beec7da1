import { describe, expect, test } from 'vitest';
import { bytes, duration, shortName } from '../../../tools/debugger/page/model/format.ts';
import { parsePlace, printPlace, START } from '../../../tools/debugger/page/model/place.ts';
import { parseLines, printLines } from '../../../tools/debugger/page/model/saved.ts';
import { traceEvent } from '../../libprocess/trace/events.ts';

describe('the address of a place', () => {
  test('leads back to it', () => {
    const place = {
      ...START,
      view: 'sequence',
      query: 'kind:message name="POST /a&b" 100%',
      tree: 'k3J9x2aQ/512',
      event: 'k3J9x2aQ/520',
      off: ['10.0.0.1:5050', '10.0.0.2:5051'],
      theme: 'dark',
      since: 1_700_000_000_000.25,
      until: 1_700_000_001_000,
    } as const;
    expect(parsePlace(`#${printPlace(place)}`)).toEqual(place);
  });

  test('is empty at the start', () => {
    expect(printPlace(START)).toBe('');
    expect(parsePlace('')).toEqual(START);
  });

  test('can be read by people', () => {
    expect(printPlace({ ...START, view: 'events', query: 'actor:slave(1)' })).toBe('view=events&q=actor:slave(1)');
  });

  test.each(['#view=nowhere', '#q=%E0%A4%A', '#since=never&theme=pink', '#&&=&'])(
    'that is broken (%s) is the start',
    hash => {
      expect(parsePlace(hash)).toEqual(START);
    },
  );
});

describe('a saved trace', () => {
  test('is read as it was written', () => {
    const events = [traceEvent('a/1'), traceEvent('a/2', { body: { text: 'ü\n' } })];
    expect(parseLines(printLines(events))).toEqual({ events, bad: 0 });
  });

  test('may be cut short: what is no event is counted', () => {
    const text = printLines([traceEvent('a/1'), traceEvent('a/2')]);
    expect(parseLines(`${text.slice(0, -9)}\n\n{"skipped":3}\n`)).toMatchObject({ events: [{ id: 'a/1' }], bad: 2 });
  });
});

test.each([
  [0, '0'],
  [0.24, '240 µs'],
  [3.21, '3.2 ms'],
  [1_500, '1.5 s'],
  [180_000, '3.0 min'],
])('%d ms are written %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('bytes are written in the unit that fits', () => {
  expect([12, 2_048, 3_145_728].map(bytes)).toEqual(['12 B', '2.0 KiB', '3.0 MiB']);
});

test('a message is called by its last word, a method and a route by all of theirs', () => {
  expect(['mesos.internal.RunTaskMessage', 'Master.offer', 'POST /api/v1/scheduler'].map(shortName)).toEqual([
    'RunTaskMessage',
    'Master.offer',
    'POST /api/v1/scheduler',
  ]);
});
