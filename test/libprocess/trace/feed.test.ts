import { expect, test } from 'vitest';
import { Feed } from '../../../libprocess/trace/feed.ts';
import { recorderScene } from './recorder-scene.ts';

test('a viewer sees each event as it is posted, and again when it is over', () => {
  const { recorder, envelope } = recorderScene();
  recorder.posted(envelope());
  const feed = new Feed(recorder);
  const asked = envelope();
  recorder.posted(asked);
  recorder.served(asked);
  expect(feed.take(10).events.map(({ id, ended }) => [id, ended])).toEqual([['inc/2', null]]);
  expect(feed.take(10).events).toEqual([]);
  recorder.done(asked);
  expect(feed.take(10).events.map(({ id, ended }) => [id, ended])).toEqual([['inc/2', expect.any(Number)]]);
  expect(feed.take(10).events).toEqual([]);
});

test('what leaves for another runtime is over at once', () => {
  const { recorder, envelope } = recorderScene();
  const feed = new Feed(recorder);
  recorder.posted(envelope({ to: 'c@10.0.0.9:9' }));
  expect(feed.take(10).events).toHaveLength(1);
  expect(feed.take(10).events).toEqual([]);
});

test('a slow viewer misses the oldest, and hears how many', () => {
  const { recorder, envelope } = recorderScene({ size: 4 });
  const feed = new Feed(recorder);
  for (let count = 0; count < 10; count++) recorder.posted(envelope());
  expect(feed.take(3)).toMatchObject({ skipped: 7, events: [{ id: 'inc/8' }, { id: 'inc/9' }, { id: 'inc/10' }] });
});
