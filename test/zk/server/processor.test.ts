import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OPCODES } from '../../../zk/protocol/operations.ts';
import { type ACL, OPEN_ACL } from '../../../zk/protocol/permissions.ts';
import type { SetWatches2 } from '../../../zk/protocol/requests.ts';
import { connected, LocalServer, scene } from './local.ts';

const acl = (scheme: string, id: string, perms = 31): ACL[] => [{ perms, id: { scheme, id } }];
const text = (value: string): Buffer => Buffer.from(value);

describe('a handshake', () => {
  test('gives a session and takes a zxid', () => {
    const server = new LocalServer();
    const response = server.client().connect({ timeOut: 100_000 });
    expect(response).toMatchObject({ timeOut: 40_000, readOnly: false });
    expect(response?.passwd).toHaveLength(16);
    expect(server.log).toMatchObject([{ zxid: 1, session: response?.sessionId, changes: [{ kind: 'createSession' }] }]);
  });

  test('without readOnly is answered without it', () => {
    expect(new LocalServer().client().connect({ readOnly: undefined })?.readOnly).toBeUndefined();
  });

  test('of a client that has seen more is closed without a word', () => {
    const client = new LocalServer().client();
    expect(client.connect({ lastZxidSeen: 1n })).toBeNull();
    expect(client.isClosed).toBe(true);
  });

  test('renews a session without a zxid, and closes the connection that had it', () => {
    const server = new LocalServer();
    const first = server.client();
    const { sessionId, passwd } = first.connect() ?? {};
    const second = server.client();
    expect(second.connect({ sessionId: sessionId ?? 0n, passwd: passwd ?? null, timeOut: 9_000 })).toMatchObject({
      sessionId,
      timeOut: 9_000,
    });
    expect([first.isClosed, second.isClosed, server.processor.tree.lastZxid]).toEqual([true, false, 1]);
  });

  test('with a wrong password is refused, and kills the connection but not the session', () => {
    const server = new LocalServer();
    const first = server.client();
    const { sessionId = 0n } = first.connect() ?? {};
    const second = server.client();
    expect(second.connect({ sessionId })).toMatchObject({ sessionId: 0n, timeOut: 0, passwd: Buffer.alloc(16) });
    expect([first.isClosed, second.isClosed, server.processor.sessions.count]).toEqual([true, true, 1]);
  });

  test('of garbage is closed', () => {
    const server = new LocalServer();
    const client = server.client();
    server.do(server.processor.connect(client.connection, text('GET / HTTP/1.1'), server.moment));
    expect(client.isClosed).toBe(true);
  });
});

