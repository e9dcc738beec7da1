/** Messages, questions and links between the threads of one runtime. */
import { expect, test } from 'vitest';
import { startThread } from '../../../libprocess/index.ts';
import { Double, Echo } from './protocol.ts';
import { SOURCE, scene } from './scene.ts';

test('a message reaches an actor of another thread at the same address, and its answer comes back', async () => {
  const { listener, ref, pid, thread } = await scene();
  await thread('one', 'puppet');

  ref.tell(pid('puppet'), Echo, { text: 'hello' });

  await listener.until('hello');
});

test('a question to an actor of another thread is answered, or fails as its handler says', async () => {
  const { ref, pid, thread } = await scene();
  await thread('one', 'puppet');

  expect(await ref.question(pid('puppet'), Double, { number: 21 })).toEqual({ number: 42 });
  await expect(ref.question(pid('puppet'), Double, { number: 13 })).rejects.toMatchObject({
    code: 'UNLUCKY',
    message: '13 is unlucky',
  });
});

test('an actor hears once of the end of one in another thread', async () => {
  const { listener, ref, pid, thread } = await scene();
  await thread('one', 'puppet', 'other');

  ref.watch(pid('puppet'));
  ref.order(pid('puppet'), 'terminate');
  await listener.until('exited puppet');
  ref.watch(pid('other'));
  ref.order(pid('other'), 'terminate');
  await listener.until('exited other');

  expect(listener.heard.filter(text => text === 'exited puppet')).toHaveLength(1);
});

test('a thread may be of TypeScript, as it stands', async () => {
  const { listener, ref, runtime, pid } = await scene();
  await startThread(SOURCE, { name: 'one', data: ['puppet'] }, runtime);

  ref.tell(pid('puppet'), Echo, { text: 'hello' });

  await listener.until('hello');
});
