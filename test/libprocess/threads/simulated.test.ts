/** In a simulation a thread is another node: the same `boot`, at an address of its own on the same machine. */
import { expect, test } from 'vitest';
import type { PID } from '../../../libprocess/index.ts';
import { simulate } from '../../../libprocess/testing.ts';
import { Double, Echo, GivenUp } from './protocol.ts';
import { boot } from './puppet.ts';
import { Listener } from './scene.ts';

test('what a thread boots runs on a node beside the main one, and its crash is that of the node', async () => {
  await using sim = simulate({ seed: 7 });
  const main = sim.node('main');
  const listener = new Listener();
  const ref = main.spawn(listener);
  const thread = sim.node('one', { on: 'main', boot: runtime => boot(runtime, ['puppet']) });
  const puppet: PID = thread.address.pid('puppet');

  ref.tell(puppet, Echo, { text: 'hello' });
  await sim.until(() => listener.heard.includes('hello'), 1_000);
  expect(await sim.ready(ref.question(puppet, Double, { number: 21 }))).toEqual({ number: 42 });
  ref.watch(puppet);
  await sim.ready(ref.question(puppet, GivenUp, {}));
  sim.crash('one');

  await sim.until(() => listener.heard.includes('exited puppet'), 60_000);
});
