import { expect, test } from 'vitest';
import { matcher } from '../../../libprocess/trace/filter.ts';

test.each([
  { patterns: [], text: 'anything', fits: true, why: 'no pattern fits all' },
  { patterns: ['master'], text: 'master', fits: true, why: 'the name itself' },
  { patterns: ['master'], text: 'master(1)', fits: false, why: 'a longer name' },
  { patterns: ['slave*'], text: 'slave(1)', fits: true, why: 'its beginning' },
  { patterns: ['*Message'], text: 'mesos.internal.RunTaskMessage', fits: true, why: 'its end' },
  { patterns: ['*Task*'], text: 'mesos.internal.RunTaskMessage', fits: true, why: 'its middle' },
  { patterns: ['RunTaskMessage'], text: 'mesos.internal.RunTaskMessage', fits: true, why: 'its last word' },
  { patterns: ['TaskMessage'], text: 'mesos.internal.RunTaskMessage', fits: false, why: 'half of its last word' },
  { patterns: ['x', 'y'], text: 'y', fits: true, why: 'one of several' },
])('$patterns and $text: $why', ({ patterns, text, fits }) => {
  const fitsText = matcher(patterns);
  expect(fitsText(text)).toBe(fits);
  expect(fitsText(text), 'remembered').toBe(fits);
});
