/** Messages, questions and links between the threads of one runtime, and with other hosts. */
import { beforeAll, describe, expect, test } from 'vitest';
import { joinRuntime, PID, startThread } from '../../../libprocess/index.ts';
import { Double, Echo, GivenUp, Wait } from './protocol.ts';
import { closeAfter, FILE, openScene, SOURCE, scene } from './scene.ts';
import { Unknown } from './unknown.ts';

describe('between the main thread and another', () => {
  const opened = openScene();
  let [puppet, second] = [PID.none, PID.none];

  beforeAll(async () => {
    const { thread, pid } = await opened;
    await thread('one', 'puppet', 'mortal');
    await thread('two', 'second');
    [puppet, second] = [pid('puppet'), pid('second')];
  });

  closeAfter(opened);

  test('a message reaches an actor at the same address, and its answer comes back', async () => {
    const { listener, ref } = await opened;

    ref.tell(puppet, Echo, { text: 'hello' });

    await listener.until('hello');
  });

  test('a question is answered', async () => {
    const { ref } = await opened;

    expect(await ref.question(puppet, Double, { number: 21 })).toEqual({ number: 42 });
  });

  test('a question fails with the code and the words of its handler', async () => {
    const { ref } = await opened;

    const failed = { code: 'UNLUCKY', message: '13 is unlucky' };
    await expect(ref.question(puppet, Double, { number: 13 })).rejects.toMatchObject(failed);
  });

  test('a question to nobody fails NO_PROCESS, from either side', async () => {
    const { listener, ref, pid } = await opened;

    await expect(ref.question(pid('nobody'), Double, { number: 1 })).rejects.toMatchObject({ code: 'NO_PROCESS' });
    ref.order(puppet, 'double', 'nobody');
    await listener.until('double failed: NO_PROCESS');
  });

  test('a question whose message the other thread does not know fails NO_HANDLER', async () => {
    const { ref } = await opened;

    await expect(ref.question(puppet, Unknown, {})).rejects.toMatchObject({ code: 'NO_HANDLER' });
  });

  test('to discard a question reaches the one who is to answer', async () => {
    const { ref } = await opened;

    const waiting = ref.question(puppet, Wait, {});
    await ref.question(puppet, GivenUp, {});
    waiting.discard();

    expect(await ref.question(puppet, GivenUp, {})).toEqual({ count: 1 });
    await expect(waiting).rejects.toMatchObject({ code: 'DISCARDED' });
  });

  test('an actor of a thread asks one of the main thread', async () => {
    const { listener, ref } = await opened;

    ref.order(puppet, 'double', 'listener');

    await listener.until('doubled 42');
  });

  test('messages arrive in the order in which they were sent, thousands of them, both ways', async () => {
    const { listener, ref } = await opened;
    const numbers = Array.from({ length: 2_000 }, (_, n) => `there ${n}`);
    listener.heard.length = 0;

    for (const text of numbers) ref.tell(puppet, Echo, { text });
    await listener.until('there 1999');

    expect(listener.heard.filter(text => text.startsWith('there'))).toEqual(numbers);
  });

  test('two threads speak with one another, about what the main thread does not know', async () => {
    const { listener, ref } = await opened;

    ref.order(second, 'remember');
    ref.order(puppet, 'tell', 'second');
    await listener.until('note from puppet from puppet');
    ref.order(puppet, 'double', 'second');
    await listener.until('doubled 42');
    ref.order(puppet, 'murmur', 'second');
    await listener.until('murmured back: psst');
  });

  test('what a fixed id names lives once: a second one is refused, wherever the first is', async () => {
    const { listener, ref, runtime, newListener } = await opened;

    expect(() => runtime.spawn(newListener('puppet'))).toThrow(expect.objectContaining({ code: 'DUPLICATE_ID' }));
    ref.order(puppet, 'spawn', 'listener');
    await listener.until('spawn failed: DUPLICATE_ID');
    listener.heard.length = 0;
    ref.order(puppet, 'spawn', 'second');
    await listener.until('spawn failed: DUPLICATE_ID');
  });

  test('an id is free again once its actor has ended', async () => {
    const { listener, ref, pid, runtime, newListener } = await opened;

    ref.order(puppet, 'spawn', 'passing');
    await listener.until('spawned passing');
    ref.order(pid('passing'), 'terminate');
    await listener.until('finalized passing');
    ref.watch(pid('passing'));
    await listener.until('exited passing');

    const { pid: own } = runtime.spawn(newListener('passing'));
    expect(own.process).not.toBeNull();
  });

  test('counted ids of a thread carry its name, so that none is counted twice', async () => {
    const { listener, ref, pid } = await opened;

    ref.order(puppet, 'count ids', 'child');
    ref.order(second, 'count ids', 'child');
    await listener.until('spawned child(one:1)', 'spawned child(two:1)');

    expect(await ref.question(pid('child(two:1)'), Double, { number: 2 })).toEqual({ number: 4 });
  });

  test('an actor hears once of the end of one in another thread', async () => {
    const { listener, ref, pid } = await opened;

    ref.watch(pid('mortal'));
    ref.watch(pid('mortal'));
    ref.order(pid('mortal'), 'terminate');
    await listener.until('exited mortal');
    ref.tell(puppet, Echo, { text: 'after it' });
    await listener.until('after it');

    expect(listener.heard.filter(text => text === 'exited mortal')).toHaveLength(1);
  });

  test('an actor hears at once that there is none to link to', async () => {
    const { listener, ref } = await opened;

    ref.order(puppet, 'link', 'nobody');

    await listener.until('exited nobody');
  });

  test('an actor of a thread hears of the end of one in the main thread', async () => {
    const { listener, ref, runtime, newListener } = await opened;
    const { pid } = runtime.spawn(newListener('doomed'));

    ref.order(puppet, 'link', 'doomed');
    await ref.question(puppet, GivenUp, {});
    runtime.terminate(pid);

    await listener.until('exited doomed');
  });

  test('an actor of one thread hears of the end of one in another', async () => {
    const { listener, ref, pid } = await opened;

    ref.order(second, 'spawn', 'short');
    await listener.until('spawned short');
    ref.order(puppet, 'link', 'short');
    await ref.question(puppet, GivenUp, {});
    ref.order(pid('short'), 'terminate');

    await listener.until('exited short');
  });
});

