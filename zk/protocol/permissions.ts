/**
 * Who may do what with a node: the bits of an ACL, the records, and the lists that everybody uses.
 *
 * Source: Apache ZooKeeper ZooDefs.Perms, ZooDefs.Ids, zookeeper.jute (Id, ACL).
 */
import { type Infer, int, record, ustring } from './jute.ts';

export const PERMISSIONS = { READ: 1, WRITE: 2, CREATE: 4, DELETE: 8, ADMIN: 16, ALL: 31 } as const;

/** The letters of the command line, in its order. */
const LETTERS: readonly (readonly [string, number])[] = [
  ['c', PERMISSIONS.CREATE],
  ['d', PERMISSIONS.DELETE],
  ['r', PERMISSIONS.READ],
  ['w', PERMISSIONS.WRITE],
  ['a', PERMISSIONS.ADMIN],
];

export const Id = record('Id', { scheme: ustring, id: ustring });
export type Id = Infer<typeof Id>;

export const ACL = record('ACL', { perms: int, id: Id });
export type ACL = Infer<typeof ACL>;

export const ANYONE: Id = { scheme: 'world', id: 'anyone' };

/** Everybody may do everything. */
export const OPEN_ACL: readonly ACL[] = [{ perms: PERMISSIONS.ALL, id: ANYONE }];
/** Everybody may look. */
export const READ_ACL: readonly ACL[] = [{ perms: PERMISSIONS.READ, id: ANYONE }];

/** Such as `cdrwa`. */
export function printPermissions(perms: number): string {
  return LETTERS.map(([letter, bit]) => ((perms & bit) === 0 ? '' : letter)).join('');
}

/** The bits of such as `cdrwa`; null when it has another letter. */
export function parsePermissions(text: string): number | null {
  let perms = 0;
  for (const character of text) {
    const bit = LETTERS.find(([letter]) => letter === character)?.[1];
    if (bit === undefined) return null;
    perms |= bit;
  }
  return perms;
}