describe('a create', () => {
  test.each([
    { why: 'unknown flags before all', path: 'x', flags: 7, err: 'BADARGUMENTS' },
    { why: 'a path without a slash', path: 'x', flags: 0, err: 'BADARGUMENTS' },
    { why: 'an empty path', path: '', flags: 0, err: 'BADARGUMENTS' },
    { why: 'a time to live where none is asked for', path: '/t', flags: 5, err: 'BADARGUMENTS' },
    { why: 'a missing parent before a bad name', path: '/no//x', flags: 0, err: 'NONODE' },
    { why: 'a bad name before a node that is there', path: '/p/', flags: 0, err: 'BADARGUMENTS' },
    { why: 'the root, which is there', path: '/', flags: 0, err: 'NODEEXISTS' },
    { why: 'what is there before an ephemeral parent', path: '/p/e', flags: 0, err: 'NODEEXISTS' },
    { why: 'a child of an ephemeral', path: '/p/e/x', flags: 0, err: 'NOCHILDRENFOREPHEMERALS' },
    { why: 'an emoji', path: '/😀', flags: 0, err: 'BADARGUMENTS' },
    { why: 'nothing wrong', path: '/p/x', flags: 4, err: 'OK' },
  ])('is answered $err for $why', ({ path, flags, err }) => {
    const { client } = scene({ allowsTtl: true });
    client.create('/p');
    client.create('/p/e', 1);
    expect(client.create(path, flags).err).toBe(err);
  });

  test('with an invalid ACL is refused before the parent is looked at', () => {
    const { client } = scene();
    const body = { path: '/no/x', data: null, acl: null, flags: 0 };
    expect(client.ask('create', body).err).toBe('INVALIDACL');
  });

  test('numbers every create below its parent, and a failed one does not count', () => {
    const { client } = scene();
    client.create('/p');
    expect(client.create('/p/n-', 2).body?.path).toBe('/p/n-0000000000');
    client.create('/p/plain');
    client.create('/p/plain');
    client.ask('delete', { path: '/p/plain', version: -1 });
    expect(client.create('/p/n-', 2).body?.path).toBe('/p/n-0000000002');
    expect(client.create('/p/', 2).body?.path).toBe('/p/0000000003');
  });

  test('that fails spends a zxid', () => {
    const { server, client } = scene();
    expect(client.create('/a').zxid).toBe(2);
    expect(client.create('/a')).toMatchObject({ err: 'NODEEXISTS', zxid: 3 });
    expect(server.log.at(-1)?.changes).toEqual([{ kind: 'error', code: -110 }]);
  });

  test('that cannot be read is a marshalling error, spends a zxid, and leaves the connection', () => {
    const { client } = scene();
    client.raw(OPCODES.create, text('xy'));
    expect(client.headers()).toEqual([{ xid: 0, zxid: 2n, err: -5 }]);
    expect(client.isClosed).toBe(false);
  });

  test('with null data is not the same as with none', () => {
    const { client } = scene();
    client.create('/null', 0, null);
    client.create('/empty', 0, Buffer.alloc(0));
    expect(client.ask('getData', { path: '/null', watch: false }).body).toMatchObject({
      data: null,
      stat: { dataLength: 0 },
    });
    expect(client.ask('getData', { path: '/empty', watch: false }).body?.data).toHaveLength(0);
  });

  test.each([
    { allowsTtl: false, ttl: 1n, flags: 5, err: 'UNIMPLEMENTED' },
    { allowsTtl: true, ttl: 0n, flags: 5, err: 'BADARGUMENTS' },
    { allowsTtl: true, ttl: 2n ** 40n, flags: 5, err: 'BADARGUMENTS' },
    { allowsTtl: true, ttl: 2n ** 40n - 1n, flags: 6, err: 'OK' },
    { allowsTtl: true, ttl: 1n, flags: 0, err: 'BADARGUMENTS' },
  ])('with a time to live of $ttl ms, flags $flags, allowed $allowsTtl: $err', ({ allowsTtl, ttl, flags, err }) => {
    const { client } = scene({ allowsTtl });
    expect(client.ask('createTTL', { path: '/t', data: null, acl: OPEN_ACL, flags, ttl }).err).toBe(err);
  });
});

describe('a delete', () => {
  test.each([
    ['/', -1, 'BADARGUMENTS'],
    ['/zookeeper/quota', -1, 'BADARGUMENTS'],
    ['x', -1, 'BADARGUMENTS'],
    ['/no/x', -1, 'NONODE'],
    ['/p/no', -1, 'NONODE'],
    ['/p', 3, 'BADVERSION'],
    ['/p', 0, 'NOTEMPTY'],
    ['/p/c', 0, 'OK'],
  ])('of %s at version %i is answered %s', (path, version, err) => {
    const { client } = scene();
    client.create('/p');
    client.create('/p/c');
    expect(client.ask('delete', { path, version }).err).toBe(err);
  });

  test('asks for the right on the parent', () => {
    const { client } = scene();
    client.ask('create', { path: '/p', data: null, acl: acl('world', 'anyone', 31 - 8), flags: 0 });
    client.create('/p/c');
    expect(client.ask('delete', { path: '/p/c', version: -1 }).err).toBe('NOAUTH');
    expect(client.ask('delete', { path: '/p', version: -1 }).err).toBe('NOTEMPTY');
  });
});

