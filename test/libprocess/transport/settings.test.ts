/** What the environment says of the network. */
import { expect, onTestFinished, test } from 'vitest';
import { logger, Runtime, TcpNetwork } from '../../../libprocess/index.ts';
import { busyPollFrom, matchPeersFrom } from '../../../libprocess/transport/settings.ts';
import { BarePeer, Node, start } from './scene.ts';

const NOTE = ['test.tcp.Note', ['test.tcp.Note', ['text']]];

test.each([
  { value: undefined, matches: false },
  { value: 'false', matches: false },
  { value: 'true', matches: true },
  { value: '1', matches: true },
])('LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH=$value is $matches', ({ value, matches }) => {
  expect(matchPeersFrom({ LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH: value })).toBe(matches);
});

test('another word there is refused', () => {
  const parse = (): unknown => matchPeersFrom({ LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH: 'maybe' });
  expect(parse).toThrow(/want true or false/);
});

test('LIBPROCESS_BUSY_POLL is a duration, and off without it', () => {
  expect(busyPollFrom({})).toBe(0);
  expect(busyPollFrom({ LIBPROCESS_BUSY_POLL: '100us' })).toBe(0.1);
  expect(() => busyPollFrom({ LIBPROCESS_BUSY_POLL: 'long' })).toThrow(
    expect.objectContaining({ code: 'INVALID_DURATION' }),
  );
});

async function begin(options: ConstructorParameters<typeof TcpNetwork>[0]) {
  const runtime = await Runtime.start({ network: new TcpNetwork(options), log: logger(() => undefined) });
  onTestFinished(() => runtime.stop());
  const node = new Node();
  const ref = runtime.spawn(node);
  return { runtime, node, ref, pid: ref.pid };
}

test('a link whose address, or whose sender, is elsewhere is closed, and counted', async () => {
  const { runtime, node } = await begin({ matchPeers: true });
  const elsewhere = (await BarePeer.to(runtime.address)).hello('10.9.9.9:1');
  await elsewhere.end();
  const forwarding = (await BarePeer.to(runtime.address)).hello('127.0.0.1:1');
  forwarding.introduce([NOTE], 'node', 'me@10.9.9.9:1').message(0, ['hello']);
  await forwarding.end();
  expect((await runtime.metrics.snapshot())['libprocess/address_mismatches']).toBe(2);
  const honest = (await BarePeer.to(runtime.address)).hello('127.0.0.1:2');
  honest.introduce([NOTE]).message(0, ['honest']);
  await node.until(() => node.heard.length === 1);
  expect(node.heard).toEqual(['honest']);
});

test('with busy polling messages go as without', async () => {
  const [a, b] = [await begin({ busyPollMs: 5 }), await start()];
  for (let number = 1; number < 13; number++) {
    expect(await a.ref.double(b.pid, number)).toEqual({ number: number * 2 });
  }
  expect(await b.ref.double(a.pid, 1)).toEqual({ number: 2 });
});
