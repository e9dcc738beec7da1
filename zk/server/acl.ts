/**
 * Who somebody is, what an ACL lets him do, and what is stored of the ACL that he asks for.
 *
 * ACLs are a node's own: nothing is inherited. An entry allows when it has one of the wanted bits and names world:anyone
 * or an identity of the connection; `super` may do all.
 *
 * Source: Apache ZooKeeper AuthenticationProvider (digest, ip), PrepRequestProcessor.fixupACL, ZooKeeperServer.checkACL.
 */
import { createHash } from 'node:crypto';
import { type ACL, ANYONE, type Id } from '../protocol/permissions.ts';
import { isInNetwork, parseNetwork } from './addresses.ts';

const SUPER: Id = { scheme: 'super', id: '' };
/** Those whose connection has proved an identity; an address proves nothing. */
const AUTHENTICATED = new Set(['digest', 'sasl', 'x509']);

/** Whether `identities` may do something of `perms`, bits of which one suffices. */
export function isAllowed(acl: readonly ACL[], perms: number, identities: readonly Id[]): boolean {
  if (identities.some(({ scheme }) => scheme === 'super')) return true;
  return acl.some(entry => (entry.perms & perms) !== 0 && matchesSome(entry.id, identities));
}

/** `user:base64(SHA-1("user:password"))` of `user:password`: what a digest ACL names. */
export function digestOf(credentials: string): string {
  const colon = credentials.indexOf(':');
  const user = colon === -1 ? credentials : credentials.slice(0, colon);
  return `${user}:${createHash('sha1').update(credentials, 'utf8').digest('base64')}`;
}

/**
 * The identities that an auth packet adds; null when it fails, which digest never does.
 *
 * @param superDigest - the `user:hash` of the superuser, where there is one.
 */
export function authenticate(scheme: string, auth: Uint8Array | null, superDigest: string | null): Id[] | null {
  if (scheme === 'ip' || scheme === 'world') return scheme === 'ip' ? [] : null;
  if (scheme !== 'digest') return null;
  const id = digestOf(Buffer.from(auth ?? []).toString('utf8'));
  const digest: Id = { scheme: 'digest', id };
  return id === superDigest ? [SUPER, digest] : [digest];
}

/** What is stored for `acl`: no entry twice, `auth` replaced by who the creator is. Null when it is invalid. */
export function fixupAcl(acl: readonly ACL[] | null, identities: readonly Id[]): ACL[] | null {
  const fixed: ACL[] = [];
  for (const entry of acl ?? []) {
    const entries = entry.id.scheme === 'auth' ? ofCreator(entry.perms, identities) : isValid(entry.id) ? [entry] : [];
    if (entries.length === 0) return null;
    fixed.push(...entries.filter(candidate => !fixed.some(known => isSame(known, candidate))));
  }
  return fixed.length === 0 ? null : fixed;
}

/** `acl` as those see it who may not change it: without the hashes. */
export function maskAcl(acl: readonly ACL[]): ACL[] {
  return acl.map(({ perms, id }) => {
    return { perms, id: id.scheme === 'digest' ? { scheme: 'digest', id: `${userOf(id)}:x` } : id };
  });
}

/** Whom an identity stands for, without what proves it. */
export function userOf({ scheme, id }: Id): string {
  const colon = id.indexOf(':');
  return scheme === 'digest' && colon !== -1 ? id.slice(0, colon) : id;
}

/** Whether both give the same rights, in the same order. */
export function isSameAcl(left: readonly ACL[], right: readonly ACL[]): boolean {
  return left.length === right.length && left.every((entry, index) => isSame(entry, right[index]));
}

function isSame(left: ACL, right: ACL | undefined): boolean {
  return left.perms === right?.perms && left.id.scheme === right.id.scheme && left.id.id === right.id.id;
}

function ofCreator(perms: number, identities: readonly Id[]): ACL[] {
  return identities.filter(({ scheme }) => AUTHENTICATED.has(scheme)).map(id => ({ perms, id }));
}

function isValid({ scheme, id }: Id): boolean {
  if (scheme === 'world') return id === ANYONE.id;
  if (scheme === 'digest') return id.split(':').length === 2;
  if (scheme === 'ip') return parseNetwork(id) !== null;
  return scheme === 'sasl' ? id !== '' : scheme === 'x509' && id !== '';
}

function matchesSome(wanted: Id, identities: readonly Id[]): boolean {
  if (wanted.scheme === ANYONE.scheme) return wanted.id === ANYONE.id;
  return identities.some(({ scheme, id }) => {
    if (scheme !== wanted.scheme) return false;
    return scheme === 'ip' ? isInNetwork(id, wanted.id) : id === wanted.id;
  });
}