test('the stats of a new tree are those of ZooKeeper', () => {
  const { server, client } = scene();
  const stat = (path: string) => client.ask('exists', { path, watch: false }).body?.stat;
  expect(stat('/')).toMatchObject({ numChildren: 1, cversion: -1, czxid: 0n, ctime: 0n });
  expect(stat('')).toEqual(stat('/'));
  expect(stat('/zookeeper')).toMatchObject({ numChildren: 2, cversion: -2 });
  expect(server.processor.tree.nodeCount).toBe(5);
  expect(client.ask('getAllChildrenNumber', { path: '/' }).body?.totalNumber).toBe(3);
});

test('each change moves what it should move', () => {
  const { server, client } = scene();
  const stat = () => client.ask('exists', { path: '/a', watch: false }).body?.stat;
  client.create('/a', 0, text('x'));
  const [time, later] = [BigInt(server.moment.wall), BigInt(server.moment.wall + 5)];
  const born = { czxid: 2n, mzxid: 2n, pzxid: 2n, ctime: time, mtime: time, version: 0, cversion: 0, aversion: 0 };
  expect(stat()).toEqual({ ...born, ephemeralOwner: 0n, dataLength: 1, numChildren: 0 });
  server.pass(5);
  client.ask('setData', { path: '/a', data: text('yy'), version: 0 });
  expect(stat()).toMatchObject({
    version: 1,
    mzxid: 3n,
    mtime: later,
    ctime: time,
    pzxid: 2n,
    cversion: 0,
    dataLength: 2,
  });
  client.ask('setACL', { path: '/a', acl: OPEN_ACL, version: 0 });
  expect(stat()).toMatchObject({ aversion: 1, mzxid: 3n, version: 1 });
  client.create('/a/c');
  expect(stat()).toMatchObject({ cversion: 1, pzxid: 5n, numChildren: 1, mzxid: 3n });
  client.ask('delete', { path: '/a/c', version: -1 });
  expect(stat()).toMatchObject({ cversion: 2, pzxid: 6n, numChildren: 0 });
});

test('setData looks at path, node, right and version, in this order', () => {
  const { client } = scene();
  client.ask('create', { path: '/locked', data: null, acl: acl('world', 'anyone', 1), flags: 0 });
  const set = (path: string, version: number) => client.ask('setData', { path, data: null, version }).err;
  expect([set('/a/', 0), set('/no', 0), set('/locked', 9), set('/', 9), set('/', 0)]).toEqual([
    'BADARGUMENTS',
    'NONODE',
    'NOAUTH',
    'BADVERSION',
    'OK',
  ]);
});

describe('a multi', () => {
  const create = (path: string) => ({ name: 'create2', body: { path, data: null, acl: OPEN_ACL, flags: 0 } }) as const;
  const check = (path: string, version: number) => ({ name: 'check', body: { path, version } }) as const;
  const set = (path: string, version: number) => ({ name: 'setData', body: { path, data: null, version } }) as const;
  const remove = (path: string, version = -1) => ({ name: 'delete', body: { path, version } }) as const;

  test('sees its own effects, at one zxid', () => {
    const { client } = scene();
    const { err, zxid, body } = client.ask('multi', [
      create('/a'),
      create('/a/b'),
      set('/a', 0),
      set('/a', 1),
      check('/a', 2),
      remove('/a/b', 0),
    ]);
    expect([err, zxid, body?.map(({ name }) => name)]).toEqual([
      'OK',
      2,
      ['create2', 'create2', 'setData', 'setData', 'check', 'delete'],
    ]);
    expect(client.ask('exists', { path: '/a', watch: false }).body?.stat).toMatchObject({ version: 2, cversion: 2 });
  });

  test('numbers its sequential nodes one after the other', () => {
    const { client } = scene();
    const next = { name: 'create', body: { path: '/n', data: null, acl: OPEN_ACL, flags: 2 } } as const;
    const { body } = client.ask('multi', [next, next]);
    expect(body).toMatchObject([{ body: { path: '/n0000000000' } }, { body: { path: '/n0000000001' } }]);
  });

  test('that fails changes nothing, and says who failed', () => {
    const { client } = scene();
    const { err, zxid, body } = client.ask('multi', [create('/a'), set('/a', 5), remove('/a')]);
    expect([err, zxid]).toEqual(['OK', 2]);
    expect(body).toEqual([0, -103, -2].map(code => ({ name: 'error', body: { err: code } })));
    expect(client.ask('exists', { path: '/a', watch: false }).err).toBe('NONODE');
    expect(client.create('/b', 2).body?.path).toBe('/b0000000000');
  });

  test('with nothing in it succeeds and takes a zxid', () => {
    expect(scene().client.ask('multi', [])).toEqual({ err: 'OK', zxid: 2, body: [] });
  });

  test('with a read in it is a marshalling error', () => {
    const { client } = scene();
    expect(client.ask('multi', [{ name: 'getData', body: { path: '/', watch: false } }]).err).toBe('MARSHALLINGERROR');
  });

  test('of reads answers each for itself', () => {
    const { client } = scene();
    const read = (path: string) => ({ name: 'getChildren', body: { path, watch: true } }) as const;
    expect(client.ask('multiRead', [read('/no'), read('/')]).body).toEqual([
      { name: 'error', body: { err: -101 } },
      { name: 'getChildren', body: { children: ['zookeeper'] } },
    ]);
  });

  test('whose setData changes a node twice tells a standard watch once', () => {
    const { client } = scene();
    client.create('/a');
    client.ask('getData', { path: '/a', watch: true });
    client.ask('multi', [set('/a', 0), set('/a', 1)]);
    expect(client.events()).toEqual(['3 /a']);
  });
});

