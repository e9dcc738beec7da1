import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OPEN_ACL } from '../../../zk/protocol/permissions.ts';
import { Writer } from '../../../zk/protocol/writer.ts';
import { CONTAINER_OWNER, sessionOf, ttlOf, ttlOwner } from '../../../zk/server/owners.ts';
import { Sessions } from '../../../zk/server/sessions.ts';
import { decodeSnapshot, encodeSnapshot } from '../../../zk/server/snapshot.ts';
import { readTransaction, type Transaction, writeTransaction } from '../../../zk/server/transaction.ts';
import { DataTree } from '../../../zk/server/tree.ts';
import { connected, LocalServer } from './local.ts';

const sessions = (): Sessions => new Sessions({ tickTimeMs: 2_000, secret: Buffer.from('s'), startedAt: 0 });

test.each([
  [CONTAINER_OWNER, null, 0n],
  [ttlOwner(5n), 5, 0n],
  [ttlOwner(2n ** 40n - 1n), 2 ** 40 - 1, 0n],
  [0x0100_0000_0000_0001n, null, 0x0100_0000_0000_0001n],
  [-5n, null, -5n],
])('owner %i means a time to live of %s ms and session %i', (owner, ttl, session) => {
  expect([ttlOf(owner), sessionOf(owner)]).toEqual([ttl, session]);
});

/** Names are few, so that operations meet. */
const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map(names => `/${names.join('/')}`);
const data = fc.option(fc.uint8Array({ maxLength: 6 }).map(bytes => Buffer.from(bytes)));
const version = fc.integer({ min: -1, max: 2 });
const flags = fc.constantFrom(0, 1, 2, 3);
const write = fc.oneof(
  fc.record({ path, data, flags }).map(body => ({ name: 'create', body: { ...body, acl: OPEN_ACL } }) as const),
  fc.record({ path, data, flags }).map(body => ({ name: 'create2', body: { ...body, acl: OPEN_ACL } }) as const),
  fc.record({ path, version }).map(body => ({ name: 'delete', body }) as const),
  fc.record({ path, version, data }).map(body => ({ name: 'setData', body }) as const),
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ who: fc.nat(2), write }) },
  { weight: 2, arbitrary: fc.record({ who: fc.nat(2), multi: fc.array(write, { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ who: fc.nat(2), close: fc.constant(true) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('after any operations', () => {
  test('every number of every node agrees with what is there', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const { processor } = run(steps);
        const { tree } = processor;
        let [count, bytes, ephemerals] = [0, 0, 0];
        for (const [path, node] of tree.entries()) {
          count++;
          bytes += path.length + node.dataBytes;
          if (sessionOf(node.owner) !== 0n) ephemerals++;
          if (sessionOf(node.owner) !== 0n) expect(tree.owned.of(node.owner)).toContain(path);
          expect(node.pzxid).toBeLessThanOrEqual(tree.lastZxid);
          expect(node.childCount).toBe(
            [...tree.below(path)].filter(below => below.lastIndexOf('/') <= path.length).length,
          );
        }
        expect([tree.nodeCount, tree.approximateDataSize, tree.owned.ephemeralCount]).toEqual([
          count + 1,
          bytes,
          ephemerals,
        ]);
      }),
      { numRuns: 100 },
    );
  });

  test('a snapshot, and the log that follows it, give the same state', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.array(step, { maxLength: 20 }), (before, after) => {
        const server = run(before);
        const { tree, sessions } = server.processor;
        const bytes = encodeSnapshot(tree, sessions);
        const covered = server.log.length;
        run(after, server);
        const restarted = new LocalServer();
        decodeSnapshot(bytes, restarted.processor.tree, restarted.processor.sessions, 0);
        for (const entry of server.log.slice(covered)) restarted.processor.replay(throughBytes(entry), 0);
        expect(picture(restarted)).toEqual(picture(server));
      }),
      { numRuns: 100 },
    );
  });

  test('applying transactions again that a fuzzy snapshot has already does no harm', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const server = run(steps);
        const before = picture(server);
        for (const entry of server.log.slice(-1)) server.processor.replay(entry, 0);
        expect(picture(server)).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });
});

test('100,000 nodes of 100 bytes are restored in under 3 seconds of CPU', () => {
  const tree = new DataTree();
  const data = Buffer.alloc(100);
  for (let zxid = 1; zxid <= 100_000; zxid++) {
    tree.apply({ zxid, time: 0, session: 0n, cxid: 0, changes: [created(`/node-${zxid}`, zxid, Buffer.from(data))] });
  }
  const bytes = encodeSnapshot(tree, sessions());
  const restored = new DataTree();
  const start = process.cpuUsage();
  decodeSnapshot(bytes, restored, sessions(), 0);
  const { user, system } = process.cpuUsage(start);
  expect(restored.nodeCount).toBe(tree.nodeCount);
  expect(restored.get('/node-77')?.stat()).toEqual(tree.get('/node-77')?.stat());
  expect((user + system) / 1_000).toBeLessThan(3_000);
});

test('a snapshot of another format is refused', () => {
  const bytes = encodeSnapshot(new DataTree(), sessions());
  bytes.writeInt32BE(99);
  expect(() => decodeSnapshot(bytes, new DataTree(), sessions(), 0)).toThrow('a snapshot of format 99');
});

test.each([
  ['the versions of data', 2147483647, -2147483648],
  ['the versions of data, without -1', -2, 0],
])('%s wrap from %i to %i', (_what, version, next) => {
  const server = new LocalServer();
  const client = connected(server);
  client.create('/a');
  server.processor.tree.at('/a').version = version;
  expect(client.ask('setData', { path: '/a', data: null, version }).body?.stat.version).toBe(next);
});

test('the counter of creates wraps to names with a sign', () => {
  const server = new LocalServer();
  const client = connected(server);
  client.create('/a');
  server.processor.tree.at('/a').creates = 2147483647;
  expect(client.create('/a/n', 2).body?.path).toBe('/a/n2147483647');
  expect(client.create('/a/n', 2).body?.path).toBe('/a/n-2147483648');
});

function created(path: string, parentCreates: number, data: Uint8Array): Transaction['changes'][number] {
  return { kind: 'create', path, data, acl: OPEN_ACL, owner: 0n, parentCreates };
}

function run(steps: readonly Step[], server = new LocalServer()): LocalServer {
  const clients = [0, 1, 2].map(() => connected(server));
  for (const step of steps) {
    const client = clients[step.who];
    if (client === undefined) continue;
    if ('write' in step) client.ask(step.write.name, step.write.body as never);
    else if ('multi' in step) client.ask('multi', step.multi);
    else {
      client.ask('closeSession', {});
      clients[step.who] = connected(server);
    }
  }
  return server;
}

function throughBytes(transaction: Transaction): Transaction {
  const writer = new Writer();
  writeTransaction(writer, transaction);
  return readTransaction(writer.take());
}

/** All that must survive. */
function picture({ processor: { tree, sessions } }: LocalServer): unknown {
  const nodes = [...tree.entries()].map(([path, node]) => [
    path,
    node.stat(),
    node.data,
    node.acl,
    node.owner,
    node.creates,
  ]);
  return {
    nodes: new Map(nodes.map(node => [node[0], node])),
    zxid: tree.lastZxid,
    bytes: tree.approximateDataSize,
    sessions: [...sessions.all].map(({ id, timeoutMs }) => [id, timeoutMs]),
  };
}
