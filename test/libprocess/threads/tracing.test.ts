/** Traces across threads: what one thread causes in another hangs on its cause. */
import { expect, test } from 'vitest';
import { Tracing } from '../../../libprocess/trace/tracing.ts';
import { Double, GivenUp } from './protocol.ts';
import { scene } from './scene.ts';

test('a message in a thread has the event of its sender in the main thread as its cause', async () => {
  const { runtime, ref, pid, thread } = await scene();
  const one = await thread('one', 'puppet');
  const recorder = new Tracing(runtime).start({});
  await one.trace({});

  await ref.question(pid('puppet'), Double, { number: 4 });

  const sent = [...Array(recorder.recorded).keys()].map(n => recorder.event(n, true));
  const message = sent.find(event => event?.name === Double.name);
  const { events, next } = await one.traced();
  const received = events.find(({ name }) => name === Double.name);
  expect(received).toMatchObject({ kind: 'message', to: String(pid('puppet')), body: { number: 4 } });
  expect(received?.cause).toBe(message?.id);
  expect(received?.node).toBe(runtime.address.text);
  expect((await one.traced(next)).events).toEqual([]);
});

test('a message from one thread to another names its cause through the main thread', async () => {
  const { ref, pid, thread, listener } = await scene();
  const [one, two] = [await thread('one', 'puppet'), await thread('two', 'second')];
  await one.trace({});
  await two.trace({});

  ref.order(pid('puppet'), 'double', 'second');
  await listener.until('doubled 42');

  const sent = (await one.traced()).events.find(({ name }) => name === Double.name);
  const received = (await two.traced()).events.find(({ name }) => name === Double.name);
  expect(received?.cause).toBe(sent?.id);
});

test('tracing ends when it is told to, and refuses settings that it cannot have', async () => {
  const { ref, pid, thread } = await scene();
  const one = await thread('one', 'puppet');
  await one.trace({});
  await one.trace(null);
  const { next } = await one.traced();

  await ref.question(pid('puppet'), GivenUp, {});

  expect((await one.traced(next)).events).toEqual([]);
  await expect(one.trace({ sample: 0 })).rejects.toThrow("trace setting 'sample' must be a whole number from 1");
});
