import { describe, expect, test } from 'vitest';
import { type ACL, type Id, OPEN_ACL, PERMISSIONS } from '../../../zk/protocol/permissions.ts';
import { authenticate, digestOf, fixupAcl, isAllowed, maskAcl } from '../../../zk/server/acl.ts';
import { isInNetwork, parseNetwork } from '../../../zk/server/addresses.ts';

const entry = (scheme: string, id: string, perms: number = PERMISSIONS.ALL): ACL => ({ perms, id: { scheme, id } });
const LOCAL: Id = { scheme: 'ip', id: '127.0.0.1' };
const BOB: Id = { scheme: 'digest', id: 'bob:ikIaKsbtGweaHnb/jKn7OHqbunM=' };

test.each([
  ['super:test', 'super:D/InIHSb7yEEbrWz8b9l71RjZJU='],
  ['bob:pw', BOB.id],
])('the digest of %s is %s', (credentials, digest) => {
  expect(digestOf(credentials)).toBe(digest);
});

describe('an auth packet', () => {
  test('of digest never fails', () => {
    expect(authenticate('digest', Buffer.from('bob:pw'), null)).toEqual([BOB]);
    expect(authenticate('digest', null, null)).toHaveLength(1);
  });

  test('with the super digest makes its sender super, too', () => {
    expect(authenticate('digest', Buffer.from('bob:pw'), BOB.id)).toEqual([{ scheme: 'super', id: '' }, BOB]);
  });

  test('of an unknown scheme fails', () => {
    expect(authenticate('krb', Buffer.from('x'), null)).toBeNull();
  });
});

describe('an ACL allows', () => {
  test.each([
    { why: 'anyone, what world may do', acl: [entry('world', 'anyone', 1)], perms: 1, who: [LOCAL], allowed: true },
    { why: 'nobody, what no entry has', acl: [entry('world', 'anyone', 1)], perms: 2, who: [LOCAL], allowed: false },
    { why: 'who has the digest', acl: [entry('digest', BOB.id)], perms: 4, who: [LOCAL, BOB], allowed: true },
    { why: 'nobody without the digest', acl: [entry('digest', BOB.id)], perms: 4, who: [LOCAL], allowed: false },
    { why: 'one of several bits', acl: [entry('world', 'anyone', 16)], perms: 17, who: [LOCAL], allowed: true },
    { why: 'an address', acl: [entry('ip', '127.0.0.1')], perms: 1, who: [LOCAL], allowed: true },
    { why: 'a network', acl: [entry('ip', '127.0.0.0/8')], perms: 1, who: [LOCAL], allowed: true },
    { why: 'no other network', acl: [entry('ip', '10.0.0.0/8')], perms: 1, who: [LOCAL], allowed: false },
    {
      why: 'super all',
      acl: [entry('world', 'anyone', 0)],
      perms: 1,
      who: [{ scheme: 'super', id: '' }],
      allowed: true,
    },
  ])('$why', ({ acl, perms, who, allowed }) => {
    expect(isAllowed(acl, perms, who)).toBe(allowed);
  });
});

describe('what is stored of an ACL', () => {
  test.each([
    { why: 'null', acl: null, stored: null },
    { why: 'none', acl: [], stored: null },
    { why: 'the open one', acl: OPEN_ACL, stored: OPEN_ACL },
    { why: 'duplicates once', acl: [...OPEN_ACL, ...OPEN_ACL], stored: OPEN_ACL },
    { why: 'other bits as given', acl: [entry('world', 'anyone', 64)], stored: [entry('world', 'anyone', 64)] },
    { why: 'no world but anyone', acl: [entry('world', 'x')], stored: null },
    { why: 'no digest without a colon', acl: [entry('digest', 'bob')], stored: null },
    { why: 'no digest with two', acl: [entry('digest', 'a:b:c')], stored: null },
    { why: 'no bad mask', acl: [entry('ip', '10.0.0.0/33')], stored: null },
    { why: 'no unknown scheme', acl: [...OPEN_ACL, entry('krb', 'x')], stored: null },
    {
      why: 'auth as all that the creator proved',
      acl: [entry('auth', 'any', 3)],
      stored: [entry('digest', BOB.id, 3)],
    },
  ])('$why', ({ acl, stored }) => {
    expect(fixupAcl(acl, [LOCAL, BOB])).toEqual(stored);
  });

  test('auth of somebody who has proved nothing is invalid', () => {
    expect(fixupAcl([entry('auth', '')], [LOCAL])).toBeNull();
  });
});

test('who may not change an ACL does not see its hashes', () => {
  expect(maskAcl([entry('digest', BOB.id), ...OPEN_ACL])).toEqual([entry('digest', 'bob:x'), ...OPEN_ACL]);
});

test.each([
  ['10.1.2.3', '10.1.0.0/16', true],
  ['10.2.2.3', '10.1.0.0/16', false],
  ['10.1.2.3', '10.1.2.2/31', true],
  ['10.1.2.4', '10.1.2.2/31', false],
  ['1.2.3.4', '0.0.0.0/0', true],
  ['2001:db8::1', '2001:db8::/32', true],
  ['2001:db9::1', '2001:db8::/32', false],
  ['::1', '::1', true],
  ['::ffff:10.1.2.3', '10.1.0.0/16', true],
  ['::1', '0.0.0.0/0', false],
])('%s in %s: %s', (address, network, expected) => {
  expect(isInNetwork(address, network)).toBe(expected);
});

test.each(['', '1.2.3', '1.2.3.256', '1.2.3.4/x', '1.2.3.4/33', '1.2.3.4/8/8', '::1/129', '1::2::3', 'host', '1:2:3'])(
  '%j is no network',
  text => {
    expect(parseNetwork(text)).toBeNull();
  },
);
