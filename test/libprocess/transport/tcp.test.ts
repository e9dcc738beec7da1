/** Messages between runtimes over real sockets: links, questions, breaks. */
import { expect, test } from 'vitest';
import { Future, logger, PID, Promised } from '../../../libprocess/index.ts';
import { get, RawClient } from '../http/scene.ts';
import { start } from './scene.ts';

test('messages arrive in order, with their sender', async () => {
  const [a, b] = [await start(), await start()];
  for (let index = 0; index < 1000; index++) a.ref.tell(b.pid, `${index}`);
  await b.node.until(() => b.node.heard.length === 1000);
  expect(b.node.heard).toEqual(Array.from({ length: 1000 }, (_, index) => `${index}`));
  expect(b.node.senders[0]).toBe(a.pid);
});

test('a question is answered', async () => {
  const [a, b] = [await start(), await start()];
  expect(await a.ref.double(b.pid, 21)).toEqual({ number: 42 });
});

test('a Failure crosses with its code and its words', async () => {
  const [a, b] = [await start(), await start()];
  await expect(a.ref.double(b.pid, 13)).rejects.toMatchObject({ code: 'UNLUCKY', message: '13 is unlucky' });
});

test('a question to nobody fails NO_PROCESS, one without a handler NO_HANDLER', async () => {
  const [a, b] = [await start(), await start()];
  await expect(a.ref.double(b.runtime.address.pid('nobody'), 1)).rejects.toMatchObject({ code: 'NO_PROCESS' });
  await expect(a.ref.unserved(b.pid)).rejects.toMatchObject({ code: 'NO_HANDLER' });
});

test('an open question fails DISCONNECTED when the peer stops', async () => {
  const [a, b] = [await start(), await start()];
  const answer = a.ref.double(b.pid, 0);
  await a.ref.double(b.pid, 1);
  await b.runtime.stop();
  await expect(answer).rejects.toMatchObject({ code: expect.stringMatching(/DISCONNECTED|TERMINATED/) });
});

test('a question to where nobody listens fails DISCONNECTED', async () => {
  const a = await start();
  await expect(a.ref.double(PID.parse('node@127.0.0.1:1'), 1)).rejects.toMatchObject({ code: 'DISCONNECTED' });
});

test('an answer that its own type does not allow fails BAD_REPLY, and nothing else breaks', async () => {
  const errors: string[] = [];
  const [a, b] = [await start(), await start({ log: logger((_level, message) => errors.push(message)) })];
  b.node.pending.set({ number: 'many' } as never);
  await expect(a.ref.double(b.pid, 0)).rejects.toMatchObject({ code: 'BAD_REPLY' });
  expect(await a.ref.double(b.pid, 1)).toEqual({ number: 2 });
  expect(errors).toEqual(['the answer to test.tcp.Double cannot be sent']);
});

test('a question that is discarded before there is a link is given up at the peer all the same', async () => {
  const [a, b] = [await start(), await start()];
  const answer = a.ref.double(b.pid, 0);
  const given = new Promised<void>();
  b.node.pending.onDiscard(() => {
    b.node.pending.discarded();
    given.set();
  });
  answer.discard();
  await given;
  await Future.await([answer]);
  expect(answer.state).toBe('discarded');
});

test('discarding a question reaches who was to answer it', async () => {
  const [a, b] = [await start(), await start()];
  const asked = new Promised<void>();
  b.node.pending.onDiscard(() => {
    asked.set();
    b.node.pending.discarded();
  });
  const answer = a.ref.double(b.pid, 0);
  await a.ref.double(b.pid, 1);
  answer.discard();
  await asked;
  await Future.await([answer]);
  expect(answer.state).toBe('discarded');
});

test('a question that is not answered in time fails with the code of its deadline, and is discarded there', async () => {
  const [a, b] = [await start(), await start()];
  const given = new Promised<void>();
  b.node.pending.onDiscard(() => given.set());
  const answer = a.ref.double(b.pid, 0).orFailAfter(50, 'NO_ANSWER');
  await expect(answer).rejects.toMatchObject({ code: 'NO_ANSWER', message: 'no answer within 50 ms' });
  await given;
});