describe('watches', () => {
  test('of exists hear of a creation, whether or not the node was there', () => {
    const { client } = scene();
    expect(client.ask('exists', { path: '/a', watch: true }).err).toBe('NONODE');
    client.create('/a');
    expect(client.events()).toEqual(['1 /a']);
    client.ask('setData', { path: '/a', data: null, version: -1 });
    expect(client.events()).toEqual([]);
  });

  test('are not set by a getData that fails', () => {
    const { client } = scene();
    client.ask('getData', { path: '/a', watch: true });
    client.create('/a');
    expect(client.events()).toEqual([]);
  });

  test('fire before the reply to the change', () => {
    const { client } = scene();
    client.ask('exists', { path: '/a', watch: true });
    client.raw(
      OPCODES.create,
      Buffer.from('000000022f61ffffffff000000010000001f00000005776f726c6400000006616e796f6e6500000000', 'hex'),
    );
    expect(client.events()).toEqual(['1 /a', 'reply']);
  });

  test('of data and children of a deleted node make one event, then the parent hears', () => {
    const { client } = scene();
    client.create('/a');
    client.ask('getData', { path: '/a', watch: true });
    client.ask('exists', { path: '/a', watch: true });
    client.ask('getChildren', { path: '/a', watch: true });
    client.ask('getChildren', { path: '/', watch: true });
    client.ask('delete', { path: '/a', version: -1 });
    expect(client.events()).toEqual(['2 /a', '4 /']);
  });

  test('do not hear of ACLs, nor of the data of children', () => {
    const { client } = scene();
    client.create('/a');
    client.ask('getData', { path: '/a', watch: true });
    client.ask('getChildren', { path: '/', watch: true });
    client.ask('setACL', { path: '/a', acl: OPEN_ACL, version: -1 });
    expect(client.events()).toEqual([]);
    client.ask('setData', { path: '/a', data: null, version: -1 });
    expect(client.events()).toEqual(['3 /a']);
  });

  test('that are persistent stay, and hear of children', () => {
    const { client } = scene();
    client.ask('addWatch', { path: '/a', mode: 0 });
    client.create('/a');
    client.create('/a/b');
    client.create('/a/b/c');
    client.ask('setData', { path: '/a', data: null, version: -1 });
    expect(client.events()).toEqual(['1 /a', '4 /a', '3 /a']);
  });

  test('that are recursive hear of all below, and never of children', () => {
    const { client } = scene();
    client.ask('addWatch', { path: '/a', mode: 1 });
    client.create('/a');
    client.create('/a/b');
    client.create('/ab');
    client.ask('setData', { path: '/a/b', data: null, version: -1 });
    client.ask('delete', { path: '/a/b', version: -1 });
    expect(client.events()).toEqual(['1 /a', '1 /a/b', '3 /a/b', '2 /a/b']);
  });

  test('of several modes on one path make one event, and the standard one goes', () => {
    const { client } = scene();
    client.create('/a');
    client.ask('addWatch', { path: '/a', mode: 1 });
    client.ask('getData', { path: '/a', watch: true });
    for (let turn = 0; turn < 2; turn++) client.ask('setData', { path: '/a', data: null, version: -1 });
    expect(client.events()).toEqual(['3 /a', '3 /a']);
    expect(client.ask('checkWatches', { path: '/a', type: 2 }).err).toBe('NOWATCHER');
    expect(client.ask('checkWatches', { path: '/a', type: 5 }).err).toBe('OK');
  });

  test('of an unknown mode are a marshalling error', () => {
    expect(scene().client.ask('addWatch', { path: '/', mode: 2 }).err).toBe('MARSHALLINGERROR');
  });

  test.each([
    { type: 1, kept: '3 /a' },
    { type: 2, kept: '4 /a' },
  ])('of type $type can be removed alone, without an event', ({ type, kept }) => {
    const { client } = scene();
    client.create('/a');
    client.ask('getData', { path: '/a', watch: true });
    client.ask('getChildren', { path: '/a', watch: true });
    expect(client.ask('removeWatches', { path: '/a', type }).err).toBe('OK');
    expect(client.ask('removeWatches', { path: '/a', type }).err).toBe('NOWATCHER');
    client.ask('setData', { path: '/a', data: null, version: -1 });
    client.create('/a/b');
    expect(client.events()).toEqual([kept]);
  });

  test('do not tell who may not read', () => {
    const { server, client } = scene();
    const other = connected(server);
    other.ask('exists', { path: '/a', watch: true });
    client.ask('auth', { type: 0, scheme: 'digest', auth: text('bob:pw') });
    client.ask('create', { path: '/a', data: null, acl: acl('auth', ''), flags: 0 });
    expect(other.events()).toEqual([]);
    expect(server.processor.watches.count).toBe(0);
  });

  test('go with the connection', () => {
    const { server, client } = scene();
    client.ask('exists', { path: '/a', watch: true });
    client.leave();
    connected(server).create('/a');
    expect([client.events(), server.processor.watches.count]).toEqual([[], 0]);
  });

  test('that are put back fire for what was missed, before the reply', () => {
    const { client } = scene();
    client.create('/changed');
    client.create('/kept');
    const relativeZxid = 3n;
    client.ask('setData', { path: '/changed', data: null, version: -1 });
    client.create('/kept/child');
    const none: SetWatches2 = {
      relativeZxid,
      dataWatches: [],
      existWatches: [],
      childWatches: [],
      persistentWatches: [],
      persistentRecursiveWatches: [],
    };
    const dataWatches = ['/kept', '/changed', '/gone'];
    const existWatches = ['/kept', '/new'];
    const childWatches = ['/kept', '/changed', '/gone'];
    client.ask('setWatches2', { ...none, dataWatches, existWatches, childWatches, persistentWatches: ['/p'] });
    expect(client.events()).toEqual(['3 /changed', '2 /gone', '1 /kept', '4 /kept', '2 /gone']);
    client.create('/new');
    client.create('/p');
    client.ask('setData', { path: '/kept', data: null, version: -1 });
    client.create('/changed/child');
    expect(client.events()).toEqual(['1 /new', '1 /p', '3 /kept', '4 /changed']);
  });

  test('tell the zxid of the change', () => {
    const { server, client } = scene();
    const other = connected(server);
    other.ask('exists', { path: '/a', watch: true });
    const { zxid } = client.create('/a');
    expect(other.headers()).toEqual([{ xid: -1, zxid: BigInt(zxid), err: 0 }]);
  });
});

