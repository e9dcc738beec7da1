import { expect, test } from 'vitest';
import { BODIES_AT_ONCE, BODIES_PER_MS } from '../../../libprocess/trace/recorder.ts';
import { ADDRESS, EPOCH_MS, recorderScene } from './recorder-scene.ts';

test('an event tells of its whole life', () => {
  const { recorder, envelope, pass } = recorderScene();
  const asked = envelope();
  recorder.posted(asked);
  pass(5);
  recorder.served(asked);
  const said = envelope({ cause: asked.id });
  recorder.posted(said);
  pass(2);
  recorder.done(asked);
  recorder.dropped(said, 'no such process');
  expect(recorder.event(0, true)).toEqual({
    id: 'inc/1',
    cause: null,
    kind: 'message',
    name: 'test.Said',
    from: 'a@10.0.0.1:1',
    to: 'b@10.0.0.1:1',
    node: '10.0.0.1:1',
    at: EPOCH_MS,
    started: EPOCH_MS + 5,
    ended: EPOCH_MS + 7,
    depth: 0,
    bytes: null,
    body: { n: 1 },
  });
  expect(recorder.event(1, false)).toMatchObject({
    id: 'inc/2',
    cause: 'inc/1',
    started: null,
    dropped: 'no such process',
  });
});

test('the oldest events give way, and are counted', () => {
  const { recorder, envelope, all } = recorderScene({ size: 4 });
  const first = envelope();
  recorder.posted(first);
  for (let count = 0; count < 5; count++) recorder.posted(envelope());
  recorder.done(first);
  expect(all()).toEqual([null, null, 'inc/3', 'inc/4', 'inc/5', 'inc/6']);
  expect(recorder.forgotten).toBe(2);
  expect(recorder.event(4, false)?.ended).toBeNull();
});

test('a filter keeps the messages and the actors that it names', () => {
  const filter = { actors: ['master'], names: ['*Task*'], sample: 1 };
  const { recorder, envelope, all } = recorderScene({ filter });
  recorder.posted(envelope({ name: 'RunTask', to: 'master' }));
  recorder.posted(envelope({ name: 'RunTask', from: 'master' }));
  recorder.posted(envelope({ name: 'RunTask' }));
  recorder.posted(envelope({ name: 'Ping', to: 'master' }));
  expect(all()).toEqual(['inc/1', 'inc/2']);
});

test('a sample takes whole trees', () => {
  const { recorder, envelope, all } = recorderScene({ filter: { actors: [], names: [], sample: 2 } });
  const [left, taken] = [envelope(), envelope()];
  recorder.posted(left);
  recorder.posted(taken);
  recorder.posted(envelope({ cause: left.id }));
  recorder.posted(envelope({ cause: taken.id }));
  recorder.posted(envelope());
  expect(all()).toEqual(['inc/2', 'inc/4']);
});

test('the clock is read once for each slice, or at each step where that was asked for', () => {
  const coarse = recorderScene();
  const fine = recorderScene({ times: 'turn' });
  for (const { recorder, envelope, clock } of [coarse, fine]) {
    const asked = envelope();
    recorder.posted(asked);
    clock.advance(3);
    recorder.served(asked);
    clock.advance(4);
    recorder.done(asked);
  }
  expect(coarse.recorder.event(0, false)).toMatchObject({ started: EPOCH_MS, ended: EPOCH_MS });
  expect(fine.recorder.event(0, false)).toMatchObject({ started: EPOCH_MS + 3, ended: EPOCH_MS + 7 });
  const activity = fine.recorder.activities.of(ADDRESS.pid('b'));
  expect(activity).toMatchObject({ turns: 1, busy: 4, slowest: 4 });
  expect(activity?.handlers.get('test.Said')).toEqual({ turns: 1, busy: 4, slowest: 4 });
});

test('an event of another runtime may be the cause, and a body that came as many bytes is not kept', () => {
  const { recorder, envelope } = recorderScene();
  recorder.posted(envelope(), 'other/7', 10_000_000);
  expect(recorder.event(0, true)).toMatchObject({ cause: 'other/7', bytes: 10_000_000, body: '[over 262144 bytes]' });
  expect(recorder.eventOf('inc/1')?.id).toBe('inc/1');
  expect(recorder.eventOf('other/1')).toBeNull();
});

test('an incarnation and a number name a cause as well', () => {
  const { recorder, envelope } = recorderScene();
  recorder.posted(envelope(), 'other', 100, 7);
  expect(recorder.event(0, false)?.cause).toBe('other/7');
});

test.each(['slice', 'turn'] as const)(
  'of more messages at once than anybody looks at, bodies are not kept (%s)',
  times => {
    const { recorder, envelope, pass } = recorderScene({ times });
    const post = (count: number): void => {
      for (let n = 0; n < count; n++) recorder.posted(envelope());
    };
    const bodies = (count: number): unknown[] =>
      Array.from({ length: count }, (_, back) => recorder.event(recorder.recorded - count + back, true)?.body);
    const none = '[not kept: too many messages at once]';
    post(BODIES_AT_ONCE + 1);
    expect(bodies(2)).toEqual([{ n: BODIES_AT_ONCE }, none]);
    pass(1);
    post(BODIES_PER_MS + 1);
    expect(bodies(BODIES_PER_MS + 1).map(body => body === none)).toEqual([...Array(BODIES_PER_MS).fill(false), true]);
    pass(60_000);
    post(BODIES_AT_ONCE + 1);
    expect(bodies(BODIES_AT_ONCE + 1).filter(body => body === none)).toHaveLength(1);
  },
);