test('an actor of a thread is one of the address to other hosts: they send, ask and are sent to', async () => {
  const [here, far] = [await scene(), await scene()];
  await here.thread('one', 'puppet');
  const puppet = here.pid('puppet');

  far.ref.tell(puppet, Echo, { text: 'from afar' });
  await far.listener.until('from afar');
  expect(await far.ref.question(puppet, Double, { number: 4 })).toEqual({ number: 8 });
  here.ref.order(puppet, 'double', String(far.ref.pid));

  await here.listener.until('doubled 42');
});

test('an actor of a thread hears of the end of another host', async () => {
  const [here, far] = [await scene(), await scene()];
  await here.thread('one', 'puppet');

  here.ref.order(here.pid('puppet'), 'double', String(far.ref.pid));
  await here.listener.until('doubled 42');
  here.ref.order(here.pid('puppet'), 'link', String(far.ref.pid));
  await here.ref.question(here.pid('puppet'), GivenUp, {});
  await far.runtime.stop();

  await here.listener.until('exited listener');
});

test('a thread may be of TypeScript, as it stands', async () => {
  const { listener, ref, runtime, pid } = await scene();
  await startThread(SOURCE, { name: 'one', data: ['puppet'] }, runtime);

  ref.tell(pid('puppet'), Echo, { text: 'hello' });

  await listener.until('hello');
});

test('a name is given to one thread', async () => {
  const { thread } = await scene();
  await thread('one', 'puppet');

  await expect(thread('one', 'other')).rejects.toMatchObject({ code: 'DUPLICATE_THREAD' });
});

test('a file that does not join is reported with its reason', async () => {
  const { runtime, lines } = await scene();

  const broken = startThread(new URL('./none.mjs', FILE), {}, runtime);

  await expect(broken).rejects.toMatchObject({ code: 'THREAD', message: expect.stringContaining('none.mjs') });
  expect(lines).toEqual([expect.stringContaining("thread 'none' ended")]);
});

test('to join is refused outside a thread', () => {
  expect(() => joinRuntime()).toThrow(expect.objectContaining({ code: 'NOT_A_THREAD' }));
});
