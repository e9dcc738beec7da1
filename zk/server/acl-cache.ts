/**
 * Keeps each ACL once, however many nodes have it.
 *
 * Source: Apache ZooKeeper ReferenceCountedACLCache; lists are not counted here, since trees have few different ones.
 */
import { type ACL, OPEN_ACL } from '../protocol/permissions.ts';
import { isSameAcl } from './acl.ts';

export class AclCache {
  readonly #known = new Map<string, readonly ACL[]>();

  /** The list to keep for `acl`. */
  intern(acl: readonly ACL[]): readonly ACL[] {
    if (isSameAcl(acl, OPEN_ACL)) return OPEN_ACL;
    const key = JSON.stringify(acl.map(({ perms, id }) => [perms, id.scheme, id.id]));
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, acl);
    return acl;
  }
}
