import { describe, expect, test } from 'vitest';
import { Matches } from '../../../tools/debugger/page/model/matches.ts';
import { parseQuery, toggleWord, wordFor } from '../../../tools/debugger/page/model/query.ts';
import { Store } from '../../../tools/debugger/page/model/store.ts';
import { Story } from '../../fixtures/debugger-events.ts';
import { traceEvent } from '../../libprocess/trace/events.ts';

const event = traceEvent('a/7', {
  name: 'mesos.internal.RunTaskMessage',
  from: 'master@10.0.0.1:5050',
  to: 'slave(1)@10.0.0.2:5051',
  started: 9,
  ended: 15,
  cause: 'a/3',
});

describe('a query', () => {
  test.each([
    'RunTask',
    'runtask',
    'slave(1)',
    '10.0.0.2:5051',
    'actor:master',
    'actor:slave',
    'from:master to:slave',
    'name:RunTask',
    'name=RunTaskMessage',
    'actor=slave*',
    'actor=master',
    'kind:timer,message',
    'node:10.0.0.1',
    '-kind:timer',
    'slow:6',
    'wait:2',
    'cause:a/3',
    'id=a/7',
    '"RunTask"',
    '',
    'kind:',
  ])('finds it by %j', query => {
    expect(parseQuery(query)?.(event) ?? true).toBe(true);
  });

  test.each([
    'StatusUpdate',
    'from:slave',
    'kind:timer',
    'actor=slave',
    '-RunTask',
    'slow:7',
    'wait:3',
    'is:dropped',
    'is:open',
    'master kind:http',
    'toString:x',
  ])('does not find it by %j', query => {
    expect(parseQuery(query)?.(event)).toBe(false);
  });

  test('without words fits everything', () => {
    expect(parseQuery('  ')).toBeNull();
  });

  test('finds what was lost', () => {
    expect(parseQuery('is:dropped')?.({ ...event, dropped: 'the link is down' })).toBe(true);
  });
});

test('a word is added once, and taken away the second time', () => {
  const word = wordFor('actor', 'master@10.0.0.1:5050');
  expect(toggleWord('RunTask', word)).toBe('RunTask actor=master@10.0.0.1:5050');
  expect(toggleWord(`RunTask ${word}`, word)).toBe('RunTask');
});

test('a value with blanks stands in quotes, and finds what it names', () => {
  const word = wordFor('name', 'POST /api/v1/scheduler');
  expect(word).toBe('name="POST /api/v1/scheduler"');
  expect(parseQuery(word)?.({ ...event, name: 'POST /api/v1/scheduler' })).toBe(true);
});

test('what a query fits stays right as events come in any order', () => {
  const { events } = new Story(5, 1_000).tell(400);
  const store = new Store(300);
  const matches = new Matches();
  const fits = parseQuery('master -kind:timer');
  matches.search(store.entries, fits);
  for (let at = 0; at < events.length; at += 13) {
    // Every other portion is late.
    const portion = at % 2 === 0 ? events.slice(at + 13, at + 26) : events.slice(at - 13, at);
    const { from } = store.add(portion);
    matches.update(store.entries, from);
    expect(matches.list).toEqual(store.entries.filter(entry => fits?.(entry.event)));
  }
});