describe('rights', () => {
  test('come from what a connection proved', () => {
    const { server, client } = scene();
    client.ask('auth', { type: 0, scheme: 'digest', auth: text('bob:pw') });
    client.ask('create', { path: '/a', data: text('x'), acl: acl('auth', ''), flags: 0 });
    const other = connected(server);
    for (const [who, err] of [
      [client, 'OK'],
      [other, 'NOAUTH'],
    ] as const) {
      expect(who.ask('getData', { path: '/a', watch: false }).err).toBe(err);
      expect(who.ask('exists', { path: '/a', watch: false }).err).toBe(err);
      expect(who.ask('getChildren', { path: '/a', watch: false }).err).toBe(err);
      expect(who.ask('getACL', { path: '/a' }).err).toBe(err);
    }
    expect(client.ask('whoAmI', {}).body?.clientInfo).toEqual([
      { authScheme: 'ip', user: '127.0.0.1' },
      { authScheme: 'digest', user: 'bob' },
    ]);
  });

  test('are not asked for where skipACL is set', () => {
    const { client } = scene({ checksAcls: false });
    client.ask('create', { path: '/a', data: null, acl: acl('world', 'anyone', 0), flags: 0 });
    expect(client.ask('getData', { path: '/a', watch: false }).err).toBe('OK');
  });

  test('to read an ACL without ADMIN do not show hashes', () => {
    const { client } = scene();
    const both = [...acl('digest', 'bob:hash'), ...acl('world', 'anyone', 1)];
    client.ask('create', { path: '/a', data: null, acl: both, flags: 0 });
    expect(client.ask('getACL', { path: '/a' }).body?.acl[0]?.id.id).toBe('bob:x');
  });

  test('cannot be had with an unknown scheme: refused and closed', () => {
    const { client } = scene();
    expect(client.ask('auth', { type: 0, scheme: 'krb', auth: null })).toMatchObject({ err: 'AUTHFAILED', zxid: 0 });
    expect(client.isClosed).toBe(true);
  });
});