test('who linked hears exited once when the peer stops', async () => {
  const [a, b] = [await start(), await start()];
  a.ref.watch(b.pid);
  await a.ref.double(b.pid, 1);
  await b.runtime.stop();
  await a.node.until(() => a.node.gone.length > 0);
  expect(a.node.gone).toEqual([b.pid]);
});

test('who links to where nobody listens hears exited', async () => {
  const a = await start();
  const pid = PID.parse('node@127.0.0.1:1');
  a.ref.watch(pid);
  await a.node.until(() => a.node.gone.length > 0);
  expect(a.node.gone).toEqual([pid]);
});

test('a peer that nobody can reach is talked to over the link that it opened', async () => {
  const [master, framework] = [await start(), await start({ advertiseIp: '127.0.0.1', advertisePort: 1 })];
  expect(framework.pid.address.port).toBe(1);
  framework.ref.tell(master.pid, 'hello');
  await master.node.until(() => master.node.heard.length === 1);
  master.ref.watch(framework.pid, 'reconnect');
  expect(await master.ref.double(framework.pid, 4)).toEqual({ number: 8 });
  expect(master.node.gone).toEqual([]);
});

test('reconnect replaces the connection without exited on either side, and what is sent meanwhile arrives', async () => {
  const [a, b] = [await start(), await start()];
  a.ref.watch(b.pid);
  await a.ref.double(b.pid, 1);
  b.ref.watch(a.pid);
  await b.ref.double(a.pid, 1);
  for (let round = 0; round < 5; round++) {
    a.ref.watch(b.pid, 'reconnect');
    a.ref.tell(b.pid, `to b ${round}`);
    b.ref.tell(a.pid, `to a ${round}`);
    await b.node.until(() => b.node.heard.length > round);
    expect(await a.ref.double(b.pid, round + 1)).toEqual({ number: round * 2 + 2 });
  }
  await a.node.until(() => a.node.heard.length === 5);
  expect([a.node.gone, b.node.gone]).toEqual([[], []]);
});

test('two that dial each other at once lose nothing and see no exit', async () => {
  for (let round = 0; round < 20; round++) {
    const [a, b] = [await start(), await start()];
    a.ref.watch(b.pid);
    b.ref.watch(a.pid);
    for (let index = 0; index < 50; index++) {
      a.ref.tell(b.pid, `${index}`);
      b.ref.tell(a.pid, `${index}`);
    }
    const answers = Future.collect([a.ref.double(b.pid, 1), b.ref.double(a.pid, 2)]);
    await a.node.until(() => a.node.heard.length === 50);
    await b.node.until(() => b.node.heard.length === 50);
    expect(await answers).toEqual([{ number: 2 }, { number: 4 }]);
    expect([a.node.gone, b.node.gone]).toEqual([[], []]);
  }
});

test('a peer that was restarted at its address is noticed, and reached again', async () => {
  const a = await start();
  const first = await start();
  const { port } = first.runtime.address;
  a.ref.watch(first.pid);
  await a.ref.double(first.pid, 1);
  await first.runtime.stop();
  await a.node.until(() => a.node.gone.length === 1);
  const second = await start({ port });
  expect(await a.ref.double(second.pid, 3)).toEqual({ number: 6 });
});

test('a message sent in the last turn before stop still leaves', async () => {
  const [a, b] = [await start(), await start()];
  a.ref.tell(b.pid, 'farewell');
  await a.ref.heardSoFar();
  await a.runtime.stop();
  await b.node.until(() => b.node.heard.length === 1);
});

test('HTTP and messages share the port', async () => {
  const [a, b] = [await start(), await start()];
  expect(await a.ref.double(b.pid, 2)).toEqual({ number: 4 });
  const client = await RawClient.to(b.runtime);
  expect(await client.send(get('/nobody')).until(/\r\n\r\n/)).toContain('404 Not Found');
});
