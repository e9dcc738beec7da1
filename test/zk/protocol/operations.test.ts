import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../../libprocess/index.ts';
import { ConnectRequest, ConnectResponse, ReplyHeader, WatcherEvent } from '../../../zk/protocol/connect.ts';
import { CREATE_MODES, createMode } from '../../../zk/protocol/create-modes.ts';
import { ERRORS, errorName } from '../../../zk/protocol/errors.ts';
import { encode, type JuteType } from '../../../zk/protocol/jute.ts';
import { MultiRequests, MultiResults } from '../../../zk/protocol/multi.ts';
import { OPCODES, OPERATIONS, type OperationName, operationName } from '../../../zk/protocol/operations.ts';
import { parsePermissions, printPermissions } from '../../../zk/protocol/permissions.ts';
import { Reader } from '../../../zk/protocol/reader.ts';
import { Stat } from '../../../zk/protocol/stat.ts';
import { refusal, WORDS, wordOf } from '../../../zk/protocol/words.ts';
import { readTransaction } from '../../../zk/server/transaction.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const NAMES = Object.keys(OPERATIONS) as OperationName[];

test('a stat takes 68 bytes', () => {
  const stat = { czxid: 1n, mzxid: 2n, ctime: 3n, mtime: 4n, version: 5, cversion: 6, aversion: 7 };
  expect(encode(Stat, { ...stat, ephemeralOwner: 8n, dataLength: 9, numChildren: 10, pzxid: 11n })).toHaveLength(68);
});

test.each([
  { readOnly: undefined, request: 44, response: 36 },
  { readOnly: false, request: 45, response: 37 },
])('a handshake with readOnly $readOnly takes $request and $response bytes', ({ readOnly, request, response }) => {
  const common = { protocolVersion: 0, timeOut: 4_000, sessionId: 0n, passwd: Buffer.alloc(16), readOnly };
  expect(encode(ConnectRequest, { ...common, lastZxidSeen: 0n })).toHaveLength(request);
  expect(encode(ConnectResponse, common)).toHaveLength(response);
  expect(ConnectResponse.read(new Reader(encode(ConnectResponse, common)))).toEqual(common);
});

test('a notification is a header of -1 and an event', () => {
  const header = encode(ReplyHeader, { xid: -1, zxid: 5n, err: 0 });
  const event = encode(WatcherEvent, { type: 3, state: 3, path: '/a' });
  expect(Buffer.concat([header, event])).toEqual(
    hex('ffffffff 0000000000000005 00000000 00000003 00000003 00000002 2f61'),
  );
});

test('a create has these bytes', () => {
  const acl = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];
  const body = { path: '/a', data: Buffer.from('x'), acl, flags: 1 };
  expect(encode(OPERATIONS.create.request, body)).toEqual(
    hex('00000002 2f61 00000001 78 00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65 00000001'),
  );
});

test('a multi ends with a header that says so', () => {
  const bytes = encode(MultiRequests, [{ name: 'check', body: { path: '/', version: 0 } }]);
  expect(bytes).toEqual(hex('0000000d 00 ffffffff 00000001 2f 00000000 ffffffff 01 ffffffff'));
  expect(MultiRequests.read(new Reader(bytes))).toEqual([{ name: 'check', body: { path: '/', version: 0 } }]);
});

test('an error in the results of a multi gives its code twice', () => {
  const bytes = encode(MultiResults, [{ name: 'error', body: { err: -103 } }]);
  expect(bytes).toEqual(hex('ffffffff 00 ffffff99 ffffff99 ffffffff 01 ffffffff'));
});

test.each(NAMES)('%s is found by its number', name => {
  expect(operationName(OPCODES[name])).toBe(name);
});

test.each(['notification', 'check', 'deleteContainer', 'createSession', 'error'] as const)('%s is no request', name => {
  expect(operationName(OPCODES[name])).toBeNull();
});

test('errors have names, unknown ones too', () => {
  expect([ERRORS.NONODE, -128].map(errorName)).toEqual(['NONODE', 'UNKNOWN(-128)']);
});

test.each(Object.values(CREATE_MODES))('flags $flag are $kind, sequential: $isSequential', mode => {
  expect(createMode(mode.flag)).toEqual(mode);
});

test.each([-1, 7])('flags %i are no mode', flags => {
  expect(createMode(flags)).toBeNull();
});

test('permissions are letters in the order cdrwa', () => {
  expect([31, 1, 20, 0].map(printPermissions)).toEqual(['cdrwa', 'r', 'ca', '']);
  expect(['cdrwa', 'ra', 'x'].map(parsePermissions)).toEqual([31, 17, null]);
});

test('a four-letter word is told from a length', () => {
  expect(WORDS.map(word => wordOf(Buffer.from(word).readInt32BE()))).toEqual(WORDS);
  expect([wordOf(44), wordOf(Buffer.from('xxxx').readInt32BE())]).toEqual([null, null]);
  expect(refusal('mntr')).toBe('mntr is not executed because it is not in the whitelist.\n');
});

const DECODERS: [string, JuteType<unknown>][] = [
  ['ConnectRequest', ConnectRequest],
  ['ConnectResponse', ConnectResponse],
  ...NAMES.flatMap((name): [string, JuteType<unknown>][] => [
    [`${name} request`, OPERATIONS[name].request as JuteType<unknown>],
    [`${name} response`, OPERATIONS[name].response as JuteType<unknown>],
  ]),
];

/** Bytes that look like Jute often enough to get past the first field. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('00000000', '00000001', '00000002', 'ffffffff', '7fffffff', 'fffffffe', '2f', '2f61', '00', '01'),
      fc.constantFrom('00000005776f726c64', '00000006616e796f6e65', '0000000000000001', '0000000100ffffffff'),
      fc.uint8Array({ maxLength: 9 }).map(bytes => Buffer.from(bytes).toString('hex')),
    ),
    { maxLength: 24 },
  )
  .map(parts => Buffer.from(parts.join(''), 'hex'));

describe('whatever the bytes are, they are a value or MALFORMED', () => {
  test.each(DECODERS)('%s', (_name, type) => {
    fc.assert(
      fc.property(hostile, bytes => {
        const value = decode(type, bytes);
        // What was understood is written and read to the same.
        if (value !== null) expect(type.read(new Reader(encode(type, value.read)))).toEqual(value.read);
      }),
      { numRuns: 60 },
    );
  });

  test('as a transaction, too', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(OPCODES)), hostile, (type, bytes) => {
        const head = Buffer.alloc(32);
        head.writeInt32BE(type, 28);
        decode({ read: () => readTransaction(Buffer.concat([head, bytes])), write: () => undefined }, bytes);
      }),
      { numRuns: 500 },
    );
  });
});

function decode<T>(type: JuteType<T>, bytes: Buffer): { readonly read: T } | null {
  try {
    return { read: type.read(new Reader(bytes)) };
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).code).toBe('MALFORMED');
    return null;
  }
}