describe('a session', () => {
  test('that ends takes its ephemerals along in one transaction', () => {
    const { server, client } = scene();
    const other = connected(server);
    client.create('/a', 1);
    client.create('/b', 1);
    client.create('/c');
    expect(client.ask('getEphemerals', { prefixPath: '/b' }).body?.ephemerals).toEqual(['/b']);
    other.ask('getChildren', { path: '/', watch: true });
    const before = server.processor.tree.lastZxid;
    expect(client.ask('closeSession', {}).err).toBe('OK');
    expect([client.isClosed, server.processor.tree.lastZxid - before]).toEqual([true, 1]);
    expect(other.events()).toEqual(['4 /']);
    expect(other.ask('getChildren', { path: '/', watch: false }).body?.children).toEqual(['zookeeper', 'c']);
  });

  test('hears no event of its own end', () => {
    const { client } = scene();
    client.create('/a', 1);
    client.ask('exists', { path: '/a', watch: true });
    client.ask('closeSession', {});
    expect(client.events()).toEqual([]);
  });

  test('expires when nothing is heard of it, and a ping is enough', () => {
    const { server, client } = scene();
    const other = connected(server);
    client.create('/a', 1);
    server.pass(4_000);
    other.raw(OPCODES.ping, Buffer.alloc(0));
    server.pass(2_000);
    server.do(server.processor.expire(server.moment));
    expect([client.isClosed, other.isClosed]).toEqual([true, false]);
    expect(other.ask('exists', { path: '/a', watch: false }).err).toBe('NONODE');
  });

  test('outlives its connection', () => {
    const { server, client } = scene();
    client.create('/a', 1);
    client.leave();
    expect(connected(server).ask('exists', { path: '/a', watch: false }).err).toBe('OK');
  });
});

test('containers go once they were used and are empty, nodes with a time to live when it is over', () => {
  const { server, client } = scene({ allowsTtl: true });
  client.ask('createContainer', { path: '/used', data: null, acl: OPEN_ACL, flags: 4 });
  client.ask('createContainer', { path: '/unused', data: null, acl: OPEN_ACL, flags: 4 });
  client.ask('createTTL', { path: '/t', data: null, acl: OPEN_ACL, flags: 5, ttl: 1_000n });
  expect(client.create('/used/x').err).toBe('OK');
  const sweep = () => {
    server.do(server.processor.sweep(server.moment));
    return client.ask('getChildren', { path: '/', watch: false }).body?.children;
  };
  expect(sweep()).toEqual(['zookeeper', 'used', 'unused', 't']);
  client.ask('delete', { path: '/used/x', version: -1 });
  server.pass(1_000);
  expect(sweep()).toEqual(['zookeeper', 'unused', 't']);
  server.pass(1);
  expect(sweep()).toEqual(['zookeeper', 'unused']);
  expect(client.ask('exists', { path: '/unused', watch: false }).body?.stat.ephemeralOwner).toBe(0n);
});

describe('an operation', () => {
  test('that is unknown is refused with zxid -1, and the connection closed', () => {
    const { client } = scene();
    client.raw(OPCODES.check, Buffer.alloc(0));
    expect([client.headers(), client.isClosed]).toEqual([[{ xid: 0, zxid: -1n, err: -6 }], true]);
  });

  test('ping is answered with its own xid', () => {
    const { client } = scene();
    client.raw(OPCODES.ping, Buffer.alloc(0));
    expect(client.headers()).toEqual([{ xid: -2, zxid: 1n, err: 0 }]);
  });

  test('sync answers its path, whatever it is', () => {
    expect(scene().client.ask('sync', { path: 'nonsense' }).body).toEqual({ path: 'nonsense' });
  });

  test.each([
    [false, 'RECONFIGDISABLED'],
    [true, 'UNIMPLEMENTED'],
  ])('reconfig, allowed %s, is answered %s', (allowsReconfig, err) => {
    const body = { joiningServers: null, leavingServers: null, newMembers: null, curConfigId: -1n };
    expect(scene({ allowsReconfig }).client.ask('reconfig', body).err).toBe(err);
  });
});

describe('a quota', () => {
  const limit = (client: ReturnType<typeof scene>['client'], limits: string): void => {
    client.create('/q');
    client.create('/zookeeper/quota/q');
    client.create('/zookeeper/quota/q/zookeeper_limits', 0, text(limits));
    client.create('/zookeeper/quota/q/zookeeper_stats', 0, text('count=0,bytes=0'));
  };

  test('follows what is there', () => {
    const { client } = scene();
    limit(client, 'count=-1,bytes=-1');
    client.create('/q/a', 0, text('abc'));
    client.ask('setData', { path: '/q/a', data: text('a'), version: -1 });
    const stats = client.ask('getData', { path: '/zookeeper/quota/q/zookeeper_stats', watch: false }).body;
    expect(Buffer.from(stats?.data ?? []).toString()).toBe('count=2,bytes=1');
    expect(stats?.stat.version).toBe(0);
  });

  test.each([
    {
      limits: 'count=2,bytes=-1;countHardLimit=2;byteHardLimit=-1',
      enforcesQuotas: true,
      errs: ['OK', 'QUOTAEXCEEDED'],
    },
    { limits: 'count=2,bytes=-1;countHardLimit=2;byteHardLimit=-1', enforcesQuotas: false, errs: ['OK', 'OK'] },
    { limits: 'count=2,bytes=-1', enforcesQuotas: true, errs: ['OK', 'OK'] },
    { limits: 'count=-1,bytes=1;byteHardLimit=3', enforcesQuotas: true, errs: ['OK', 'QUOTAEXCEEDED'] },
  ])('of $limits, enforced $enforcesQuotas, lets through $errs', ({ limits, enforcesQuotas, errs }) => {
    const { client } = scene({ enforcesQuotas });
    limit(client, limits);
    expect(['/q/a', '/q/b'].map(path => client.create(path, 0, text('xy')).err)).toEqual(errs);
  });
});

test('whatever a client sends, it is answered or closed, and the others are served', () => {
  const types = fc.oneof(fc.constantFrom(...Object.values(OPCODES)), fc.integer());
  fc.assert(
    fc.property(fc.array(fc.tuple(types, fc.uint8Array({ maxLength: 40 })), { maxLength: 10 }), requests => {
      const { server, client } = scene();
      for (const [type, body] of requests) {
        if (client.isClosed) break;
        client.raw(type, body);
        expect(client.isClosed || client.headers().length > 0).toBe(true);
      }
      expect(connected(server).create('/alive').err).toBe('OK');
    }),
    { numRuns: 200 },
  );
});
